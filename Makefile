# `make help` lists what there is. The work is done by scripts/; this file names it.

# Only from the command line: another program's DATABASE_URL in the environment must not become ours.
ifeq ($(origin DATABASE_URL), command line)
export STOA_DATABASE_URL := $(DATABASE_URL)
endif

target := $(or $(CARGO_TARGET_DIR),target)

.PHONY: help run build test histories bench lighthouse front setup fmt fmt-check lint clean

help: ## This list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

run: export STOA_TEST_PAYMENTS ?= on
run: setup front ## Build and serve a development site, with simulated payment providers; DATABASE_URL=postgres://… for another database than data/stoa.db
	@scripts/run.sh

build: setup ## Build the release: one file, dist/stoa
	node scripts/front.mjs --release
	cargo build --release --features ssr
	install -D $(target)/release/stoa dist/stoa
	@echo "dist/stoa: $$(du -h dist/stoa | cut -f1)"

test: ## Check formatting and lints, run all tests on both databases and in a browser
	@scripts/test.sh

histories: export STOA_HISTORIES ?= 10000
histories: setup ## Live 10,000 random lives of orders at each payment provider, and of codes, on both databases (hours); STOA_HISTORIES for another number
	scripts/with-postgres.sh cargo test --release --features ssr --test histories -- --nocapture --test-threads=8
	scripts/with-postgres.sh cargo test --release --features ssr --test http codes_histories -- --nocapture --test-threads=8

bench: ## Measure a release build
	scripts/bench.sh

lighthouse: export STOA_BIN = $(abspath $(target)/release/stoa)
# Built as scripts/bench.sh builds it: what a build with examples left is of no use to one without.
lighthouse: ## Ask Lighthouse about a release build with the demo's content
	scripts/setup.sh bench
	node scripts/front.mjs --release
	cargo build --release --features ssr --bin stoa --example static_server
	scripts/with-site.sh node scripts/lighthouse.mjs

front: setup ## Build what the browser loads, into target/site
	@node scripts/front.mjs

setup:
	@scripts/setup.sh build

fmt: ## Format the code
	cargo fmt
	cargo fmt --manifest-path tools/bindgen/Cargo.toml

fmt-check:
	cargo fmt --check
	cargo fmt --check --manifest-path tools/bindgen/Cargo.toml

lint: ## Lint both halves: the server and the browser's
	cargo clippy --features ssr --all-targets -- -D warnings
	cargo clippy --lib --target wasm32-unknown-unknown --no-default-features --features hydrate -- -D warnings

clean: ## Remove everything that was built (not data/)
	cargo clean
	rm -rf target dist node_modules
