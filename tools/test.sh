#!/usr/bin/env bash
# Everything CI runs, in order. A failing step does not hide the ones after it; each prints its name and time, and its
# output is kept in test-results/. The last line sums up. Nothing is skipped silently: a test that does not run is named.
source "$(dirname "$0")/env.sh"
export CI=true
mkdir -p test-results
rm -f test-results/*
passed=0 failed=0 skipped=0 broken=()

# A step counts as the tests that it ran, or as one where it runs none.
step() { # name command...
  local name=$1 log="test-results/${1//[^a-z0-9]/-}.log" started=$SECONDS status ok bad
  shift
  say "$name"
  set +e
  "$@" </dev/null 2>&1 | tee "$log"
  status=${PIPESTATUS[0]}
  set -e
  # cargo: "test result: ok. 3 passed; 0 failed; 1 ignored; …"; node: "ℹ pass 3", "ℹ fail 0", "ℹ skipped 0", "ℹ todo 0".
  ok=$(count "$log" 's/^test result: .* ([0-9]+) passed;.*/\1/p; s/^ℹ pass ([0-9]+)$/\1/p')
  bad=$(count "$log" 's/^test result: .* ([0-9]+) failed;.*/\1/p; s/^ℹ (fail|cancelled) ([0-9]+)$/\2/p')
  skipped=$((skipped + $(count "$log" 's/^test result: .* ([0-9]+) ignored;.*/\1/p; s/^ℹ (skipped|todo) ([0-9]+)$/\2/p')))
  if [ "$status" = 0 ]; then
    [ "$ok" != 0 ] || ok=1
    say "$name: ok, $((SECONDS - started)) s"
  else
    [ "$bad" != 0 ] || bad=1
    broken+=("$name")
    say "$name: FAILED, $((SECONDS - started)) s (test-results/$(basename "$log"))"
  fi
  passed=$((passed + ok)) failed=$((failed + bad))
}
count() { # file sed-program: the sum of what it prints
  local sum=0 n
  for n in $(sed -nE "$2" "$1"); do sum=$((sum + n)); done
  echo "$sum"
}

tests_in() { # directory: its test files, or an error where there are none
  local files
  files=$(find "$1" -name '*.test.mjs' | sort)
  [ -n "$files" ] || { echo "error: no tests in $1/"; return 1; }
  # shellcheck disable=SC2086
  node --test --test-reporter=spec $files
}

step "set-up" tools/setup.sh --tests
step "format" cargo fmt --check
step "lints native" cargo clippy --locked --quiet --all-targets -- -D warnings
step "lints wasm" cargo clippy --locked --quiet --target wasm32-unknown-unknown --all-features -- -D warnings
step "native tests" cargo test --locked --quiet
step "sandbox types" tsc --noEmit --project sandbox
step "sandbox tests" tests_in tests/sandbox
step "release bundle" tools/release.sh
step "drill bundle" tools/build.sh --drill
step "end to end" tests_in tests/e2e

[ "$skipped" = 0 ] || say "$skipped skipped: see above"
[ ${#broken[@]} = 0 ] || say "failed: $(IFS=,; echo "${broken[*]}")"
echo "$passed passed, $failed failed" | tee test-results/summary
[ "$failed" = 0 ] && [ ${#broken[@]} = 0 ]
