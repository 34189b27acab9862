#!/usr/bin/env bash
# scripts/with-postgres.sh COMMAND…: runs it with STOA_TEST_POSTGRES naming a PostgreSQL server. One that is set already is
# used as it is; otherwise a server is started for the command alone, on a free port of 127.0.0.1, and removed afterwards.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
[ $# -gt 0 ] || die "usage: scripts/with-postgres.sh COMMAND…"
if [ -n "${STOA_TEST_POSTGRES:-}" ]; then exec "$@"; fi

programs=$(scripts/setup.sh postgres-path)
[ -n "$programs" ] || die "no PostgreSQL server programs: run scripts/setup.sh test"

# PostgreSQL refuses to run as root.
as_server=()
if [ "$(id -u)" = 0 ]; then
    user=postgres
    id "$user" >/dev/null 2>&1 || user=nobody
    as_server=(runuser -u "$user" --)
fi

home=$(mktemp -d "${TMPDIR:-/tmp}/stoa-postgres.XXXXXX")
stop() {
    (cd / && "${as_server[@]}" "$programs/pg_ctl" stop -D "$home/data" -m immediate >/dev/null 2>&1) || true
    rm -rf "$home" || rm -rf "$home" # The server may write its last file meanwhile.
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 141' PIPE
trap 'exit 143' TERM

# A password, since any user of this machine can reach the port; sent as it is, since hashing it in debug builds is slow.
password=$(head -c 16 /dev/urandom | od -An -tx1 | tr -d ' \n')
printf '%s\n' "$password" >"$home/password"
if [ "$(id -u)" = 0 ]; then chown -R "$user" "$home"; fi

# `cd /`: the server's user may not be allowed into the checkout.
(cd / && "${as_server[@]}" "$programs/initdb" -D "$home/data" --username=stoa --pwfile="$home/password" --auth=password \
    --encoding=UTF8 --no-locale --no-sync >"$home/initdb.log" 2>&1) || { cat "$home/initdb.log" >&2; die "initdb failed"; }

# Nothing here outlives the tests, so nothing waits for the disk or is tidied up.
options="-c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=300
         -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c wal_level=minimal -c max_wal_senders=0
         -c autovacuum=off -c jit=off"
port=
for _ in 1 2 3; do # Somebody else may take the free port first.
    port=$(free_port)
    # Nothing may hold this script's own output open once it is gone.
    (cd / && "${as_server[@]}" "$programs/pg_ctl" start -w -D "$home/data" -l "$home/server.log" \
        -o "$(echo $options) -p $port" >/dev/null 2>&1 </dev/null) && break
    port=
done
[ -n "$port" ] || { tail -20 "$home/server.log" >&2; die "PostgreSQL did not start"; }

say "postgres: $("$programs/postgres" --version) on 127.0.0.1:$port, for these tests only"
export STOA_TEST_POSTGRES="postgres://stoa:$password@127.0.0.1:$port/postgres"
"$@"
