#include "billing/dunning.hpp"

#include <doctest/doctest.h>

#include "billing/truth.hpp"
#include "core/json.hpp"

using namespace freehold;
using namespace freehold::billing;

namespace {

Instant day(int n) {
  return from_unix_seconds(1'800'000'000) + days(n);
}

Mirror past_due() {
  Mirror mirror;
  mirror.stripe_id = "sub_1";
  mirror.status = "past_due";
  return mirror;
}

Invoice unpaid(std::string id, Instant at) {
  Invoice invoice;
  invoice.stripe_id = std::move(id);
  invoice.subscription_id = "sub_1";
  invoice.status = "open";
  invoice.amount_remaining = 4900;
  invoice.attempted = true;
  invoice.finalized_at = at;
  return invoice;
}

// "in_1: first 0, reminder 3, last_warning 6, cut 7", by days after the first failure.
std::string plan(const std::vector<Invoice>& invoices, const Policy& policy = {}) {
  std::string text;
  for (const Episode& episode :
       episodes({.mirrors = {past_due()}, .invoices = invoices, .trial = {}, .last = {}}, policy)) {
    text += episode.invoice.stripe_id + ":";
    for (const PlannedStep& planned : episode.steps)
      text += fmt::format(" {} {}", name_of(planned.step), (planned.at - day(0)) / days(1));
  }
  return text;
}

std::string failure(std::string_view intent) {
  return read_failure(
      json::parse(fmt::format(R"({{"data": [{{"payment": {{"payment_intent": {}}}}}]}})", intent)));
}

}  // namespace

TEST_CASE("an unpaid invoice is reminded of on the day, after three days, and around the cut") {
  CHECK(plan({unpaid("in_1", day(0))}) == "in_1: first 0 reminder 3 last_warning 6 cut 7");
}

TEST_CASE("a second unpaid invoice, or attempt, moves nothing; paying the first begins anew") {
  Invoice again = unpaid("in_1", day(0));
  again.attempt_count = 4;
  CHECK(plan({unpaid("in_2", day(5)), again}) == "in_1: first 0 reminder 3 last_warning 6 cut 7");
  again.status = "paid";
  CHECK(plan({unpaid("in_2", day(5)), again}) == "in_2: first 5 reminder 8 last_warning 11 cut 12");
}

TEST_CASE("a short grace has fewer steps, and none but the first has one that is over at once") {
  Policy policy;
  policy.grace = days(2);
  CHECK(plan({unpaid("in_1", day(0))}, policy) == "in_1: first 0 last_warning 1 cut 2");
  policy.grace = days(1);
  CHECK(plan({unpaid("in_1", day(0))}, policy) == "in_1: first 0 cut 1");
}

TEST_CASE("what is paid, was never tried, or is another subscription's has no episode") {
  Invoice other = unpaid("in_1", day(0));
  other.subscription_id = "sub_2";
  Invoice untried = unpaid("in_2", day(0));
  untried.attempted = false;
  Invoice paid = unpaid("in_3", day(0));
  paid.status = "paid";
  CHECK(plan({other, untried, paid}) == "");
}

TEST_CASE("why a payment failed is read from its intent, in the words that a person is helped by") {
  CHECK(failure(R"({"status": "requires_action"})") == "authentication_required");
  CHECK(failure(R"({"status": "requires_payment_method",
                    "last_payment_error": {"code": "authentication_required"}})") ==
        "authentication_required");
  CHECK(failure(R"({"status": "requires_payment_method",
                    "last_payment_error": {"code": "card_declined", "decline_code": "lost_card"}})") ==
        "hard_decline");
  CHECK(failure(R"({"status": "requires_payment_method",
                    "last_payment_error": {"code": "expired_card"}})") == "hard_decline");
  CHECK(failure(R"({"status": "requires_payment_method",
                    "last_payment_error": {"code": "card_declined",
                                           "decline_code": "insufficient_funds"}})") ==
        "soft_decline");
  CHECK(failure(R"({"status": "requires_payment_method", "last_payment_error": null})") ==
        "no_payment_method");
  CHECK(read_failure(json::parse(R"({"data": []})")) == "no_payment_method");
}
