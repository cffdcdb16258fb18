// 3-D Secure: payments that wait for the person behind the card.
#include "simulator/authentication.hpp"

#include <doctest/doctest.h>

#include "simulator/testing/world.hpp"

namespace freehold::simulator {

namespace {

std::string intent_of(World& world, const std::string& subscription) {
  const json::object invoice =
      world
          .get("/v1/invoices/" + text_of(world.subscription(subscription), "latest_invoice") +
               "?expand[]=payments")
          .body;
  const json::object& payment = array_of(object_of(invoice, "payments"), "data")[0].get_object();
  return text_of(object_of(payment, "payment"), "payment_intent");
}

void answer(World& world, const std::string& intent, bool approved) {
  world.simulator.change([&](State& state) { answer_challenge(state, intent, approved); });
}

}  // namespace

TEST_CASE("a first payment waits for the bank's question, and is made when it is approved") {
  World world;
  const std::string customer = world.customer("pm_card_authenticationRequired");
  const std::string price = world.price();
  world.news();
  const std::string id = world.subscribe(customer, "items[0][price]=" + price);
  CHECK(world.status(id) == "incomplete");
  CHECK(world.news() ==
        "customer.subscription.created\n"
        "invoice.created\n"
        "invoice.finalized\n"
        "payment_intent.created\n"
        "payment_intent.requires_action\n"
        "invoice.payment_action_required\n");
  const std::string intent = intent_of(world, id);
  const Reply waiting = world.get("/v1/payment_intents/" + intent);
  CHECK(waiting.text("status") == "requires_action");
  CHECK(text_of(object_of(object_of(waiting.body, "next_action"), "redirect_to_url"), "url") ==
        "http://sim/authenticate/" + intent);
  answer(world, intent, true);
  CHECK(world.status(id) == "active");
  CHECK(world.news() ==
        "payment_intent.succeeded\n"
        "charge.succeeded\n"
        "invoice_payment.paid\n"
        "invoice.paid\n"
        "invoice.payment_succeeded\n"
        "customer.subscription.updated\n");
}

TEST_CASE("who fails the question has not paid") {
  World world;
  const std::string id = world.subscribe(world.customer("pm_card_authenticationRequired"));
  const std::string intent = intent_of(world, id);
  world.news();
  answer(world, intent, false);
  CHECK(world.news() ==
        "payment_intent.payment_failed\n"
        "customer.updated\n"
        "invoice.payment_failed\n");
  CHECK(world.get("/v1/payment_intents/" + intent).text("status") == "requires_payment_method");
  CHECK(world.post("/v1/payment_intents/" + intent + "/confirm", "payment_method=pm_card_visa")
            .text("status") == "succeeded");
  CHECK(world.status(id) == "active");
}

TEST_CASE("one card is asked about every time, the other until it is set up") {
  const auto after_a_month = [](const std::string& card) {
    World world;
    const std::string id = world.subscribe(world.customer(card));
    answer(world, intent_of(world, id), true);
    world.pass(days(28) + hours(1));
    return world.status(id);
  };
  CHECK(after_a_month("pm_card_authenticationRequiredOnSetup") == "active");
  CHECK(after_a_month("pm_card_authenticationRequired") == "past_due");
}

TEST_CASE("retries alone never pay what the bank asks about") {
  World world;
  const std::string id = world.subscribe(world.customer("pm_card_authenticationRequired"));
  answer(world, intent_of(world, id), true);
  world.pass(days(28) + hours(1));
  CHECK_FALSE(is_set(world.latest_invoice(id), "next_payment_attempt"));
  answer(world, intent_of(world, id), true);
  CHECK(world.status(id) == "active");
}

TEST_CASE("a call that needs the payment says that somebody has to act") {
  World world;
  const std::string customer = world.customer("pm_card_authenticationRequired");
  CHECK(world
            .post("/v1/subscriptions", "customer=" + customer + "&items[0][price]=" +
                                           world.price() + "&payment_behavior=error_if_incomplete")
            .outcome() ==
        "402 card_error subscription_payment_intent_requires_action: This payment requires "
        "additional user action before it can be completed successfully. Payment can be completed "
        "using the PaymentIntent of the invoice.");
  const std::string id = world.subscribe(world.customer());
  world.pass(days(28));
  const Reply open =
      world.post("/v1/invoices/" + text_of(world.subscription(id), "latest_invoice") + "/finalize");
  const std::string method = world
                                 .post("/v1/payment_methods/pm_card_authenticationRequired/attach",
                                       "customer=" + open.text("customer"))
                                 .id();
  CHECK(world.post("/v1/invoices/" + open.id() + "/pay", "payment_method=" + method)
            .outcome()
            .starts_with("402 card_error invoice_payment_intent_requires_action"));
}

}  // namespace freehold::simulator
