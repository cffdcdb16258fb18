// Subscription schedules: a downgrade at the period's end, phases by the clock, and letting go.
#include <doctest/doctest.h>

#include <fmt/format.h>

#include "simulator/testing/world.hpp"

namespace freehold::simulator {

namespace {

struct Shop {
  World world;
  std::string customer = world.customer();
  std::string small = world.price(4900);
  std::string big = world.price(9900);
  std::string id = world.subscribe(customer, "items[0][price]=" + big);
  std::string schedule;

  Shop() { world.news(); }

  std::string period_end() {
    const json::object now = world.subscription(id);
    const json::object& item = array_of(object_of(now, "items"), "data")[0].get_object();
    return std::to_string(number_of(item, "current_period_end"));
  }
  // Big until the period ends, then small.
  Reply plan_downgrade(const std::string& more = "") {
    schedule = world.post("/v1/subscription_schedules", "from_subscription=" + id).id();
    return world.post("/v1/subscription_schedules/" + schedule,
                      "phases[0][items][0][price]=" + big + "&phases[0][end_date]=" + period_end() +
                          "&phases[1][items][0][price]=" + small +
                          "&phases[1][duration][interval]=month" + more);
  }
  std::int64_t cost() {
    const json::object now = world.subscription(id);
    const json::object& item = array_of(object_of(now, "items"), "data")[0].get_object();
    return number_of(object_of(item, "price"), "unit_amount");
  }
};

}  // namespace

TEST_CASE("a downgrade waits for the end of the period, and the schedule lets go a month later") {
  Shop shop;
  const Reply planned = shop.plan_downgrade();
  REQUIRE(planned.outcome() == "200");
  CHECK(planned.text("status") == "active");
  CHECK(array_of(planned.body, "phases").size() == 2);
  CHECK(shop.world.news() ==
        "subscription_schedule.created\n"
        "customer.subscription.updated\n"
        "subscription_schedule.updated\n");
  CHECK(text_of(shop.world.subscription(shop.id), "schedule") == shop.schedule);
  CHECK(shop.cost() == 9900);
  CHECK(shop.world.diary(days(28) + hours(1)) ==
        "28d 0h 0m\n"
        "  customer.subscription.updated\n"
        "  subscription_schedule.updated\n"
        "  customer.subscription.updated\n"
        "  invoice.created\n"
        "28d 1h 0m\n"
        "  invoice.finalized\n"
        "  payment_intent.created\n"
        "  payment_intent.succeeded\n"
        "  charge.succeeded\n"
        "  invoice_payment.paid\n"
        "  invoice.paid\n"
        "  invoice.payment_succeeded\n");
  CHECK(number_of(shop.world.latest_invoice(shop.id), "amount_paid") == 4900);
  CHECK(shop.world.diary(days(30)) ==
        "20d 23h 0m\n"
        "  subscription_schedule.expiring\n"
        "27d 23h 0m\n"
        "  subscription_schedule.released\n"
        "  customer.subscription.updated\n");
  CHECK(shop.cost() == 4900);
  CHECK(shop.world.status(shop.id) == "active");
  CHECK_FALSE(is_set(shop.world.subscription(shop.id), "schedule"));
}

TEST_CASE("a schedule that is released leaves the subscription as it is") {
  Shop shop;
  shop.plan_downgrade();
  shop.world.news();
  const Reply released =
      shop.world.post("/v1/subscription_schedules/" + shop.schedule + "/release");
  CHECK(released.text("status") == "released");
  CHECK(released.text("released_subscription") == shop.id);
  CHECK(shop.world.news() == "subscription_schedule.released\ncustomer.subscription.updated\n");
  shop.world.pass(days(40));
  CHECK(shop.cost() == 9900);
  CHECK(shop.world.post("/v1/subscription_schedules/" + shop.schedule + "/release").outcome() ==
        "400 invalid_request_error: You cannot update a subscription schedule that is currently in "
        "the `released` status. It must be in either `not_started` or `active` status.");
}

TEST_CASE("canceling either cancels both") {
  Shop one;
  one.plan_downgrade();
  one.world.news();
  CHECK(one.world.post("/v1/subscription_schedules/" + one.schedule + "/cancel", "prorate=false")
            .text("status") == "canceled");
  CHECK(one.world.news() == "subscription_schedule.canceled\ncustomer.subscription.deleted\n");
  Shop other;
  other.plan_downgrade();
  other.world.news();
  other.world.del("/v1/subscriptions/" + other.id);
  CHECK(other.world.news() == "subscription_schedule.canceled\ncustomer.subscription.deleted\n");
}

TEST_CASE("a schedule at whose end the subscription is canceled") {
  Shop shop;
  shop.plan_downgrade("&end_behavior=cancel");
  shop.world.pass(days(28) + hours(2));
  shop.world.news();
  shop.world.pass(days(31));
  CHECK(shop.world.news() ==
        "subscription_schedule.expiring\n"
        "subscription_schedule.completed\n"
        "customer.subscription.deleted\n");
  CHECK(shop.world.status(shop.id) == "canceled");
}

TEST_CASE("a schedule may start a subscription later, and change it in the middle of a period") {
  World world;
  const std::string customer = world.customer();
  const std::string price = world.price(2800);
  const std::int64_t start = to_unix_seconds(*parse_rfc3339("2026-02-01T00:00:00Z"));
  const Reply made = world.post(
      "/v1/subscription_schedules",
      fmt::format(
          "customer={}&start_date={}&end_behavior=cancel&phases[0][items][0][price]={}"
          "&phases[0][duration][interval]=week&phases[0][duration][interval_count]=2"
          "&phases[1][items][0][price]={}&phases[1][items][0][quantity]=3"
          "&phases[1][proration_behavior]=always_invoice&phases[1][duration][interval]=week",
          customer, start, price, price));
  REQUIRE(made.outcome() == "200");
  CHECK(made.text("status") == "not_started");
  CHECK(array_of(world.get("/v1/subscription_schedules?scheduled=true").body, "data").size() == 1);
  world.pass_to(start);
  const Reply active = world.get("/v1/subscription_schedules/" + made.id());
  const std::string id = active.text("subscription");
  CHECK(number_of(world.latest_invoice(id), "amount_paid") == 2800);
  world.pass(days(14));
  CHECK(number_of(world.latest_invoice(id), "amount_paid") == 2800);  // half of two more
  world.pass(days(7));
  CHECK(world.status(id) == "canceled");
}

TEST_CASE("what a schedule manages is not changed past it") {
  Shop shop;
  shop.plan_downgrade();
  const std::string forbidden =
      "The subscription is managed by the subscription schedule `" + shop.schedule + "`, and ";
  CHECK(shop.world.post("/v1/subscriptions/" + shop.id, "cancel_at_period_end=true").outcome() ==
        "400 invalid_request_error cancel_at_period_end: " + forbidden +
            "updating any cancelation behavior directly is not allowed. Please update the schedule "
            "instead, or release it.");
  CHECK(shop.world.post("/v1/subscriptions/" + shop.id + "/pause").status == 400);
  CHECK(shop.world.post("/v1/subscription_schedules", "from_subscription=" + shop.id).status ==
        400);
  // Seats that change meanwhile are in the current phase too.
  const json::object now = shop.world.subscription(shop.id);
  const json::object& item = array_of(object_of(now, "items"), "data")[0].get_object();
  shop.world.post("/v1/subscriptions/" + shop.id,
                  "items[0][quantity]=4&items[0][id]=" + text_of(item, "id"));
  const Reply schedule = shop.world.get("/v1/subscription_schedules/" + shop.schedule);
  const json::object& phase = array_of(schedule.body, "phases")[0].get_object();
  CHECK(number_of(array_of(phase, "items")[0].get_object(), "quantity") == 4);
}

}  // namespace freehold::simulator
