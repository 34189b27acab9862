#!/usr/bin/env bash
# Makes sure that what the build (and with `test`, the tests) needs is there; each step is quick when it is.
#
#   scripts/setup.sh build           the wasm target, the node packages, the bindgen tool
#   scripts/setup.sh test            the same, rustfmt and clippy, a Chromium, a font with Chinese, a PostgreSQL server
#   scripts/setup.sh bench           the same as build, wrk and curl
#   scripts/setup.sh bindgen-path    prints where the bindgen tool is
#   scripts/setup.sh chromium-path   prints where a Chromium is, or nothing
#   scripts/setup.sh postgres-path   prints the folder of PostgreSQL's programs, or nothing
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# apt-get as root, through sudo, or as advice.
install_packages() {
    has apt-get || die "please install: $*"
    local sudo=()
    if [ "$(id -u)" != 0 ]; then
        has sudo || die "please run as root: apt-get install $*"
        sudo=(sudo)
    fi
    say "setup: installing $* (apt-get)"
    "${sudo[@]}" apt-get update -qq >&2
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@" >&2
}

ensure_compilers() {
    has cargo || die "Rust is missing: see https://rustup.rs"
    has cc || install_packages build-essential
    has npm || die "Node.js 20 or newer with npm is missing: see https://nodejs.org"
    [ "$(node -p 'process.versions.node.split(".")[0]')" -ge 20 ] || die "Node.js 20 or newer is needed, this is $(node --version)"
}

ensure_wasm_target() {
    [ -d "$(rustc --print sysroot)/lib/rustlib/wasm32-unknown-unknown/lib" ] && return
    has rustup || die "this Rust has no wasm32-unknown-unknown target, and there is no rustup to add it"
    say "setup: adding the wasm32-unknown-unknown target"
    rustup target add wasm32-unknown-unknown >&2
}

ensure_components() {
    for tool in rustfmt clippy; do
        cargo "${tool/rust/}" --version >/dev/null 2>&1 && continue
        say "setup: adding $tool"
        rustup component add "$tool" >&2 || die "cargo ${tool/rust/} is missing"
    done
}

ensure_node_packages() {
    local stamp=node_modules/.stoa-lock
    cmp -s package-lock.json "$stamp" && return
    # npm would empty the folder that the link leads to, which is somebody else's.
    [ ! -L node_modules ] || die "node_modules is a link, and what it leads to does not fit package-lock.json: remove the link"
    say "setup: installing node packages (npm ci)"
    npm ci --no-audit --no-fund --loglevel=error >&2
    cp package-lock.json "$stamp"
}

# Named by what it is built from, so that every checkout finds the one that fits it.
bindgen_path() {
    local version source
    version=$(sed -n 's/^version = "\(.*\)"/\1/p' tools/bindgen/Cargo.toml)
    source=$(cat tools/bindgen/Cargo.* tools/bindgen/src/main.rs | sha256sum | cut -c1-8)
    echo "$cache/tools/bindgen-$version-$source"
}

ensure_bindgen() {
    local path
    path=$(bindgen_path)
    [ -x "$path" ] && return
    say "setup: building the bindgen tool (once, about a minute)"
    local build="$path.build.$$"
    cargo build --locked --manifest-path tools/bindgen/Cargo.toml --target-dir "$build" >&2
    mv "$build/debug/bindgen" "$path"
    rm -rf "$build"
}

chromium_path() {
    if [ -n "${STOA_CHROMIUM:-}" ]; then echo "$STOA_CHROMIUM"; return; fi
    for name in chromium-headless-shell chromium chromium-browser google-chrome google-chrome-stable; do
        if has "$name"; then command -v "$name"; return; fi
    done
    # Playwright's own download, when there is one.
    if [ -d node_modules/@playwright/test ]; then
        node -e 'const p = require("@playwright/test").chromium.executablePath(); if (require("fs").existsSync(p)) console.log(p)'
    fi
}

# The shell is Chromium without its windows, which nobody sees here: quicker, and no window waits to be the one in front.
ensure_chromium() {
    [ -n "${STOA_CHROMIUM:-}" ] || has chromium-headless-shell || ! has apt-get || install_packages chromium-headless-shell || true
    [ -n "$(chromium_path)" ] && return
    install_packages chromium || npx playwright install chromium >&2
    [ -n "$(chromium_path)" ] || die "no Chromium for the browser tests: install one, or name it in STOA_CHROMIUM"
}

# Without letters for it, Chinese text is a row of boxes, whose width says nothing.
ensure_chinese_font() {
    has fc-list || install_packages fontconfig
    [ -n "$(fc-list :lang=zh-cn family)" ] || install_packages fonts-noto-cjk
}

postgres_path() {
    local newest
    newest=$(ls -d /usr/lib/postgresql/*/bin/initdb 2>/dev/null | sort -V | tail -1)
    [ -n "$newest" ] || newest=$(command -v initdb || true)
    [ -z "$newest" ] || dirname "$(readlink -f "$newest")"
}

ensure_postgres() {
    [ -n "${STOA_TEST_POSTGRES:-}" ] || [ -n "$(postgres_path)" ] && return
    install_packages postgresql
    [ -n "$(postgres_path)" ] || die "no PostgreSQL server programs: install postgresql, or name a server in STOA_TEST_POSTGRES"
}

ensure_load_tools() {
    has wrk || install_packages wrk
    has curl || install_packages curl
}

ensure_build() { ensure_compilers; ensure_wasm_target; ensure_node_packages; ensure_bindgen; }

case "${1:-}" in
    build) ensure_build ;;
    test) ensure_build; ensure_components; ensure_chromium; ensure_chinese_font; ensure_postgres ;;
    bench) ensure_build; ensure_load_tools ;;
    bindgen-path) ensure_bindgen; bindgen_path ;;
    chromium-path) chromium_path ;;
    postgres-path) postgres_path ;;
    *) die "usage: scripts/setup.sh build|test|bench|bindgen-path|chromium-path|postgres-path" ;;
esac
