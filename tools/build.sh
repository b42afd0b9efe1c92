#!/usr/bin/env bash
# Builds the core and its glue: build/, or with --drill build-drill/ (which panics on demand; for one test only).
# wrangler runs this as its build command, so it is quick when nothing changed. What changed is told by digest and not left
# to cargo: the two bundles are one module to it, and it would compile that anew at every change from one to the other.
source "$(dirname "$0")/env.sh"

out=build
drill=0
features=()
if [ "${1:-}" = --drill ]; then
  out=build-drill
  drill=1
  features=(--features panic-drill)
fi
tools/setup.sh

inputs() {
  find src -name '*.rs' | LC_ALL=C sort | while read -r file; do echo "$file"; cat "$file"; done
  cat Cargo.toml Cargo.lock rust-toolchain.toml tools/versions.mk tools/build.sh package-lock.json
  rustc --version
}
stamp=$(inputs | digest)
if [ "$(cat "$out/.stamp" 2>/dev/null)" = "$stamp" ] && [ -f "$out/index.js" ] && [ -f "$out/index_bg.wasm" ]; then
  exit 0
fi

mkdir -p "$out"
rm -f "$out/.stamp"
# cargo writes both modules to one place. Whoever builds the other bundle at this moment may have written last.
for attempt in 1 2 3 4; do
  cargo build --quiet --release --target wasm32-unknown-unknown ${features[@]+"${features[@]}"}
  cp "$CARGO_TARGET_DIR/wasm32-unknown-unknown/release/sso_config_gateway.wasm" "$out/module.wasm"
  found=0
  ! grep -q x-panic-drill "$out/module.wasm" || found=1
  [ "$found" != "$drill" ] || break
  [ "$attempt" != 4 ] || die "another build got in between each time; run this again."
done
say "bundling $out/"
# `module` makes the instance when the module is loaded, and the other two let it be made
# anew after a panic.
.tools/bin/wasm-bindgen "$out/module.wasm" --out-dir "$out" --out-name index \
  --target module --no-typescript --experimental-reset-state-function --force-enable-abort-handler
# What rustc and wasm-bindgen use, and no encoding that is newer than the runtime. Names are of no use: the panic hook
# prints a place in the source.
wasm-opt "$out/index_bg.wasm" -o "$out/index_bg.wasm" -Os --strip-debug --strip-producers \
  --enable-mutable-globals --enable-sign-ext --enable-nontrapping-float-to-int --enable-bulk-memory \
  --enable-multivalue --enable-reference-types --enable-exception-handling
rm "$out/module.wasm"
# No bundler knows `import source` yet; wrangler makes a module of what a plain import names.
sed -i.old 's/^import source /import /' "$out/index.js" && rm "$out/index.js.old"
echo '*' > "$out/.gitignore"
echo "$stamp" > "$out/.stamp"
