# Configuring, compiling and testing with CMake, Ninja and CTest.
# shellcheck shell=bash

export NINJA_STATUS='[%f/%t %e s] '
# All presets together; what ccache keeps by itself is too small for them, and each would push another out.
export CCACHE_MAXSIZE=${CCACHE_MAXSIZE-12G}

# build PRESET [TARGET...]
build() {
  configure "$1"
  compile "$@"
}

# CMake runs again by itself when a CMakeLists.txt changes, but not when the presets do.
configure() {
  local preset=$1
  if [[ -f build/$preset/build.ninja && build/$preset/build.ninja -nt CMakePresets.json ]]; then
    return
  fi
  mkdir -p "build/$preset"
  logged "build/$preset/configure.log" cmake --preset "$preset"
}

# Two runs in one folder wait for each other.
compile() {
  flock "build/$1" ninja -C "build/$1" "${@:2}"
}

build_benchmarks() {
  mkdir -p build/release
  logged build/release/configure.log cmake --preset release -DFREEHOLD_BENCH=ON
  compile release
}

# build_tests PRESET [NAME...]: only the test programs that begin with the names, or everything when one
# of them begins none.
build_tests() {
  local preset=$1 name found programs=()
  shift
  configure "$preset"
  for name in "$@"; do
    found=$(sed -n "s/^build \(${name}[a-z0-9_]*_test\): phony .*/\1/p" "build/$preset/build.ninja")
    if [[ -z $found ]]; then
      programs=()
      break
    fi
    mapfile -t -O "${#programs[@]}" programs <<<"$found"
  done
  timed "Build ($preset)" compile "$preset" "${programs[@]}"
}

# run_tests PRESET [NAME...]
run_tests() {
  local preset=$1 selection names
  shift
  selection=(--test-dir "build/$preset")
  if [[ $preset == asan ]]; then
    selection+=(-L 'unit|integration')
  elif [[ -n $through_pooler ]]; then
    selection+=(-L integration)
  fi
  if [[ $# -gt 0 ]]; then
    names=$(IFS='|' && echo "$*")
    selection+=(-R "^($names)")
  fi
  set_sanitizer_options
  if have_label adapters "${selection[@]}"; then install_modules sdk/adapters; fi
  if have_label examples "${selection[@]}"; then
    install_modules examples/node
    install_modules examples/nextjs
  fi
  if have_label integration "${selection[@]}"; then
    trap stop_servers EXIT
    timed "PostgreSQL and Redis" start_servers "build/$preset"
    if [[ -n $through_pooler ]]; then timed "PgBouncer" start_pooler "build/$preset"; fi
  fi
  timed "Tests ($preset)" ctest "${selection[@]}" -j "$(nproc)" --output-on-failure --no-tests=error
}

# have_label LABEL SELECTION...: whether one of the selected tests has it.
have_label() {
  [[ $(ctest -N "${@:2}" -L "$1") != *"Total Tests: 0" ]]
}

set_sanitizer_options() {
  export ASAN_OPTIONS=${ASAN_OPTIONS-detect_stack_use_after_return=1:strict_string_checks=1}
  export LSAN_OPTIONS=${LSAN_OPTIONS-suppressions=$PWD/scripts/lsan_suppressions.txt:print_suppressions=0}
  export UBSAN_OPTIONS=${UBSAN_OPTIONS-print_stacktrace=1}
  export ASAN_SYMBOLIZER_PATH=${ASAN_SYMBOLIZER_PATH-/usr/bin/llvm-symbolizer-19}
}

slowest_files() {
  echo "The ten slowest steps of the last builds, in seconds:"
  awk 'NR > 1 { took[$4] = ($2 - $1) / 1000 }
       END { for (file in took) printf "%7.1f  %s\n", took[file], file }' \
    "build/$1/.ninja_log" | sort -rn | sed -n 1,10p
}
