# The build tool that `tools/setup.sh` installs into .tools/; equal to the library's version in Cargo.lock.
WASM_BINDGEN_VERSION=0.2.130
# Changes lines and looks whether a test notices (`make proof`).
CARGO_MUTANTS_VERSION=27.0.0
