#!/usr/bin/env bash
# Scripts/vendors/redmine.sh: a real Redmine 5 on loopback, from the packages of Debian 12.
# Usage: redmine.sh start|restart|stop [FOLDER] [PORT]
#
# `start` erases FOLDER, makes a database there, and prints what to set: MAINSTAY_TEST_REDMINE_URL and
# the keys of two people, `connector` (we: _KEY) and `vendor` (his engineer: _VENDOR_KEY). `restart`
# keeps the database. The server ends after MAX_SECONDS (3600). One at a time: Debian keeps the
# settings of the instance `mainstay-vendor` in fixed places.
set -euo pipefail
script=$(readlink -f "${BASH_SOURCE[0]}")
# shellcheck source=lib.sh
source "$(dirname "$script")/lib.sh"
name=Redmine port=18086
instance=mainstay-vendor

# Ruby of Debian's security updates brings a newer Bundler, which does not find what Debian's packages
# installed and breaks the installation of Redmine: Debian's own has to run.
use_debian_bundler() {
    local specification
    for specification in /usr/share/rubygems-integration/all/specifications/bundler-*.gemspec; do
        if [[ -e "$specification" ]]; then
            BUNDLER_VERSION=$(basename "$specification" .gemspec)
            export BUNDLER_VERSION=${BUNDLER_VERSION#bundler-}
        fi
    done
}

install_vendor() {
    install_missing ruby-bundler curl procps
    use_debian_bundler
    # An installation that was broken off is ended first.
    if dpkg --audit | grep -q redmine; then dpkg --configure -a >&2; fi
    install_missing redmine redmine-sqlite dbconfig-no-thanks puma
}

# Runs a program as Redmine's own user.
as_redmine() {
    use_debian_bundler
    cd /usr/share/redmine
    # Rails writes its schema after migrating, and must not write below /usr/share.
    env HOME="$state/db" SCHEMA="$state/db/schema.rb" REDMINE_INSTANCE=$instance RAILS_ENV=production \
        X_DEBIAN_SITEID=$instance REDMINE_LANG=en RAILS_LOG_TO_STDOUT= \
        setpriv --reuid=www-data --regid=www-data --init-groups "$@"
}

make_database() {
    local links=/var/lib/redmine/$instance settings=/etc/redmine/$instance folder
    chmod go+rx "$state"
    install -d -o www-data -g www-data "$state/db" "$settings" "$links" "$links/files" \
        "$links/public" "/var/log/redmine/$instance" "/var/cache/redmine/$instance/tmp"
    for folder in "config:$settings" "log:/var/log/redmine/$instance" \
        "tmp:/var/cache/redmine/$instance/tmp"; do
        ln -sfn "${folder#*:}" "$links/${folder%%:*}"
    done
    cat >"$settings/database.yml" <<YAML
production:
  adapter: sqlite3
  database: $state/db/redmine.sqlite3
  timeout: 10000
  encoding: utf8
YAML
    od -An -tx1 -N40 /dev/urandom | tr -d ' \n' >"$settings/secret_key.txt"
    chown -R www-data:www-data "$settings"
    cat >"$state/seed.rb" <<'RUBY'
Setting.rest_api_enabled = '1'
Setting.default_language = 'en'
Setting.attachment_extensions_denied = 'exe'
project = Project.new(name: 'Vendor Support', is_public: false)
project.identifier = 'vendor-support'
project.trackers = Tracker.all
project.save!
# Nobody may close a feature: Redmine then answers with success and leaves the status.
WorkflowTransition.where(tracker_id: 2, new_status_id: 5).delete_all
hidden = Project.new(name: 'Elsewhere', is_public: false)
hidden.identifier = 'elsewhere'
hidden.trackers = Tracker.all
hidden.save!
keys = {}
[%w[connector KEY], %w[vendor VENDOR_KEY]].each do |login, variable|
  user = User.new(firstname: login.capitalize, lastname: 'Person', mail: "#{login}@people.example",
                  language: 'en')
  user.login = login
  user.password = user.password_confirmation = SecureRandom.hex(8)
  user.save!
  manager = [Role.find_by_name('Manager')]
  Member.create!(project: project, principal: user, roles: manager)
  Member.create!(project: hidden, principal: user, roles: manager) if login == 'vendor'
  keys[variable] = user.api_key
end
File.write(ENV['KEYS'], keys.map { |variable, key| "MAINSTAY_TEST_REDMINE_#{variable}=#{key}\n" }.join)
RUBY
    install -o www-data -g www-data -m 600 /dev/null "$state/keys"
    set_up as_redmine rake db:migrate
    set_up as_redmine rake redmine:load_default_data
    export KEYS=$state/keys
    set_up as_redmine rails runner "$state/seed.rb"
}

serve() {
    as_redmine puma -e production -b "tcp://127.0.0.1:$port" -t 1:4 config.ru
}

is_ready() {
    local MAINSTAY_TEST_REDMINE_KEY=
    # shellcheck source=/dev/null
    source "$state/keys"
    curl -fsS -m 30 -o /dev/null -H "X-Redmine-API-Key: $MAINSTAY_TEST_REDMINE_KEY" \
        "http://127.0.0.1:$port/users/current.json"
}

tell_variables() {
    echo "MAINSTAY_TEST_REDMINE_URL=http://127.0.0.1:$port"
    cat "$state/keys"
}

vendor_main "$@"
