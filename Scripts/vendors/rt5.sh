#!/usr/bin/env bash
# Scripts/vendors/rt5.sh: a real Request Tracker 5 on loopback, from the packages of Debian 12.
# Usage: rt5.sh start|restart|stop [FOLDER] [PORT]
#
# `start` erases FOLDER, makes a database there, and prints what to set: MAINSTAY_TEST_RT_URL and the
# tokens of two people, `connector` (we: _KEY) and `vendor` (his engineer: _VENDOR_KEY). `restart`
# keeps the database. Mail goes to files. The server ends after MAX_SECONDS (3600).
set -euo pipefail
script=$(readlink -f "${BASH_SOURCE[0]}")
# shellcheck source=lib.sh
source "$(dirname "$script")/lib.sh"
name="Request Tracker" port=18085
libexec=/usr/share/request-tracker5

install_vendor() {
    # dbconfig-no-thanks leaves the database to this script; msmtp-mta spares a mail server.
    install_missing request-tracker5 rt5-standalone rt5-db-sqlite dbconfig-no-thanks msmtp-mta \
        curl procps
}

use_settings() {
    export RT_SITE_CONFIG=$state/RT_SiteConfig.pm RT_SITE_CONFIG_DIR=$state/conf.d
}

make_database() {
    use_settings
    mkdir -p "$state/conf.d" "$state/var"
    cat >"$RT_SITE_CONFIG" <<PERL
Set(\$rtname, 'vendor.example');
Set(\$Organization, 'vendor.example');
Set(\$Timezone, 'UTC');
Set(\$WebDomain, '127.0.0.1');
Set(\$WebPort, $port);
Set(\$WebPath, '');
Set(\$WebBaseURL, 'http://127.0.0.1:$port');
Set(\$DatabaseType, 'SQLite');
Set(\$DatabaseName, '$state/var/rt5.sqlite');
Set(\$CorrespondAddress, 'rt\@vendor.example');
Set(\$CommentAddress, 'rt-comment\@vendor.example');
Set(\$MailCommand, 'testfile');
Set(\$LogToSyslog, undef); Set(\$LogToFile, undef); Set(\$LogToSTDERR, 'warning');
# An agreement, so that the vendor's side moves dates of its own accord.
Set(%ServiceAgreements, (Default => 'standard', Levels => {
    standard => { Starts => { RealMinutes => 0 }, Resolve => { RealMinutes => 2880 } },
    urgent   => { Starts => { RealMinutes => 0 }, Resolve => { RealMinutes => 480 } } }));
1;
PERL
    set_up rt-setup-database-5 --action init --dba root --dba-password '' --skip-create
    set_up perl -I"$libexec/lib" -e '
        use strict; use warnings; use RT; RT::LoadConfig(); RT::Init();
        my $queue = RT::Queue->new(RT->SystemUser);
        my ($ok, $said) = $queue->Create(Name => "Vendor Support");
        die $said unless $ok;
        $queue->SetSLADisabled(0);
        for my $name (qw(connector vendor)) {
            my $user = RT::User->new(RT->SystemUser);
            ($ok, $said) = $user->Create(
                Name => $name, EmailAddress => "$name\@people.example", Privileged => 1);
            die $said unless $ok;
            $user->PrincipalObj->GrantRight(Right => $_, Object => $queue) for qw(
                SeeQueue ShowTicket ShowTicketComments CreateTicket ReplyToTicket CommentOnTicket
                ModifyTicket OwnTicket SeeCustomField);
            my $token = RT::AuthToken->new(RT->SystemUser);
            my ($id, $why, $text) = $token->Create(Owner => $user->id, Description => $name);
            die $why unless $id;
            open my $file, ">", "$ENV{RT_SITE_CONFIG_DIR}/../token.$name" or die $!;
            print $file $text;
        }'
}

serve() {
    use_settings
    exec "$libexec/libexec/standalone_httpd" --host 127.0.0.1 --port "$port"
}

is_ready() {
    curl -fsS -m 10 -o /dev/null -H "Authorization: token $(<"$state/token.connector")" \
        "http://127.0.0.1:$port/REST/2.0/rt"
}

tell_variables() {
    echo "MAINSTAY_TEST_RT_URL=http://127.0.0.1:$port/REST/2.0"
    echo "MAINSTAY_TEST_RT_KEY=$(<"$state/token.connector")"
    echo "MAINSTAY_TEST_RT_VENDOR_KEY=$(<"$state/token.vendor")"
}

vendor_main "$@"
