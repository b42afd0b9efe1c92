# Sourced by the other scripts: where things are, and quiet tools.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$ROOT"
# shellcheck source=versions.mk
source tools/versions.mk

# rustup puts cargo there; a shell that never logged in may not have it on its path.
[ -d "$HOME/.cargo/bin" ] && PATH="$HOME/.cargo/bin:$PATH"
export PATH="$ROOT/node_modules/.bin:$PATH"
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$ROOT/target}"

# Nothing here phones home, asks whether a newer version exists, or keeps state outside the project's folder.
export WRANGLER_SEND_METRICS=false WRANGLER_SEND_ERROR_REPORTS=false WRANGLER_HIDE_BANNER=true
export WRANGLER_LOG_PATH="$ROOT/.wrangler/logs" WRANGLER_REGISTRY_PATH="$ROOT/.wrangler/registry"
export CLOUDFLARE_CF_FETCH_ENABLED=false NPM_CONFIG_UPDATE_NOTIFIER=false DISABLE_OPENCOLLECTIVE=1

say() { printf '\033[1m==>\033[0m %s\n' "$*" >&2; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }
digest() { if have sha256sum; then sha256sum; else shasum -a 256; fi | cut -d' ' -f1; }
