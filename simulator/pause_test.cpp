// Subscriptions that are paused, and subscriptions whose invoices are not collected for a while.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "simulator/testing/world.hpp"

namespace freehold::simulator {

namespace {

constexpr std::int64_t day = 86400;

struct Shop {
  World world;
  std::string customer;
  std::string id;

  explicit Shop(Config config = Config{.base_url = "http://sim", .seed = 1})
      : world(std::move(config)) {
    customer = world.customer();
    id = world.subscribe(customer);
    world.news();
  }
  std::int64_t now() { return to_unix_seconds(world.clock.now()); }
  Reply act(const std::string& verb, const std::string& form = "") {
    return world.post("/v1/subscriptions/" + id + verb, form);
  }
  std::string reason() {
    const json::object shown = world.subscription(id);
    return text_of(
        object_of(object_of(object_of(shown, "status_details"), "paused"), "subscription"), "type");
  }
  // Amounts that wait for the next invoice, newest first.
  std::string waiting() {
    std::string out;
    const json::object items = world.get("/v1/invoiceitems?pending=true").body;
    for (const json::value& item : array_of(items, "data"))
      out += (out.empty() ? "" : " ") + std::to_string(number_of(item.get_object(), "amount"));
    return out;
  }
  std::string invoice() {
    const json::object newest = world.latest_invoice(id);
    return fmt::format("{} {}", text_of(newest, "status"), number_of(newest, "total"));
  }
};

}  // namespace

TEST_CASE("a pause gives back what is unused, and bills nothing until it ends") {
  Shop shop;
  shop.world.pass(days(14));
  CHECK(shop.act("/pause").text("status") == "paused");
  CHECK(shop.reason() == "pause_requested");
  CHECK(shop.waiting() == "-2450");
  CHECK(shop.world.news() ==
        "invoiceitem.created\n"
        "customer.subscription.paused\n"
        "customer.subscription.updated\n");
  CHECK(shop.world.diary(days(100)) == "");
  CHECK(shop.act("/pause").outcome() ==
        "400 invalid_request_error: Only active subscriptions can be paused.");
  CHECK(shop.act("/resume").text("status") == "active");
  CHECK(shop.invoice() == "paid 2450");
  CHECK(shop.reason() == "");
}

TEST_CASE("what a pause bills can be chosen") {
  Shop kept;
  kept.world.pass(days(14));
  kept.act("/pause", "bill_for[unused_time_from][type]=none");
  CHECK(kept.waiting() == "");

  Shop whole;
  whole.world.pass(days(14));
  whole.act("/pause", "bill_for[unused_time_from][type]=item_current_period_start");
  CHECK(whole.waiting() == "-4900");

  Shop at_once;
  at_once.world.pass(days(14));
  at_once.act("/pause", "invoicing_behavior=invoice");
  CHECK(at_once.invoice() == "paid -2450");
  CHECK(number_of(at_once.world.get("/v1/customers/" + at_once.customer).body, "balance") == -2450);
  CHECK(at_once.world.status(at_once.id) == "paused");
}

TEST_CASE("resuming in the same periods charges what is left of the one around now") {
  Shop shop;
  shop.act("/pause", "bill_for[unused_time_from][type]=none");
  shop.world.pass(days(7));
  CHECK(shop.act("/resume", "billing_cycle_anchor[type]=unchanged").text("status") == "active");
  CHECK(shop.waiting() == "");

  Shop later;
  later.act("/pause");
  CHECK(later.waiting() == "-4900");
  later.world.pass_to(later.now() + 28 * day + 31 * day / 2);
  CHECK(later.act("/resume", "billing_cycle_anchor[type]=unchanged").text("status") == "active");
  CHECK(later.waiting() == "2450 -4900");

  Shop invoiced;
  invoiced.act("/pause", "bill_for[unused_time_from][type]=none");
  invoiced.world.pass_to(invoiced.now() + 28 * day + 31 * day / 2);
  CHECK(
      invoiced
          .act("/resume", "billing_cycle_anchor[type]=unchanged&proration_behavior=always_invoice")
          .text("status") == "active");
  CHECK(invoiced.invoice() == "paid 2450");

  Shop free;
  free.act("/pause");
  free.world.pass(days(50));
  free.act("/resume", "billing_cycle_anchor[type]=unchanged&proration_behavior=none");
  CHECK(free.waiting() == "-4900");
}

TEST_CASE("a resumption whose payment fails is past due, or stays paused if it was to be paid") {
  Shop shop;
  shop.act("/pause", "bill_for[unused_time_from][type]=none");
  shop.world.fail_card(shop.customer);
  shop.world.news();
  CHECK(shop.act("/resume").text("status") == "past_due");
  CHECK(
      shop.world.news().ends_with("invoice.payment_failed\n"
                                  "customer.subscription.resumed\n"
                                  "customer.subscription.updated\n"
                                  "customer.subscription.updated\n"));
  Shop strict;
  strict.act("/pause", "bill_for[unused_time_from][type]=none");
  strict.world.fail_card(strict.customer);
  CHECK(strict.act("/resume", "payment_behavior=resume_on_payment_success").text("status") ==
        "paused");
  const std::string invoice = text_of(strict.world.latest_invoice(strict.id), "id");
  strict.world.post("/v1/invoices/" + invoice + "/mark_uncollectible");
  CHECK(strict.world.status(strict.id) == "active");
}

TEST_CASE("a subscription with a schedule is not paused") {
  Shop shop;
  shop.world.post("/v1/subscription_schedules", "from_subscription=" + shop.id);
  CHECK(shop.act("/pause").status == 400);
  CHECK(shop.world.status(shop.id) == "active");
}

TEST_CASE("use until the pause is billed, use in it is free") {
  World world;
  const std::string meter =
      world
          .post("/v1/billing/meters",
                "display_name=Calls&event_name=calls&default_aggregation[formula]=sum")
          .id();
  const std::string price =
      world
          .post("/v1/prices",
                "currency=usd&unit_amount=10&product_data[name]=Calls&recurring[interval]=month"
                "&recurring[usage_type]=metered&recurring[meter]=" +
                    meter)
          .id();
  const std::string customer = world.customer();
  const std::string id = world.subscribe(customer, "items[0][price]=" + price);
  const auto use = [&](int calls) {
    world.post("/v1/billing/meter_events",
               fmt::format("event_name=calls&payload[stripe_customer_id]={}&payload[value]={}",
                           customer, calls));
    world.pass(days(1));
  };
  use(30);
  CHECK(world.post("/v1/subscriptions/" + id + "/pause", "invoicing_behavior=invoice").outcome() ==
        "200");
  CHECK(number_of(world.latest_invoice(id), "total") == 300);
  use(50);
  world.post("/v1/subscriptions/" + id + "/resume");
  use(7);
  world.pass(days(31));
  CHECK(number_of(world.latest_invoice(id), "total") == 70);
}

TEST_CASE("every retry failed, and the account pauses what is not paid") {
  Shop shop(Config{.seed = 1, .final_action = FinalAction::pause});
  shop.world.fail_card(shop.customer);
  shop.world.pass(days(28 + 14) + hours(1));
  CHECK(shop.world.status(shop.id) == "paused");
  CHECK(shop.reason() == "final_payment_failure");
  CHECK(
      shop.world.news().ends_with("invoice.payment_failed\n"
                                  "customer.subscription.paused\n"
                                  "customer.subscription.updated\n"));
}

TEST_CASE("while collection is paused, invoices are drafts, uncollectible or void") {
  for (const auto& [behavior, expected] :
       {std::pair("keep_as_draft", "draft 4900"),
        std::pair("mark_uncollectible", "uncollectible 4900"), std::pair("void", "void 4900")}) {
    Shop shop;
    const Reply paused = shop.act("", fmt::format("pause_collection[behavior]={}", behavior));
    CHECK(text_of(object_of(paused.body, "pause_collection"), "behavior") == behavior);
    shop.world.pass(days(28) + hours(2));
    CHECK(shop.invoice() == expected);
    CHECK(shop.world.status(shop.id) == "active");
    CHECK(shop.act("", "pause_collection=").body.at("pause_collection").is_null());
    shop.world.pass(days(31));
    CHECK(shop.invoice() == "paid 4900");
  }
}

TEST_CASE("collection resumes by itself at its time") {
  Shop shop;
  const std::string at = std::to_string(shop.now() + 40 * day);
  shop.act("", "pause_collection[behavior]=void&pause_collection[resumes_at]=" + at);
  CHECK(shop.world.diary(days(41)) ==
        "28d 0h 0m\n"
        "  customer.subscription.updated\n"
        "  invoice.created\n"
        "  invoice.finalized\n"
        "  payment_intent.created\n"
        "  payment_intent.canceled\n"
        "  invoice.voided\n"
        "40d 0h 0m\n"
        "  customer.subscription.updated\n");
  CHECK(shop.act("", "pause_collection[behavior]=void&pause_collection[resumes_at]=1").status ==
        400);
}

}  // namespace freehold::simulator
