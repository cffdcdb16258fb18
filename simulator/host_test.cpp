#include "simulator/host.hpp"

#include <doctest/doctest.h>

#include "core/embedded.hpp"

namespace freehold::simulator {
namespace {

// "", or the sentence of the refusal.
std::string refusal(const Config& config) {
  const ManualClock base{*parse_rfc3339("2026-01-31T09:00:00Z")};
  SharedClock clock(base);
  Runtime runtime(1, 1);
  egress::Client egress(runtime, {});
  const html::Views views({embedded::templates(), embedded::assets(), ""}, html::Missing::error);
  try {
    const Host host({runtime, clock, egress, views}, config);
    return "";
  } catch (const std::runtime_error& error) {
    return error.what();
  }
}

}  // namespace

TEST_CASE("the simulator is for one machine: in production it does not start") {
  const auto sentence = [](std::string_view what) {
    return fmt::format(
        "The Stripe simulator does not start in production: it would take orders that nobody pays, "
        "and {}, not this machine. Point billing.stripe_url at Stripe.",
        what);
  };
  const KnownEndpoint here{"http://127.0.0.1:8080/webhooks/stripe", "whsec_1"};
  CHECK(refusal({}) == "");
  CHECK(refusal({.base_url = "http://localhost:8082", .endpoint = here}) == "");
  CHECK(refusal({.listen = "unix:/tmp/simulator.sock"}) == "");
  CHECK(refusal({.listen = "0.0.0.0:8082"}) == sentence("its listener is http://0.0.0.0:8082"));
  CHECK(refusal({.base_url = "https://pay.example.com"}) ==
        sentence("its address is https://pay.example.com"));
  CHECK(
      refusal({.endpoint = KnownEndpoint{"https://app.example.com/webhooks/stripe", "whsec_1"}}) ==
      sentence("its webhook endpoint is https://app.example.com/webhooks/stripe"));
}

}  // namespace freehold::simulator
