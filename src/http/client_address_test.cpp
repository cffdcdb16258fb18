#include "http/client_address.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

using namespace freehold::http;

namespace {

std::string client(const TrustedProxies& proxies, std::string peer, std::string_view forwarded) {
  Request request;
  request.ip = std::move(peer);
  if (!forwarded.empty()) request.add_header("X-Forwarded-For", forwarded);
  return proxies.client_of(request).ip;
}

}  // namespace

TEST_CASE(
    "X-Forwarded-For counts from the right, up to the first address that is no proxy of ours") {
  const TrustedProxies proxies({"10.0.0.0/8", "2001:db8:1::/48", "192.0.2.7"});
  CHECK(client(proxies, "10.1.2.3", "203.0.113.9") == "203.0.113.9");
  CHECK(client(proxies, "10.1.2.3", "1.1.1.1, 203.0.113.9") == "203.0.113.9");
  CHECK(client(proxies, "10.1.2.3", "1.1.1.1, 203.0.113.9, 10.9.9.9, 192.0.2.7") == "203.0.113.9");
  CHECK(client(proxies, "10.1.2.3", "10.9.9.9") == "10.9.9.9");
  CHECK(client(proxies, "2001:db8:1::5", "2001:db8:2::1") == "2001:db8:2::1");
  CHECK(client(proxies, "10.1.2.3", "[2001:db8:2::1]:443") == "2001:db8:2::1");
  CHECK(client(proxies, "10.1.2.3", "203.0.113.9:4711") == "203.0.113.9");
  CHECK(client(proxies, "::ffff:10.1.2.3", "203.0.113.9") == "203.0.113.9");
  CHECK(client(proxies, "10.1.2.3", "") == "10.1.2.3");
}

TEST_CASE("what a stranger forwards, or what is no address, counts for nothing") {
  const TrustedProxies proxies({"10.0.0.0/8"});
  CHECK(client(proxies, "198.51.100.1", "203.0.113.9") == "198.51.100.1");
  CHECK(client(proxies, "11.0.0.1", "203.0.113.9") == "11.0.0.1");
  CHECK(client(proxies, "unix", "203.0.113.9") == "unix");
  CHECK(client(proxies, "10.1.2.3", "203.0.113.9, unknown") == "10.1.2.3");
  CHECK(client(proxies, "10.1.2.3", "<script>") == "10.1.2.3");
  CHECK(client(proxies, "10.1.2.3", "203.0.113.9, , 10.0.0.1") == "10.0.0.1");
  CHECK(client(TrustedProxies({}), "10.1.2.3", "203.0.113.9") == "10.1.2.3");
  CHECK(client(TrustedProxies({"unix"}), "unix", "203.0.113.9") == "203.0.113.9");
}

TEST_CASE("prefixes are compared bit by bit") {
  const TrustedProxies proxies({"10.0.0.0/9", "fe80::/10", "0.0.0.0/32"});
  CHECK(proxies.trusts("10.127.255.255"));
  CHECK_FALSE(proxies.trusts("10.128.0.0"));
  CHECK(proxies.trusts("febf::1"));
  CHECK_FALSE(proxies.trusts("fec0::1"));
  CHECK(proxies.trusts("0.0.0.0"));
  CHECK_FALSE(proxies.trusts("0.0.0.1"));
  CHECK(TrustedProxies({"0.0.0.0/0"}).trusts("203.0.113.9"));
  CHECK_FALSE(TrustedProxies({"0.0.0.0/0"}).trusts("2001:db8::1"));
}

TEST_CASE("an entry that is no network stops the start and is named") {
  for (const std::string entry :
       {"10.0.0.0/33", "10.0.0/8", "proxy.example", "10.0.0.0/", "::/129", ""})
    CHECK_THROWS_WITH_AS(
        TrustedProxies({entry}),
        ("trusted proxy \"" + entry + "\" is not an address, a CIDR or unix").c_str(),
        std::runtime_error);
}
