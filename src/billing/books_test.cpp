// The books: whatever is paid, refunded, credited or disputed, each invoice adds up, from what
// Stripe has and never from what an event says.
#include <doctest/doctest.h>

#include "billing/settlements.hpp"
#include "billing/test_site.hpp"
#include "core/async.hpp"
#include "core/json.hpp"

using namespace freehold;
using namespace freehold::billing;

namespace {

constexpr std::string_view good_card = "4242424242424242";

Task<> read(Site& site, std::vector<Settlement>& found) {
  db::ControlRead db = site.billing.database.control_read(site.owner);
  const auto all = co_await invoices(db);
  const Books money = co_await books(db);
  found = settle(all, money);
}

// A workspace that pays 49 dollars a month, on the day after its first charge.
struct Paying : Site {
  Paying() {
    sign_up();
    buy(std::string(good_card));
    advance(days(15));
  }

  std::string only(const std::string& list) {
    const json::value found = json::parse(ask("GET", list));
    REQUIRE(found.at("data").as_array().size() > 0);
    return std::string(found.at("data").at(0).at("id").as_string());
  }
  std::string invoice() { return only("/v1/invoices?limit=1"); }
  std::string charge() { return only("/v1/charges?limit=1"); }
  // What Stripe is asked to do; then what follows from its events.
  void tell(const std::string& path, const std::string& form) {
    const std::string answer = ask("POST", path, form);
    CHECK_MESSAGE(answer.find("\"error\"") == answer.npos, answer);
    settle();
  }

  // The invoices with money in them, newest first.
  std::string settled() {
    std::vector<Settlement> found;
    world.run([&](db::Database&) { return read(*this, found); });
    std::string text;
    for (const Settlement& of : found) {
      if (of.total == 0) continue;
      text += fmt::format(
          "{} {}: balance {}, credited {}, paid {}, remaining {}; given back {}, refunded {}, "
          "disputed {}, refundable {}; off by {}\n",
          of.status, of.total, of.from_balance, of.credited_before, of.amount_paid,
          of.amount_remaining, of.credited_after, of.refunded, of.disputed, of.refundable,
          of.off_by);
      CHECK(of.total ==
            of.from_balance + of.credited_before + of.amount_paid + of.amount_remaining);
    }
    return text;
  }
};

}  // namespace

TEST_CASE("an invoice that was paid adds up") {
  Paying site;
  CHECK(site.settled() ==
        "paid 4900: balance 0, credited 0, paid 4900, remaining 0; given back 0, refunded 0, "
        "disputed 0, refundable 4900; off by 0\n");
}

TEST_CASE(
    "a customer costs three calls, four when it ever paid, and one more for each kind of note") {
  Paying site;
  const auto calls_of = [&](Site& of, const std::string& change) {
    const json::value customers = json::parse(of.ask("GET", "/v1/customers"));
    of.reads = of.fetches = 0;
    of.ask("POST", "/v1/customers/" + std::string(customers.at("data").at(0).at("id").as_string()),
           "name=" + change);
    of.settle();
    REQUIRE(of.fetches == 1);
    return of.reads;
  };
  Site fresh;
  fresh.sign_up();
  CHECK(calls_of(fresh, "one") == 3);
  CHECK(calls_of(site, "one") == 4);
  site.tell("/v1/refunds", "amount=1000&charge=" + site.charge());
  CHECK(calls_of(site, "two") == 4);
  site.tell("/v1/credit_notes",
            "invoice=" + site.invoice() + "&amount=500&credit_amount=500&reason=order_change");
  CHECK(calls_of(site, "three") == 6);  // the credit notes, and the balance
}

TEST_CASE("refunds are counted by what they are, not by what events say of the charge") {
  Paying site;
  const std::string charge = site.charge();
  site.tell("/v1/refunds", "amount=1000&charge=" + charge);
  site.tell("/v1/refunds", "amount=500&charge=" + charge);
  CHECK(site.settled() ==
        "paid 4900: balance 0, credited 0, paid 4900, remaining 0; given back 0, refunded 1500, "
        "disputed 0, refundable 3400; off by 0\n");
  CHECK(site.world.rows("select status, amount from billing.refund order by amount") ==
        "succeeded 500\nsucceeded 1000\n");
  CHECK(site.standing() == "pro full subscription -\n");
}

TEST_CASE("a credit note takes off what is open, and gives back what was paid in three ways") {
  Paying site;
  site.tell("/v1/credit_notes", "invoice=" + site.invoice() +
                                    "&amount=2500&refund_amount=1000&credit_amount=900"
                                    "&out_of_band_amount=600&reason=order_change");
  CHECK(site.settled() ==
        "paid 4900: balance 0, credited 0, paid 4900, remaining 0; given back 2500, refunded 1000, "
        "disputed 0, refundable 3900; off by 0\n");
  CHECK(site.world.rows("select post_payment_amount, refunded, to_balance, out_of_band from "
                        "billing.credit_note") == "2500 1000 900 600\n");
  CHECK(site.world.rows("select type, amount, ending_balance from billing.balance_transaction") ==
        "credit_note -900 -900\n");
  // The next invoice is paid in part by the balance.
  site.advance(days(31));
  CHECK(site.settled().starts_with(
      "paid 4900: balance 900, credited 0, paid 4000, remaining 0; given back 0, refunded 0, "
      "disputed 0, refundable 4000; off by 0\n"));
}

TEST_CASE("a credit note on an open invoice lowers what is owed, until it is void") {
  Paying site;
  site.ask("POST", "/v1/payment_methods/pm_card_chargeCustomerFail/attach",
           "customer=" + site.only("/v1/customers"));
  const std::string card =
      site.only("/v1/customers/" + site.only("/v1/customers") + "/payment_methods?limit=1");
  site.tell("/v1/subscriptions/" + site.only("/v1/subscriptions"),
            "default_payment_method=" + card);
  site.advance(days(31));
  const std::string invoice = site.invoice();
  site.tell("/v1/credit_notes", "amount=1900&invoice=" + invoice);
  CHECK(site.settled().starts_with(
      "open 4900: balance 0, credited 1900, paid 0, remaining 3000; given back 0, refunded 0, "
      "disputed 0, refundable 0; off by 0\n"));
  site.tell("/v1/credit_notes/" + site.only("/v1/credit_notes") + "/void", "");
  CHECK(site.settled().starts_with(
      "open 4900: balance 0, credited 0, paid 0, remaining 4900; given back 0, refunded 0, "
      "disputed 0, refundable 0; off by 0\n"));
  CHECK(site.world.rows("select status from billing.credit_note") == "void\n");
}

TEST_CASE("a refund that does not arrive counts no longer, and waits for a person") {
  Site site;
  site.sign_up();
  site.buy("4000000000005126");
  site.advance(days(15));
  const json::value charges = json::parse(site.ask("GET", "/v1/charges"));
  site.ask("POST", "/v1/refunds",
           "charge=" + std::string(charges.at("data").at(0).at("id").as_string()));
  site.settle();
  CHECK(site.world.rows("select status from billing.refund") == "succeeded\n");
  CHECK(site.world.rows("select count(*) from billing.task") == "0\n");
  site.advance(hours(2));
  CHECK(site.world.rows("select status from billing.refund") == "failed\n");
  CHECK(site.world.rows("select amount_refunded from billing.charge") == "0\n");
  CHECK(site.world.rows("select kind, resolved_at is null from billing.task") ==
        "refund_failed t\n");
}
