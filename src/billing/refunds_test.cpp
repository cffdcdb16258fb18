// Refunds and credit notes by staff: once, by a stored command, audited, and nothing else changes.
#include "billing/refunds.hpp"

#include <doctest/doctest.h>

#include "billing/test_site.hpp"
#include "core/async.hpp"
#include "core/json.hpp"

using namespace freehold;
using namespace freehold::billing;

namespace {

constexpr std::string_view good_card = "4242424242424242";

struct Paying : Site {
  Actor staff = ActorMint::staff(tenant, StaffId::make(world.machine().now()), {});

  Paying() {
    sign_up();
    buy(std::string(good_card));
    advance(days(15));
  }

  std::string invoice() {
    const std::string id = world.rows(
        "select stripe_id from billing.invoice where amount_paid > 0 order by created_at desc");
    return id.substr(0, id.find('\n'));
  }

  // What a member of staff reads: "carried_out", or what is wrong.
  template <class Wanted, class Act>
  std::string outcome_of(Act act, const Wanted& wanted) {
    std::string text;
    try {
      world.run([&](db::Database&) -> Task<> { return run(act, wanted, text); });
    } catch (const Problem& problem) {
      text = problem.code;
      for (const FieldError& error : problem.errors) text += " " + error.field;
    }
    settle();
    return text;
  }
  template <class Act, class Wanted>
  Task<> run(Act act, Wanted wanted, std::string& text) {
    const Ordered ordered = co_await act(billing, staff, wanted);
    text = ordered == Ordered::carried_out ? "carried out" : "queued";
  }

  std::string refund(std::int64_t amount, const std::string& key,
                     const std::string& note = "They were charged by mistake.") {
    return outcome_of(refund_invoice,
                      NewRefund{invoice(), amount, "requested_by_customer", note, key});
  }
  std::string credit(std::int64_t amount, GiveBack give_back) {
    return outcome_of(credit_invoice,
                      NewCreditNote{invoice(), amount, give_back, "order_change",
                                    "The export did not work.", fmt::format("key {}", amount)});
  }
  std::string refunded() {
    return world.rows("select status, amount from billing.refund order by amount");
  }
};

}  // namespace

TEST_CASE("an invoice is refunded once for each order, and the subscription stays") {
  Paying site;
  CHECK(site.refund(1000, "a") == "carried out");
  CHECK(site.refund(1000, "a") == "carried out");  // the same form again
  CHECK(site.refunded() == "succeeded 1000\n");
  CHECK(site.refund(3900, "b") == "carried out");
  CHECK(site.refunded() == "succeeded 1000\nsucceeded 3900\n");
  CHECK(site.standing() == "pro full subscription -\n");
  CHECK(site.world.rows("select action, actor_type, target_type, reason from audit.event where "
                        "action like 'billing.invoice%'") ==
        "billing.invoice_refunded staff invoice They were charged by mistake.\n"
        "billing.invoice_refunded staff invoice They were charged by mistake.\n");
}

TEST_CASE("no more than was paid goes back, and never without a reason") {
  Paying site;
  CHECK(site.refund(4901, "a") == "invalid_input amount");
  CHECK(site.refund(0, "b") == "invalid_input amount");
  CHECK(site.refund(100, "c", "short") == "invalid_input note");
  CHECK(site.refund(4900, "d") == "carried out");
  CHECK(site.refund(1, "e") == "invalid_input amount");
  CHECK(site.refunded() == "succeeded 4900\n");
  CHECK(site.world.rows("select count(*) from billing.command where kind = 'invoice.refund'") ==
        "1\n");
}

TEST_CASE("an answer that gets lost makes no second refund") {
  Paying site;
  site.ask("POST", "/_sim/faults", "method=POST&path=/v1/refunds&kind=lost&count=1");
  CHECK(site.refund(1000, "a") == "carried out");
  CHECK(site.refunded() == "succeeded 1000\n");
}

TEST_CASE("while Stripe is away a refund waits, and is made once when it is back") {
  Paying site;
  site.stripe_is_down = true;
  CHECK(site.refund(1000, "a") == "queued");
  CHECK(site.refund(1000, "a") == "queued");
  site.stripe_is_down = false;
  site.world.machine().advance(hours(2));
  site.settle();
  site.settle();
  CHECK(site.refunded() == "succeeded 1000\n");
}

TEST_CASE("a paid invoice is credited to the card, to the balance or in another way") {
  Paying site;
  CHECK(site.credit(1000, GiveBack::refund) == "carried out");
  CHECK(site.credit(900, GiveBack::balance) == "carried out");
  CHECK(site.credit(600, GiveBack::out_of_band) == "carried out");
  CHECK(site.credit(2401, GiveBack::balance) == "invalid_input amount");
  CHECK(site.world.rows("select total, refunded, to_balance, out_of_band from "
                        "billing.credit_note order by total desc") ==
        "1000 1000 0 0\n900 0 900 0\n600 0 0 600\n");
  CHECK(site.world.rows("select count(*) from billing.task") == "0\n");
  CHECK(site.standing() == "pro full subscription -\n");
}

TEST_CASE("the younger of two subscriptions is ended and refunded, once, whatever gets lost") {
  Paying site;
  const auto first = [](std::string rows) { return rows.substr(0, rows.find('\n')); };
  const std::string customer = first(site.world.rows("select customer_id from billing.customer"));
  const std::string price = first(site.world.rows(
      "select price_id from billing.price where lookup_key like 'freehold_business%'"));
  const json::value cards =
      json::parse(site.ask("GET", "/v1/customers/" + customer + "/payment_methods"));
  site.ask("POST", "/v1/subscriptions",
           "customer=" + customer + "&items[0][price]=" + price + "&default_payment_method=" +
               std::string(cards.at("data").at(0).at("id").as_string()));
  site.settle();
  const std::string younger = first(
      site.world.rows("select stripe_id from billing.mirror order by created_at desc limit 1"));
  const auto end = [&](const std::string& subscription, const std::string& key) {
    return site.outcome_of(end_and_refund, NewEnd{subscription, "Bought in two tabs.", key});
  };
  site.ask("POST", "/_sim/faults", "method=DELETE&path=/v1/subscriptions&kind=lost&count=1");
  site.ask("POST", "/_sim/faults", "method=POST&path=/v1/refunds&kind=lost&count=1");
  CHECK(end("sub_of_nobody", "z") == "not_found");
  CHECK(end(younger, "a") == "carried out");
  CHECK(end(younger, "a") == "carried out");  // the same form again
  CHECK(site.standing() == "pro full subscription -\n");
  CHECK(site.refunded() == "succeeded 19900\n");
  CHECK(site.world.rows("select kind, resolved_by from billing.task") ==
        "two_subscriptions state\n");
  CHECK(end(first(site.world.rows("select stripe_id from billing.mirror order by created_at")),
            "b") == "only_subscription");
}

TEST_CASE("where the policy says so, a full refund of the latest invoice leaves reading only") {
  Paying site;
  site.billing.policy.refund_access = AfterReturn::limited;
  CHECK(site.refund(1000, "a") == "carried out");
  CHECK(site.standing() == "pro full subscription -\n");
  CHECK(site.refund(3900, "b") == "carried out");
  CHECK(site.standing() == "pro limited subscription -\n");
  CHECK(site.page("/t/acme/billing").contains("Read-only: the last payment was refunded"));
  site.advance(days(31));  // the next one is paid
  CHECK(site.standing() == "pro full subscription -\n");
}
