# Shared by the scripts here; meant to be sourced. Leaves the caller in the root of the checkout, or stops it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# What is built or fetched once for all checkouts of one user.
cache="${XDG_CACHE_HOME:-$HOME/.cache}/stoa"
target="${CARGO_TARGET_DIR:-target}"

say() { printf '\033[1m%s\033[0m\n' "$*" >&2; }
die() { printf 'stoa: %s\n' "$*" >&2; exit 1; }
has() { command -v "$1" >/dev/null 2>&1; }

# A port of 127.0.0.1 that nothing listens on now.
free_port() { node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })'; }
# The first of as many ports in a row as are asked for.
free_ports() {
    node -e '
        const [net, many] = [require("net"), Number(process.argv[1])];
        const take = (port) => new Promise((done) => { const s = net.createServer().once("error", () => done(null)); s.listen(port, "127.0.0.1", () => done(s)); });
        (async () => {
            for (;;) {
                const first = 20000 + Math.floor(Math.random() * 40000);
                const taken = await Promise.all(Array.from({ length: many }, (_, n) => take(first + n)));
                for (const s of taken) s?.close();
                if (taken.every(Boolean)) return console.log(first);
            }
        })();' "$1"
}
