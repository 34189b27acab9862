#!/usr/bin/env bash
# scripts/with-site.sh COMMAND…: runs it with STOA_URL naming a Stoa filled with the demo. One that is set already is used as
# it is; otherwise the debug build is started for the command alone, on an empty SQLite database and a free port.
# The owner signs in with the e-mail and the password that STOA_OWNER_EMAIL and STOA_OWNER_PASSWORD name. The sample members
# have STOA_DEMO_PASSWORD: STOA_TIER_EMAIL has the tier, STOA_BUYER_EMAIL bought sqlite-in-production, STOA_MEMBER_EMAIL
# bought nothing, STOA_AUTHOR_EMAIL writes. The payment providers' simulators run beside it from STOA_SIMULATORS_PORT on; an
# admin switches them on (end2end/money does).
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
[ $# -gt 0 ] || die "usage: scripts/with-site.sh COMMAND…"
# STOA_SITE_ON=postgres puts it on a throwaway PostgreSQL instead.
if [ -n "${STOA_URL:-}" ]; then exec "$@"; fi
if [ "${STOA_SITE_ON:-}" = postgres ] && [ -z "${STOA_TEST_POSTGRES:-}" ]; then exec scripts/with-postgres.sh "$0" "$@"; fi

stoa=$(realpath "${STOA_BIN:-$target/debug/stoa}") || die "no debug build: run cargo build --features ssr"
home=$(mktemp -d "${TMPDIR:-/tmp}/stoa-site.XXXXXX")
server= simulators=
stop() {
    for process in $simulators $server; do kill "$process" 2>/dev/null && wait "$process" || true; done
    rm -rf "$home"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 141' PIPE
trap 'exit 143' TERM

port=$(free_port)
export STOA_URL="http://127.0.0.1:$port"
export STOA_OWNER_EMAIL=owner@example.org STOA_OWNER_PASSWORD="a long enough password"
export STOA_TIER_EMAIL=sample-lin@example.org STOA_BUYER_EMAIL=sample-bo@example.org STOA_MEMBER_EMAIL=sample-mei@example.org
export STOA_AUTHOR_EMAIL=sample-writer@example.org STOA_DEMO_PASSWORD="sample-members-only"
if [ "${STOA_SITE_ON:-}" = postgres ]; then export STOA_DATABASE_URL="$STOA_TEST_POSTGRES"; else export STOA_DATABASE_URL="sqlite://$home/stoa.db"; fi
export STOA_DATA_DIR="$home" STOA_LISTEN="127.0.0.1:$port" STOA_BASE_URL="$STOA_URL"
export STOA_TEST_PAYMENTS=on
STOA_SIMULATORS_PORT=$(free_ports 4)
export STOA_SIMULATORS_PORT
# Every test says that it comes from an address of its own, as people do.
export STOA_BEHIND_PROXY=on

# From a folder of its own, where no stoa.toml of the developer's is found.
program() { cd "$home" && exec "$stoa" "$@"; }
(program setup --name "Stoa" --locale en --time-zone Asia/Shanghai --currency CNY \
    --email "$STOA_OWNER_EMAIL" --handle keeper --password "$STOA_OWNER_PASSWORD")
(program demo)
log="${STOA_LOG_FILE:-$home/server.log}"
program serve >"$log" 2>&1 &
server=$!
program simulate >"$home/simulators.log" 2>&1 &
simulators=$!

answers() { node -e 'fetch(process.argv[1]).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))' "$1"; }
until answers "$STOA_URL/readyz"; do
    kill -0 "$server" 2>/dev/null || { tail -50 "$log" >&2; die "the server stopped before it answered"; }
done
for port in 0 1 2 3; do
    until answers "http://127.0.0.1:$((STOA_SIMULATORS_PORT + port))/"; do
        kill -0 "$simulators" 2>/dev/null || { cat "$home/simulators.log" >&2; die "the simulators stopped before they answered"; }
    done
done
say "site: $STOA_URL, for these tests only"

status=0
"$@" || status=$?
# Short, so that what the command said about its failure stays in sight; STOA_LOG_FILE keeps all of it.
if [ "$status" != 0 ]; then
    say "site: what the server warned of last"
    grep -v '"level":"INFO"' "$log" | tail -8 | cut -c 1-300 >&2 || true
fi
exit "$status"
