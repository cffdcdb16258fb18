#include <doctest/doctest.h>

#include "tenancy/tenancy.hpp"

using namespace freehold::tenancy;

TEST_CASE("a slug is made from a name of any script") {
  CHECK(slug_of("Northwind Labs") == "northwind-labs");
  CHECK(slug_of("  Café   Müller & Söhne ") == "cafe-muller-sohne");
  CHECK(slug_of("Finn's 3rd Try!") == "finns-3rd-try");
  CHECK(slug_of("Łódź") == "lodz");
  CHECK(slug_of("Δοκιμή") == "dokime");
  CHECK(slug_of("A") == "a-workspace");
  CHECK(slug_of("!!!") == "workspace");
  CHECK(slug_of("Admin") == "admin-workspace");
  CHECK(slug_of(std::string(60, 'x')) == std::string(40, 'x'));
}

TEST_CASE("every slug made from a name is a valid one") {
  for (const char* name : {"-", "a-", "--a--b--", "API", "日本語の会社", "x y", "\xff\xfe", "1"})
    CHECK_MESSAGE(!slug_mistake(slug_of(name)), name << " -> " << slug_of(name));
}

TEST_CASE("a slug that addresses cannot carry is refused with the reason") {
  CHECK(slug_mistake("ab") == "Use 3 to 40 characters.");
  CHECK(slug_mistake(std::string(41, 'a')) == "Use 3 to 40 characters.");
  for (const char* slug : {"Acme", "a_b", "-abc", "abc-", "a--b", "a b", "ac.me", "café"})
    CHECK(slug_mistake(slug) == "Use lower-case letters, digits and single hyphens between them.");
  CHECK(slug_mistake("admin") == "This word is reserved. Choose another.");
  CHECK_FALSE(slug_mistake("acme-2").has_value());
}
