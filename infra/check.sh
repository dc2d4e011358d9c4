#!/bin/sh
# `make check`: everything that can be said without running the product. Stops at the first fault.
set -eu
cd "$(dirname "$0")/.."
PATH=$(pwd)/.venv/bin:$PATH
export PATH
step() { printf '%-14s' "$1"; shift; if out=$("$@" 2>&1); then echo ok; else echo 'いけません'; printf '%s\n' "$out"; exit 1; fi; }
step "lint"         ruff check .
step "format"       ruff format --check .
step "layers"       lint-imports --no-cache
step "types"        mypy .
step "templates"    djlint --lint --quiet groupware knowledge search
step "migrations"   python manage.py makemigrations --check --dry-run
step "translations" python manage.py check_translations
step "system"       python manage.py check --fail-level WARNING
