# shellcheck shell=bash
# What the scripts share: sourced by them, never run. Sets `root`, the folder of the clone.
# Results go to standard output; everything these functions say goes to standard error.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)

# Debian packages: what Swift's own tools and the linker need, then what Mainstay needs.
packages=(
    binutils ca-certificates libc6-dev libcurl4 libedit2 libgcc-12-dev libncurses6 libsqlite3-0
    libstdc++-12-dev libxml2 tzdata
    git libcurl4-openssl-dev libdeflate-dev libgit2-dev libpq-dev libsqlite3-dev libyaml-dev pkg-config
)

say() { printf '%s\n' "$*" >&2; }

fail() {
    printf 'Error: %s\n' "$1" >&2
    if [[ -n "${2:-}" ]]; then printf '  Hint: %s\n' "$2" >&2; fi
    exit 1
}

# Installs those of `packages` and of the packages named that are not there yet.
install_missing() {
    local wanted=("${packages[@]}" "$@") missing=() present
    if ! command -v apt-get >/dev/null; then
        say "Note: there is no apt-get here, so these packages are not checked: ${wanted[*]}"
        return
    fi
    # What is installed and what it stands in for, one name a line.
    # shellcheck disable=SC2016  # dpkg-query expands the braces
    present=$(dpkg-query --show --showformat '${db:Status-Status}, ${Package}, ${Provides}\n' |
        sed -n 's/^installed, //p' | tr ',' '\n' | sed 's/^ *//; s/ (.*//')
    mapfile -t missing < <(printf '%s\n' "${wanted[@]}" | grep -vxF -f <(printf '%s\n' "$present"))
    if ((${#missing[@]} == 0)); then return; fi

    if ((EUID != 0)); then
        fail "Packages are missing: ${missing[*]}" \
            "sudo sh -c 'apt-get update && apt-get install --yes ${missing[*]}'"
    fi
    say "Installing ${missing[*]} ..."
    local log
    log=$(mktemp)
    export DEBIAN_FRONTEND=noninteractive
    # The lists of a fresh machine are empty or stale: they are fetched only when that shows.
    if ! apt_install "${missing[@]}" >"$log" 2>&1; then
        if ! { apt-get --quiet update && apt_install "${missing[@]}"; } >"$log" 2>&1; then
            cat "$log" >&2
            rm -f "$log"
            fail "apt-get could not install: ${missing[*]}"
        fi
    fi
    rm -f "$log"
}

apt_install() { apt-get --quiet --yes --no-install-recommends install "$@" </dev/null; }

# Runs `swift` with the arguments given. It leaves folders and locks in the temporary folder: here
# they stay inside .build, and the folders go an hour later.
tidy_swift() {
    local scratch=$root/.build/tmp
    mkdir -p "$scratch"
    find "$scratch" -maxdepth 1 -name 'TemporaryDirectory.*' -mmin +60 -exec rm -rf {} +
    TMPDIR=$scratch swift "$@"
}

# Fails unless Swift 6.3 or newer is on the PATH.
need_swift() {
    local hint="install Swift 6.3 or newer (https://www.swift.org/install/linux) and put its \
usr/bin folder on the PATH"
    command -v swift >/dev/null || fail "Swift is missing: there is no 'swift' on the PATH" "$hint"
    local said
    said=$(tidy_swift --version 2>&1) || fail "'swift --version' fails: $said" "$hint"
    [[ "$said" =~ Swift\ version\ ([0-9]+)\.([0-9]+) ]] ||
        fail "'swift --version' names no version: $said" "$hint"
    local major=${BASH_REMATCH[1]} minor=${BASH_REMATCH[2]}
    if ((major < 6 || (major == 6 && minor < 3))); then
        fail "Swift $major.$minor is too old: Mainstay needs 6.3 or newer" "$hint"
    fi
}

# Builds program `$1` in release mode unless it is up to date and sets `program`, its path.
# Swift's library is linked in: the process then starts in a quarter of the time.
build_release() {
    local product=${1:-mainstay}
    program=$root/.build/release/$product
    local stamp=$root/.build/$product-release-built sources=("$root/Package.swift" "$root/Sources")
    if [[ -d "$root/Tests/$product" ]]; then sources+=("$root/Tests/$product"); fi
    # The stamp is as old as the start of the build and tells which program that build made.
    if [[ -x "$program" && -e "$stamp" && "$(<"$stamp")" == "$(stat -c '%s %.Y' "$program")" ]] &&
        [[ -z "$(find "${sources[@]}" -newer "$stamp" -print -quit)" ]]; then
        return
    fi
    need_swift
    local log new_stamp teller status=0 linking=(--static-swift-stdlib)
    # This one is C: with Swift's library it would need that of C++, too.
    if [[ "$product" == mainstay-connector-host ]]; then linking=(); fi
    log=$(mktemp)
    new_stamp=$(mktemp "$root/.build/stamp.XXXXXX")
    tell_progress "$log" </dev/null >/dev/null &
    teller=$!
    # shellcheck disable=SC2064  # the names are local: expand them now
    trap "kill $teller 2>/dev/null || true; rm -f '$log' '$new_stamp'" EXIT
    tidy_swift build --package-path "$root" -c release "${linking[@]}" \
        -Xswiftc -cross-module-optimization --product "$product" </dev/null >"$log" 2>&1 || status=$?
    kill "$teller" 2>/dev/null || true
    wait "$teller" 2>/dev/null || true
    if [[ -t 2 ]]; then printf '\r\033[K' >&2; fi
    if ((status != 0)); then
        cat "$log" >&2
        fail "The release build failed" "the lines above say why"
    fi
    touch -r "$new_stamp" "$log"
    stat -c '%s %.Y' "$program" >"$new_stamp"
    touch -r "$log" "$new_stamp"
    mv "$new_stamp" "$stamp"
    rm -f "$log"
    trap - EXIT
}

# Says on standard error how far the build that writes `$1` has come, once it takes a moment.
tell_progress() {
    pause 2
    say "Building in release mode; the first time this takes a few minutes ..."
    [[ -t 2 ]] || return 0
    while pause 1; do
        printf '\r\033[K%.*s' 76 "$(grep -a '^\[' "$1" | tail -n 1)" >&2
    done
}

# Sleeps without holding standard error open for whoever reads it.
pause() { sleep "$1" 2>/dev/null; }

# Sets `postgres`, the folder of PostgreSQL's programs, and `as_server`, what runs them as a user that
# the server accepts: it refuses root.
find_postgres() {
    postgres=$(pg_config --bindir 2>/dev/null || true)
    as_server=()
    if ((EUID == 0)); then
        as_server=(setpriv --reuid=nobody --regid=nogroup --clear-groups)
    fi
}

# Starts a PostgreSQL of its own in folder `$1`, reached by a socket there alone, and sets
# MAINSTAY_TEST_POSTGRES to its URL. Without the program the tests that need it say that they skip.
start_postgres() {
    local home=$1/postgres
    find_postgres
    if [[ ! -x "$postgres/initdb" ]]; then
        say "Note: there is no PostgreSQL server here, so its tests are skipped"
        return
    fi
    mkdir "$home"
    if ((EUID == 0)); then chown nobody "$home"; fi
    (
        cd "$home"
        "${as_server[@]}" "$postgres/initdb" --pgdata=data --username=mainstay --auth=trust \
            --encoding=UTF8 --locale=C
    ) >"$home.log" 2>&1 </dev/null || { cat "$home.log" >&2; fail "PostgreSQL was not set up"; }
    run_postgres "$1"
    export MAINSTAY_TEST_POSTGRES="postgresql:///postgres?host=$home&user=mainstay"
}

# Starts the server that was set up in folder `$1`.
run_postgres() {
    local home=$1/postgres
    (
        cd "$home"
        "${as_server[@]}" "$postgres/pg_ctl" start --pgdata=data --log=log --wait \
            --options="-k '$home' -c listen_addresses= -c max_connections=300"
    ) >"$home.log" 2>&1 </dev/null || { cat "$home.log" >&2; fail "PostgreSQL did not start"; }
}

# Stops the server that was started in folder `$1`, if one was, in mode `$2` (immediate).
stop_postgres() {
    if [[ ! -e "$1/postgres/data/postmaster.pid" ]]; then return; fi
    (cd "$1/postgres" &&
        "${as_server[@]}" "$postgres/pg_ctl" stop --pgdata=data --mode="${2:-immediate}") \
        >/dev/null 2>&1
}

# Makes a Python with the validators that advisories are held against, once for all clones of this
# user, and sets MAINSTAY_TEST_VALIDATORS to it.
prepare_validators() {
    local list=$root/Tests/AdvisoryFormatsTests/validators.txt home name new
    home=${MAINSTAY_TEST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/mainstay-tests}
    name=validators-$(cat <(python3 --version) "$list" | sha256sum | cut -c1-12)
    export MAINSTAY_TEST_VALIDATORS=$home/$name/bin/python
    if [[ -e "$home/$name/complete" ]]; then return; fi
    say "Installing the validators of OSV and CSAF in $home/$name ..."
    mkdir -p "$home"
    new=$(mktemp -d "$home/new.XXXXXX")
    # Whoever needs the schema inside a package may be older than the Python that the package asks for.
    if ! { python3 -m venv "$new" && "$new/bin/python" -m pip install --quiet --no-deps \
        --ignore-requires-python --requirement "$list"; } >"$new/log" 2>&1; then
        cat "$new/log" >&2
        rm -rf "$new"
        fail "The validators of OSV and CSAF are not installed, so advisories cannot be tested" \
            "go online once, or point pip at a folder with the packages of $list: PIP_FIND_LINKS"
    fi
    touch "$new/complete"
    # A venv may be moved as long as it is called by the path of its Python.
    if ! mv --no-target-directory "$new" "$home/$name" 2>/dev/null; then rm -rf "$new"; fi
}

# Starts the servers of vendors that the connectors are tested against, in the background; their
# packages are installed where they are missing. Without root the tests that need them say that they
# skip.
start_vendors() {
    vendors=$1
    if ((EUID != 0)) || ! command -v apt-get >/dev/null; then
        say "Note: only root on Debian starts vendors' servers, so their tests are skipped"
        return
    fi
    # One after the other: apt runs once at a time.
    (
        for vendor in rt5:18185 redmine:18186; do
            "$root/Scripts/vendors/${vendor%:*}.sh" start "/var/lib/mainstay-tests/${vendor%:*}" \
                "${vendor#*:}" >"$vendors/${vendor%:*}.variables" || true
        done
    ) >"$vendors/vendors.log" 2>&1 </dev/null &
    starting_vendors=$!
}

# Waits for the servers that are being started and sets MAINSTAY_TEST_RT_URL and the like.
await_vendors() {
    local variables
    if [[ -z "${starting_vendors:-}" ]]; then return; fi
    say "Waiting for the vendors' servers ..."
    wait "$starting_vendors" || true
    set -a
    for variables in "$vendors"/*.variables; do
        if [[ ! -s "$variables" ]]; then
            cat "$vendors/vendors.log" >&2
            say "Note: $(basename "$variables" .variables) did not start, so its tests are skipped"
        fi
        # shellcheck source=/dev/null
        source "$variables"
    done
    set +a
}

# Packs the connectors with program `$1` into the folder of the vendors and sets
# MAINSTAY_TEST_CONNECTORS to it.
pack_connectors() {
    local connector
    if [[ -z "${starting_vendors:-}" ]]; then return; fi
    for connector in RequestTracker Redmine; do
        say "Packing connector $connector ..."
        "$1" connector pack "$root/Plugins/$connector" --into "$vendors" >"$vendors/pack.log" 2>&1 ||
            { cat "$vendors/pack.log" >&2; fail "Connector $connector was not packed"; }
    done
    export MAINSTAY_TEST_CONNECTORS=$vendors
}

stop_vendors() {
    local vendor
    if [[ -z "${starting_vendors:-}" ]]; then return; fi
    for vendor in rt5 redmine; do
        "$root/Scripts/vendors/$vendor.sh" stop "/var/lib/mainstay-tests/$vendor"
    done
}

# Runs all tests that were built, or those that the options given to `swift test` choose. They see
# no settings of Git's or of the user's, and what they leave in the temporary folder goes.
run_tests() {
    local scratch status=0
    scratch=$(mktemp -d)
    # Some tests read as another user.
    chmod go+rx "$scratch"
    # shellcheck disable=SC2064
    trap "stop_postgres '$scratch'; chmod -R u+rwX '$scratch'; rm -rf '$scratch'" EXIT
    start_postgres "$scratch"
    prepare_validators
    (
        # shellcheck disable=SC2046  # one name a word
        unset $(git rev-parse --local-env-vars)
        export TMPDIR=$scratch MAINSTAY_CACHE=$scratch/mainstay-cache
        export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
        swift test --package-path "$root" --skip-build --disable-xctest "$@" 2>&1 |
            tee "$scratch/said"
    ) || status=$?
    if ((status != 0)); then
        say "What failed, once more:"
        awk '/^✘/ { on = 1 } /^(✔|◇)/ { on = 0 } on && ++count <= 300' "$scratch/said" >&2
    fi
    return "$status"
}
