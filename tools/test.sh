#!/usr/bin/env bash
# make test: everything that proves the product. With CI=true nothing may be left out.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=tools/say.sh
. tools/say.sh

tools/setup.sh dev
bin=$PWD/.venv/bin
export PATH="$bin:$PATH" PYTHONDONTWRITEBYTECODE=

has_browser() {
    command -v chromium >/dev/null && fc-list :lang=zh 2>/dev/null | grep -q .
}

has_postgresql() { # Debian keeps its programs off the PATH; POSTGRESQL_HOME is for the test of this script
    command -v initdb >/dev/null || compgen -G "${POSTGRESQL_HOME:-/usr/lib/postgresql}/*/bin/initdb" >/dev/null
}

log=$(mktemp)
trap 'rm -f "$log"' EXIT

browser=yes
if ! has_browser; then
    if may_install_packages; then
        note "正在安装 Chromium 和中文字体" "installing Chromium and a Chinese font"
        install_packages "$log" chromium fontconfig fonts-noto-cjk || true
    fi
    if ! has_browser; then
        [ "${CI:-}" != true ] || fail \
            "CI 中不能略过浏览器测试，但装不上 chromium 和 fonts-noto-cjk（$(tail -n 1 "$log")）" \
            "With CI=true no test may be left out, but chromium and fonts-noto-cjk could not be installed"
        browser=no
    fi
fi

postgresql=yes
if ! has_postgresql; then
    if may_install_packages; then
        note "正在安装 PostgreSQL" "installing PostgreSQL"
        install_packages "$log" postgresql || true
    fi
    if ! has_postgresql; then
        [ "${CI:-}" != true ] || fail \
            "CI 中不能略过 PostgreSQL 上的测试，但装不上 postgresql（$(tail -n 1 "$log")）" \
            "With CI=true no test may be left out, but postgresql could not be installed"
        postgresql=no
    fi
fi

step() { # step NAME COMMAND...
    printf '\n== %s\n' "$1"
    shift
    "$@"
}

step "ruff" ruff check .
step "ruff format" ruff format --check .
step "mypy" mypy
step "import contracts" lint-imports
step "pytest" pytest -q -n 2 -m "not browser"
if [ "$postgresql" = yes ]; then
    step "pytest on PostgreSQL" pytest -q -n 2 -m "not browser" --database postgresql
else
    note "略过了 PostgreSQL 上的测试（pytest --database postgresql）：没有 PostgreSQL，当前用户也无权安装；请用管理员身份运行 apt-get install postgresql" \
        "left out the tests on PostgreSQL (pytest --database postgresql): it is missing and this user may not install it"
fi
if [ "$browser" = yes ]; then
    step "pytest, in a browser" pytest -q -m browser
else
    note "略过了浏览器测试（pytest -m browser）：没有 chromium 和中文字体，当前用户也无权安装；请用管理员身份运行 apt-get install chromium fonts-noto-cjk" \
        "left out the browser tests (pytest -m browser): chromium and a Chinese font are missing and this user may not install them"
fi
printf '\n'
note "全部通过" "everything passed"
