#!/usr/bin/env bash
# Builds the release and measures it with scripts/bench.mjs.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

scripts/setup.sh bench
node scripts/front.mjs --release
cargo build --release --features ssr --bin stoa --example static_server
STOA_BIN=$(realpath "$target/release/stoa")
STOA_STATIC_SERVER=$(realpath "$target/release/examples/static_server")
export STOA_BIN STOA_STATIC_SERVER
exec node scripts/bench.mjs
