#include <doctest/doctest.h>

#include <string>

#include "identity/identity.hpp"

using namespace freehold::identity;

namespace {

std::string canonical(std::string_view address) {
  return canonical_email(address).value_or("refused");
}

}  // namespace

TEST_CASE("an address is known by one spelling") {
  CHECK(canonical("Ada@Example.COM") == "ada@example.com");
  CHECK(canonical(" ada@example.com\n") == "ada@example.com");
  CHECK(canonical("ada@BÜCHER.example") == "ada@xn--bcher-kva.example");
  CHECK(canonical("ada@XN--BCHER-KVA.example") == "ada@xn--bcher-kva.example");
  CHECK(canonical("ada@ｅｘａｍｐｌｅ.com") == "ada@example.com");
  CHECK(canonical("ada@example。com") == "ada@example.com");
  // Composed and decomposed é.
  CHECK(canonical("ada@caf\xc3\xa9.example") == canonical("ada@cafe\xcc\x81.example"));
}

TEST_CASE("addresses that reach different mailboxes stay different") {
  CHECK(canonical("a.da@example.com") == "a.da@example.com");
  CHECK(canonical("ada+news@example.com") == "ada+news@example.com");
  CHECK(canonical("ada@faß.example") == "ada@xn--fa-hia.example");
  CHECK(canonical("ada@fass.example") == "ada@fass.example");
  CHECK(canonical("o'neil!#$%&*/=?^_`{|}~@example.com") == "o'neil!#$%&*/=?^_`{|}~@example.com");
}

TEST_CASE("a domain that only looks like another one has another canonical form") {
  CHECK(canonical("ada@apple.com") == "ada@apple.com");
  CHECK(canonical("ada@аpple.com") == "ada@xn--pple-43d.com");  // Cyrillic а
  CHECK(canonical("ada@xn--pple-43d.com") == "ada@xn--pple-43d.com");
  CHECK(canonical("ada@gοοgle.com") == "ada@xn--ggle-0nda.com");  // Greek ο
}

TEST_CASE("what mail cannot reach, or what nobody has, is refused") {
  for (const std::string_view address : {"",
                                         "@",
                                         "ada",
                                         "ada@",
                                         "@example.com",
                                         "ada@localhost",
                                         "ada@example",
                                         "ada@example.",
                                         "ada@example.com.",
                                         "ada@.example.com",
                                         "ada@example..com",
                                         "ada@-example.com",
                                         "ada@example-.com",
                                         "ada@exa_mple.com",
                                         "ada@exam ple.com",
                                         "ada@127.0.0.1",
                                         "ada@[127.0.0.1]",
                                         "ada@[IPv6:::1]",
                                         "a@b@example.com",
                                         "\"a b\"@example.com",
                                         "a b@example.com",
                                         ".ada@example.com",
                                         "ada.@example.com",
                                         "a..da@example.com",
                                         "аda@example.com",
                                         "ada@xn--example-.com",
                                         "ada@xn--zzzzzz.com",
                                         "ada@xn--.com",
                                         "ada@example.c",
                                         "ada@example.42"})
    CHECK_MESSAGE(canonical(address) == "refused", address);
}

TEST_CASE("hostile input is refused") {
  using namespace std::string_view_literals;
  for (const std::string_view address :
       {"ada@example.com\nBcc: eve@example.com"sv, "ada\r\n@example.com"sv, "ada@example.com\0"sv,
        "ada\0@example.com"sv, "ada@exa\0mple.com"sv, "ada@\xff.com"sv, "ada@\xc3\x28.com"sv,
        "ada@a\xe2\x80\x8d"
        "b.com"sv,
        "<ada@example.com>"sv, "Ada <ada@example.com>"sv, "ada@example.com, eve@example.com"sv,
        "ada@example.com>"sv, "ada@ex%61mple.com"sv, "ada@example.com/eve"sv})
    CHECK_MESSAGE(canonical(address) == "refused", address);
}

TEST_CASE("an address has at most 64 and 254 bytes, measured as it is stored") {
  const std::string local(64, 'a');
  const std::string label(61, 'b');
  CHECK(canonical(local + "@example.com") == local + "@example.com");
  CHECK(canonical(local + "a@example.com") == "refused");
  const std::string longest = local + '@' + label + '.' + label + '.' + label + ".abc";
  CHECK(longest.size() == 254);
  CHECK(canonical(longest) == longest);
  CHECK(canonical(longest + 'd') == "refused");
  CHECK(canonical(std::string(100'000, 'a') + "@example.com") == "refused");
  CHECK(canonical("a@" + std::string(100'000, 'b') + ".com") == "refused");
}
