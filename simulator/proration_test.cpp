// What a change in the middle of a period costs, to the second and to the cent.
#include <doctest/doctest.h>

#include <fmt/format.h>

#include "simulator/pricing.hpp"
#include "simulator/testing/world.hpp"

namespace freehold::simulator {

namespace {

std::string item_of(World& world, const std::string& id, std::size_t at = 0) {
  const json::object subscription = world.subscription(id);
  return text_of(array_of(object_of(subscription, "items"), "data")[at].get_object(), "id");
}

// "-2450 Unused time on 1 × Pro after 14 Feb 2026\n…\n= 2550"
std::string lines_of(const json::object& invoice) {
  std::string out;
  for (const json::value& value : array_of(object_of(invoice, "lines"), "data")) {
    const json::object& line = value.get_object();
    out += fmt::format("{} {}\n", number_of(line, "amount"), text_of(line, "description"));
  }
  return out + fmt::format("= {}\n", number_of(invoice, "total"));
}

struct Shop {
  World world;
  std::string customer;
  std::string small;
  std::string big;
  std::string id;
  std::string item;

  // A subscription of the small price, half of whose first period of 28 days has passed.
  explicit Shop(const std::string& card = "pm_card_visa") {
    customer = world.customer(card);
    small = world.price(4900);
    big = world.price(9900);
    id = world.subscribe(customer, "items[0][price]=" + small);
    item = item_of(world, id);
    world.pass(days(14));
    world.news();
  }

  Reply update(const std::string& form) { return world.post("/v1/subscriptions/" + id, form); }
  Reply upgrade(const std::string& more = "") {
    return update("items[0][id]=" + item + "&items[0][price]=" + big + more);
  }
  std::int64_t now() const { return to_unix_seconds(world.clock.now()); }
  std::int64_t balance() {
    return number_of(world.get("/v1/customers/" + customer).body, "balance");
  }
};

constexpr std::string_view paid_at_once =
    "invoiceitem.created\n"
    "invoiceitem.created\n"
    "customer.subscription.updated\n"
    "invoice.created\n"
    "invoice.finalized\n"
    "payment_intent.created\n"
    "payment_intent.succeeded\n"
    "charge.succeeded\n"
    "invoice_payment.paid\n"
    "invoice.paid\n"
    "invoice.payment_succeeded\n";

}  // namespace

TEST_CASE(
    "an upgrade that is invoiced at once gives back what is unused and charges what is left") {
  Shop shop;
  CHECK(shop.upgrade("&proration_behavior=always_invoice").status == 200);
  CHECK(shop.world.news() == paid_at_once);
  const json::object invoice = shop.world.latest_invoice(shop.id);
  CHECK(lines_of(invoice) ==
        "-2450 Unused time on 1 × Pro after 14 Feb 2026\n"
        "4950 Remaining time on 1 × Pro after 14 Feb 2026\n"
        "= 2500\n");
  CHECK(text_of(invoice, "billing_reason") == "subscription_update");
  CHECK(text_of(invoice, "status") == "paid");
}

TEST_CASE("prorations that are only created wait for the next invoice") {
  Shop shop;
  shop.upgrade();
  CHECK(shop.world.news() ==
        "invoiceitem.created\ninvoiceitem.created\ncustomer.subscription.updated\n");
  CHECK(array_of(shop.world.get("/v1/invoiceitems?pending=true").body, "data").size() == 2);
  shop.world.pass(days(14) + hours(1));
  CHECK(lines_of(shop.world.latest_invoice(shop.id)) ==
        "-2450 Unused time on 1 × Pro after 14 Feb 2026\n"
        "4950 Remaining time on 1 × Pro after 14 Feb 2026\n"
        "9900 1 × Pro (at $99.00 / month)\n"
        "= 12400\n");
  CHECK(array_of(shop.world.get("/v1/invoiceitems?pending=true").body, "data").empty());
}

TEST_CASE("without proration nothing is charged, and what was billed is what is given back later") {
  Shop shop;
  shop.upgrade("&proration_behavior=none");
  CHECK(shop.world.news() == "customer.subscription.updated\n");
  shop.world.pass(days(7));
  shop.update("items[0][id]=" + shop.item + "&items[0][price]=" + shop.small +
              "&proration_behavior=always_invoice");
  CHECK(lines_of(shop.world.latest_invoice(shop.id)) ==
        "-1225 Unused time on 1 × Pro after 21 Feb 2026\n"
        "1225 Remaining time on 1 × Pro after 21 Feb 2026\n"
        "= 0\n");
}

TEST_CASE("seats are charged for the rest of the period, and given back as credit") {
  Shop shop;
  shop.update("items[0][id]=" + shop.item +
              "&items[0][quantity]=5&proration_behavior=always_invoice");
  CHECK(lines_of(shop.world.latest_invoice(shop.id)) ==
        "-2450 Unused time on 1 × Pro after 14 Feb 2026\n"
        "12250 Remaining time on 5 × Pro after 14 Feb 2026\n"
        "= 9800\n");
  shop.world.pass(days(7));
  shop.update("items[0][id]=" + shop.item +
              "&items[0][quantity]=2&proration_behavior=always_invoice");
  const json::object credit = shop.world.latest_invoice(shop.id);
  CHECK(lines_of(credit) ==
        "-6125 Unused time on 5 × Pro after 21 Feb 2026\n"
        "2450 Remaining time on 2 × Pro after 21 Feb 2026\n"
        "= -3675\n");
  CHECK(text_of(credit, "status") == "paid");
  CHECK(number_of(credit, "ending_balance") == -3675);
  CHECK(shop.balance() == -3675);
  // The credit pays part of the next invoice.
  shop.world.pass(days(7) + hours(1));
  const json::object renewal = shop.world.latest_invoice(shop.id);
  CHECK(number_of(renewal, "total") == 9800);
  CHECK(number_of(renewal, "amount_paid") == 9800 - 3675);
  CHECK(shop.balance() == 0);
}

TEST_CASE("an item that is added is charged for the rest, one that is taken off is given back") {
  Shop shop;
  shop.update("items[0][price]=" + shop.big + "&items[0][quantity]=2" +
              "&proration_behavior=always_invoice");
  CHECK(lines_of(shop.world.latest_invoice(shop.id)) ==
        "9900 Remaining time on 2 × Pro after 14 Feb 2026\n"
        "= 9900\n");
  const std::string added = item_of(shop.world, shop.id, 1);
  CHECK(shop.world.del("/v1/subscription_items/" + added, "proration_behavior=always_invoice")
            .status == 200);
  CHECK(lines_of(shop.world.latest_invoice(shop.id)) ==
        "-9900 Unused time on 2 × Pro after 14 Feb 2026\n"
        "= -9900\n");
  CHECK(shop.world.del("/v1/subscription_items/" + shop.item).outcome() ==
        "400 invalid_request_error id: A subscription must have at least one active plan. In order "
        "to cancel the subscription, please use the cancel endpoint.");
}

TEST_CASE("a change of interval gives the rest of the month back on the year's invoice") {
  Shop shop;
  const std::string yearly = shop.world.price(49000, "year");
  shop.update("items[0][id]=" + shop.item + "&items[0][price]=" + yearly);
  CHECK(lines_of(shop.world.latest_invoice(shop.id)) ==
        "-2450 Unused time on 1 × Pro after 14 Feb 2026\n"
        "49000 1 × Pro (at $490.00 / year)\n"
        "= 46550\n");
}

TEST_CASE("an anchor that is set to now begins a period") {
  Shop shop;
  const Reply reply = shop.update("billing_cycle_anchor=now");
  CHECK(number_of(reply.body, "billing_cycle_anchor") == shop.now());
  CHECK(lines_of(shop.world.latest_invoice(shop.id)) ==
        "-2450 Unused time on 1 × Pro after 14 Feb 2026\n"
        "4900 1 × Pro (at $49.00 / month)\n"
        "= 2450\n");
}

TEST_CASE(
    "a first period that is shorter than the others costs its part, and so do changes in it") {
  World world;
  const std::string customer = world.customer();
  const std::int64_t anchor = to_unix_seconds(*parse_rfc3339("2026-02-15T09:00:00Z"));
  const std::string more =
      fmt::format("items[0][price]={}&billing_cycle_anchor={}", world.price(3100), anchor);
  const std::string id = world.subscribe(customer, more);
  // 15 of the 31 days from 15 January.
  CHECK(number_of(world.latest_invoice(id), "amount_paid") == 1500);
  world.pass(days(5));
  world.post("/v1/subscriptions/" + id, "items[0][id]=" + item_of(world, id) +
                                            "&items[0][quantity]=2"
                                            "&proration_behavior=always_invoice");
  CHECK(lines_of(world.latest_invoice(id)) ==
        "-1000 Unused time on 1 × Pro after 5 Feb 2026\n"
        "2000 Remaining time on 2 × Pro after 5 Feb 2026\n"
        "= 1000\n");
  world.pass(days(10) + hours(1));
  CHECK(lines_of(world.latest_invoice(id)) ==
        "6200 2 × Pro (at $31.00 / month)\n"
        "= 6200\n");
  const std::string free = world.subscribe(customer, fmt::format("billing_cycle_anchor={}"
                                                                 "&proration_behavior=none",
                                                                 anchor + 5 * 86400));
  CHECK(number_of(world.latest_invoice(free), "total") == 0);
  CHECK(world.post("/v1/subscriptions", "customer=" + customer + "&" + more).status == 400);
}

TEST_CASE("nothing is given back for a period that is over") {
  Shop shop;
  shop.world.post("/v1/subscriptions/" + shop.id + "/pause",
                  "bill_for[unused_time_from][type]=none");
  shop.world.pass(days(60));
  shop.world.del("/v1/subscriptions/" + shop.id, "prorate=true");
  CHECK(array_of(shop.world.get("/v1/invoiceitems").body, "data").empty());
}

TEST_CASE("a proration counts from its date, which lies in the period") {
  Shop shop;
  const std::string week = std::to_string(shop.now() + 7 * 86400);
  shop.upgrade("&proration_behavior=always_invoice&proration_date=" + week);
  CHECK(lines_of(shop.world.latest_invoice(shop.id)) ==
        "-1225 Unused time on 1 × Pro after 21 Feb 2026\n"
        "2475 Remaining time on 1 × Pro after 21 Feb 2026\n"
        "= 1250\n");
  CHECK(shop.upgrade("&proration_date=1").outcome() ==
        "400 invalid_request_error proration_date: Invalid `proration_date`: it must be within the "
        "current period of the subscription.");
}

TEST_CASE("up and down in the same second costs nothing, in every month and at every moment") {
  for (const std::string_view begin :
       {"2026-02-28T23:59:59Z", "2027-01-31T00:00:00Z", "2027-04-30T12:34:56Z",
        "2028-02-29T07:07:07Z", "2026-12-31T23:00:01Z"}) {
    for (const std::int64_t after : {1, 86399, 777777, 1234567, 2419199}) {
      World world;
      world.pass_to(to_unix_seconds(*parse_rfc3339(begin)));
      const std::string customer = world.customer();
      const std::string small = world.price(4999);
      const std::string big = world.price(13333);
      const std::string id = world.subscribe(customer, "items[0][price]=" + small);
      const std::string item = item_of(world, id);
      world.pass(std::chrono::seconds{after});
      for (const std::string& price : {big, small})
        world.post("/v1/subscriptions/" + id,
                   "items[0][id]=" + item + "&items[0][price]=" + price + "&items[0][quantity]=3");
      world.post("/v1/subscriptions/" + id, "items[0][id]=" + item + "&items[0][quantity]=1");
      std::int64_t sum = 0;
      const json::object waiting = world.get("/v1/invoiceitems?pending=true").body;
      for (const json::value& value : array_of(waiting, "data"))
        sum += number_of(value.get_object(), "amount");
      CHECK_MESSAGE(sum == 0, begin << " + " << after);
    }
  }
}

TEST_CASE("a share and that of the negative amount add up to nothing; two shares to the whole") {
  for (std::int64_t amount = 1; amount < 100'000; amount = amount * 7 + 3)
    for (std::int64_t part = 0; part <= 2'678'400; part += 99'991) {
      CHECK(share_of(amount, part, 2'678'400) + share_of(-amount, part, 2'678'400) == 0);
      const std::int64_t both =
          share_of(amount, part, 2'678'400) + share_of(amount, 2'678'400 - part, 2'678'400);
      CHECK(both >= amount);
      CHECK(both <= amount + 1);
    }
  CHECK(share_of(9'000'000'000'000'000, 2'678'399, 2'678'400) == 8'999'996'639'784'946);
}

TEST_CASE("a preview shows what the change then charges, and leaves nothing behind") {
  Shop shop;
  const std::string at = std::to_string(shop.now() + 3600);
  const std::string change = "[items][0][id]=" + shop.item +
                             "&subscription_details[items][0][price]=" + shop.big +
                             "&subscription_details[proration_date]=" + at +
                             "&subscription_details[proration_behavior]=always_invoice";
  const Reply preview = shop.world.post(
      "/v1/invoices/create_preview", "subscription=" + shop.id + "&subscription_details" + change);
  REQUIRE(preview.outcome() == "200");
  CHECK(shop.world.news() == "");
  CHECK(array_of(shop.world.get("/v1/invoiceitems").body, "data").empty());
  CHECK(array_of(shop.world.get("/v1/invoices").body, "data").size() == 1);
  CHECK(preview.text("status") == "draft");
  CHECK(preview.id().starts_with("upcoming_in_"));

  shop.world.pass(std::chrono::seconds{1800});
  shop.upgrade("&proration_behavior=always_invoice&proration_date=" + at);
  const json::object invoice = shop.world.latest_invoice(shop.id);
  CHECK(lines_of(preview.body) == lines_of(invoice));
  CHECK(number_of(preview.body, "amount_due") == number_of(invoice, "amount_paid"));
}

TEST_CASE("a preview without a change is the next invoice") {
  Shop shop;
  shop.upgrade();
  const Reply preview = shop.world.post("/v1/invoices/create_preview", "subscription=" + shop.id);
  CHECK(text_of(preview.body, "billing_reason") == "upcoming");
  shop.world.pass(days(14) + hours(1));
  CHECK(lines_of(preview.body) == lines_of(shop.world.latest_invoice(shop.id)));
  CHECK(lines_of(shop.world
                     .post("/v1/invoices/create_preview",
                           "customer=" + shop.customer + "&subscription_details[items][0][price]=" +
                               shop.small + "&subscription_details[items][0][quantity]=3")
                     .body) ==
        "14700 3 × Pro (at $49.00 / month)\n"
        "= 14700\n");
}

TEST_CASE("an upgrade whose payment fails: each payment_behavior has its own end") {
  const auto after = [](const std::string& behavior) {
    Shop shop;
    shop.world.fail_card(shop.customer);
    const Reply reply =
        shop.upgrade("&proration_behavior=always_invoice&payment_behavior=" + behavior);
    const json::object now = shop.world.subscription(shop.id);
    const json::object& item = array_of(object_of(now, "items"), "data")[0].get_object();
    return fmt::format("{}, {}, costs {}{}\n", reply.status, text_of(now, "status"),
                       number_of(object_of(item, "price"), "unit_amount"),
                       is_set(now, "pending_update") ? ", an update is pending" : "");
  };
  CHECK(after("allow_incomplete") == "200, past_due, costs 9900\n");
  CHECK(after("default_incomplete") == "200, past_due, costs 9900\n");
  CHECK(after("error_if_incomplete") == "402, active, costs 4900\n");
  CHECK(after("pending_if_incomplete") == "200, active, costs 4900, an update is pending\n");
}

TEST_CASE("a pending update is applied when its invoice is paid") {
  Shop shop;
  shop.world.fail_card(shop.customer);
  const std::string pay =
      "&proration_behavior=always_invoice&payment_behavior=pending_if_incomplete";
  const Reply pending = shop.upgrade(pay);
  CHECK(shop.world.news() ==
        "invoiceitem.created\n"
        "invoiceitem.created\n"
        "invoice.created\n"
        "invoice.finalized\n"
        "payment_intent.created\n"
        "charge.failed\n"
        "payment_intent.payment_failed\n"
        "customer.updated\n"
        "customer.subscription.updated\n"
        "invoice.payment_failed\n");
  const json::object& update = object_of(pending.body, "pending_update");
  CHECK(number_of(update, "expires_at") == shop.now() + 23 * 3600);
  const json::object& item = array_of(update, "subscription_items")[0].get_object();
  CHECK(number_of(object_of(item, "price"), "unit_amount") == 9900);

  shop.world.control("POST", "/_sim/customers/" + shop.customer + "/fix_card");
  CHECK(shop.world.post("/v1/invoices/" + pending.text("latest_invoice") + "/pay").status == 200);
  CHECK(shop.world.news() ==
        "payment_intent.succeeded\n"
        "charge.succeeded\n"
        "invoice_payment.paid\n"
        "customer.updated\n"
        "invoice.paid\n"
        "invoice.payment_succeeded\n"
        "customer.subscription.pending_update_applied\n"
        "customer.subscription.updated\n");
  shop.world.pass(days(15));
  CHECK(number_of(shop.world.latest_invoice(shop.id), "amount_paid") == 9900);
}

TEST_CASE("a pending update that is not paid within 23 hours is forgotten") {
  Shop shop;
  shop.world.fail_card(shop.customer);
  const Reply pending =
      shop.upgrade("&proration_behavior=always_invoice&payment_behavior=pending_if_incomplete");
  shop.world.news();
  CHECK(shop.world.diary(days(1)) ==
        "0d 23h 0m\n"
        "  payment_intent.canceled\n"
        "  invoice.voided\n"
        "  customer.subscription.pending_update_expired\n"
        "  customer.subscription.updated\n");
  const json::object now = shop.world.subscription(shop.id);
  CHECK_FALSE(is_set(now, "pending_update"));
  CHECK(text_of(now, "status") == "active");
}

TEST_CASE("a pending update that is paid at once never shows") {
  Shop shop;
  const Reply reply =
      shop.upgrade("&proration_behavior=always_invoice&payment_behavior=pending_if_incomplete");
  CHECK_FALSE(is_set(reply.body, "pending_update"));
  const json::object& item = array_of(object_of(reply.body, "items"), "data")[0].get_object();
  CHECK(number_of(object_of(item, "price"), "unit_amount") == 9900);
  CHECK(shop.upgrade("&payment_behavior=pending_if_incomplete&metadata[a]=b").outcome() ==
        "400 invalid_request_error metadata: `metadata` cannot be updated together with "
        "payment_behavior=pending_if_incomplete.");
}

TEST_CASE("canceling at once gives back what is unused when it is asked to") {
  const auto left = [](const std::string& how) {
    Shop shop;
    shop.world.del("/v1/subscriptions/" + shop.id, how);
    const json::object waiting = shop.world.get("/v1/invoiceitems?pending=true").body;
    return fmt::format("{} waiting, balance {}\n", array_of(waiting, "data").size(),
                       shop.balance());
  };
  CHECK(left("") == "0 waiting, balance 0\n");
  CHECK(left("prorate=true") == "1 waiting, balance 0\n");
  CHECK(left("prorate=true&invoice_now=true") == "0 waiting, balance -2450\n");
}

TEST_CASE("an invoice item waits for the customer's next invoice") {
  Shop shop;
  const Reply item =
      shop.world.post("/v1/invoiceitems",
                      "customer=" + shop.customer + "&amount=1500&currency=usd&description=Help");
  CHECK(shop.world.news() == "invoiceitem.created\n");
  CHECK(shop.world.post("/v1/invoiceitems/" + item.id(), "amount=2000").status == 200);
  shop.world.pass(days(14) + hours(1));
  CHECK(lines_of(shop.world.latest_invoice(shop.id)) ==
        "2000 Help\n"
        "4900 1 × Pro (at $49.00 / month)\n"
        "= 6900\n");
  CHECK(shop.world.del("/v1/invoiceitems/" + item.id()).status == 400);
  const Reply spare =
      shop.world.post("/v1/invoiceitems", "customer=" + shop.customer + "&amount=1&currency=usd");
  CHECK(flag_of(shop.world.del("/v1/invoiceitems/" + spare.id()).body, "deleted"));
}

}  // namespace freehold::simulator
