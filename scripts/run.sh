#!/usr/bin/env bash
# A development site, and the simulators of the payment providers beside it when the site takes test payments.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

cargo build --features ssr
stoa="${CARGO_TARGET_DIR:-target}/debug/stoa"
if [ "${STOA_TEST_PAYMENTS:-off}" = on ]; then
    "$stoa" simulate &
    trap 'kill "$!" 2>/dev/null || true' EXIT
fi
"$stoa" serve
