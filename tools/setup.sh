#!/usr/bin/env bash
# Installs what is missing, and nothing else: the Rust target and components, the build tools into .tools/, the npm
# packages. A machine that has everything passes in well under a second and needs no network. `--tests` adds what only the
# tests need: a browser.
source "$(dirname "$0")/env.sh"

# Rust: rust-toolchain.toml names channel, target and components.
have cargo || die "cargo is not installed. Install rustup (your system's package or its own installer), then run this again."
libdir=$(rustc --print target-libdir --target wasm32-unknown-unknown 2>/dev/null || true)
if [ ! -d "$libdir" ]; then
  have rustup || die "this Rust has no wasm32-unknown-unknown target, and there is no rustup to add it."
  say "adding the wasm32-unknown-unknown target"
  rustup target add wasm32-unknown-unknown
fi
for component in rustfmt clippy; do
  tool=cargo-$component
  [ "$component" = rustfmt ] && tool=cargo-fmt
  if ! "$tool" --version >/dev/null 2>&1; then
    have rustup || die "$component is not installed, and there is no rustup to add it."
    say "adding $component"
    rustup component add "$component"
  fi
done

# Node and the npm packages, when the lock changed.
have node || die "node is not installed. Node 20 or later is needed."
[ "$(node -p 'parseInt(process.versions.node)')" -ge 20 ] || die "Node 20 or later is needed; this is $(node --version)."
lock=$(digest < package-lock.json)
if [ "$(cat node_modules/.lock-digest 2>/dev/null)" != "$lock" ]; then
  say "installing npm packages"
  npm ci --no-progress
  echo "$lock" > node_modules/.lock-digest
fi

# wasm-bindgen's tool. Unoptimised: compiling it well takes longer than all its runs together.
install() { # crate version reported-by [cargo install options]
  local crate=$1 version=$2 found=$3
  shift 3
  [ "${found##* }" = "$version" ] && return
  say "installing $crate $version into .tools/ (a minute or two)"
  CARGO_PROFILE_DEV_DEBUG=0 CARGO_TARGET_DIR="$ROOT/.tools/target" \
    cargo install --root .tools --debug --force "$@" "$crate@$version"
  rm -rf .tools/target
}
# Without --locked: the lock it was published with names a release that was withdrawn.
install wasm-bindgen-cli "$WASM_BINDGEN_VERSION" "$(.tools/bin/wasm-bindgen --version 2>/dev/null || true)"

if [ "${1:-}" = --proof ]; then
  install cargo-mutants "$CARGO_MUTANTS_VERSION" "$(.tools/bin/cargo-mutants mutants --version 2>/dev/null || true)" --locked
fi

# A browser, for the tests only: the system's package where we may install one, else playwright's into .tools/.
if [ "${1:-}" = --tests ] && ! node tools/browser.mjs >/dev/null 2>&1; then
  say "installing Chromium"
  if [ -z "${CHROMIUM:-}" ] && [ "$(id -u)" = 0 ] && have apt-get; then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null || true
  fi
  if ! node tools/browser.mjs >/dev/null 2>&1; then
    PLAYWRIGHT_BROWSERS_PATH="$ROOT/.tools/browsers" playwright-core install --no-shell chromium || true
  fi
  node tools/browser.mjs >/dev/null || die "the browser tests need Chromium, and it could not be installed here."
fi
