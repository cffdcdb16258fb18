# shellcheck shell=bash
cpp_files() {
  git ls-files -z --cached --others --exclude-standard -- '*.cpp' '*.hpp'
}

run_lints() {
  cpp_files | xargs -0 -n 16 -P "$(nproc)" clang-format-19 --dry-run -Werror
}
