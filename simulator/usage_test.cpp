// Tiers, meters, and subscriptions of several items.
#include <doctest/doctest.h>

#include <fmt/format.h>

#include "simulator/testing/world.hpp"

namespace freehold::simulator {

namespace {

std::string price(World& world, const std::string& form) {
  const Reply reply = world.post(
      "/v1/prices", "currency=usd&recurring[interval]=month&product_data[name]=Calls&" + form);
  REQUIRE(reply.outcome() == "200");
  return reply.id();
}

std::string meter(World& world, const std::string& event, const std::string& formula = "sum") {
  const Reply reply =
      world.post("/v1/billing/meters", "display_name=Calls&event_name=" + event +
                                           "&default_aggregation[formula]=" + formula);
  REQUIRE(reply.outcome() == "200");
  return reply.id();
}

Reply use(World& world, const std::string& customer, const std::string& value,
          const std::string& more = "") {
  return world.post("/v1/billing/meter_events", "event_name=calls&payload[stripe_customer_id]=" +
                                                    customer + "&payload[value]=" + value + more);
}

std::int64_t now(const World& world) {
  return to_unix_seconds(world.clock.now());
}

// What each of these quantities costs.
std::string costs(const std::string& form, std::initializer_list<int> quantities) {
  World world;
  const std::string id = price(world, form);
  const std::string customer = world.customer();
  std::string out;
  for (const int quantity : quantities) {
    const Reply preview =
        world.post("/v1/invoices/create_preview",
                   fmt::format("customer={}&subscription_details[items][0][price]={}"
                               "&subscription_details[items][0][quantity]={}",
                               customer, id, quantity));
    out += fmt::format("{}:{} ", quantity, number_of(preview.body, "total"));
  }
  return out;
}

std::string lines_of(const json::object& invoice) {
  std::string out;
  for (const json::value& value : array_of(object_of(invoice, "lines"), "data")) {
    const json::object& line = value.get_object();
    const json::object& period = object_of(line, "period");
    out += fmt::format("{} {}, {} to {}\n", number_of(line, "amount"), text_of(line, "description"),
                       format_date(from_unix_seconds(number_of(period, "start"))),
                       format_date(from_unix_seconds(number_of(period, "end"))));
  }
  return out;
}

constexpr std::string_view tiers =
    "billing_scheme=tiered&tiers[0][up_to]=10&tiers[0][unit_amount]=500&tiers[0][flat_amount]=1000"
    "&tiers[1][up_to]=20&tiers[1][unit_amount]=300&tiers[2][up_to]=inf&tiers[2][unit_amount]=100";

}  // namespace

TEST_CASE("graduated tiers charge each unit by its own tier, volume all of them by one") {
  CHECK(costs(std::string(tiers) + "&tiers_mode=graduated", {0, 1, 10, 11, 20, 25}) ==
        "0:1000 1:1500 10:6000 11:6300 20:9000 25:9500 ");
  CHECK(costs(std::string(tiers) + "&tiers_mode=volume", {0, 1, 10, 11, 20, 25}) ==
        "0:1000 1:1500 10:6000 11:3300 20:6000 25:2500 ");
}

TEST_CASE("each tier is a line of the invoice, and each flat fee") {
  World world;
  const auto lines = [&](const std::string& mode) {
    const std::string id = world.subscribe(
        world.customer(), "items[0][quantity]=25&items[0][price]=" +
                              price(world, std::string(tiers) + "&tiers_mode=" + mode));
    std::string out = lines_of(world.latest_invoice(id));
    for (std::size_t at; (at = out.find(", 31 Jan 2026 to 28 Feb 2026")) != std::string::npos;)
      out.erase(at, 28);
    return out;
  };
  CHECK(lines("graduated") ==
        "5000 10 × Calls (Tier 1 at $5.00 / month)\n"
        "1000 Calls (Tier 1 flat fee of $10.00 / month)\n"
        "3000 10 × Calls (Tier 2 at $3.00 / month)\n"
        "500 5 × Calls (Tier 3 at $1.00 / month)\n");
  CHECK(lines("volume") == "2500 25 × Calls (Tier 3 at $1.00 / month)\n");
}

TEST_CASE("use that is reported late moves into the tier where it belongs") {
  World world;
  const std::string customer = world.customer();
  const std::string calls =
      price(world, "recurring[usage_type]=metered&recurring[meter]=" + meter(world, "calls") +
                       "&tiers_mode=graduated&billing_scheme=tiered&tiers[0][up_to]=100"
                       "&tiers[0][unit_amount]=0&tiers[1][up_to]=inf&tiers[1][unit_amount]=2");
  const std::string id = world.subscribe(customer, "items[0][price]=" + calls);
  use(world, customer, "60");
  world.pass(days(28));
  CHECK(lines_of(world.latest_invoice(id)) ==
        "0 60 × Calls (Tier 1 at $0.00 / month), 31 Jan 2026 to 28 Feb 2026\n");
  use(world, customer, "50", fmt::format("&timestamp={}", now(world) - 60));
  world.pass(hours(1));
  CHECK(lines_of(world.latest_invoice(id)) ==
        "0 100 × Calls (Tier 1 at $0.00 / month), 31 Jan 2026 to 28 Feb 2026\n"
        "20 10 × Calls (Tier 2 at $0.02 / month), 31 Jan 2026 to 28 Feb 2026\n");
}

TEST_CASE("parts of a cent and packages are rounded once, on the line") {
  CHECK(costs("unit_amount_decimal=0.05", {1, 9, 10, 1000001}) == "1:0 9:0 10:1 1000001:50000 ");
  CHECK(costs("unit_amount_decimal=12.345678901234", {1, 1000000}) == "1:12 1000000:12345679 ");
  CHECK(costs("unit_amount=500&transform_quantity[divide_by]=10&transform_quantity[round]=up",
              {1, 10, 11}) == "1:500 10:500 11:1000 ");
}

TEST_CASE("the tiers of a price are shown when they are asked for") {
  World world;
  const std::string id = price(world, std::string(tiers) + "&tiers_mode=volume");
  CHECK_FALSE(world.get("/v1/prices/" + id).body.contains("tiers"));
  const Reply shown = world.get("/v1/prices/" + id + "?expand[]=tiers");
  CHECK(array_of(shown.body, "tiers").size() == 3);
  CHECK(world
            .post("/v1/prices",
                  "currency=usd&product_data[name]=x&billing_scheme=tiered&tiers_mode=volume"
                  "&tiers[0][up_to]=5&tiers[0][unit_amount]=1")
            .outcome() == "400 invalid_request_error tiers: The last tier must have up_to=inf.");
}

TEST_CASE("base, seats and use on one subscription: use is billed when its month is over") {
  World world;
  const std::string customer = world.customer();
  const std::string calls =
      price(world, "unit_amount=2&recurring[usage_type]=metered&recurring[meter]=" +
                       meter(world, "calls"));
  const std::string id = world.subscribe(
      customer, "items[0][price]=" + world.price(5000) + "&items[1][price]=" + world.price(1000) +
                    "&items[1][quantity]=3&items[2][price]=" + calls);
  CHECK(lines_of(world.latest_invoice(id)) ==
        "5000 1 × Pro (at $50.00 / month), 31 Jan 2026 to 28 Feb 2026\n"
        "3000 3 × Pro (at $10.00 / month), 31 Jan 2026 to 28 Feb 2026\n");
  world.pass(days(10));
  CHECK(use(world, customer, "300").outcome() == "200");
  world.pass(days(10));
  CHECK(use(world, customer, "200").outcome() == "200");
  use(world, "cus_somebody_else", "7");
  world.pass(days(8));
  CHECK(text_of(world.latest_invoice(id), "status") == "draft");
  // Use of the old month that is reported before the draft is finalized still counts.
  use(world, customer, "11", fmt::format("&timestamp={}", now(world) - 60));
  use(world, customer, "5000");
  world.pass(hours(1));
  CHECK(lines_of(world.latest_invoice(id)) ==
        "5000 1 × Pro (at $50.00 / month), 28 Feb 2026 to 31 Mar 2026\n"
        "3000 3 × Pro (at $10.00 / month), 28 Feb 2026 to 31 Mar 2026\n"
        "1022 511 × Calls (at $0.02 / month), 31 Jan 2026 to 28 Feb 2026\n");
  CHECK(number_of(world.latest_invoice(id), "amount_paid") == 9022);
}

TEST_CASE("use is billed at the end even of a subscription that ends") {
  World world;
  const std::string customer = world.customer();
  const std::string calls =
      price(world, "unit_amount=2&recurring[usage_type]=metered&recurring[meter]=" +
                       meter(world, "calls"));
  const std::string ends = world.subscribe(customer, "items[0][price]=" + calls);
  world.post("/v1/subscriptions/" + ends, "cancel_at_period_end=true");
  use(world, customer, "100");
  world.pass(days(28));
  CHECK(world.status(ends) == "canceled");
  CHECK(number_of(world.latest_invoice(ends), "amount_paid") == 200);

  const std::string gone = world.subscribe(customer, "items[0][price]=" + calls);
  use(world, customer, "50", fmt::format("&timestamp={}", now(world)));
  world.pass(days(1));
  world.del("/v1/subscriptions/" + gone, "invoice_now=true");
  CHECK(number_of(world.latest_invoice(gone), "amount_paid") == 100);
}

TEST_CASE("a meter event has a time, an identifier and a whole number") {
  World world;
  const std::string customer = world.customer();
  CHECK(use(world, customer, "1").outcome() ==
        "400 invalid_request_error resource_missing event_name: No active meter found for the "
        "event name 'calls'.");
  meter(world, "calls");
  const auto at = [&](std::int64_t seconds) {
    return use(world, customer, "1", fmt::format("&timestamp={}", now(world) + seconds)).outcome();
  };
  CHECK(at(-35 * 86400) == "200");
  CHECK(at(300) == "200");
  CHECK(at(-35 * 86400 - 1) ==
        "400 invalid_request_error timestamp_too_far_in_past timestamp: The timestamp is more than "
        "35 days in the past.");
  CHECK(at(301) ==
        "400 invalid_request_error timestamp_in_future timestamp: The timestamp is more than 5 "
        "minutes in the future.");
  CHECK(use(world, customer, "1", "&identifier=batch_1").outcome() == "200");
  CHECK(use(world, customer, "1", "&identifier=batch_1").outcome() ==
        "400 invalid_request_error duplicate_meter_event identifier: An event already exists with "
        "identifier batch_1.");
  CHECK(
      use(world, customer, "many").outcome() ==
      "400 invalid_request_error payload: The payload's 'value' must be a whole number, sent as a "
      "string.");
}

TEST_CASE("summaries count what is not canceled, in windows that have any") {
  World world;
  const std::string customer = world.customer();
  const std::string id = meter(world, "calls");
  use(world, customer, "3", "&identifier=a");
  use(world, customer, "4");
  world.pass(hours(5));
  use(world, customer, "5");
  const std::int64_t begin = to_unix_seconds(*parse_rfc3339("2026-01-31T00:00:00Z"));
  const std::string span = fmt::format(
      "/v1/billing/meters/{}/event_summaries?customer={}"
      "&start_time={}&end_time={}",
      id, customer, begin, begin + 86400);
  const auto values = [&](const std::string& more) {
    std::string out;
    const Reply reply = world.get(span + more);
    for (const json::value& one : array_of(reply.body, "data"))
      out += fmt::format("{} ", number_of(one.get_object(), "aggregated_value"));
    return out;
  };
  CHECK(values("") == "12 ");
  CHECK(values("&value_grouping_window=hour") == "5 7 ");
  CHECK(world
            .post("/v1/billing/meter_event_adjustments",
                  "type=cancel&event_name=calls&cancel[identifier]=a")
            .text("status") == "complete");
  CHECK(values("&value_grouping_window=hour") == "5 4 ");
  world.pass(days(1));
  CHECK(world
            .post("/v1/billing/meter_event_adjustments",
                  "type=cancel&event_name=calls&cancel[identifier]=a")
            .status == 400);
}

TEST_CASE("a meter adds up, counts, or keeps the last, and can be switched off") {
  const auto used = [](const std::string& formula) {
    World world;
    const std::string customer = world.customer();
    const std::string id = meter(world, "calls", formula);
    for (const char* value : {"3", "9", "4"}) use(world, customer, value);
    const std::int64_t minute = now(world) / 60 * 60;
    const Reply reply = world.get(
        fmt::format("/v1/billing/meters/{}/event_summaries?customer={}&start_time={}&end_time={}",
                    id, customer, minute, minute + 60));
    return number_of(array_of(reply.body, "data")[0].get_object(), "aggregated_value");
  };
  CHECK(used("sum") == 16);
  CHECK(used("count") == 3);
  CHECK(used("last") == 4);

  World world;
  const std::string id = meter(world, "calls");
  world.news();
  CHECK(world.post("/v1/billing/meters/" + id + "/deactivate").text("status") == "inactive");
  CHECK(use(world, world.customer(), "1").status == 400);
  CHECK(world.post("/v1/billing/meters/" + id + "/reactivate").text("status") == "active");
}

TEST_CASE("use counts from when the item was added") {
  World world;
  const std::string customer = world.customer();
  const std::string calls =
      price(world, "unit_amount=2&recurring[usage_type]=metered&recurring[meter]=" +
                       meter(world, "calls"));
  const std::string id = world.subscribe(customer);
  use(world, customer, "1000");
  world.pass(days(5));
  world.post("/v1/subscription_items", "subscription=" + id + "&price=" + calls);
  use(world, customer, "10");
  world.pass(days(23) + hours(1));
  CHECK(number_of(world.latest_invoice(id), "amount_paid") == 4900 + 20);
}

TEST_CASE("an item with a meter has no quantity, and its use outlives it") {
  World world;
  const std::string customer = world.customer();
  const std::string calls =
      price(world, "unit_amount=2&recurring[usage_type]=metered&recurring[meter]=" +
                       meter(world, "calls"));
  CHECK(world
            .post("/v1/subscriptions",
                  "customer=" + customer + "&items[0][price]=" + calls + "&items[0][quantity]=2")
            .outcome() ==
        "400 invalid_request_error items[0][quantity]: You cannot set the quantity for metered "
        "prices.");
  const std::string id = world.subscribe(
      customer, "items[0][price]=" + world.price(5000) + "&items[1][price]=" + calls);
  const json::object now_it_is = world.subscription(id);
  const json::object& item = array_of(object_of(now_it_is, "items"), "data")[1].get_object();
  CHECK_FALSE(item.contains("quantity"));
  use(world, customer, "40");
  world.pass(days(1));
  CHECK(world.del("/v1/subscription_items/" + text_of(item, "id")).status == 200);
  world.pass(days(28));
  CHECK(number_of(world.latest_invoice(id), "amount_paid") == 5080);
}

}  // namespace freehold::simulator
