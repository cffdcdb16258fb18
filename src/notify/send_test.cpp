#include <doctest/doctest.h>

#include "notify/notify.hpp"

using namespace freehold::notify;

TEST_CASE("a name that somebody chose carries no address and no header into a subject") {
  CHECK(harmless("Northwind Labs") == "Northwind Labs");
  CHECK(harmless("Win at evil.example/now") == "Win at evil example now");
  CHECK(harmless("https://evil.example") == "https   evil example");
  CHECK(harmless("A\r\nBcc: everyone@example.com") == "A  Bcc  everyone example com");
  CHECK(harmless("St. Gallen & Co.") == "St. Gallen & Co.");
  CHECK(harmless("St. Gallen") == "St. Gallen");
  CHECK(harmless("a\x7f"
                 "b") == "a b");
  CHECK(harmless(std::string(200, 'x')).size() == 60);
  std::string wide = "Z";
  for (int n = 0; n < 40; ++n) wide += "ü";
  CHECK(harmless(wide) == wide.substr(0, 59));  // the next byte is half a character
}
