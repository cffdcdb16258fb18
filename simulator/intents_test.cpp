// One-time payments, and cards that are saved without one.
#include <doctest/doctest.h>

#include "simulator/testing/world.hpp"

namespace freehold::simulator {

namespace {

std::string one_time_price(World& world, const std::string& amount) {
  return world.post("/v1/prices", "currency=usd&product_data[name]=Book&unit_amount=" + amount)
      .id();
}

}  // namespace

TEST_CASE("a payment without an invoice, confirmed at once or later") {
  World world;
  const Reply paid = world.post("/v1/payment_intents",
                                "amount=900&currency=usd&payment_method=pm_card_visa&confirm=true");
  CHECK(paid.text("status") == "succeeded");
  CHECK(world.news() ==
        "payment_intent.created\n"
        "payment_intent.succeeded\n"
        "charge.succeeded\n");
  const Reply later = world.post("/v1/payment_intents", "amount=900&currency=usd");
  CHECK(later.text("status") == "requires_payment_method");
  const std::string path = "/v1/payment_intents/" + later.id();
  CHECK(world.post(path, "amount=1000").text("status") == "requires_payment_method");
  CHECK(world.post(path + "/confirm").status == 400);
  const Reply declined =
      world.post(path + "/confirm", "payment_method=pm_card_chargeDeclinedExpiredCard");
  CHECK(declined.outcome() == "402 card_error expired_card expired_card: Your card has expired.");
  CHECK(world.get(path).text("status") == "requires_payment_method");
  const Reply asked =
      world.post(path + "/confirm", "payment_method=pm_card_authenticationRequired");
  CHECK(asked.text("status") == "requires_action");
  CHECK(number_of(world.post(path + "/confirm", "payment_method=pm_card_visa").body,
                  "amount_received") == 1000);
  CHECK(world.post(path + "/cancel").status == 400);
}

TEST_CASE("a payment that is given up") {
  World world;
  const std::string path =
      "/v1/payment_intents/" + world.post("/v1/payment_intents", "amount=1&currency=usd").id();
  const Reply canceled = world.post(path + "/cancel", "cancellation_reason=abandoned");
  CHECK(canceled.text("status") == "canceled");
  CHECK(canceled.text("cancellation_reason") == "abandoned");
  const std::string id = world.subscribe(world.customer("pm_card_chargeCustomerFail"));
  const json::object intents = world.get("/v1/payment_intents?limit=1").body;
  const std::string of_invoice = text_of(array_of(intents, "data")[0].get_object(), "id");
  CHECK(world.post("/v1/payment_intents/" + of_invoice + "/cancel").status == 400);
  CHECK(world.status(id) == "incomplete");
}

TEST_CASE("a card is saved by a setup intent, with and without its bank") {
  World world;
  const std::string customer = world.customer("");
  world.news();
  const Reply saved = world.post(
      "/v1/setup_intents", "customer=" + customer + "&payment_method=pm_card_visa&confirm=true");
  CHECK(saved.text("status") == "succeeded");
  CHECK(world.news() ==
        "setup_intent.created\n"
        "payment_method.attached\n"
        "setup_intent.succeeded\n");
  const Reply asked = world.post("/v1/setup_intents", "customer=" + customer);
  const std::string path = "/v1/setup_intents/" + asked.id();
  CHECK(world.post(path + "/confirm").status == 400);
  CHECK(world.post(path + "/confirm", "payment_method=pm_card_chargeDeclined").status == 402);
  CHECK(text_of(object_of(world.get(path).body, "last_setup_error"), "code") == "card_declined");
  CHECK(world.post(path + "/confirm", "payment_method=pm_card_authenticationRequiredOnSetup")
            .text("status") == "requires_action");
  CHECK(world.post(path + "/cancel").text("status") == "canceled");
  CHECK(world.post(path + "/confirm").status == 400);
}

TEST_CASE("a checkout of a one-time payment") {
  World world;
  const std::string form = "mode=payment&success_url=http%3A%2F%2Fapp%2Fdone&line_items[0][price]=";
  const Reply session =
      world.post("/v1/checkout/sessions",
                 form + one_time_price(world, "1200") +
                     "&line_items[0][quantity]=3&payment_intent_data[metadata][order]=7");
  CHECK(number_of(session.body, "amount_total") == 3600);
  CHECK_THROWS(world.simulator.pay_checkout(session.id(), "4000000000009995"));
  world.news();
  CHECK(world.simulator.pay_checkout(session.id(), "4242424242424242") == "http://app/done");
  CHECK(world.news() ==
        "payment_intent.created\n"
        "payment_intent.succeeded\n"
        "charge.succeeded\n"
        "checkout.session.completed\n");
  const json::object done =
      world.get("/v1/checkout/sessions/" + session.id() + "?expand[]=payment_intent").body;
  CHECK(text_of(done, "payment_status") == "paid");
  const json::object& intent = object_of(done, "payment_intent");
  CHECK(number_of(intent, "amount_received") == 3600);
  CHECK(text_of(object_of(intent, "metadata"), "order") == "7");
  CHECK(intent.at("customer").is_null());

  CHECK(world.post("/v1/checkout/sessions", form + world.price()).status == 400);
  const std::string customer = world.customer("");
  const Reply kept = world.post("/v1/checkout/sessions",
                                form + one_time_price(world, "100") + "&customer=" + customer +
                                    "&payment_intent_data[setup_future_usage]=off_session");
  world.simulator.pay_checkout(kept.id(), "4242424242424242");
  CHECK(array_of(world.get("/v1/customers/" + customer + "/payment_methods").body, "data").size() ==
        1);
}

TEST_CASE("what pays a subscription's invoice becomes its default, if it shall") {
  World world;
  const std::string customer = world.customer("");
  const auto pays_with = [&](const std::string& saves) {
    const std::string id = world.subscribe(
        customer,
        "payment_behavior=default_incomplete&payment_settings[save_default_payment_method]=" +
            saves);
    world.post("/v1/invoices/" + text_of(world.latest_invoice(id), "id") + "/pay",
               "payment_method=pm_card_visa");
    CHECK(world.status(id) == "active");
    return text_of(world.subscription(id), "default_payment_method");
  };
  CHECK(pays_with("off").empty());
  CHECK(pays_with("on_subscription").starts_with("pm_"));
}

}  // namespace freehold::simulator
