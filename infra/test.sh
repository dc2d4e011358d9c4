#!/bin/sh
# `make test` and `make soak`: unit tests on SQLite, what depends on the database again on
# PostgreSQL, then whole processes and the browser. Services are started by the tests themselves.
set -eu
cd "$(dirname "$0")/.."
PATH=$(pwd)/.venv/bin:$PATH
export PATH PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1
if [ "${1:-}" = soak ]; then
    GROUPWARE_SOAK=1
    export GROUPWARE_SOAK
fi
mark() { printf '\n== %s\n' "$1"; }
mark "SQLite"
pytest -n 2 --dist loadgroup -m "not process and not browser" tests
mark "PostgreSQL"
python -m tests.services.database pytest -m "postgres and not process and not browser" tests
mark "プロセスと障害"
pytest -m "process and not browser" tests
python -m tests.services.database pytest -m "process and postgres and not browser" tests
mark "ブラウザー"
pytest -m browser tests
