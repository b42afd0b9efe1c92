#!/usr/bin/env bash
# Builds the core and its glue: build/, or with --drill build-drill/ (which panics on demand; for one test only).
# wrangler runs this as its build command, so it is quick when nothing changed: cargo decides whether the Wasm file is
# new, and the rest is skipped when it is not.
source "$(dirname "$0")/env.sh"

out=build
features=()
if [ "${1:-}" = --drill ]; then
  out=build-drill
  features=(--features panic-drill)
fi
tools/setup.sh

cargo build --quiet --release --target wasm32-unknown-unknown ${features[@]+"${features[@]}"}
stamp=$(cat "$CARGO_TARGET_DIR/wasm32-unknown-unknown/release/sso_config_gateway.wasm" tools/versions.mk tools/build.sh package-lock.json | digest)
if [ "$(cat "$out/.stamp" 2>/dev/null)" = "$stamp" ] && [ -f "$out/index.js" ] && [ -f "$out/index_bg.wasm" ]; then
  exit 0
fi
say "bundling $out/"
mkdir -p "$out"
# `module` makes the instance when the module is loaded, and the other two let it be made
# anew after a panic.
.tools/bin/wasm-bindgen "$CARGO_TARGET_DIR/wasm32-unknown-unknown/release/sso_config_gateway.wasm" --out-dir "$out" --out-name index \
  --target module --no-typescript --experimental-reset-state-function --force-enable-abort-handler
# What rustc and wasm-bindgen use, and no encoding that is newer than the runtime. Names are of no use: the panic hook
# prints a place in the source.
wasm-opt "$out/index_bg.wasm" -o "$out/index_bg.wasm" -Os --strip-debug --strip-producers \
  --enable-mutable-globals --enable-sign-ext --enable-nontrapping-float-to-int --enable-bulk-memory \
  --enable-multivalue --enable-reference-types --enable-exception-handling
# No bundler knows `import source` yet; wrangler makes a module of what a plain import names.
sed -i.old 's/^import source /import /' "$out/index.js" && rm "$out/index.js.old"
echo '*' > "$out/.gitignore"
echo "$stamp" > "$out/.stamp"
