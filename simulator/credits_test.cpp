// Billing credits: granted, used for what is metered, and at an end.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "simulator/testing/world.hpp"

namespace freehold::simulator {

namespace {

// A customer who uses calls at a dollar each.
struct Metered : World {
  std::string calls = post("/v1/prices",
                           "currency=usd&unit_amount=100&product_data[name]=Calls&recurring"
                           "[interval]=month&recurring[usage_type]=metered&recurring[meter]=" +
                               post("/v1/billing/meters",
                                    "display_name=Calls&event_name=calls&default_aggregation"
                                    "[formula]=sum")
                                   .id())
                          .id();
  std::string ada = customer();
  std::string id = subscribe(ada, "items[0][price]=" + calls);

  Reply grant(std::int64_t value, const std::string& more = "",
              const std::string& scope = "[price_type]=metered") {
    return post("/v1/billing/credit_grants",
                fmt::format("customer={}&amount[type]=monetary&amount[monetary][currency]=usd"
                            "&amount[monetary][value]={}&applicability_config[scope]{}{}",
                            ada, value, scope, more));
  }

  void use(int count) {
    post("/v1/billing/meter_events", fmt::format("event_name=calls&payload[stripe_customer_id]={}"
                                                 "&payload[value]={}",
                                                 ada, count));
  }

  // "1000 left, 700 of them now"
  std::string left(const std::string& grant = "") {
    const Reply summary =
        get("/v1/billing/credit_balance_summary?customer=" + ada +
            (grant.empty() ? "&filter[type]=applicability_scope&filter[applicability_scope]"
                             "[price_type]=metered"
                           : "&filter[type]=credit_grant&filter[credit_grant]=" + grant));
    const json::object& balance = array_of(summary.body, "balances").at(0).get_object();
    const auto value = [&](std::string_view name) {
      return number_of(object_of(object_of(balance, name), "monetary"), "value");
    };
    return fmt::format("{} left, {} of them now", value("ledger_balance"),
                       value("available_balance"));
  }

  // The reasons and amounts of the transactions, oldest first.
  std::string moves() {
    std::string out;
    const json::object list =
        get("/v1/billing/credit_balance_transactions?limit=100&customer=" + ada).body;
    const json::array& data = array_of(list, "data");
    for (auto move = data.rbegin(); move != data.rend(); ++move) {
      const json::object& about =
          object_of(move->get_object(), text_of(move->get_object(), "type"));
      out += fmt::format("{} {}\n", text_of(about, "type"),
                         number_of(object_of(object_of(about, "amount"), "monetary"), "value"));
    }
    return out;
  }

  std::string renew() {
    pass_to(number_of(array_of(object_of(subscription(id), "items"), "data").at(0).get_object(),
                      "current_period_end"));
    pass(hours(1));
    const json::object invoice = latest_invoice(id);
    return fmt::format("{} total {}, {} paid", number_of(invoice, "subtotal"),
                       number_of(invoice, "total"), number_of(invoice, "amount_paid"));
  }
};

}  // namespace

TEST_CASE("credits pay for what is metered, and what is left pays for the next period") {
  Metered world;
  CHECK(world.grant(1000).text("category") == "paid");
  world.use(7);
  CHECK(world.renew() == "700 total 0, 0 paid");
  CHECK(world.left() == "300 left, 300 of them now");
  world.use(5);
  CHECK(world.renew() == "500 total 200, 200 paid");
  CHECK(world.moves() ==
        "credits_granted 1000\n"
        "credits_applied 700\n"
        "credits_applied 300\n");
}

TEST_CASE("what has a quantity is not paid with credits") {
  Metered world;
  world.grant(1000);
  const std::string id = world.subscribe(world.ada);
  CHECK(number_of(world.latest_invoice(id), "amount_paid") == 4900);
}

TEST_CASE("credits come after the discounts and before the taxes") {
  Metered world;
  world.grant(100);
  const std::string half = world.post("/v1/coupons", "percent_off=50&duration=forever").id();
  const std::string rate =
      world.post("/v1/tax_rates", "display_name=VAT&percentage=20&inclusive=false").id();
  world.post("/v1/subscriptions/" + world.id,
             "discounts[0][coupon]=" + half + "&default_tax_rates[0]=" + rate);
  world.use(6);
  CHECK(world.renew() == "600 total 240, 240 paid");  // (600 - 300 - 100) and a fifth
}

TEST_CASE("grants are used by priority, then by their end, given before paid") {
  Metered world;
  const std::int64_t now = to_unix_seconds(world.clock.now());
  const auto later = [&](int count) { return fmt::format("&expires_at={}", now + count * 86400); };
  const std::string paid = world.grant(100).id();
  const std::string given = world.grant(100, "&category=promotional").id();
  const std::string ending = world.grant(100, later(90)).id();
  const std::string first = world.grant(100, "&priority=1").id();
  const std::string unborn =
      world.grant(100, fmt::format("&priority=0&effective_at={}", now + 60 * 86400)).id();
  world.use(3);
  world.renew();
  CHECK(world.left(first) == "0 left, 0 of them now");
  CHECK(world.left(ending) == "0 left, 0 of them now");
  CHECK(world.left(given) == "0 left, 0 of them now");
  CHECK(world.left(paid) == "100 left, 100 of them now");
  CHECK(world.left(unborn) == "100 left, 0 of them now");
}

TEST_CASE("a grant for some prices pays for no others") {
  Metered world;
  CHECK(world.grant(1000, "", "[prices][0][id]=" + world.price()).outcome() ==
        "400 invalid_request_error applicability_config[scope][prices][0][id]: Credits are for "
        "metered prices only.");
  world.grant(1000, "", "[prices][0][id]=" + world.calls);
  world.use(2);
  CHECK(world.renew() == "200 total 0, 0 paid");
}

TEST_CASE("what is not used by its end expires") {
  Metered world;
  const std::int64_t now = to_unix_seconds(world.clock.now());
  const std::string id = world.grant(500, fmt::format("&expires_at={}", now + 86400)).id();
  CHECK(world.diary(days(2)) ==
        "1d 0h 0m\n"
        "  billing.credit_balance_transaction.created\n");
  CHECK(world.moves() == "credits_granted 500\ncredits_expired 500\n");
  CHECK(world.post("/v1/billing/credit_grants/" + id + "/expire").status == 400);
  CHECK(world.grant(500, fmt::format("&expires_at={}", now)).status == 400);
}

TEST_CASE("a grant is void only before it is used; after that it can be expired") {
  Metered world;
  const std::string spare = "/v1/billing/credit_grants/" + world.grant(500).id();
  CHECK(is_set(world.post(spare + "/void").body, "voided_at"));
  CHECK(world.moves() == "credits_granted 500\ncredits_voided 500\n");
  const std::string used = "/v1/billing/credit_grants/" + world.grant(300).id();
  world.use(1);
  world.renew();
  CHECK(world.post(used + "/void").status == 400);
  CHECK(is_set(world.post(used + "/expire").body, "expires_at"));
  CHECK(world.left() == "0 left, 0 of them now");
}

TEST_CASE("an invoice that is void gives the credits back") {
  Metered world;
  world.grant(300);
  world.use(5);
  world.fail_card(world.ada);
  CHECK(world.renew() == "500 total 200, 0 paid");
  CHECK(world.left() == "0 left, 0 of them now");
  world.post("/v1/invoices/" + text_of(world.latest_invoice(world.id), "id") + "/void");
  CHECK(world.left() == "300 left, 300 of them now");
}

}  // namespace freehold::simulator
