# shellcheck shell=bash
# What the scripts of vendors' servers share: sourced by them, never run.
#
# A script sets `name`, `wanted` (Debian packages) and the functions `make_database`, `serve` (replaces
# the shell by the server) and `is_ready`, then calls `vendor_main "$@"`. A server lives in a folder of
# its own and ends by itself after MAX_SECONDS.

# shellcheck source=../lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

# Ends the server that was started in `state`, and nothing else.
stop_server() {
    local leader
    if [[ ! -e "$state/leader" ]]; then return; fi
    leader=$(<"$state/leader")
    rm -f "$state/leader"
    # The number may have gone to another process since: only one that leads its session is ours.
    if [[ "$(ps -o sid= -p "$leader" 2>/dev/null | tr -d ' ')" != "$leader" ]]; then return; fi
    kill -- "-$leader" 2>/dev/null || true
    for _ in {1..100}; do
        if ! kill -0 -- "-$leader" 2>/dev/null; then return; fi
        pause 0.1
    done
    kill -KILL -- "-$leader" 2>/dev/null || true
}

start_server() {
    setsid timeout --kill-after=5 "${MAX_SECONDS:-3600}" "$script" serve "$state" "$port" \
        >"$state/server.log" 2>&1 </dev/null &
    echo $! >"$state/leader"
    for _ in {1..240}; do
        if is_ready 2>/dev/null; then return; fi
        if ! kill -0 "$(<"$state/leader")" 2>/dev/null; then break; fi
        pause 0.25
    done
    tail -n 20 "$state/server.log" >&2
    stop_server
    fail "$name did not start" "all that it said is in $state/server.log"
}

# Writes to `setup.log`; shows it when the work fails.
set_up() {
    if "$@" >>"$state/setup.log" 2>&1; then return; fi
    tail -n 20 "$state/setup.log" >&2
    fail "The database of $name was not made" "all that was said is in $state/setup.log"
}

vendor_main() {
    local command=${1:-}
    state=${2:-/var/lib/mainstay-vendors/$(basename "$script" .sh)} port=${3:-$port}
    case $command in
    start | restart) ;;
    stop) stop_server; return ;;
    serve) serve; return ;; # what `start_server` runs in the background
    *) fail "Unknown command '$command'" "usage: $(basename "$script") start|restart|stop [FOLDER] [PORT]" ;;
    esac
    if ((EUID != 0)); then fail "$name is started as root alone" "its packages want that"; fi
    stop_server
    if [[ "$command" == start ]]; then
        install_vendor
        rm -rf "$state"
        mkdir -p "$state"
        make_database
    fi
    start_server
    tell_variables
}
