// Invoices from a purchase at the simulator to our copy, the page and what is told of them.
#include <doctest/doctest.h>

#include "billing/invoices.hpp"
#include "billing/test_site.hpp"
#include "core/async.hpp"
#include "core/json.hpp"

namespace freehold::billing {
namespace {

std::string id_of_newest(Site& site) {
  std::string id = site.world.rows(
      "select stripe_id from billing.invoice order by created_at desc, stripe_id desc limit 1");
  id.pop_back();
  return id;
}

std::string told(Site& site) {
  return site.world.rows(
      "select payload->>'amount', payload->>'currency', payload->>'number' is not null "
      "from events.outbox where type = 'invoice.paid' order by occurred_at, payload");
}

std::string lines(Site& site) {
  return site.world.rows(
      "select l.position, l.description, l.quantity, l.unit_amount, l.amount, "
      "to_char(l.period_start at time zone 'utc', 'YYYY-MM-DD'), "
      "to_char(l.period_end at time zone 'utc', 'YYYY-MM-DD'), l.is_proration "
      "from billing.invoice_line l join billing.invoice i on i.stripe_id = l.invoice_id "
      "order by i.created_at, i.total, l.invoice_id, l.position");
}

Task<> find_newest(Site& site, db::Database& database, std::string id,
                   std::optional<FullInvoice>& full) {
  db::ControlRead db = database.control_read(site.owner);
  full = co_await find_invoice(db, std::move(id));
}

Task<> fetch_again(Site& site) {
  co_await sync_now(site.billing, site.owner);
}

// The steps of the newest invoice, as the page shows them.
std::string sums(Site& site) {
  std::optional<FullInvoice> full;
  const std::string id = id_of_newest(site);
  site.world.run([&](db::Database& database) { return find_newest(site, database, id, full); });
  REQUIRE(full);
  std::string text;
  for (const InvoiceSum& sum : sums_of(*full))
    text += fmt::format("{} {}\n", sum.name, format_money(sum.amount));
  return text;
}

}  // namespace

TEST_CASE("what stands on an invoice is in our copy, line by line") {
  Site site;
  site.sign_up();
  site.advance(days(20));  // the trial is over
  site.buy("4242424242424242");
  CHECK(lines(site) == "0 1 × Pro (at $49.00 / month) 1 4900 4900 2026-12-12 2027-01-12 f\n");
  CHECK(sums(site) == "subtotal $49.00\ntotal $49.00\ndue $49.00\npaid −$49.00\nremaining $0.00\n");
}

TEST_CASE("a payment is told once, whatever comes how often and in which order") {
  Site site;
  site.mail = {.lost = 0, .doubled = true, .shuffled = true};
  site.sign_up();
  site.advance(days(20));
  site.buy("4242424242424242");
  site.advance(days(35));
  CHECK(told(site) == "4900 usd t\n4900 usd t\n");
  CHECK(site.world.rows("select count(*) from billing.receipt") == "2\n");
}

TEST_CASE("an invoice of nothing is not told of") {
  Site site;
  site.sign_up();
  site.buy("4242424242424242");  // begins as a trial
  CHECK(site.world.rows("select total, status from billing.invoice") == "0 paid\n");
  CHECK(told(site) == "");
}

TEST_CASE("invoices from before we knew the customer are not told of") {
  Site site;
  site.sign_up();
  site.advance(days(20));
  site.buy("4242424242424242");
  site.world.rows("delete from billing.receipt returning 1");
  site.world.rows(
      "update billing.customer set created_at = now() + interval '10 years' returning 1");
  site.world.run([&](db::Database&) { return fetch_again(site); });
  CHECK(site.world.rows("select count(*) from billing.receipt") == "0\n");
  CHECK(told(site) == "4900 usd t\n");
}

TEST_CASE("what was refunded stands on the invoice, with a credit note or without") {
  Site site;
  site.sign_up();
  site.advance(days(20));
  site.buy("4242424242424242");
  const json::value charges = json::parse(site.ask("GET", "/v1/charges"));
  const std::string charge(charges.at("data").at(0).at("id").as_string());
  const std::string paid =
      "subtotal $49.00\ntotal $49.00\ndue $49.00\npaid −$49.00\n"
      "remaining $0.00\n";
  const std::string page = "/t/acme/billing/invoices/" + id_of_newest(site);

  site.ask("POST", "/v1/refunds", "amount=1000&charge=" + charge);
  site.settle();
  CHECK(sums(site) == paid + "refund −$10.00\n");
  CHECK_FALSE(site.page(page).contains("given back"));

  // A refund with a credit note is counted once.
  site.ask("POST", "/v1/credit_notes",
           "invoice=" + id_of_newest(site) + "&amount=1500&refund_amount=1500");
  site.settle();
  CHECK(sums(site) == paid + "credit_note −$15.00\nrefund −$10.00\n");

  site.ask("POST", "/v1/refunds", "amount=2400&charge=" + charge);
  site.settle();
  CHECK(sums(site) == paid + "credit_note −$15.00\nrefund −$34.00\n");
  CHECK(site.page(page).contains("$49.00, given back"));
}

TEST_CASE("the list can be filtered by state and by day") {
  Site site;
  site.sign_up();
  site.advance(days(20));
  site.buy("4242424242424242");
  const std::string url = "/t/acme/billing/invoices";
  const std::string number = site.world.rows("select number from billing.invoice");
  const std::string shown = number.substr(0, number.size() - 1);
  CHECK(site.page(url).contains(shown));
  CHECK(site.page(url + "?status=paid&from=2026-12-01&until=2026-12-31").contains(shown));
  CHECK_FALSE(site.page(url + "?status=open").contains(shown));
  CHECK_FALSE(site.page(url + "?until=2026-12-11").contains(shown));
  CHECK(site.page(url + "?until=2026-12-11").contains("No invoice is like this"));
  CHECK(site.page(url + "?status=nonsense&from=nonsense").contains(shown));
}

TEST_CASE("an invoice has a page by its id and by its number, and nobody's has none") {
  Site site;
  site.sign_up();
  site.advance(days(20));
  site.buy("4242424242424242");
  const std::string url = "/t/acme/billing/invoices/";
  const std::string number = site.world.rows("select number from billing.invoice");
  const std::string by_id = site.page(url + id_of_newest(site));
  CHECK(by_id.contains("Pro (at $49.00 / month)"));
  CHECK(by_id.contains("12 Dec 2026 – 12 Jan 2027"));
  CHECK(site.page(url + number.substr(0, number.size() - 1)).contains("Pro (at $49.00 / month)"));
  CHECK_THROWS_AS(site.page(url + "in_nobodys"), Problem);
}

TEST_CASE("an open invoice is paid from its page with the card that is stored") {
  Site site;
  site.sign_up();
  site.advance(days(20));
  site.buy("4242424242424242");
  const std::string customer = site.world.rows("select customer_id from billing.customer");
  const std::string failing = "/_sim/customers/" + customer.substr(0, customer.size() - 1) + "/";
  site.ask("POST", failing + "fail_card", "decline_code=insufficient_funds");
  site.advance(days(35));
  const std::string url = "/t/acme/billing/invoices/" + id_of_newest(site);
  CHECK(site.page(url).contains("The payment did not go through"));
  CHECK(site.page(url + "/pay", "csrf_token=x") == "303 " + url + "?result=declined");
  CHECK(site.page(url + "?result=declined").contains("The card was declined"));

  site.stripe_is_down = true;
  CHECK(site.page(url + "/pay", "csrf_token=x") == "303 " + url + "?result=away");
  site.stripe_is_down = false;
  site.settle();
  CHECK(site.world.rows("select status from billing.invoice where stripe_id = '" +
                        id_of_newest(site) + "'") == "open\n");

  site.ask("POST", failing + "fix_card");
  CHECK(site.page(url + "/pay", "csrf_token=x") == "303 " + url + "?done=paid");
  site.settle();
  CHECK(site.page(url + "?done=paid").contains("The invoice is paid"));
  CHECK(site.page(url + "/pay", "csrf_token=x") == "303 " + url + "?done=paid");
  CHECK(told(site) == "4900 usd t\n4900 usd t\n");
}

}  // namespace freehold::billing
