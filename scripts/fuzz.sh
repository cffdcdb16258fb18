# The fuzz targets of fuzz/, each for a few seconds.
# shellcheck shell=bash

fuzz_seconds=4

# run_fuzz [TARGET...] [SECONDS]: SECONDS for each of the targets, all of them when none is named.
run_fuzz() {
  local seconds=$fuzz_seconds word target targets=() programs=()
  for word in "$@"; do
    if [[ $word =~ ^[0-9]+$ ]]; then seconds=$word; else targets+=("$word"); fi
  done
  if [[ ${#targets[@]} -eq 0 ]]; then mapfile -t targets < <(fuzz_targets); fi
  for target in "${targets[@]}"; do programs+=("fuzz_$target"); done
  configure fuzz
  timed "Build (fuzz)" compile fuzz "${programs[@]}"
  for target in "${targets[@]}"; do fuzz_one "$target" "$seconds"; done
}

fuzz_targets() {
  local file
  for file in fuzz/*.cpp; do basename "$file" .cpp; done
}

# Before anything is installed or built.
check_fuzz_words() {
  local word
  for word in "$@"; do
    if [[ ! $word =~ ^[0-9]+$ && ! -e fuzz/$word.cpp ]]; then
      fail "There is nothing to fuzz by the name '$word': $(fuzz_targets | paste -sd ' ')."
    fi
  done
}

# What was found interesting stays in build/fuzz/corpus, so that a longer run begins where it ended.
fuzz_one() {
  local target=$1 seconds=$2 corpus=build/fuzz/corpus/$1 log=build/fuzz/$1.log
  local crash=build/fuzz/crash-$1-
  node fuzz/seeds.mjs "$target" "$corpus"
  if ! "build/fuzz/fuzz/fuzz_$target" -max_total_time="$seconds" -timeout=5 -rss_limit_mb=1024 \
    -artifact_prefix="$crash" "$corpus" >"$log" 2>&1 </dev/null; then
    grep -v '^#' "$log" | tail -n 60 >&2
    fail "fuzz/$target.cpp found something. To see it again: build/fuzz/fuzz/fuzz_$target" "$crash"*
  fi
  sed -n "s/^Done \([0-9]*\) runs in \([0-9]*\) second.*/$target: \1 inputs in \2 s/p" "$log"
}
