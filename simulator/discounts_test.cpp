// Coupons and promotion codes: what they take off, for how long, and for whom.
#include <doctest/doctest.h>

#include <fmt/format.h>

#include "simulator/testing/world.hpp"

namespace freehold::simulator {

namespace {

std::string coupon(World& world, const std::string& form) {
  const Reply reply = world.post("/v1/coupons", form);
  REQUIRE(reply.outcome() == "200");
  return reply.id();
}

std::string code(World& world, const std::string& coupon, const std::string& more) {
  const Reply reply = world.post("/v1/promotion_codes",
                                 "promotion[type]=coupon&promotion[coupon]=" + coupon + "&" + more);
  REQUIRE(reply.outcome() == "200");
  return reply.id();
}

// The totals of the first invoices of a subscription that begins with `discount`.
std::string totals(const std::string& form, int count) {
  World world;
  const std::string id =
      world.subscribe(world.customer(), "discounts[0][coupon]=" + coupon(world, form));
  std::string out;
  for (int i = 0; i < count; ++i) {
    const json::object invoice = world.latest_invoice(id);
    out += fmt::format("{}-{} ", number_of(invoice, "subtotal"),
                       number_of(invoice, "subtotal") - number_of(invoice, "amount_paid"));
    const json::object now = world.subscription(id);
    const json::object& item = array_of(object_of(now, "items"), "data")[0].get_object();
    world.pass_to(number_of(item, "current_period_end") + 3600);
  }
  return out;
}

}  // namespace

TEST_CASE("a coupon takes off a percentage or an amount: once, for some months, or always") {
  CHECK(totals("percent_off=20&duration=once", 3) == "4900-980 4900-0 4900-0 ");
  CHECK(totals("percent_off=33.33&duration=forever", 3) == "4900-1633 4900-1633 4900-1633 ");
  CHECK(totals("amount_off=1000&currency=usd&duration=repeating&duration_in_months=2", 4) ==
        "4900-1000 4900-1000 4900-0 4900-0 ");
  CHECK(totals("amount_off=9000&currency=usd&duration=once", 2) == "4900-4900 4900-0 ");
}

TEST_CASE("a coupon that is used once tells that it is gone") {
  World world;
  const std::string customer = world.customer();
  const std::string price = world.price();
  const std::string once = coupon(world, "percent_off=10&duration=once");
  world.news();
  const std::string id =
      world.subscribe(customer, "items[0][price]=" + price + "&discounts[0][coupon]=" + once);
  CHECK(world.news() ==
        "customer.discount.created\n"
        "customer.subscription.created\n"
        "invoice.created\n"
        "invoice.finalized\n"
        "customer.discount.deleted\n"
        "customer.subscription.updated\n"
        "payment_intent.created\n"
        "payment_intent.succeeded\n"
        "charge.succeeded\n"
        "invoice_payment.paid\n"
        "invoice.paid\n"
        "invoice.payment_succeeded\n"
        "customer.subscription.updated\n");
  CHECK(array_of(world.subscription(id), "discounts").empty());
  const Reply invoice =
      world.get("/v1/invoices/" + text_of(world.subscription(id), "latest_invoice") +
                "?expand[]=discounts.source.coupon");
  const json::object& discount = array_of(invoice.body, "discounts")[0].get_object();
  CHECK(text_of(object_of(object_of(discount, "source"), "coupon"), "id") == once);
  CHECK(number_of(world.get("/v1/coupons/" + once).body, "times_redeemed") == 1);
}

TEST_CASE("a trial does not use a coupon up") {
  World world;
  const std::string once = coupon(world, "percent_off=50&duration=once");
  const std::string id =
      world.subscribe(world.customer(), "trial_period_days=7&discounts[0][coupon]=" + once);
  world.pass(days(7) + hours(1));
  CHECK(number_of(world.latest_invoice(id), "amount_paid") == 2450);
}

TEST_CASE("discounts stack: each takes from what those before it left, to the last cent") {
  World world;
  const std::string first = coupon(world, "percent_off=50&duration=forever");
  const std::string second = coupon(world, "amount_off=101&currency=usd&duration=forever");
  const std::string id = world.subscribe(
      world.customer(), "items[0][price]=" + world.price(3333) +
                            "&items[1][price]=" + world.price(1000) +
                            "&discounts[0][coupon]=" + first + "&discounts[1][coupon]=" + second);
  const json::object invoice = world.latest_invoice(id);
  std::string taken;
  for (const json::value& line : array_of(object_of(invoice, "lines"), "data"))
    for (const json::value& one : array_of(line.get_object(), "discount_amounts"))
      taken += fmt::format("{} ", number_of(one.get_object(), "amount"));
  CHECK(taken == "1667 78 500 23 ");
  CHECK(number_of(invoice, "total") == 4333 - 1667 - 500 - 101);
}

TEST_CASE("a coupon for one product leaves the others alone, and one on an item the other items") {
  World world;
  const std::string seats = world.price(1000);
  const std::string base = world.price(5000);
  const std::string product = text_of(world.get("/v1/prices/" + seats).body, "product");
  const std::string some =
      coupon(world, "percent_off=100&duration=forever&applies_to[products][0]=" + product);
  const std::string half = coupon(world, "percent_off=50&duration=forever");
  const std::string items =
      "items[0][price]=" + base + "&items[1][price]=" + seats + "&items[1][quantity]=3";
  CHECK(number_of(world.latest_invoice(
                      world.subscribe(world.customer(), items + "&discounts[0][coupon]=" + some)),
                  "total") == 5000);
  CHECK(number_of(world.latest_invoice(world.subscribe(
                      world.customer(), items + "&items[0][discounts][0][coupon]=" + half)),
                  "total") == 5500);
}

TEST_CASE("a change of plan counts the discount on both sides") {
  World world;
  const std::string half = coupon(world, "percent_off=50&duration=forever");
  const std::string id = world.subscribe(world.customer(), "discounts[0][coupon]=" + half);
  const json::object now = world.subscription(id);
  const std::string item = text_of(array_of(object_of(now, "items"), "data")[0].get_object(), "id");
  world.pass(days(14));
  world.post("/v1/subscriptions/" + id, "items[0][id]=" + item +
                                            "&items[0][price]=" + world.price(9900) +
                                            "&proration_behavior=always_invoice");
  CHECK(number_of(world.latest_invoice(id), "amount_paid") == 1250);
}

TEST_CASE("discounts of a running subscription are set, kept and taken off") {
  World world;
  const std::string id = world.subscribe(world.customer());
  const std::string first = coupon(world, "percent_off=50&duration=forever");
  const std::string second = coupon(world, "percent_off=10&duration=forever");
  const Reply one = world.post("/v1/subscriptions/" + id, "discounts[0][coupon]=" + first);
  const std::string kept(array_of(one.body, "discounts")[0].get_string());
  const Reply two = world.post("/v1/subscriptions/" + id, "discounts[0][discount]=" + kept +
                                                              "&discounts[1][coupon]=" + second);
  CHECK(array_of(two.body, "discounts").size() == 2);
  CHECK(array_of(two.body, "discounts")[0] == json::value(kept));
  world.news();
  CHECK(array_of(world.post("/v1/subscriptions/" + id, "discounts=").body, "discounts").empty());
  CHECK(world.news() ==
        "customer.discount.deleted\ncustomer.discount.deleted\ncustomer.subscription.updated\n");
}

TEST_CASE("a coupon can be redeemed so often, and until then") {
  World world;
  const std::string two = coupon(world, "percent_off=10&max_redemptions=1");
  const std::string soon = coupon(world, fmt::format("percent_off=10&redeem_by={}",
                                                     to_unix_seconds(world.clock.now()) + 86400));
  const auto use = [&](const std::string& id) {
    return world
        .post("/v1/subscriptions", "customer=" + world.customer() + "&items[0][price]=" +
                                       world.price() + "&discounts[0][coupon]=" + id)
        .outcome();
  };
  CHECK(use(two) == "200");
  CHECK(use(two) == "400 invalid_request_error coupon_expired discounts[0][coupon]: Coupon " + two +
                        " is expired.");
  CHECK_FALSE(flag_of(world.get("/v1/coupons/" + two).body, "valid"));
  CHECK(use(soon) == "200");
  world.pass(days(1));
  CHECK(use(soon) == "400 invalid_request_error coupon_expired discounts[0][coupon]: Coupon " +
                         soon + " is expired.");
  CHECK(flag_of(world.del("/v1/coupons/" + soon).body, "deleted"));
  CHECK(use(soon) ==
        "400 invalid_request_error resource_missing discounts[0][coupon]: No such "
        "coupon: '" +
            soon + "'");
}

TEST_CASE("a promotion code asks who it is for and what is bought") {
  World world;
  const std::string half = coupon(world, "percent_off=50&duration=forever");
  const std::string ada = world.customer();
  const std::string ben = world.customer();
  const auto use = [&](const std::string& customer, const std::string& promotion_code) {
    return world
        .post("/v1/subscriptions", "customer=" + customer + "&items[0][price]=" + world.price() +
                                       "&discounts[0][promotion_code]=" + promotion_code)
        .outcome();
  };
  const std::string hers = code(world, half, "code=ADA&customer=" + ada);
  CHECK(use(ben, hers) ==
        "400 invalid_request_error discounts[0][promotion_code]: This promotion code cannot be "
        "redeemed by this customer.");
  CHECK(use(ada, hers) == "200");
  const std::string first =
      code(world, half, "code=FIRST&restrictions[first_time_transaction]=true");
  CHECK(use(ada, first) ==
        "400 invalid_request_error discounts[0][promotion_code]: This promotion code cannot be "
        "redeemed because the associated customer has prior transactions.");
  CHECK(use(ben, first) == "200");
  const std::string large = code(
      world, half,
      "code=LARGE&restrictions[minimum_amount]=10000&restrictions[minimum_amount_currency]=usd");
  CHECK(use(ben, large) ==
        "400 invalid_request_error discounts[0][promotion_code]: This promotion code cannot be "
        "redeemed because its minimum amount is not met.");
  CHECK(world
            .post("/v1/promotion_codes",
                  "promotion[type]=coupon&code=first&promotion[coupon]=" + half)
            .outcome() ==
        "400 invalid_request_error code: An active promotion code with `code: first` already "
        "exists.");
  world.post("/v1/promotion_codes/" + first, "active=false");
  CHECK(use(world.customer(), first) ==
        "400 invalid_request_error discounts[0][promotion_code]: This promotion code is expired or "
        "no longer active.");
  CHECK(array_of(world.get("/v1/promotion_codes?active=true").body, "data").size() == 2);
}

TEST_CASE("checkout takes a coupon off, and the subscription keeps it") {
  World world;
  const std::string half = coupon(world, "percent_off=50&duration=forever");
  const Reply session = world.post(
      "/v1/checkout/sessions",
      "mode=subscription&customer=" + world.customer("") + "&success_url=http://a.example" +
          "&line_items[0][quantity]=3&line_items[0][price]=" + world.price(1000) +
          "&discounts[0][coupon]=" + half);
  CHECK(number_of(session.body, "amount_subtotal") == 3000);
  CHECK(number_of(session.body, "amount_total") == 1500);
  world.simulator.pay_checkout(session.id(), "4242424242424242");
  const Reply complete = world.get("/v1/checkout/sessions/" + session.id());
  CHECK(number_of(world.latest_invoice(complete.text("subscription")), "amount_paid") == 1500);
}

}  // namespace freehold::simulator
