#include "billing/signature.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace freehold;
using namespace freehold::billing;

namespace {

const Instant now = from_unix_seconds(1'800'000'000);
const std::string body = R"({"id":"evt_1"})";

std::string sign(std::string_view secret, std::int64_t at) {
  return to_hex(view(hmac_sha256(secret, std::to_string(at) + "." + body)));
}

std::string_view verdict(const std::string& header, std::string_view of = body,
                         Duration tolerance = seconds(300)) {
  const std::vector<Secret> secrets{Secret("whsec_new"), Secret("whsec_old")};
  switch (verify_signature(header, of, secrets, now, tolerance)) {
    case SignatureVerdict::valid:
      return "valid";
    case SignatureVerdict::malformed:
      return "malformed";
    case SignatureVerdict::wrong:
      return "wrong";
    case SignatureVerdict::too_old:
      return "too old";
    case SignatureVerdict::in_future:
      return "in future";
  }
  return "";
}

std::string header(std::string_view secret, std::int64_t offset) {
  const std::int64_t at = 1'800'000'000 + offset;
  return "t=" + std::to_string(at) + ",v1=" + sign(secret, at);
}

}  // namespace

TEST_CASE("any signature under any secret that is live counts") {
  CHECK(verdict(header("whsec_new", 0)) == "valid");
  CHECK(verdict(header("whsec_old", 0)) == "valid");
  CHECK(verdict(header("whsec_other", 0)) == "wrong");
  const std::string at = "1800000000";
  CHECK(verdict("t=" + at + ",v1=00,v0=zz,v1=" + sign("whsec_new", 1'800'000'000)) == "valid");
  CHECK(verdict(header("whsec_new", 0), R"({"id":"evt_2"})") == "wrong");
  CHECK(verdict("t=1800000001,v1=" + sign("whsec_new", 1'800'000'000)) == "wrong");
}

TEST_CASE("a signature holds for five minutes in both directions") {
  CHECK(verdict(header("whsec_new", -300)) == "valid");
  CHECK(verdict(header("whsec_new", -301)) == "too old");
  CHECK(verdict(header("whsec_new", 300)) == "valid");
  CHECK(verdict(header("whsec_new", 301)) == "in future");
}

TEST_CASE("how long a signature holds is the operator's to say") {
  CHECK(verdict(header("whsec_new", -30), body, seconds(30)) == "valid");
  CHECK(verdict(header("whsec_new", -31), body, seconds(30)) == "too old");
  CHECK(verdict(header("whsec_new", 31), body, seconds(30)) == "in future");
  CHECK(verdict(header("whsec_new", -900), body, seconds(900)) == "valid");
}

TEST_CASE("a header that is not one is refused") {
  for (const char* text : {"", "t=", "t=1800000000", "v1=00", "t=x,v1=00",
                           "t=99999999999999999999,v1=00", ",,,", "t=1800000000;v1=00"})
    CHECK_MESSAGE(verdict(text) == "malformed", text);
}
