// Test clocks: customers with a time of their own.
#include <doctest/doctest.h>

#include <fmt/format.h>

#include "simulator/testing/world.hpp"

namespace freehold::simulator {

namespace {

struct Shop {
  World world;
  std::int64_t begin = to_unix_seconds(*parse_rfc3339("2027-01-31T00:00:00Z"));
  std::string clock =
      world.post("/v1/test_helpers/test_clocks", fmt::format("frozen_time={}&name=year", begin))
          .id();
  std::string customer;
  std::string id;

  Shop() {
    customer = world.post("/v1/customers", "name=Ada&test_clock=" + clock).id();
    const Reply method =
        world.post("/v1/payment_methods/pm_card_visa/attach", "customer=" + customer);
    world.post("/v1/customers/" + customer,
               "invoice_settings[default_payment_method]=" + method.id());
    id = world.subscribe(customer);
    world.news();
  }
  Reply advance(std::int64_t to) {
    return world.post("/v1/test_helpers/test_clocks/" + clock + "/advance",
                      fmt::format("frozen_time={}", to));
  }
  std::string status() { return world.get("/v1/test_helpers/test_clocks/" + clock).text("status"); }
  std::int64_t created() { return number_of(world.latest_invoice(id), "created"); }
};

}  // namespace

TEST_CASE(
    "what is a test clock's customer's begins at its time and does not feel the other clock") {
  Shop shop;
  const json::object made = shop.world.subscription(shop.id);
  CHECK(number_of(made, "created") == shop.begin);
  CHECK(text_of(made, "test_clock") == shop.clock);
  CHECK(text_of(shop.world.latest_invoice(shop.id), "test_clock") == shop.clock);
  shop.world.pass(days(500));
  CHECK(shop.world.news() == "");
  CHECK(shop.created() == shop.begin);
  CHECK(array_of(shop.world.get("/v1/subscriptions").body, "data").empty());
  CHECK(
      array_of(shop.world.get("/v1/subscriptions?test_clock=" + shop.clock).body, "data").size() ==
      1);
  CHECK(array_of(shop.world.get("/v1/customers").body, "data").empty());
}

TEST_CASE(
    "an advance is under way when it is answered, and then everything has happened in order") {
  Shop shop;
  const std::int64_t end = to_unix_seconds(*parse_rfc3339("2027-02-28T00:00:00Z"));
  const Reply under_way = shop.advance(end + 7200);
  CHECK(under_way.text("status") == "advancing");
  CHECK(shop.status() == "ready");
  CHECK(shop.world.news() ==
        "test_helpers.test_clock.advancing\n"
        "customer.subscription.updated\n"
        "invoice.created\n"
        "invoice.finalized\n"
        "payment_intent.created\n"
        "payment_intent.succeeded\n"
        "charge.succeeded\n"
        "invoice_payment.paid\n"
        "invoice.paid\n"
        "invoice.payment_succeeded\n"
        "test_helpers.test_clock.ready\n");
  const json::object invoice = shop.world.latest_invoice(shop.id);
  CHECK(number_of(invoice, "created") == end);
  CHECK(number_of(object_of(invoice, "status_transitions"), "paid_at") == end + 3600);
  CHECK(to_rfc3339(shop.world.clock.now()) == "2026-01-31T09:00:00Z");
}

TEST_CASE("a test clock goes forward, at most two periods at once") {
  Shop shop;
  CHECK(shop.advance(shop.begin).outcome() ==
        "400 invalid_request_error frozen_time: The new time must be after the clock's current "
        "time.");
  CHECK(shop.advance(to_unix_seconds(*parse_rfc3339("2027-03-31T00:00:01Z"))).outcome() ==
        "400 invalid_request_error frozen_time: Cannot advance more than two intervals of the "
        "clock's shortest subscription, or two years without one, at once.");
  CHECK(shop.advance(to_unix_seconds(*parse_rfc3339("2027-03-31T00:00:00Z"))).status == 200);
}

TEST_CASE("a change at a test clock's time is prorated by it") {
  Shop shop;
  shop.advance(shop.begin + 14 * 86400);
  const json::object now = shop.world.subscription(shop.id);
  const json::object& item = array_of(object_of(now, "items"), "data")[0].get_object();
  shop.world.post("/v1/subscription_items/" + text_of(item, "id"),
                  "quantity=3&proration_behavior=always_invoice");
  CHECK(number_of(shop.world.latest_invoice(shop.id), "amount_paid") == 4900);
}

TEST_CASE("use is reported at the time of the customer's test clock") {
  Shop shop;
  shop.world.post("/v1/billing/meters",
                  "display_name=Calls&event_name=calls&default_aggregation[formula]=sum");
  const std::string event = "event_name=calls&payload[value]=1&payload[stripe_customer_id]=";
  const Reply used = shop.world.post("/v1/billing/meter_events", event + shop.customer);
  CHECK(number_of(used.body, "timestamp") == shop.begin);
}

TEST_CASE("a test clock that is deleted takes its customers along") {
  Shop shop;
  CHECK(flag_of(shop.world.del("/v1/test_helpers/test_clocks/" + shop.clock).body, "deleted"));
  CHECK(shop.world.news() ==
        "customer.subscription.deleted\n"
        "customer.deleted\n"
        "test_helpers.test_clock.deleted\n");
  CHECK(shop.world.status(shop.id) == "canceled");
  CHECK(shop.world.get("/v1/test_helpers/test_clocks/" + shop.clock).status == 404);
}

}  // namespace freehold::simulator
