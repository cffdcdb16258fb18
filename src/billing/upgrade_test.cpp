// A dearer plan: what is shown is what is charged, and the plan changes when that is paid.
#include <doctest/doctest.h>

#include "billing/test_site.hpp"
#include "billing/upgrade.hpp"
#include "core/async.hpp"
#include "core/json.hpp"

using namespace freehold;
using namespace freehold::billing;

namespace {

constexpr std::string_view good_card = "4242424242424242";
const std::string change_page = "/t/acme/billing/change?plan=business&interval=month";

// A paying workspace in the middle of its month: ten days of Pro are used.
struct Paying : Site {
  Paying() {
    sign_up();
    buy(std::string(good_card));
    advance(days(24));
  }

  std::string form_of(const std::string& page) {
    return "plan=business&interval=month&proration_date=" +
           between(page, "name=\"proration_date\" value=\"", "\"") +
           "&from=" + between(page, "name=\"from\" value=\"", "\"") +
           "&amount=" + between(page, "name=\"amount\" value=\"", "\"");
  }
  std::string submit(const std::string& form) {
    const std::string answer = page("/t/acme/billing/change", form);
    return answer.substr(0, answer.find('<'));
  }
  // Amounts of the newest invoice: "16915 of 16915 paid".
  std::string newest_invoice() {
    return world.rows(
        "select amount_paid || ' of ' || total || ' ' || status from billing.invoice "
        "order by created_at desc, stripe_id desc limit 1");
  }
  void use_card(const std::string& test_card) {
    const json::value customers = json::parse(ask("GET", "/v1/customers"));
    const std::string customer(customers.at("data").at(0).at("id").as_string());
    const json::value card = json::parse(
        ask("POST", "/v1/payment_methods/" + test_card + "/attach", "customer=" + customer));
    const json::value all = json::parse(ask("GET", "/v1/subscriptions"));
    ask("POST", "/v1/subscriptions/" + std::string(all.at("data").at(0).at("id").as_string()),
        "default_payment_method=" + std::string(card.at("id").as_string()));
    settle();
  }
};

}  // namespace

TEST_CASE("what the page of an upgrade shows is what is charged") {
  Paying site;
  const std::string page = site.page(change_page);
  const std::string amount = between(page, "name=\"amount\" value=\"", "\"");
  CHECK(page.find("Left of Pro") != page.npos);
  CHECK(page.find("Pay $" + amount.substr(0, amount.size() - 2)) != page.npos);
  site.advance(minutes(10));
  CHECK(site.submit(site.form_of(page)) == "303 /t/acme/billing?done=changed");
  CHECK(site.newest_invoice() == amount + " of " + amount + " paid\n");
  CHECK(site.standing() == "business full subscription -\n");
}

TEST_CASE("an amount that is too old, or was changed on the way, is shown anew and not charged") {
  Paying site;
  const std::string page = site.page(change_page);
  const std::string before = site.newest_invoice();
  site.advance(minutes(16));
  CHECK(site.page("/t/acme/billing/change", site.form_of(page)).starts_with("409 "));
  std::string form = site.form_of(site.page(change_page));
  CHECK(site.submit(form + "0").starts_with("409"));
  CHECK(site.submit("plan=business&interval=month").starts_with("409"));
  CHECK(site.submit("plan=business&interval=month&amount=0&proration_date=99999999999")
            .starts_with("409"));
  CHECK(site.newest_invoice() == before);
  CHECK(site.standing() == "pro full subscription -\n");
  CHECK(site.submit(form) == "303 /t/acme/billing?done=changed");
}

TEST_CASE("a page that was loaded before somebody else changed the plan changes nothing") {
  Paying site;
  const std::string to_business = site.form_of(site.page(change_page));
  CHECK(site.submit(to_business) == "303 /t/acme/billing?done=changed");
  // Another tab still offers what was counted from Pro.
  std::string back = to_business;
  back.replace(back.find("plan=business"), 13, "plan=pro");
  CHECK(site.submit(back).starts_with("409"));
  CHECK(site.standing() == "business full subscription -\n");
}

TEST_CASE("from a year to months costs what the page says, and the rest of the year is kept") {
  Paying site;
  const std::string yearly = "/t/acme/billing/change?plan=pro&interval=year";
  std::string form = site.form_of(site.page(yearly));
  form.replace(form.find("plan=business&interval=month"), 28, "plan=pro&interval=year");
  CHECK(site.submit(form) == "303 /t/acme/billing?done=changed");
  site.advance(hours(1));
  const std::string page = site.page("/t/acme/billing/change?plan=pro&interval=month");
  CHECK(page.find("is kept as credit for your next invoices") != page.npos);
  CHECK(page.find("Change to Pro, $0.00 today") != page.npos);
  CHECK(page.find("Nothing is charged today.") != page.npos);
  form = site.form_of(page);
  form.replace(form.find("plan=business"), 13, "plan=pro");
  CHECK(form.ends_with("&amount=0"));
  CHECK(site.submit(form) == "303 /t/acme/billing?done=changed");
  CHECK(site.newest_invoice().find(" of -") != std::string::npos);
}

TEST_CASE("a payment that is not accepted changes nothing, until it is paid or too late") {
  Paying site;
  site.use_card("pm_card_chargeCustomerFail");
  CHECK(site.submit(site.form_of(site.page(change_page))) == "303 /t/acme/billing?done=unpaid");
  CHECK(site.standing() == "pro full subscription -\n");
  const std::string page = site.page("/t/acme/billing");
  CHECK(page.find("A change of plan waits for its payment") != page.npos);
  CHECK(page.find("Pay now") != page.npos);
  CHECK(site.page(change_page).find("An invoice is unpaid") != std::string::npos);

  site.pay_with_another_card();
  CHECK(site.standing() == "business full subscription -\n");
  CHECK(site.page("/t/acme/billing").find("waits for its payment") == std::string::npos);
}

TEST_CASE("a change that nobody pays is dropped after 23 hours, and the plan is as it was") {
  Paying site;
  site.use_card("pm_card_chargeCustomerFail");
  site.submit(site.form_of(site.page(change_page)));
  site.advance(hours(24));
  CHECK(site.standing() == "pro full subscription -\n");
  CHECK(site.world.rows("select pending_update_until is null from billing.mirror") == "t\n");
  site.use_card("pm_card_visa");
  CHECK(site.submit(site.form_of(site.page(change_page))) == "303 /t/acme/billing?done=changed");
}

TEST_CASE("without Stripe the cost is said to be unknown, and nothing can be agreed to") {
  Paying site;
  site.stripe_is_down = true;
  const std::string page = site.page(change_page);
  CHECK(page.find("What it costs is not known right now") != page.npos);
  CHECK(page.find("<form method=\"post\" action=\"/t/acme/billing/change\"") == page.npos);
  site.stripe_is_down = false;
  CHECK(site.standing() == "pro full subscription -\n");
}

constexpr std::string_view free_only = R"(
[[plans]]
key = "free"
name = "Free"
default = true
)";

TEST_CASE("what is settled now is a dearer price or another interval, and nothing on trial") {
  const auto is_now = [](std::string interval, std::int64_t amount, catalog::Interval to,
                         std::int64_t becomes, std::string status = "active") {
    Mirror current;
    current.status = std::move(status);
    current.billing_interval = std::move(interval);
    current.items = {{"si_1", "key_before", 1, amount}};
    const catalog::Price price{"key", {becomes, Currency::usd()}, to};
    return is_paid_now(current, {{&price, "price_1", 1}}, catalog::Catalog::parse(free_only, {}));
  };
  using catalog::Interval;
  CHECK(is_now("month", 4900, Interval::month, 19900));
  CHECK(!is_now("month", 19900, Interval::month, 4900));
  CHECK(is_now("month", 4900, Interval::year, 49000));
  CHECK(is_now("year", 49000, Interval::month, 19900));
  CHECK(is_now("year", 49000, Interval::month, 4900));
  CHECK(is_now("year", 49000, Interval::year, 199000));
  CHECK(!is_now("month", 4900, Interval::month, 19900, "trialing"));
}
