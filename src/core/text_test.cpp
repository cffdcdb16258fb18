#include "core/text.hpp"

#include <doctest/doctest.h>

using namespace freehold;

TEST_CASE("blanks go from both ends of a text, and stay within it") {
  CHECK(trimmed("  a b\t\r\n") == "a b");
  CHECK(trimmed("a") == "a");
  CHECK(trimmed(" \n\t ") == "");
  CHECK(trimmed("") == "");
}

TEST_CASE("letters of ASCII change their case, and nothing else does") {
  CHECK(lower("Größe ÄÖ 42 [Z]") == "größe ÄÖ 42 [z]");
  CHECK(upper("eur @ größe `{z") == "EUR @ GRößE `{Z");
}
