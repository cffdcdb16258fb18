#include "core/crypto.hpp"

#include <doctest/doctest.h>

using namespace freehold;

TEST_CASE("digests follow the published vectors") {
  CHECK(to_hex(view(sha256("abc"))) ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  // RFC 4231, case 2
  CHECK(to_hex(view(hmac_sha256("Jefe", "what do ya want for nothing?"))) ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST_CASE("base64 is canonical both ways") {
  for (const std::string& bytes : {std::string(""), std::string("f"), std::string("fo"),
                                   std::string("foo"), std::string("\x00\xff\xfe", 3)}) {
    CHECK(from_base64(to_base64(bytes)) == bytes);
    CHECK(from_base64url(to_base64url(bytes)) == bytes);
    CHECK(from_hex(to_hex(bytes)) == bytes);
  }
  for (const char* text : {"Zg=", "Zg", "Zh==", "Z g=", "====", "Zg==\n"})
    CHECK_FALSE(from_base64(text).has_value());
  CHECK_FALSE(from_base64url("ab+/").has_value());
}

TEST_CASE("a purpose has its own key") {
  CHECK(derive_key("master", "a") == derive_key("master", "a"));
  CHECK(derive_key("master", "a") != derive_key("master", "b"));
  CHECK(derive_key("other", "a") != derive_key("master", "a"));
  CHECK(derive_key("master", "a", 64).size() == 64);
}

TEST_CASE("comparison in constant time compares") {
  CHECK(equal_in_constant_time("abc", "abc"));
  CHECK_FALSE(equal_in_constant_time("abc", "abd"));
  CHECK_FALSE(equal_in_constant_time("abc", "ab"));
}
