#include <doctest/doctest.h>

#include <string>

#include "identity/identity.hpp"
#include "identity/user_agent.hpp"

using namespace freehold::identity;

namespace {

std::string verdict(std::string_view name) {
  return name_mistake("The name", name).value_or("fine");
}

}  // namespace

TEST_CASE("a name has 1 to 80 characters of any script") {
  CHECK(verdict("Maya Okafor") == "fine");
  CHECK(verdict("北風ラボ") == "fine");
  CHECK(verdict("O'Neil & Sons (München)") == "fine");
  std::string eighty;
  for (int i = 0; i < 80; ++i) eighty += "é";
  CHECK(verdict(eighty) == "fine");
  CHECK(verdict(eighty + "x") == "The name may have at most 80 characters");
  CHECK(verdict("") == "The name is missing");
  CHECK(verdict("  \xe3\x80\x80 ") == "The name is missing");  // an ideographic space
}

TEST_CASE("a name hides nothing") {
  const std::string refused = "The name may not contain invisible characters";
  using namespace std::string_view_literals;
  for (const std::string_view name :
       {"a\nBcc: b"sv, "a\tb"sv, "a\0b"sv, "a\x7f"sv,
        "a\xe2\x80\xae"
        "b"sv /* override */,
        "a\xe2\x80\x8b"
        "b"sv /* zero width */,
        "a\xe2\x80\xa8"
        "b"sv /* line separator */,
        "\xff"sv, "a\xc3"sv, "\xed\xa0\x80"sv /* a surrogate */, "\xee\x80\x80"sv /* private */})
    CHECK_MESSAGE(verdict(name) == refused, name);
}

TEST_CASE("a device is called what people know it as") {
  CHECK(device_name("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0") ==
        "Firefox on Linux");
  CHECK(device_name("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like "
                    "Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0") == "Edge on Windows");
  CHECK(device_name("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, "
                    "like Gecko) Version/17.4 Safari/605.1.15") == "Safari on macOS");
  CHECK(device_name("Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 "
                    "(KHTML, like Gecko) CriOS/126.0 Mobile/15E148 Safari/604.1") ==
        "Chrome on iPhone");
  CHECK(device_name("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) "
                    "Chrome/126.0.0.0 Mobile Safari/537.36") == "Chrome on Android");
  CHECK(device_name("curl/7.88.1") == "curl");
  CHECK(device_name("") == "Unknown browser");
}
