#!/usr/bin/env bash
# What takes longer than a test run may: mutation tests of who may do what, of paths and of redaction. Each changed line
# must be noticed by a test, or be explained in tests/mutants.txt. About two hours on two cores; ONLY=name runs one group.
source "$(dirname "$0")/env.sh"
tools/setup.sh --proof
mkdir -p test-results
EXPLAINED=tests/mutants.txt
unexplained=0

# A group is a set of files with the tests that are about them: the rest of the suite would find little more and cost hours.
group() { # name, files, cargo arguments, test filters
  local name=$1 out="test-results/mutants-$1"
  [ -z "${ONLY:-}" ] || [ "$ONLY" = "$name" ] || return 0
  say "mutants: $name"
  local files=() targets=() file status=0
  for file in $2; do files+=(-f "$file"); done
  for file in $3; do targets+=("-C=$file"); done
  rm -rf "$out"
  # 2: some were missed; 3: some took too long. Which ones is looked at below.
  # shellcheck disable=SC2086
  .tools/bin/cargo-mutants mutants -o "$out" --profile mutants --timeout 120 --no-shuffle --colors never "${files[@]}" "${targets[@]}" -- -- $4 ||
    status=$?
  case $status in 0 | 2 | 3) ;; *) die "the mutation tests of $name did not run" ;; esac
  local mutant
  while IFS= read -r mutant; do
    # Lines move; what was changed does not.
    grep -qxF -- "$mutant" <(grep -v '^#' "$EXPLAINED" | grep -v '^  ') || { echo "not noticed, not explained: $mutant"; unexplained=$((unexplained + 1)); }
  done < <(sed -E 's/^([^:]+):[0-9]+:[0-9]+: /\1: /' "$out/mutants.out/missed.txt" | sort -u)
  say "mutants: $name: $(wc -l < "$out/mutants.out/caught.txt") noticed, $(wc -l < "$out/mutants.out/missed.txt") not noticed, $(wc -l < "$out/mutants.out/timeout.txt") ended by the clock"
}

group tokens "src/auth/keys.rs src/auth/token.rs src/auth/presented.rs src/auth/authenticate.rs src/auth/principal.rs src/auth/session.rs" \
  "--test core" "tokens:: access::callers tools:: --skip floods"
group access "src/auth/admit.rs src/auth/permit.rs src/auth/key_sets.rs src/auth/remembered.rs src/http/target.rs src/http/route.rs src/redact.rs" \
  "--lib --test core" "access:: doors auth:: http:: redact tokens::key_sets tokens::memory requests:: tools:: threats::paths threats::routes"
# Its property tests take minutes where the scrubber itself is not optimised.
export CARGO_PROFILE_MUTANTS_OPT_LEVEL=1
group scrubber "src/scrub.rs src/scrub/*.rs" "--lib" "scrub:: redact"

[ "$unexplained" = 0 ] || die "$unexplained changed lines that no test notices"
