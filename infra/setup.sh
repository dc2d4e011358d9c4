#!/bin/sh
# Makes a fresh Debian ready: system packages, .venv from uv.lock, npm packages, browser assets.
# Usage: sh infra/setup.sh demo|test. A second run with nothing to do takes about a second.
set -eu
purpose=${1:-demo}
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*"; }
stop() { printf '\n%s\n' "$*" >&2; exit 1; }

lists=infra/system/packages.txt
[ "$purpose" = test ] && lists="$lists infra/system/packages-test.txt"

# -- system packages ---------------------------------------------------------------------------
command -v dpkg-query >/dev/null 2>&1 || stop "この手順は Debian 12・13 用です。dpkg が見つかりません。"
wanted=$(sed 's/#.*//' $lists | tr -d ' \t' | grep -v '^$')
missing=
for package in $wanted; do
    state=$(dpkg-query -W -f='${Status}' "$package" 2>/dev/null || true)
    [ "$state" = "install ok installed" ] || missing="$missing $package"
done
if [ -n "$missing" ]; then
    if [ "$(id -u)" = 0 ]; then
        as_root=
    elif command -v sudo >/dev/null 2>&1 && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
        as_root=sudo
    else
        stop "パッケージが足りません。管理者として次の 1 行を実行してから、もう一度お試しください:
  apt-get update && apt-get install -y --no-install-recommends$missing"
    fi
    say "システムのパッケージを入れています:$missing"
    log=$(mktemp)
    # Services of these packages are not started: the program and its tests start their own.
    policy=/usr/sbin/policy-rc.d
    made=
    if [ ! -e $policy ]; then
        printf '#!/bin/sh\nexit 101\n' | $as_root tee $policy >/dev/null && $as_root chmod 755 $policy && made=yes
    fi
    if ! { $as_root env DEBIAN_FRONTEND=noninteractive apt-get update &&
        $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing; } >"$log" 2>&1; then
        [ -n "$made" ] && $as_root rm -f $policy
        tail -5 "$log" >&2
        stop "パッケージを入れられませんでした。上の表示と $log をご覧ください。"
    fi
    [ -n "$made" ] && $as_root rm -f $policy
    rm -f "$log"
fi

# -- Python ------------------------------------------------------------------------------------
python=${PYTHON:-python3}
command -v "$python" >/dev/null 2>&1 || stop "$python が見つかりません。"
"$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' ||
    stop "Python 3.11 から 3.13 が要ります（いまの $python は $("$python" -V 2>&1)）。PYTHON= で指定できます。"

room=$(df -Pk . | awk 'NR==2 {print $4}')
[ "${room:-0}" -gt 3000000 ] || [ -d .venv ] || stop "ディスクの空きが足りません（3 GB 要ります。いまは $((room / 1024)) MB）。"
touch .write-probe 2>/dev/null || stop "このフォルダーに書き込めません: $(pwd)"
rm -f .write-probe

stamp() { cat "$@" | cksum | tr ' ' '-'; }

groups="--no-default-groups --group build"
[ "$purpose" = test ] && groups="--all-groups"
mark=.venv/.ready-$purpose-$(stamp uv.lock pyproject.toml infra/system/uv.txt)
[ "$purpose" = demo ] && full=.venv/.ready-test-$(stamp uv.lock pyproject.toml infra/system/uv.txt) || full=$mark
if [ ! -e "$mark" ] && [ ! -e "$full" ]; then
    say "Python のパッケージを入れています…"
    if [ ! -x .tools/bin/uv ] || ! .tools/bin/pip freeze 2>/dev/null | grep -qxF "$(cat infra/system/uv.txt)"; then
        "$python" -m venv .tools || stop "仮想環境を作れませんでした（python3-venv をご確認ください）。"
        .tools/bin/pip install -q -r infra/system/uv.txt || stop "uv を入れられませんでした。ネットワークをご確認ください。"
    fi
    # shellcheck disable=SC2086
    UV_PYTHON_DOWNLOADS=never .tools/bin/uv sync --frozen --inexact --python "$python" $groups -q ||
        stop "Python のパッケージを入れられませんでした。上の表示をご覧ください。"
    touch "$mark"
fi

# -- browser assets ----------------------------------------------------------------------------
PATH=$(pwd)/.venv/bin:$PATH
export PATH
mark=node_modules/.ready-$(stamp package-lock.json)
if [ ! -e "$mark" ]; then
    say "画面の部品（npm）を入れています…"
    npm ci --ignore-scripts --no-audit --no-fund --loglevel=error ||
        stop "npm のパッケージを入れられませんでした。ネットワークをご確認ください。"
    touch "$mark"
fi
python manage.py prepare
