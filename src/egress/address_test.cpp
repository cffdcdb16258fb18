#include "egress/address.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <stdexcept>

using namespace freehold::egress;

namespace {

bool global(std::string_view text) {
  return is_global(parse_address(text).value());
}

bool contains(std::string_view cidr, std::string_view address) {
  return Cidr::parse(cidr).value().contains(parse_address(address).value());
}

}  // namespace

TEST_CASE("only global unicast addresses are public") {
  std::string wrong;
  for (const auto* text :
       {"8.8.8.8", "1.1.1.1", "11.0.0.0", "100.63.255.255", "100.128.0.0", "172.15.255.255",
        "172.32.0.0", "192.0.1.0", "198.17.255.255", "198.20.0.0", "223.255.255.255",
        "2606:4700:4700::1111", "2a00:1450:4001::1", "2001:200::1", "::ffff:8.8.8.8"}) {
    if (!global(text)) wrong += fmt::format("{} is public\n", text);
  }
  for (const auto* text : {"0.0.0.0",
                           "0.1.2.3",
                           "10.0.0.1",
                           "10.255.255.255",
                           "100.64.0.1",
                           "100.127.255.255",
                           "127.0.0.1",
                           "127.255.255.254",
                           "169.254.169.254",
                           "172.16.0.1",
                           "172.31.255.255",
                           "192.0.0.8",
                           "192.0.2.1",
                           "192.88.99.1",
                           "192.168.1.1",
                           "198.18.0.1",
                           "198.19.255.255",
                           "198.51.100.1",
                           "203.0.113.1",
                           "224.0.0.1",
                           "239.255.255.255",
                           "240.0.0.1",
                           "255.255.255.255",
                           "::",
                           "::1",
                           "::127.0.0.1",
                           "::ffff:127.0.0.1",
                           "::ffff:10.0.0.1",
                           "::ffff:169.254.169.254",
                           "64:ff9b::7f00:1",
                           "64:ff9b:1::1",
                           "100::1",
                           "2001::1",
                           "2001:10::1",
                           "2001:1ff::1",
                           "2001:db8::1",
                           "2002:7f00:1::",
                           "3fff::1",
                           "3fff:fff::1",
                           "4000::1",
                           "5f00::1",
                           "fc00::1",
                           "fd12::1",
                           "fe80::1",
                           "fec0::1",
                           "ff02::1"}) {
    if (global(text)) wrong += fmt::format("{} is not public\n", text);
  }
  CHECK(wrong == "");
}

TEST_CASE("networks contain their addresses, whichever way IPv4 is written") {
  CHECK(contains("10.1.0.0/16", "10.1.255.255"));
  CHECK_FALSE(contains("10.1.0.0/16", "10.2.0.0"));
  CHECK(contains("10.1.0.0/16", "::ffff:10.1.2.3"));
  CHECK(contains("10.1.2.3", "10.1.2.3"));
  CHECK_FALSE(contains("10.1.2.3", "10.1.2.4"));
  CHECK(contains("10.128.0.0/9", "10.200.0.1"));
  CHECK(contains("0.0.0.0/0", "10.1.2.3"));
  CHECK_FALSE(contains("0.0.0.0/0", "fd00::1"));
  CHECK(contains("fd00::/8", "fdff::1"));
  CHECK_FALSE(contains("fd00::/8", "fe00::1"));
  CHECK_FALSE(contains("::/0", "10.1.2.3"));
}

TEST_CASE("a guard lets public addresses pass on web ports, and what the operator allows on any") {
  const Guard guard({"10.1.0.0/16"});
  const auto allows = [&](std::string_view text, int port) {
    return guard.allows(parse_address(text).value(), port);
  };
  CHECK(allows("8.8.8.8", 443));
  CHECK(allows("8.8.8.8", 80));
  CHECK(allows("8.8.8.8", 8443));
  CHECK_FALSE(allows("8.8.8.8", 22));
  CHECK(allows("10.1.2.3", 22));
  CHECK_FALSE(allows("10.2.2.3", 443));
}

TEST_CASE("a network that does not parse is refused at start") {
  for (const auto* text : {"", "x", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0.0/8x",
                           "fd00::/129", "10.0.0/8"}) {
    CHECK_THROWS_AS(Guard({text}), std::invalid_argument);
  }
}
