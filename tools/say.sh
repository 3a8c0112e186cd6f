# Sourced by the other scripts: what they say to people, Chinese first, English below.

note() { # note 中文 English: progress, one line
    printf '· %s  %s\n' "$1" "$2"
}

fail() { # fail 中文 English: why it cannot go on and what to do
    printf '\n✗ %s\n  %s\n' "$1" "$2" >&2
    exit 1
}

may_install_packages() { # whether Debian packages can be installed from here
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null
}

install_packages() { # install_packages NAME...; its own words go to $1 = a log file
    local log=$1
    shift
    # The lists of a fresh container are empty, and old lists name files that are gone.
    {
        apt-get update -qq &&
            DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"
    } >"$log" 2>&1
}
