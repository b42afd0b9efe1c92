#!/usr/bin/env bash
# Installs what is missing, and nothing else: the Rust target and components, the build tools into .tools/, the npm
# packages. A machine that has everything passes in well under a second and needs no network.
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

# Build tools. Unoptimised: compiling them well takes longer than all their runs together.
install() { # crate version reported-by [cargo install options]
  local crate=$1 version=$2 found=$3
  shift 3
  [ "${found##* }" = "$version" ] && return
  say "installing $crate $version into .tools/ (a minute or two)"
  CARGO_PROFILE_DEV_DEBUG=0 CARGO_TARGET_DIR="$ROOT/.tools/target" \
    cargo install --root .tools --debug --force "$@" "$crate@$version"
  rm -rf .tools/target
}
# Its own lock names a release that the index may not offer, hence without --locked.
install wasm-bindgen-cli "$WASM_BINDGEN_VERSION" "$(.tools/bin/wasm-bindgen --version 2>/dev/null || true)"
if [ "$(.tools/bin/worker-build --version 2>/dev/null || true)" != "$WORKER_BUILD_VERSION" ]; then
  # On Linux it links OpenSSL for downloads that it never makes here, and needs the headers for that.
  if [ "$(uname)" = Linux ] && [ -z "${OPENSSL_DIR:-}" ] && ! pkg-config --exists openssl 2>/dev/null; then
    if [ "$(id -u)" = 0 ] && have apt-get; then
      say "installing OpenSSL's headers, which worker-build needs"
      apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends pkg-config libssl-dev
    else
      die "worker-build needs pkg-config and OpenSSL's headers (Debian: pkg-config libssl-dev; Fedora: pkgconf openssl-devel)."
    fi
  fi
  install worker-build "$WORKER_BUILD_VERSION" "" --locked
fi
