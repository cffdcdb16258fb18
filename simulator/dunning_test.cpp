// Payments that are declined: retries, what they end in, and the way back.
#include <doctest/doctest.h>

#include "simulator/testing/world.hpp"

namespace freehold::simulator {

TEST_CASE("a declined renewal is tried again eight times in two weeks, then canceled") {
  World world;
  const std::string customer = world.customer();
  const std::string id = world.subscribe(customer);
  world.fail_card(customer);
  world.pass(days(28));
  world.pass(hours(1));
  CHECK(world.status(id) == "past_due");
  const json::object invoice = world.latest_invoice(id);
  CHECK(number_of(invoice, "attempt_count") == 1);
  CHECK(number_of(invoice, "next_payment_attempt") == to_unix_seconds(world.clock.now()) + 86400);

  const std::string retry =
      "  charge.failed\n"
      "  payment_intent.payment_failed\n"
      "  invoice.payment_failed\n";
  CHECK(world.diary(days(20)) == "1d 0h 0m\n" + retry + "2d 0h 0m\n" + retry + "3d 0h 0m\n" +
                                     retry + "5d 0h 0m\n" + retry + "7d 0h 0m\n" + retry +
                                     "9d 0h 0m\n" + retry + "11d 0h 0m\n" + retry + "14d 0h 0m\n" +
                                     retry + "  customer.subscription.deleted\n");
  CHECK(number_of(world.latest_invoice(id), "attempt_count") == 9);
  CHECK_FALSE(is_set(world.latest_invoice(id), "next_payment_attempt"));
  const json::object details = object_of(world.subscription(id), "cancellation_details");
  CHECK(text_of(details, "reason") == "payment_failed");
}

TEST_CASE("a past due subscription is active again when a retry succeeds") {
  World world;
  const std::string customer = world.customer();
  const std::string id = world.subscribe(customer);
  world.fail_card(customer);
  world.pass(days(28) + hours(1));
  world.control("POST", "/_sim/customers/" + customer + "/fix_card");
  CHECK(world.diary(days(3)) ==
        "1d 0h 0m\n"
        "  payment_intent.succeeded\n"
        "  charge.succeeded\n"
        "  invoice_payment.paid\n"
        "  customer.updated\n"
        "  invoice.paid\n"
        "  invoice.payment_succeeded\n"
        "  customer.subscription.updated\n");
  CHECK(world.status(id) == "active");
}

TEST_CASE("a card that the issuer will never accept is not charged again, another one is") {
  World world;
  const std::string customer = world.customer();
  const std::string id = world.subscribe(customer);
  world.fail_card(customer, "stolen_card");
  world.pass(days(28) + hours(1));
  CHECK_FALSE(is_set(world.latest_invoice(id), "next_payment_attempt"));
  CHECK(world.diary(days(2) + hours(1)) == "");
  CHECK(number_of(world.latest_invoice(id), "attempt_count") == 3);

  world.control("POST", "/_sim/customers/" + customer + "/fix_card");
  const Reply card = world.post("/v1/payment_methods/pm_card_visa/attach", "customer=" + customer);
  world.post("/v1/customers/" + customer, "invoice_settings[default_payment_method]=" + card.id());
  world.pass(days(1));
  CHECK(world.status(id) == "active");
}

TEST_CASE("of an unpaid subscription new invoices stay drafts until the last one is paid") {
  World world(Config{.seed = 1, .final_action = FinalAction::unpaid});
  const std::string customer = world.customer();
  const std::string id = world.subscribe(customer);
  world.fail_card(customer);
  world.pass(days(28) + hours(1) + days(14));
  CHECK(world.status(id) == "unpaid");
  world.pass(days(30));
  CHECK(text_of(world.latest_invoice(id), "status") == "draft");
  CHECK_FALSE(flag_of(world.latest_invoice(id), "auto_advance"));

  world.control("POST", "/_sim/customers/" + customer + "/fix_card");
  const std::string draft = text_of(world.subscription(id), "latest_invoice");
  CHECK(world.post("/v1/invoices/" + draft + "/pay").text("status") == "paid");
  CHECK(world.status(id) == "active");
}

TEST_CASE("with the final action past_due it stays past due and goes on renewing") {
  World world(Config{.seed = 1, .final_action = FinalAction::past_due});
  const std::string customer = world.customer();
  const std::string id = world.subscribe(customer);
  world.fail_card(customer);
  world.pass(days(28 + 31) + hours(2));
  CHECK(world.status(id) == "past_due");
  CHECK(array_of(world.get("/v1/invoices?status=open").body, "data").size() == 2);
}

}  // namespace freehold::simulator
