#include "access/key_text.hpp"

#include <doctest/doctest.h>

using namespace freehold::access;

TEST_CASE("a new key is read back, and every change of one character is refused") {
  const KeyText key = new_key_text(api_key_start);
  const auto read = parse_key_text(api_key_start, key.whole);
  REQUIRE(read.has_value());
  CHECK(read->lookup == key.lookup);
  CHECK(read->secret == key.secret);
  for (std::size_t i = 0; i < key.whole.size(); ++i) {
    std::string other = key.whole;
    other[i] = other[i] == 'x' ? 'y' : 'x';
    CHECK_MESSAGE(!parse_key_text(api_key_start, other), other);
  }
}

TEST_CASE("text that is not a key is refused") {
  for (const std::string& text : {std::string(), std::string("fh_ak_live_"), std::string(74, 'a'),
                                  new_key_text(api_key_start).whole + "a"})
    CHECK_FALSE(parse_key_text(api_key_start, text).has_value());
}

TEST_CASE("keys share nothing") {
  const KeyText a = new_key_text(api_key_start);
  const KeyText b = new_key_text(api_key_start);
  CHECK(a.lookup != b.lookup);
  CHECK(a.secret != b.secret);
  CHECK(shown_prefix(api_key_start, "abcdefghijkl") == "fh_ak_live_abcdefgh…");
}

TEST_CASE("a key of one kind is none of the other") {
  CHECK_FALSE(parse_key_text(product_key_start, new_key_text(api_key_start).whole).has_value());
  CHECK_FALSE(parse_key_text(api_key_start, new_key_text(product_key_start).whole).has_value());
}
