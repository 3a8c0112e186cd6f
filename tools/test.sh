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
    { has_shell || command -v chromium >/dev/null; } && fc-list :lang=zh 2>/dev/null | grep -q .
}

has_shell() { # Chromium without windows
    command -v chromium-headless-shell >/dev/null
}

has_servers() { # Debian keeps its programs off the PATH; POSTGRESQL_HOME is for the test of this script
    [ -n "${POSTGRESQL_HOME:-}" ] || ! command -v postgres >/dev/null || return 0
    compgen -G "${POSTGRESQL_HOME:-/usr/lib/postgresql}/*/bin/postgres" >/dev/null
}

has_units() {
    command -v systemd-analyze >/dev/null
}

has_faults() {
    command -v fiu-run >/dev/null
}

has_broker() { # Debian keeps it off the PATH of people; MOSQUITTO_HOME is for the test of this script
    [ -x "${MOSQUITTO_HOME:-/usr/sbin}/mosquitto" ] || { [ -z "${MOSQUITTO_HOME:-}" ] && command -v mosquitto >/dev/null; }
}

has_disks() { # tried, since root in a container may still not mount anything
    [ "$(id -u)" = 0 ] && command -v mkfs.ext4 >/dev/null && losetup -f >/dev/null 2>&1 || return 1
    local place can=1
    place=$(mktemp -d)
    mount -t tmpfs tmpfs "$place" 2>/dev/null && umount "$place" && can=0
    rmdir "$place"
    return $can
}

log=$(mktemp)
trap 'rm -f "$log"' EXIT
left_out=() # marks of tests that cannot run here

provide() { # provide MARK 中文 English PACKAGE...: what the tests with this mark need, installed if need be
    local mark=$1 chinese=$2 english=$3
    shift 3
    "has_$mark" && return
    if may_install_packages; then
        note "正在安装 $*" "installing $*"
        install_packages "$log" "$@" || true
        "has_$mark" && return
    fi
    [ "${CI:-}" != true ] || fail \
        "CI 中不能略过$chinese，但这里缺少 $*，或无权使用（$(tail -n 1 "$log")）" \
        "With CI=true no test may be left out, but $english cannot run here: $* missing, or no right to use it"
    left_out+=("$mark" "$chinese" "$english" "$*")
}

provide browser 浏览器测试 "the browser tests" chromium fontconfig fonts-noto-cjk
provide servers "PostgreSQL 上的测试" "the tests on PostgreSQL" postgresql
provide units "服务单元的检查" "the check of the service units" systemd
provide faults "磁盘出错的证明" "the proofs with failing disk calls" fiu-utils
provide broker "消息服务器的测试" "the tests with a message broker" mosquitto
provide disks "断电和磁盘写满的证明" "the proofs of power cuts and full disks" e2fsprogs mount
# Not needed, and not every distribution has it; the browser tests take half as long with it.
has_shell || ! may_install_packages || install_packages "$log" chromium-headless-shell || true

step() { # step NAME COMMAND...
    printf '\n== %s\n' "$1"
    shift
    "$@"
}

missing=""
for ((i = 0; i < ${#left_out[@]}; i += 4)); do
    missing+=" and not ${left_out[i]}"
done

has() { # has MARK: whether its tests can run here
    [[ $missing != *" $1"* ]]
}

step "ruff" ruff check .
step "ruff format" ruff format --check .
step "mypy" mypy
step "import contracts" lint-imports
# Three processes on two cores: many tests wait for a disk, a server or a clock. Neighbours stay in one
# process, which makes what they share once; who has no more to do takes over some of another's.
step "pytest" pytest -q -n 3 --dist worksteal -m "not browser and not proof$missing"
! has servers || step "pytest on PostgreSQL" pytest -q -n 3 --dist worksteal --database postgresql -m "not browser and not proof$missing"
# Two at a time, since they wait for disks, locks and servers that start; the ones that measure seconds alone.
step "pytest, the proofs at their small size" pytest -q -n 2 -m "proof and not alone$missing"
step "pytest, the proofs that measure seconds" pytest -q -m "proof and alone$missing"
# In their order: the journeys of a process share a county, and boards show the first of what is open.
! has browser || step "pytest, in a browser" pytest -q -n 2 -m browser

printf '\n'
for ((i = 0; i < ${#left_out[@]}; i += 4)); do
    note "略过了${left_out[i + 1]}（pytest -m ${left_out[i]}）：缺少 ${left_out[i + 3]}，或当前用户无权使用；请用管理员身份运行" \
        "left out ${left_out[i + 2]} (pytest -m ${left_out[i]}): ${left_out[i + 3]} missing, or not for this user; run it as root"
done
note "全部通过" "everything passed"
