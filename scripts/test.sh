#!/usr/bin/env bash
# Everything that has to be true of a commit. The first stage that fails ends it; the tests print their own counts.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

started=$SECONDS
stage() {
    local name=$1 began=$SECONDS
    shift
    say "== $name"
    "$@" || die "$name: FAILED after $((SECONDS - began)) s"
    say "== $name: ok, $((SECONDS - began)) s"
}

stage "tools" scripts/setup.sh test
stage "format" make --no-print-directory fmt-check
stage "lint" make --no-print-directory lint
stage "front end" node scripts/front.mjs
stage "build" cargo build --features ssr
stage "tests, on SQLite and PostgreSQL" scripts/with-postgres.sh cargo test --features ssr
stage "browser tests" scripts/with-site.sh npx playwright test --config end2end
stage "browser tests of money" scripts/with-site.sh npx playwright test --config end2end/money
say "== all passed, $((SECONDS - started)) s"
