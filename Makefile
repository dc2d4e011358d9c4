# 文机 (Fuzukue). Two commands for a newcomer: `make demo` runs it, `make test` proves it.
PORT ?= 8000
PY = .venv/bin/python

.PHONY: demo demo-reset test check soak screens bench setup messages

demo:            ## run the demo city on http://127.0.0.1:$(PORT)
	@sh infra/setup.sh demo
	@$(PY) manage.py demo serve --port $(PORT)

demo-reset:      ## throw the demo city's data away and start over
	@sh infra/setup.sh demo
	@$(PY) manage.py demo reset

setup:
	@sh infra/setup.sh test

check: setup     ## lint, types, layers, templates, migrations, translations
	@sh infra/check.sh

test: setup      ## every test, with the services that it needs
	@sh infra/test.sh

soak: setup      ## the same tests at the counts of docs/performance.md
	@sh infra/test.sh soak

screens: setup   ## photograph every screen into docs/screens
	@$(PY) -m tests.e2e.screens

bench: setup     ## every benchmark, one after another
	@for file in infra/bench/[a-z]*.py; do echo "== $$file"; $(PY) $$file || exit 1; done

messages: setup  ## collect texts for the English translation
	@$(PY) manage.py messages
