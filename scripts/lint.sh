# The lints, cheapest first. All of them run; the verdict comes at the end.
# shellcheck shell=bash

run_lints() {
  local failed=()
  lint_step "Format" check_format
  lint_step "Layers and includes" node scripts/lint/includes.mjs
  lint_step "Style" node scripts/lint/style.mjs
  lint_step "SQL" node scripts/lint/sql.mjs
  lint_step "API document" node scripts/lint/openapi.mjs
  lint_step "Shell" check_shell
  configure dev
  lint_step "Templates" check_templates
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

# By the program itself, which holds an owner's templates to the same rules.
check_templates() {
  logged build/dev/templates.log compile dev freehold
  build/dev/freehold templates lint
}

# check_tidy [--all]: what was changed last comes first, as much of it as is read in these minutes.
tidy_minutes=4
check_tidy() {
  local header
  header=$(precompiled_header)
  # clang-tidy reads the precompiled header and the files that the build writes.
  logged build/dev/tidy-prepare.log compile dev "$header"
  if [[ ${1-} == --all ]]; then
    listed '*.cpp' | tr '\0' '\n' | node scripts/lint/tidy.mjs build/dev "build/dev/$header"
  else
    changed_sources | node scripts/lint/tidy.mjs build/dev "build/dev/$header" $tidy_minutes
  fi
}

precompiled_header() {
  ninja -C build/dev -t targets all | sed -n 's/^\(.*cmake_pch.hxx.pch\): .*/\1/p' | sed -n 1p
}

# The files changed last come first: in the working tree, then since this branch began, or in the last
# commits where no branch is. A changed header is read through the .cpp of its name, or else through
# one that includes it.
changed_sources() {
  local file source
  changed_files | first_of_each | while read -r file; do
    case $file in
      *.cpp) echo "$file" ;;
      *.hpp | *.inl)
        source=${file%.*}.cpp
        if [[ -e $source ]]; then echo "$source"; else includer_of "$file"; fi
        ;;
    esac
  done | first_of_each
}

changed_files() {
  local base commits=(-n 20)
  git diff --name-only HEAD
  git ls-files --others --exclude-standard
  base=$(git merge-base HEAD origin/main 2>/dev/null || git merge-base HEAD main 2>/dev/null || git rev-parse HEAD)
  if [[ $base != "$(git rev-parse HEAD)" ]]; then commits=("$base..HEAD"); fi
  git log --name-only --format= "${commits[@]}"
}

first_of_each() {
  awk '!seen[$0]++'
}

includer_of() {
  local name=${1#src/}
  { git grep -lF "#include \"${name#product/}\"" -- '*.cpp' || true; } | sed -n 1p
}
