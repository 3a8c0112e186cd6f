#!/usr/bin/env bash
# make setup: .venv from the lock. `tools/setup.sh dev` adds what tests need.
# A second run finds its stamp and ends at once.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=tools/say.sh
. tools/say.sh

level=${1:-runtime}
lock=requirements.txt
[ "$level" = runtime ] || lock=requirements-dev.txt
stamp=.venv/.setup

find_python() {
    local candidate
    for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    fail "需要 Python 3.11 或更新版本；Debian 12 上请运行：apt-get install python3 python3-venv" \
        "Python 3.11 or newer is needed; on Debian 12 run: apt-get install python3 python3-venv"
}

python=$(find_python)
# What was installed, from what, with what and where: a moved folder has a broken .venv.
mark=$({ cat requirements.txt requirements-dev.txt setup.cfg pyproject.toml; "$python" -VV; pwd; } | sha256sum)
if [ -x .venv/bin/gridgov ] && .venv/bin/python -c '' 2>/dev/null; then
    # What tests need includes what runs.
    case $(cat "$stamp" 2>/dev/null || true) in
        "$level $mark" | "dev $mark") exit 0 ;;
    esac
fi

if ! (: >.setup-probe) 2>/dev/null; then
    fail "无法写入 $PWD；请把代码放到当前用户可写的文件夹再试" \
        "$PWD cannot be written; put the checkout into a folder that this user may write to"
fi
rm -f .setup-probe
log=$(mktemp)
trap 'rm -f "$log"' EXIT

if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    may_install_packages || fail \
        "缺少 python3-venv；请用管理员身份运行：apt-get install python3-venv，然后再试" \
        "python3-venv is missing; as root run: apt-get install python3-venv, then try again"
    note "正在安装 python3-venv" "installing python3-venv"
    install_packages "$log" python3-venv || fail \
        "python3-venv 安装失败（$(tail -n 1 "$log")）；请检查网络和软件源后再试" \
        "python3-venv could not be installed; check the network and the package sources"
fi

if ! { [ -x .venv/bin/pip ] && .venv/bin/python -m pip --version; } >/dev/null 2>&1; then
    note "正在创建 .venv" "making .venv"
    "$python" -m venv --clear .venv >"$log" 2>&1 || fail \
        "无法创建 .venv（$(tail -n 1 "$log")）；请检查磁盘空间，并确认已安装 python3-venv" \
        ".venv could not be made; check the disk space and that python3-venv is installed"
fi

pip_install() {
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input --retries 2 "$@" >"$log" 2>&1
}

show_log() { # the end of what pip said, above the sentence
    tail -n 15 "$log" | sed 's/^/  | /' >&2
}

note "正在安装依赖（首次约一分钟）" "installing dependencies (about a minute the first time)"
if ! pip_install --require-hashes -r "$lock"; then
    if grep -qiE 'no space left' "$log"; then
        fail "磁盘空间不足；请清理后再试" "The disk is full; make room and try again"
    elif grep -qiE 'do not match the hashes' "$log"; then
        fail "下载的软件包与 $lock 中的校验值不一致，没有安装；请检查 pip 的镜像设置" \
            "A downloaded package does not match its hash in $lock and was not installed; check the mirror pip uses"
    elif grep -qiE 'connection|resolve|timed out|timeout|proxy|ssl|could not find a version' "$log"; then
        fail "无法下载依赖：请检查网络或代理；没有外网时，请把软件包放入一个文件夹并设置 PIP_NO_INDEX=1 和 PIP_FIND_LINKS=文件夹" \
            "Dependencies could not be downloaded: check the network or proxy; without internet put the packages into a folder and set PIP_NO_INDEX=1 and PIP_FIND_LINKS=FOLDER"
    fi
    show_log
    fail "依赖安装失败：$(grep -m 1 ERROR "$log" || tail -n 1 "$log")" "Installing dependencies failed; pip's own words stand above"
fi
if ! pip_install --no-deps --no-build-isolation --editable .; then
    show_log
    fail "安装 gridgov 本身失败：$(grep -m 1 ERROR "$log" || tail -n 1 "$log")" \
        "Installing gridgov itself failed; pip's own words stand above"
fi
echo "$level $mark" >"$stamp"
note "安装完成" "setup is done"
