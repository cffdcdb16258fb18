// What waits for a person, and what became of the money when something went another way.
#include "billing/tasks.hpp"

#include <doctest/doctest.h>

#include "billing/test_site.hpp"
#include "core/async.hpp"
#include "core/json.hpp"

using namespace freehold;
using namespace freehold::billing;

namespace {

constexpr std::string_view good_card = "4242424242424242";
constexpr std::string_view card_that_fails_later = "4000000000000341";

std::string only(Site& site, const std::string& what) {
  const json::value list = json::parse(site.ask("GET", what));
  REQUIRE(list.at("data").as_array().size() > 0);
  return std::string(list.at("data").at(0).at("id").as_string());
}

std::string tasks(Site& site) {
  return site.world.rows(
      "select kind, case when resolved_at is null then 'open' else 'by ' || "
      "split_part(resolved_by, '_', 1) end from billing.task order by since, id");
}

std::string told(Site& site) {
  return site.world.rows("select count(*) from events.outbox where type = 'billing.task_opened'");
}

Task<> deal_with(Site& site) {
  const Actor staff = ActorMint::staff(site.tenant, StaffId::make(site.world.machine().now()), {});
  db::ControlTx tx = site.billing.database.control(staff);
  const auto open = co_await tasks_of_tenant(tx);
  REQUIRE(open.size() == 1);
  co_await resolve_task(tx, open.front().id);
  co_await tx.commit();
}

// Past due after its trial, and ended by Stripe's dashboard while the invoice was open.
struct Ended : Site {
  std::string invoice;
  Ended() {
    sign_up();
    buy(std::string(card_that_fails_later));
    advance(days(15));
    invoice = only(*this, "/v1/invoices?status=open");
    ask("DELETE", "/v1/subscriptions/" + only(*this, "/v1/subscriptions"));
    settle();
    CHECK(standing() == "free full default -\n");
    advance(hours(1));
    const json::value card = json::parse(ask("POST", "/v1/payment_methods/pm_card_visa/attach",
                                             "customer=" + only(*this, "/v1/customers")));
    ask("POST", "/v1/invoices/" + invoice + "/pay",
        "payment_method=" + std::string(card.at("id").as_string()));
    settle();
  }
};

}  // namespace

TEST_CASE("an invoice that is paid after the end gives no access, and waits for a person") {
  Ended site;
  CHECK(site.world.rows("select status, amount_paid from billing.invoice where total > 0") ==
        "paid 4900\n");
  CHECK(site.standing() == "free full default -\n");
  CHECK(tasks(site) == "late_payment open\n");
  site.advance(days(2));
  CHECK(told(site) == "1\n");

  // Refunding it puts it right.
  site.ask("POST", "/v1/refunds", "charge=" + only(site, "/v1/charges?limit=1"));
  site.settle();
  CHECK(tasks(site) == "late_payment by state\n");
}

TEST_CASE("what a person has dealt with is not opened again") {
  Ended site;
  site.world.run([&](db::Database&) { return deal_with(site); });
  CHECK(tasks(site) == "late_payment by staff\n");
  site.ask("POST", "/v1/customers/" + only(site, "/v1/customers"), "name=Acme");
  site.settle();
  CHECK(tasks(site) == "late_payment by staff\n");
  CHECK(site.world.rows("select action, target_type from audit.event where action like "
                        "'billing.task%'") == "billing.task_resolved late_payment\n");
}

TEST_CASE("of two subscriptions the better access counts, until one is ended") {
  Site site;
  site.sign_up();
  site.buy(std::string(good_card));
  site.advance(days(15));
  const std::string customer = only(site, "/v1/customers");
  const std::string price = site.world.rows(
      "select price_id from billing.price where lookup_key like 'freehold_business%'");
  site.ask("POST", "/v1/subscriptions",
           "customer=" + customer + "&items[0][price]=" + price.substr(0, price.size() - 1) +
               "&default_payment_method=" +
               only(site, "/v1/customers/" + customer + "/payment_methods"));
  site.settle();
  CHECK(site.standing() == "business full subscription -\n");
  CHECK(tasks(site) == "two_subscriptions open\n");
  CHECK(site.world.rows("select subject = (select stripe_id from billing.mirror order by "
                        "created_at desc limit 1) from billing.task") == "t\n");
  CHECK(site.world.rows("select kind, amount, mrr from billing.movement order by number") ==
        "new 4900 4900\nexpansion 19900 24800\n");
  site.ask("DELETE", "/v1/subscriptions/" + only(site, "/v1/subscriptions"));
  site.settle();
  CHECK(site.standing() == "pro full subscription -\n");
  CHECK(tasks(site) == "two_subscriptions by state\n");
}

TEST_CASE("a status that nobody knows waits for a person, once, until it is another one") {
  Site site;
  site.sign_up();
  site.buy(std::string(good_card), "business");
  site.advance(days(15));
  const auto be = [&](const std::string& status) {
    site.status_of_active = status;
    site.ask("POST", "/v1/customers/" + only(site, "/v1/customers"), "name=Acme " + status);
    site.settle();
  };
  be("asleep");
  be("asleep");
  CHECK(site.standing() == "business full subscription -\n");
  CHECK(tasks(site) == "unknown_status open\n");
  CHECK(told(site) == "1\n");
  CHECK(site.world.rows("select split_part(subject, ' ', 2) from billing.task") == "asleep\n");

  // Dealt with is dealt with; another unknown status is not.
  site.world.run([&](db::Database&) { return deal_with(site); });
  be("asleep");
  CHECK(tasks(site) == "unknown_status by staff\n");
  site.advance(hours(1));
  be("dreaming");
  CHECK(tasks(site) == "unknown_status by staff\nunknown_status open\n");
  CHECK(told(site) == "2\n");

  site.advance(hours(73));
  CHECK(site.standing() == "business limited subscription -\n");
  be("");
  CHECK(site.standing() == "business full subscription -\n");
  CHECK(tasks(site) == "unknown_status by staff\nunknown_status by state\n");
}

TEST_CASE("a customer that is deleted at Stripe takes its subscriptions along, and is replaced") {
  Site site;
  site.sign_up();
  site.buy(std::string(card_that_fails_later));
  site.advance(days(15));
  const std::string before = only(site, "/v1/customers");
  site.ask("DELETE", "/v1/customers/" + before);
  site.settle();
  CHECK(site.world.rows("select deleted_at is not null from billing.customer") == "t\n");
  CHECK(site.standing() == "free full default -\n");
  CHECK(site.world.rows("select status from billing.mirror") == "canceled\n");
  CHECK(site.world.rows("select kind, mrr from billing.movement order by number") ==
        "new 4900\nchurn 0\n");
  // What it owed is no reason to refuse the next one.
  site.buy(std::string(good_card));
  CHECK(site.standing() == "pro full subscription -\n");
  CHECK(only(site, "/v1/customers") != before);
  CHECK(site.world.rows("select deleted_at is null from billing.customer") == "t\n");
  CHECK(site.world.rows("select count(*) from billing.mirror") == "2\n");
}

TEST_CASE("a refund's event that names no customer finds it by the charge") {
  Site site;
  site.sign_up();
  site.buy(std::string(good_card));
  site.advance(days(15));
  const std::string charge = only(site, "/v1/charges?limit=1");
  site.ask("POST", "/v1/refunds", "amount=100&charge=" + charge);
  site.mail.lost = 100;  // all of its own events
  site.stripe_is_down = true;
  site.settle();
  site.stripe_is_down = false;
  site.mail.lost = 0;
  CHECK(site.world.rows("select count(*) from billing.refund") == "0\n");
  const auto post = [&](const std::string& id, const std::string& of) {
    CHECK(site.post_signed(fmt::format(
              R"({{"id":"{}","type":"refund.created","created":1,"livemode":false,)"
              R"("data":{{"object":{{"object":"refund","charge":"{}","customer":null}}}}}})",
              id, of)) == 200);
  };
  post("evt_known", charge);
  post("evt_later", "ch_of_nobody");
  CHECK(site.world.rows("select id, state, customer_id is null from billing.stripe_event where "
                        "id in ('evt_known', 'evt_later') order by id") ==
        "evt_known hint f\nevt_later waiting t\n");
  site.settle();
  CHECK(site.world.rows("select amount from billing.refund") == "100\n");
}
