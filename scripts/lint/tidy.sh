#!/usr/bin/env bash
# tidy.sh BUILD_FOLDER FILE: clang-tidy without its count of suppressed warnings. Tests are not held to
# a nesting depth, because the macros of doctest nest, nor to what costs time.
set -euo pipefail
checks=
if [[ $2 == *_test.cpp || $2 == tests/* ]]; then checks='-readability-function-size,-performance-*'; fi
if ! output=$(clang-tidy-19 -p "$1" --quiet --checks="$checks" "$2" 2>&1); then
  grep -vE '^[0-9]+ warnings? (and [0-9]+ errors? )?generated|^Suppressed|^Use -header-filter' <<<"$output"
  exit 1
fi
