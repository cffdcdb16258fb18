// Invoices that are sent to be paid by a date.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "simulator/testing/world.hpp"

namespace freehold::simulator {

namespace {

constexpr std::string_view net_30 = "collection_method=send_invoice&days_until_due=30";

std::string subscribe(World& world, const std::string& more = "") {
  return world.subscribe(world.customer(""), std::string(net_30) + more);
}

// "open, 4900 of 4900 due, in 30 days"
std::string due(const World& world, const json::object& invoice) {
  const std::int64_t left = number_of(invoice, "due_date") - to_unix_seconds(world.clock.now());
  return fmt::format("{}, {} of {} due, in {} days", text_of(invoice, "status"),
                     number_of(invoice, "amount_remaining"), number_of(invoice, "total"),
                     left / 86400);
}

}  // namespace

TEST_CASE("a subscription whose invoices are sent is active at once and needs no card") {
  World world;
  const std::string id = subscribe(world);
  CHECK(world.status(id) == "active");
  CHECK(due(world, world.latest_invoice(id)) == "draft, 4900 of 4900 due, in 30 days");
  CHECK(world.diary(days(27)) ==
        "0d 1h 0m\n"
        "  invoice.finalized\n"
        "  payment_intent.created\n"
        "  invoice.sent\n");
  CHECK(due(world, world.latest_invoice(id)) == "open, 4900 of 4900 due, in 3 days");
  CHECK(number_of(world.latest_invoice(id), "attempt_count") == 0);
}

TEST_CASE("what is not paid by its date is overdue, and paid out of band it is settled") {
  World world;
  const std::string id = subscribe(world, "&items[0][price]=" + world.price(4900, "year"));
  world.pass(hours(1));
  CHECK(world.diary(days(60)) ==
        "29d 23h 0m\n"
        "  customer.updated\n"
        "  invoice.overdue\n"
        "  customer.subscription.updated\n");
  CHECK(world.status(id) == "past_due");
  const std::string invoice = text_of(world.latest_invoice(id), "id");
  world.news();
  CHECK(world.post("/v1/invoices/" + invoice + "/pay", "paid_out_of_band=true").text("status") ==
        "paid");
  CHECK(world.news() ==
        "payment_intent.canceled\n"
        "customer.updated\n"
        "invoice.paid\n"
        "invoice.payment_succeeded\n"
        "customer.subscription.updated\n");
  CHECK(world.status(id) == "active");
}

TEST_CASE("a declined card leaves it to be paid in time, another one pays it") {
  World world;
  const std::string id = subscribe(world);
  const std::string pay = "/v1/invoices/" + text_of(world.latest_invoice(id), "id") + "/pay";
  CHECK(world.post(pay, "payment_method=pm_card_chargeCustomerFail").status == 402);
  CHECK(world.status(id) == "active");
  CHECK(world.post(pay, "payment_method=pm_card_visa").text("status") == "paid");
  CHECK_FALSE(is_set(world.subscription(id), "default_payment_method"));
  world.pass(days(28));
  CHECK(due(world, world.latest_invoice(id)) == "draft, 4900 of 4900 due, in 30 days");
}

TEST_CASE("the newest invoice decides: one that is not due yet does not keep it past due") {
  World world;
  const std::string id = subscribe(world);
  const std::string first = text_of(world.latest_invoice(id), "id");
  world.pass(days(30));
  CHECK(world.status(id) == "past_due");
  CHECK(due(world, world.latest_invoice(id)) == "open, 4900 of 4900 due, in 28 days");
  world.post("/v1/invoices/" + first + "/pay", "paid_out_of_band=true");
  CHECK(world.status(id) == "active");
}

TEST_CASE("a trial of a subscription whose invoices are sent ends with a draft") {
  World world;
  const std::string id = subscribe(world, "&trial_period_days=7");
  CHECK(world.status(id) == "trialing");
  CHECK(due(world, world.latest_invoice(id)) == "paid, 0 of 0 due, in 30 days");
  world.pass(days(7));
  CHECK(world.status(id) == "active");
  CHECK(due(world, world.latest_invoice(id)) == "draft, 4900 of 4900 due, in 30 days");
}

TEST_CASE("a change is invoiced to be paid later, whatever its payment behavior says") {
  World world;
  const std::string id = subscribe(world);
  const std::string item =
      text_of(array_of(object_of(world.subscription(id), "items"), "data")[0].get_object(), "id");
  world.pass(days(14));
  const std::string change = "items[0][id]=" + item + "&items[0][price]=" + world.price(9800) +
                             "&proration_behavior=always_invoice&payment_behavior=";
  CHECK(world.post("/v1/subscriptions/" + id, change + "pending_if_incomplete").outcome() ==
        "400 invalid_request_error payment_behavior: `pending_if_incomplete` is only for "
        "subscriptions that are charged automatically.");
  CHECK(world.post("/v1/subscriptions/" + id, change + "error_if_incomplete").status == 200);
  CHECK(due(world, world.latest_invoice(id)) == "draft, 2450 of 2450 due, in 30 days");
  CHECK(world.status(id) == "active");
}

TEST_CASE("how invoices are collected can be changed, for those that come") {
  World world;
  const std::string id = world.subscribe(world.customer());
  const std::string path = "/v1/subscriptions/" + id;
  CHECK(world.post(path, "collection_method=send_invoice").outcome() ==
        "400 invalid_request_error parameter_missing days_until_due: Missing required param: "
        "days_until_due.");
  CHECK(world.post(path, "days_until_due=3").status == 400);
  CHECK(number_of(world.post(path, std::string(net_30)).body, "days_until_due") == 30);
  world.pass(days(28) + hours(1));
  CHECK(due(world, world.latest_invoice(id)) == "open, 4900 of 4900 due, in 29 days");
  const json::object back = world.post(path, "collection_method=charge_automatically").body;
  CHECK_FALSE(is_set(back, "days_until_due"));
  world.pass(days(31));
  CHECK(text_of(world.latest_invoice(id), "status") == "paid");
}

TEST_CASE("a draft's due date is changed, the draft is sent, and then its date stands") {
  World world;
  const std::string id = subscribe(world);
  const std::string path = "/v1/invoices/" + text_of(world.latest_invoice(id), "id");
  CHECK(due(world, world.post(path, "days_until_due=10&footer=Thanks").body) ==
        "draft, 4900 of 4900 due, in 10 days");
  CHECK(world.post(path + "/send").text("status") == "open");
  CHECK(world.post(path, "days_until_due=20").status == 400);
  world.pass(days(10));
  CHECK(world.status(id) == "past_due");
  const std::string charged =
      text_of(world.latest_invoice(world.subscribe(world.customer())), "id");
  CHECK(world.post("/v1/invoices/" + charged + "/send").status == 400);
  CHECK(world.post("/v1/invoices/" + charged, "days_until_due=20").status == 400);
}

TEST_CASE("a draft that shall not advance stays one until it shall") {
  World world;
  const std::string id = subscribe(world);
  const std::string path = "/v1/invoices/" + text_of(world.latest_invoice(id), "id");
  world.post(path, "auto_advance=false");
  world.pass(days(5));
  CHECK(world.get(path).text("status") == "draft");
  world.post(path, "auto_advance=true");
  world.pass(hours(1));
  CHECK(world.get(path).text("status") == "open");
}

TEST_CASE("a paused subscription whose invoices are sent is active as soon as it is resumed") {
  World world;
  const std::string id = subscribe(world);
  world.post("/v1/subscriptions/" + id + "/pause");
  CHECK(world.post("/v1/subscriptions/" + id + "/resume").text("status") == "active");
  CHECK(due(world, world.latest_invoice(id)).starts_with("draft, "));
}

}  // namespace freehold::simulator
