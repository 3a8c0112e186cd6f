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

browser=yes
if ! has_browser; then
    log=$(mktemp)
    trap 'rm -f "$log"' EXIT
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
if [ "$browser" = yes ]; then
    step "pytest, in a browser" pytest -q -m browser
else
    note "略过了浏览器测试（pytest -m browser）：没有 chromium 和中文字体，当前用户也无权安装；请用管理员身份运行 apt-get install chromium fonts-noto-cjk" \
        "left out the browser tests (pytest -m browser): chromium and a Chinese font are missing and this user may not install them"
fi
printf '\n'
note "全部通过" "everything passed"
