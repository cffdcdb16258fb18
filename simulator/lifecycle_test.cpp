// What a subscription goes through, as the events that Stripe would send and in their order.
#include <doctest/doctest.h>

#include "simulator/testing/world.hpp"

namespace freehold::simulator {

namespace {

// Dates on which the periods of a subscription that begins at `begin` start.
std::string periods(std::string_view begin, const std::string& interval, int count) {
  World world;
  const std::string customer = world.customer();
  const std::string price = world.price(4900, interval);
  world.pass_to(to_unix_seconds(*parse_rfc3339(begin)));
  const std::string id = world.subscribe(customer, "items[0][price]=" + price);
  std::string dates;
  for (int i = 0; i < count; ++i) {
    const json::object now = world.subscription(id);
    const json::object& items = object_of(now, "items");
    const json::object& item = array_of(items, "data")[0].get_object();
    dates += to_rfc3339(from_unix_seconds(number_of(item, "current_period_start"))) + "\n";
    world.pass_to(number_of(item, "current_period_end"));
  }
  return dates;
}

}  // namespace

TEST_CASE("months are counted from the day a subscription began") {
  CHECK(periods("2026-01-31T09:00:00Z", "month", 5) ==
        "2026-01-31T09:00:00Z\n"
        "2026-02-28T09:00:00Z\n"
        "2026-03-31T09:00:00Z\n"
        "2026-04-30T09:00:00Z\n"
        "2026-05-31T09:00:00Z\n");
  CHECK(periods("2028-02-29T23:30:00Z", "year", 5) ==
        "2028-02-29T23:30:00Z\n"
        "2029-02-28T23:30:00Z\n"
        "2030-02-28T23:30:00Z\n"
        "2031-02-28T23:30:00Z\n"
        "2032-02-29T23:30:00Z\n");
  CHECK(periods("2026-12-29T00:00:00Z", "week", 3) ==
        "2026-12-29T00:00:00Z\n"
        "2027-01-05T00:00:00Z\n"
        "2027-01-12T00:00:00Z\n");
}

TEST_CASE("a subscription that is paid at once") {
  World world;
  const std::string customer = world.customer();
  const std::string price = world.price();
  world.news();
  world.subscribe(customer, "items[0][price]=" + price);
  CHECK(world.news() ==
        "customer.subscription.created\n"
        "invoice.created\n"
        "invoice.finalized\n"
        "payment_intent.created\n"
        "payment_intent.succeeded\n"
        "charge.succeeded\n"
        "invoice_payment.paid\n"
        "invoice.paid\n"
        "invoice.payment_succeeded\n"
        "customer.subscription.updated\n");
}

TEST_CASE("a first charge that is declined, and the 23 hours after it") {
  World world;
  const std::string customer = world.customer("pm_card_chargeCustomerFail");
  const std::string price = world.price();
  world.news();
  const std::string id = world.subscribe(customer, "items[0][price]=" + price);
  CHECK(world.news() ==
        "customer.subscription.created\n"
        "invoice.created\n"
        "invoice.finalized\n"
        "payment_intent.created\n"
        "charge.failed\n"
        "payment_intent.payment_failed\n"
        "customer.updated\n"
        "invoice.payment_failed\n");
  CHECK(world.status(id) == "incomplete");
  CHECK(world.diary(days(2)) ==
        "0d 23h 0m\n"
        "  payment_intent.canceled\n"
        "  invoice.voided\n"
        "  customer.subscription.updated\n");
  CHECK(world.status(id) == "incomplete_expired");
}

TEST_CASE("error_if_incomplete leaves nothing behind") {
  World world;
  const std::string customer = world.customer("pm_card_chargeCustomerFail");
  const std::string price = world.price();
  world.news();
  const Reply reply =
      world.post("/v1/subscriptions", "customer=" + customer + "&items[0][price]=" + price +
                                          "&payment_behavior=error_if_incomplete");
  CHECK(reply.outcome() == "402 card_error card_declined generic_decline: Your card was declined.");
  CHECK(world.news() == "");
  CHECK(array_of(world.get("/v1/subscriptions?status=all").body, "data").empty());
  CHECK(array_of(world.get("/v1/invoices").body, "data").empty());
}

TEST_CASE("a trial with a card: reminder, first invoice, renewal") {
  World world;
  const std::string customer = world.customer();
  const std::string price = world.price();
  world.news();
  const std::string id =
      world.subscribe(customer, "items[0][price]=" + price + "&trial_period_days=14");
  CHECK(world.news() ==
        "customer.subscription.created\n"
        "invoice.created\n"
        "invoice.finalized\n"
        "invoice.paid\n"
        "invoice.payment_succeeded\n");
  CHECK(world.diary(days(43)) ==
        "11d 0h 0m\n"
        "  customer.subscription.trial_will_end\n"
        "14d 0h 0m\n"
        "  customer.subscription.updated\n"
        "  invoice.created\n"
        "14d 1h 0m\n"
        "  invoice.finalized\n"
        "  payment_intent.created\n"
        "  payment_intent.succeeded\n"
        "  charge.succeeded\n"
        "  invoice_payment.paid\n"
        "  invoice.paid\n"
        "  invoice.payment_succeeded\n"
        "42d 0h 0m\n"
        "  customer.subscription.updated\n"
        "  invoice.created\n"
        "42d 1h 0m\n"
        "  invoice.finalized\n"
        "  payment_intent.created\n"
        "  payment_intent.succeeded\n"
        "  charge.succeeded\n"
        "  invoice_payment.paid\n"
        "  invoice.paid\n"
        "  invoice.payment_succeeded\n");
  CHECK(world.status(id) == "active");
}

TEST_CASE("a trial shorter than three days reminds at once") {
  World world;
  const std::string customer = world.customer();
  const std::string price = world.price();
  world.news();
  world.subscribe(customer, "items[0][price]=" + price + "&trial_period_days=2");
  CHECK(world.news() ==
        "customer.subscription.created\n"
        "invoice.created\n"
        "invoice.finalized\n"
        "invoice.paid\n"
        "invoice.payment_succeeded\n"
        "customer.subscription.trial_will_end\n");
}

TEST_CASE("what a trial without a card ends in is what was asked for") {
  const auto ending = [](const std::string& behavior) {
    World world;
    const std::string customer = world.customer("");
    const std::string price = world.price();
    const std::string id =
        world.subscribe(customer, "items[0][price]=" + price +
                                      "&trial_period_days=5&trial_settings[end_behavior]"
                                      "[missing_payment_method]=" +
                                      behavior);
    world.pass(days(4));
    const std::string lines = world.diary(days(2));
    return lines + world.status(id) + "\n";
  };
  CHECK(ending("cancel") ==
        "1d 0h 0m\n"
        "  customer.subscription.deleted\n"
        "canceled\n");
  CHECK(ending("pause") ==
        "1d 0h 0m\n"
        "  customer.subscription.paused\n"
        "paused\n");
  CHECK(ending("create_invoice") ==
        "1d 0h 0m\n"
        "  customer.subscription.updated\n"
        "  invoice.created\n"
        "1d 1h 0m\n"
        "  invoice.finalized\n"
        "  payment_intent.created\n"
        "  customer.updated\n"
        "  invoice.payment_failed\n"
        "  customer.subscription.updated\n"
        "past_due\n");
}

TEST_CASE("canceling at the period's end can be taken back") {
  World world;
  const std::string id = world.subscribe(world.customer());
  const Reply planned = world.post("/v1/subscriptions/" + id, "cancel_at_period_end=true");
  CHECK(number_of(planned.body, "cancel_at") ==
        to_unix_seconds(*parse_rfc3339("2026-02-28T09:00:00Z")));
  CHECK(flag_of(planned.body, "cancel_at_period_end"));
  CHECK(is_set(planned.body, "canceled_at"));

  const Reply back = world.post("/v1/subscriptions/" + id, "cancel_at_period_end=false");
  CHECK_FALSE(is_set(back.body, "cancel_at"));
  CHECK_FALSE(is_set(back.body, "canceled_at"));
  world.pass(days(29));
  CHECK(world.status(id) == "active");

  world.post("/v1/subscriptions/" + id, "cancel_at=min_period_end");
  CHECK_FALSE(flag_of(world.subscription(id), "cancel_at_period_end"));
  world.post("/v1/subscriptions/" + id, "cancel_at_period_end=true");
  world.news();
  world.pass(days(31));
  CHECK(world.news() == "customer.subscription.deleted\n");
}

TEST_CASE("a change of plan without proration costs its new price from the next period") {
  World world;
  const std::string id = world.subscribe(world.customer());
  const json::object before = world.subscription(id);
  const std::string item =
      text_of(array_of(object_of(before, "items"), "data")[0].get_object(), "id");
  const std::string form = "items[0][id]=" + item + "&items[0][price]=" + world.price(9900);
  world.news();
  CHECK(world.post("/v1/subscriptions/" + id, form + "&proration_behavior=none").status == 200);
  CHECK(world.news() == "customer.subscription.updated\n");
  world.pass(days(28) + hours(1));
  CHECK(number_of(world.latest_invoice(id), "amount_paid") == 9900);
}

TEST_CASE("a change of interval begins a period and bills it at once") {
  World world;
  const std::string id = world.subscribe(world.customer());
  const json::object before = world.subscription(id);
  const std::string item =
      text_of(array_of(object_of(before, "items"), "data")[0].get_object(), "id");
  const std::string yearly = world.price(49000, "year");
  world.pass(days(10));
  world.news();
  const Reply reply =
      world.post("/v1/subscriptions/" + id, "items[0][id]=" + item + "&items[0][price]=" + yearly +
                                                "&proration_behavior=none");
  CHECK(number_of(reply.body, "billing_cycle_anchor") == to_unix_seconds(world.clock.now()));
  CHECK(world.news() ==
        "customer.subscription.updated\n"
        "invoice.created\n"
        "invoice.finalized\n"
        "payment_intent.created\n"
        "payment_intent.succeeded\n"
        "charge.succeeded\n"
        "invoice_payment.paid\n"
        "invoice.paid\n"
        "invoice.payment_succeeded\n");
  CHECK(number_of(world.latest_invoice(id), "amount_paid") == 49000);
}

TEST_CASE("a trial that is ended is reminded of and billed at once") {
  World world;
  const std::string id = world.subscribe(world.customer(), "trial_period_days=30");
  world.news();
  CHECK(world.post("/v1/subscriptions/" + id, "trial_end=now").text("status") == "active");
  CHECK(world.news() ==
        "customer.subscription.trial_will_end\n"
        "customer.subscription.updated\n"
        "invoice.created\n"
        "invoice.finalized\n"
        "payment_intent.created\n"
        "payment_intent.succeeded\n"
        "charge.succeeded\n"
        "invoice_payment.paid\n"
        "invoice.paid\n"
        "invoice.payment_succeeded\n");
}

TEST_CASE("a renewal is announced some days before, once") {
  World world(Config{.seed = 1, .upcoming_days = 7});
  const std::string id = world.subscribe(world.customer());
  CHECK(world.diary(days(27)) == "21d 0h 0m\n  invoice.upcoming\n");
  const json::object events = world.get("/v1/events?type=invoice.upcoming").body;
  const json::object event = array_of(events, "data")[0].get_object();
  const json::object& invoice = object_of(object_of(event, "data"), "object");
  CHECK(number_of(invoice, "amount_due") == 4900);
  CHECK(text_of(invoice, "id").starts_with("upcoming_in_"));
  world.pass(days(2));
  world.post("/v1/subscriptions/" + id, "cancel_at_period_end=true");
  world.news();
  CHECK(world.diary(days(25)) == "");
}

TEST_CASE("a resumption that is not paid within 23 hours leaves it paused") {
  World world;
  const std::string customer = world.customer();
  const std::string id = world.subscribe(customer);
  world.post("/v1/subscriptions/" + id + "/pause", "bill_for[unused_time_from][type]=none");
  world.pass(days(40));
  CHECK(world.status(id) == "paused");
  world.fail_card(customer);
  CHECK(
      world
          .post("/v1/subscriptions/" + id + "/resume", "payment_behavior=resume_on_payment_success")
          .text("status") == "paused");
  CHECK(world.post("/v1/subscriptions/" + id + "/resume").status == 400);
  world.pass(hours(23));
  CHECK(text_of(world.latest_invoice(id), "status") == "void");

  world.control("POST", "/_sim/customers/" + customer + "/fix_card");
  world.news();
  CHECK(world.post("/v1/subscriptions/" + id + "/resume").text("status") == "active");
  CHECK(world.news() ==
        "invoice.created\n"
        "invoice.finalized\n"
        "payment_intent.created\n"
        "payment_intent.succeeded\n"
        "charge.succeeded\n"
        "invoice_payment.paid\n"
        "customer.updated\n"
        "invoice.paid\n"
        "invoice.payment_succeeded\n"
        "customer.subscription.resumed\n"
        "customer.subscription.updated\n");
}

TEST_CASE("deleting a customer cancels its subscriptions, and it is still there to be seen") {
  World world;
  const std::string customer = world.customer();
  const std::string id = world.subscribe(customer);
  world.news();
  CHECK(flag_of(world.del("/v1/customers/" + customer).body, "deleted"));
  CHECK(world.news() == "customer.subscription.deleted\ncustomer.deleted\n");
  CHECK(world.status(id) == "canceled");
  CHECK(json::serialize(world.get("/v1/customers/" + customer).body) ==
        R"({"id":")" + customer + R"(","object":"customer","deleted":true})");
  CHECK(world.post("/v1/customers/" + customer, "name=x").outcome() ==
        "404 invalid_request_error resource_missing id: No such customer: '" + customer + "'");
  world.pass(days(60));
  CHECK(world.news() == "");
}

}  // namespace freehold::simulator
