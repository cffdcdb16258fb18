#include <doctest/doctest.h>

#include <string>

#include "identity/common_passwords.hpp"
#include "identity/identity.hpp"

using namespace freehold::identity;

namespace {

const std::vector<std::string> context{"maya@northwind.com", "Maya Okafor", "Northwind Labs",
                                       "Freehold"};

std::string verdict(std::string_view password) {
  return password_mistake(password, context).value_or("fine");
}

constexpr std::string_view common =
    "Choose a password that is harder to guess: this one is on the list that attackers try first";
constexpr std::string_view built =
    "Choose a password that is not built on your name, your address or the workspace";

}  // namespace

TEST_CASE("a password has 8 to 256 bytes and is otherwise free") {
  CHECK(verdict("") == "Enter a password");
  CHECK(verdict("x7 kQ-z") == "Use at least 8 characters for the password");
  CHECK(verdict("x7 kQ-zm") == "fine");
  CHECK(verdict("tractor violet lamp") == "fine");
  CHECK(verdict("alles klar, Herr Kommissar?") == "fine");
  CHECK(verdict("パスワードではない") == "fine");
  CHECK(verdict(std::string("nul\0inside it", 13)) == "fine");
  std::string longest;
  while (longest.size() < 256) longest += char('!' + longest.size() * 7 % 90);
  CHECK(verdict(longest) == "fine");
  CHECK(verdict(longest + "x") == "Use at most 256 characters for the password");
}

TEST_CASE("what attackers try first is refused, whatever it is dressed up as") {
  for (const std::string_view password :
       {"password",   "PASSWORD",     "Password1",   "P@ssw0rd",    "p4$$w0rd!",  "passw0rd123",
        "12345678",   "123456789",    "87654321",    "11111111",    "00000000",   "12121212",
        "abcabcabc",  "abcdefgh",     "qwertyuiop",  "1q2w3e4r5t",  "zaq12wsx",   "asdfghjkl",
        "letmein123", "iloveyou",     "ILoveYou2",   "welcome1",    "Welcome123", "admin123",
        "football1",  "Princess1",    "dragon2024",  "Summer2026!", "winter2027", "monkey12",
        "superman!",  "starwars1999", "sunshine99",  "trustno1",    "changeme!",  "24121985",
        "1985-12-24", "12/24/1985",   "qwerty12345", "passpass",    "liverpool1", "michael1"})
    CHECK_MESSAGE(verdict(password) == common, password);
}

TEST_CASE("the list is long enough and does not swallow good passwords") {
  CHECK(common_password_count() >= 3'000);
  for (const std::string_view password :
       {"correct horse battery", "tram-lucid-79-oboe", "mein Hund heisst Otto", "b3Vk!x9w",
        "jellyfish at noon", "19851224-harbour"})
    CHECK_MESSAGE(verdict(password) == "fine", password);
}

TEST_CASE("a password is not built on the person, the address, the workspace or the product") {
  for (const std::string_view password :
       {"northwind", "Northwind1", "n0rthw1nd!", "northwindlabs", "NorthwindLabs2026",
        "maya.okafor", "MayaOkafor1", "freehold123", "labsnorthwind"})
    CHECK_MESSAGE(verdict(password) == built, password);
  CHECK(verdict("northwind turns the old mill") == "fine");
  CHECK(verdict("complete-x9") == "fine");  // the address ends in .com
  CHECK(password_mistake("ada12345", {"ada@example.com"}) == std::string(built));
}
