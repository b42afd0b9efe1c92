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

# worker-build downloads what these do not name, or what they name and is not there.
export WASM_BINDGEN_BIN="$ROOT/.tools/bin/wasm-bindgen"
export WASM_OPT_BIN="$ROOT/node_modules/binaryen/bin/wasm-opt"
export ESBUILD_BIN="$ROOT/node_modules/.bin/esbuild"
for tool in "$WASM_BINDGEN_BIN" "$WASM_OPT_BIN" "$ESBUILD_BIN"; do
  [ -x "$tool" ] || die "missing: $tool"
done

cargo build --quiet --release --target wasm32-unknown-unknown ${features[@]+"${features[@]}"}
stamp=$(cat "$CARGO_TARGET_DIR/wasm32-unknown-unknown/release/sso_config_gateway.wasm" tools/versions.mk tools/build.sh package-lock.json | digest)
if [ "$(cat "$out/.stamp" 2>/dev/null)" = "$stamp" ] && [ -f "$out/index.js" ] && [ -f "$out/index_bg.wasm" ]; then
  exit 0
fi
say "bundling $out/"
.tools/bin/worker-build --release --out-dir "$out" ${features[@]+"${features[@]}"} >&2
# worker-build keeps every function's name, an eighth of the size. The panic hook prints a place in the source instead.
"$WASM_OPT_BIN" "$out/index_bg.wasm" -o "$out/index_bg.wasm" --strip-debug --strip-producers \
  --enable-mutable-globals --enable-sign-ext --enable-nontrapping-float-to-int --enable-bulk-memory \
  --enable-multivalue --enable-reference-types --enable-exception-handling
echo '*' > "$out/.gitignore"
echo "$stamp" > "$out/.stamp"
