# Build tools that `tools/setup.sh` installs into .tools/. Read by make and by bash: no blanks around "=".
# wasm-bindgen must equal the library's version in Cargo.lock; worker-build goes with the `worker` crate.
WASM_BINDGEN_VERSION=0.2.130
WORKER_BUILD_VERSION=0.8.7
