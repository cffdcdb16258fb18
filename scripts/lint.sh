# The lints, cheapest first. All of them run; the verdict comes at the end.
# shellcheck shell=bash

run_lints() {
  local failed=()
  lint_step "Format" check_format
  lint_step "Layers and includes" node scripts/lint/includes.mjs
  lint_step "Style" node scripts/lint/style.mjs
  lint_step "SQL" node scripts/lint/sql.mjs
  if [[ -e scripts/lint-templates.mjs ]]; then lint_step "Templates" node scripts/lint-templates.mjs; fi
  lint_step "Shell" check_shell
  configure dev
  lint_step "clang-tidy" check_tidy "$@"
  if [[ ${#failed[@]} -gt 0 ]]; then fail "Not clean: $(IFS=, && echo "${failed[*]}")."; fi
}

# In a shell of its own, because bash would ignore a failing command inside a condition otherwise.
lint_step() {
  local what=$1 verdict
  shift
  set +e
  (
    set -e
    timed "$what" "$@"
  )
  verdict=$?
  set -e
  if [[ $verdict -ne 0 ]]; then failed+=("$what"); fi
}

# listed PATTERN...: our files, committed or about to be, each ended by a NUL.
listed() {
  git ls-files -z --cached --others --exclude-standard --deduplicate -- "$@" |
    while IFS= read -r -d '' file; do
      if [[ -e $file ]]; then printf '%s\0' "$file"; fi
    done
}

cpp_files() {
  listed '*.cpp' '*.hpp' '*.inl'
}

check_format() {
  local unformatted
  unformatted=$(cpp_files | xargs -0 -r -n 32 -P "$(nproc)" clang-format-19 --dry-run 2>&1 |
    sed -n 's/^\([^ :]*\):.*\[-Wclang-format-violations\]$/\1/p' | sort -u)
  if [[ -z $unformatted ]]; then return; fi
  sed 's/$/: not formatted; .\/dev fmt mends it/' <<<"$unformatted" >&2
  return 1
}

check_shell() {
  listed '*.sh' dev .ci/run bench/run | xargs -0 -r shellcheck --external-sources
}

# check_tidy [--all]: the files that differ from where this branch began, or from the last commit.
check_tidy() {
  local files
  mapfile -t files < <(if [[ ${1-} == --all ]]; then listed '*.cpp' | tr '\0' '\n'; else changed_sources; fi)
  mapfile -t files < <(compiled "${files[@]}")
  if [[ ${#files[@]} -eq 0 ]]; then return; fi
  # clang-tidy reads the precompiled header and the files that the build writes.
  logged build/dev/tidy-prepare.log compile dev "$(precompiled_header)"
  printf '%s\0' "${files[@]}" | xargs -0 -n 1 -P "$(nproc)" scripts/lint/tidy.sh build/dev
}

precompiled_header() {
  ninja -C build/dev -t targets all | sed -n 's/^\(.*cmake_pch.hxx.pch\): .*/\1/p' | sed -n 1p
}

# A changed header is read through the .cpp of its name, or else through one that includes it.
changed_sources() {
  local base file source
  base=$(git merge-base HEAD origin/main 2>/dev/null) || base=$(git rev-parse HEAD)
  if [[ $base == "$(git rev-parse HEAD)" ]]; then base=$(git rev-parse --verify -q HEAD~ || echo HEAD); fi
  { git diff --name-only "$base"; git ls-files --others --exclude-standard; } | sort -u |
    while read -r file; do
      case $file in
        *.cpp) echo "$file" ;;
        *.hpp | *.inl)
          source=${file%.*}.cpp
          if [[ -e $source ]]; then echo "$source"; else includer_of "$file"; fi
          ;;
      esac
    done | sort -u
}

includer_of() {
  local name=${1#src/}
  git grep -lF "#include \"${name#product/}\"" -- '*.cpp' | sed -n 1p
}

# Those of the files that the dev preset compiles.
compiled() {
  node -e '
    const files = require(process.argv[1]).map(({ file }) => file);
    const chosen = process.argv.slice(2).filter((path) => files.includes(require("path").resolve(path)));
    process.stdout.write(chosen.map((path) => path + "\n").join(""));
  ' "$PWD/build/dev/compile_commands.json" "$@"
}
