// What staff see and do about money: revenue, who is being reminded, refunds, credit notes, tasks.
#include <doctest/doctest.h>

#include "core/json.hpp"
#include "staff/test_site.hpp"

using namespace freehold;
using namespace freehold::staff;

namespace {

constexpr std::string_view good_card = "4242424242424242";
constexpr std::string_view card_that_fails_later = "4000000000000341";

struct Panel : Site {
  explicit Panel(std::string_view card) {
    enter();
    money.buy(std::string(card));
    advance(days(15));
  }
  std::string invoice() {
    const std::string id = world.rows(
        "select stripe_id from billing.invoice where total > 0 order by created_at desc");
    return id.substr(0, id.find('\n'));
  }
  std::string send(const std::string& tab, test::FormFields form) {
    const std::string place = path("/invoices/" + invoice() + tab);
    panel.get(place);
    const std::string answer = seen(panel.post(place, std::move(form)));
    settle();
    return answer;
  }
};

bool has(const std::string& text, std::string_view words) {
  CAPTURE(text);
  CHECK(text.find(words) != std::string::npos);
  return true;
}

}  // namespace

TEST_CASE("revenue is shown with its movements, and each number leads to its tenants") {
  Panel site(good_card);
  const std::string page = site.page("/revenue");
  has(page, "Monthly revenue $49.00 1 paying tenant");
  has(page, "Dec 2026 +$49.00 0 0 0 0 +$49.00 $49.00");
  has(site.page("/tenants?movement=new&month=2026-12&currency=usd"), "Acme");
  has(site.page("/tenants?movement=new&month=2026-11&currency=usd"), "No tenant matches");
  has(site.page("/tenants?paying=usd"), "Acme");
  has(site.page("/tenants?paying=eur"), "No tenant matches");
}

TEST_CASE("who is being reminded stands in the stage that was reached, with what is owed") {
  Panel site(card_that_fails_later);
  has(site.page("/revenue"), "First notice The payment failed; full access 1 tenant $49.00");
  has(site.page("/tenants?dunning=first"), "Acme");
  site.advance(days(7));
  has(site.page("/revenue"), "Cut Reading only until it is paid 1 tenant $49.00");
  has(site.page("/tenants?dunning=first"), "No tenant matches");
  site.money.pay_with_another_card();
  site.settle();
  has(site.page("/revenue"), "Cut Reading only until it is paid 0 $0.00");
}

TEST_CASE("staff refund an invoice by a form, and the customer's audit log says why") {
  Panel site(good_card);
  has(site.page(site.path("/invoices/" + site.invoice() + "/refund")), "At most $49.00.");
  CHECK(site.send("/refund",
                  {{"amount", "60"}, {"reason", "duplicate"}, {"note", "Too much for it"}}) ==
        "422 Enter an amount up to $49.00.");
  CHECK(site.send("/refund", {{"amount", "ten"}, {"reason", "duplicate"}, {"note", "short"}}) ==
        "422 Enter an amount up to $49.00. Say why, in 10 to 500 characters.");
  CHECK(site.send("/refund", {{"amount", "12.50"},
                              {"reason", "requested_by_customer"},
                              {"note", "They bought it twice."}}) ==
        "303 " + site.path("/subscription?returned=1"));
  CHECK(site.world.rows("select status, amount from billing.refund") == "succeeded 1250\n");
  has(site.page(site.path("/subscription")), "$49.00 $49.00 $12.50");
  has(site.page(site.path("/events")), "They bought it twice.");
}

TEST_CASE("staff issue a credit note, and the balance holds what it gave") {
  Panel site(good_card);
  CHECK(site.send("/credit", {{"amount", "10.00"},
                              {"give_back", "balance"},
                              {"reason", "order_change"},
                              {"note", "Two seats fewer than billed."}}) ==
        "303 " + site.path("/subscription?returned=1"));
  CHECK(site.world.rows("select total, to_balance from billing.credit_note") == "1000 1000\n");
  CHECK(site.panel.get(site.path("/invoices/in_unknown/credit")).status == 404);
}
