// Payments that a cardholder wants back.
#include <doctest/doctest.h>

#include "simulator/testing/world.hpp"

namespace freehold::simulator {

namespace {

struct Shop {
  World world;
  std::string customer;
  std::string subscription;
  std::string first;  // the events of the beginning

  explicit Shop(const std::string& card = "pm_card_createDispute") {
    customer = world.customer(card);
    subscription = world.subscribe(customer);
    first = world.news();
  }
  Reply newest() {
    const json::object list = world.get("/v1/disputes").body;
    return world.get("/v1/disputes/" + text_of(array_of(list, "data").at(0).as_object(), "id"));
  }
  Reply answer(const std::string& evidence) {
    return world.post("/v1/disputes/" + newest().id(), "evidence[uncategorized_text]=" + evidence);
  }
  std::int64_t available() {
    const json::object balance = world.get("/v1/balance").body;
    return number_of(array_of(balance, "available")[0].get_object(), "amount");
  }
};

// Money that moved, in cents: "-4900 4900".
std::string movements(const Reply& dispute) {
  std::string out;
  for (const json::value& one : array_of(dispute.body, "balance_transactions"))
    out += (out.empty() ? "" : " ") + std::to_string(number_of(one.get_object(), "amount"));
  return out;
}

}  // namespace

TEST_CASE("a payment that is disputed as soon as it is made, and won with evidence") {
  Shop shop;
  CHECK(
      shop.first.ends_with("customer.subscription.updated\n"
                           "charge.dispute.created\n"
                           "charge.dispute.funds_withdrawn\n"));
  const Reply dispute = shop.newest();
  CHECK(dispute.text("status") == "needs_response");
  CHECK(dispute.text("reason") == "fraudulent");
  CHECK(movements(dispute) == "-4900");
  CHECK(shop.available() == 0);
  CHECK(flag_of(shop.world.get("/v1/charges/" + dispute.text("charge")).body, "disputed"));
  CHECK(shop.world.status(shop.subscription) == "active");

  CHECK(shop.answer("winning_evidence").text("status") == "under_review");
  shop.world.pass(Duration{0});
  CHECK(shop.world.news() ==
        "charge.dispute.updated\n"
        "charge.dispute.closed\n"
        "charge.dispute.funds_reinstated\n");
  CHECK(shop.newest().text("status") == "won");
  CHECK(movements(shop.newest()) == "-4900 4900");
  CHECK(shop.available() == 4900);
  CHECK(shop.answer("more").outcome() ==
        "400 invalid_request_error evidence: Evidence can be submitted once, while the dispute "
        "needs a response.");
}

TEST_CASE("a dispute is lost with bad evidence, without an answer, or by giving up") {
  Shop shop;
  shop.answer("losing_evidence");
  shop.world.pass(Duration{0});
  CHECK(shop.newest().text("status") == "lost");
  CHECK(shop.available() == 0);

  Shop silent;
  silent.world.news();
  CHECK(silent.world.diary(days(10)) == "9d 0h 0m\n  charge.dispute.closed\n");
  CHECK(silent.newest().text("status") == "lost");

  Shop giving_up;
  const std::string path = "/v1/disputes/" + giving_up.newest().id() + "/close";
  CHECK(giving_up.world.post(path).text("status") == "lost");
  CHECK(giving_up.world.post(path).outcome() ==
        "400 invalid_request_error: This dispute is already closed: its status is lost.");
}

TEST_CASE("other evidence waits until the bank decides, which a control does") {
  Shop shop;
  const std::string id = shop.answer("The+customer+signed").id();
  shop.world.pass(days(60));
  CHECK(shop.world.get("/v1/disputes/" + id).text("status") == "under_review");
  const std::string path = "/_sim/disputes/" + id + "/decide";
  CHECK(shop.world.control("POST", path, "outcome=won").text("status") == "won");
  CHECK(shop.world.control("POST", path, "outcome=lost").status == 400);
}

TEST_CASE("evidence can be staged before it is submitted") {
  Shop shop;
  const std::string path = "/v1/disputes/" + shop.newest().id();
  const Reply staged = shop.world.post(path, "submit=false&evidence[receipt]=file_1");
  CHECK(staged.text("status") == "needs_response");
  CHECK(flag_of(object_of(staged.body, "evidence_details"), "has_evidence"));
  CHECK(number_of(object_of(staged.body, "evidence_details"), "submission_count") == 0);
}

TEST_CASE("an inquiry takes no money") {
  Shop shop("pm_card_createDisputeInquiry");
  CHECK(shop.first.ends_with("customer.subscription.updated\ncharge.dispute.created\n"));
  CHECK(shop.newest().text("status") == "warning_needs_response");
  CHECK(shop.available() == 4900);
  CHECK(shop.answer("winning_evidence").text("status") == "warning_under_review");
  shop.world.pass(Duration{0});
  CHECK(shop.newest().text("status") == "warning_closed");
}

TEST_CASE("what is charged back cannot be refunded") {
  Shop shop;
  const std::string charge = shop.newest().text("charge");
  CHECK(shop.world.post("/v1/refunds", "charge=" + charge).outcome() ==
        "400 invalid_request_error charge_disputed: Charge " + charge +
            " has been charged back; cannot issue a refund.");
}

TEST_CASE("any payment can be disputed by a control, and the account may end what it was for") {
  Shop shop("pm_card_visa");
  shop.world.control("POST", "/_sim/settings", "cancel_disputed=true");
  const Reply dispute = shop.world.control("POST", "/_sim/customers/" + shop.customer + "/dispute",
                                           "reason=subscription_canceled");
  CHECK(dispute.text("reason") == "subscription_canceled");
  CHECK(shop.world.news() ==
        "charge.dispute.created\n"
        "charge.dispute.funds_withdrawn\n"
        "customer.subscription.deleted\n");
  const json::object ended = shop.world.subscription(shop.subscription);
  CHECK(text_of(object_of(ended, "cancellation_details"), "reason") == "payment_disputed");
  CHECK(shop.world.control("POST", "/_sim/charges/" + dispute.text("charge") + "/dispute").status ==
        400);
}

}  // namespace freehold::simulator
