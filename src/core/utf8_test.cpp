#include "core/utf8.hpp"

#include <doctest/doctest.h>

using namespace freehold;

TEST_CASE("UTF-8 is told from what only looks like it") {
  CHECK(is_utf8("Zürich €5 😀"));
  CHECK_FALSE(is_utf8("\xc3"));
  CHECK_FALSE(is_utf8("\x80"));
  CHECK_FALSE(is_utf8("\xc0\x80"));
  CHECK_FALSE(is_utf8("\xe0\x9f\xbf"));
  CHECK_FALSE(is_utf8("\xf0\x8f\xbf\xbf"));
  CHECK_FALSE(is_utf8("\xf5\x80\x80\x80"));
  CHECK_FALSE(is_utf8("a\xe2\x82"));
}
