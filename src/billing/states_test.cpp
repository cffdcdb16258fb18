// Every state of a subscription meets everything that customer, staff, time and Stripe can do to
// it: what the workspace may do then.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <array>
#include <functional>
#include <optional>

#include "billing/addons.hpp"
#include "billing/test_site.hpp"
#include "core/async.hpp"
#include "core/json.hpp"

using namespace freehold;
using namespace freehold::billing;

namespace {

constexpr const char* good_card = "4242424242424242";

struct Case : Site {
  Case() {
    billing.policy.collection_pause_access = entitlements::Access::limited;
    sign_up();
  }

  json::value first(const std::string& list) {
    const json::value found = json::parse(ask("GET", list));
    const auto& data = found.at("data").as_array();
    return data.empty() ? json::value() : data.front();
  }
  std::string id_of(const std::string& list) {
    const json::value found = first(list);
    return found.is_object() ? std::string(found.at("id").as_string()) : std::string();
  }
  std::string path() { return "/v1/subscriptions/" + id_of("/v1/subscriptions?status=all"); }
  void at_stripe(const std::string& verb, const std::string& form = "") {
    ask("POST", path() + verb, form);
    settle();
  }
  void control(const std::string& verb) {
    ask("POST", "/_sim/customers/" + id_of("/v1/customers") + verb);
  }
  void pay_open() {
    control("/fix_card");
    const std::string open = id_of("/v1/invoices?status=open");
    if (!open.empty()) ask("POST", "/v1/invoices/" + open + "/pay");
    settle();
  }
  // What a person orders, or the code of what refuses it.
  std::string order(const std::function<Task<Ordered>(Case&)>& what) {
    std::string refused;
    world.run([&](db::Database&) { return order_it(*this, what, refused); });
    settle();
    return refused;
  }
  std::string of_staff(const std::function<Task<>(Case&, db::ControlTx&)>& what) {
    std::string refused;
    world.run([&](db::Database&) { return order_of_staff(*this, what, refused); });
    settle();
    return refused;
  }
  // "active, full": Stripe's word in our copy, and what it gives.
  std::string now_is() {
    const std::string copy = world.rows(
        "select coalesce((select status || case when cancel_at is not null or cancel_at_period_end "
        "then ' ends' else '' end || case when pending_at is not null then ' changes' else '' end "
        "|| "
        "case when pause_collection is not null then ' uncollected' else '' end from "
        "billing.mirror "
        "order by created_at desc limit 1), 'none'), plan || case when addons = '' then '' else "
        "' and ' || addons end, access from entitlements.standing");
    return copy.substr(0, copy.size() - 1);
  }

 private:
  static Task<> order_it(Case& it, const std::function<Task<Ordered>(Case&)>& what,
                         std::string& refused) {
    try {
      co_await what(it);
    } catch (const Problem& problem) {
      refused = problem.code;
    }
  }
  static Task<> order_of_staff(Case& it, const std::function<Task<>(Case&, db::ControlTx&)>& what,
                               std::string& refused) {
    try {
      db::ControlTx tx = it.world.database().control(it.owner);
      co_await what(it, tx);
      co_await tx.commit();
    } catch (const Problem& problem) {
      refused = problem.code;
    }
  }
};

void buy_after_trial(Case& it) {
  it.advance(days(15));
  it.buy(good_card, "business");
}

void make_past_due(Case& it) {
  buy_after_trial(it);
  it.control("/fail_card");
  it.advance(days(31) + hours(2));
}

// Every retry has failed, and the account's setting says what follows.
void exhaust_retries(Case& it, const std::string& final_action) {
  it.ask("POST", "/_sim/settings", "final_action=" + final_action);
  make_past_due(it);
  it.advance(days(21));
}

// At Stripe alone: our own checkout asks for a card.
void begin_without_card(Case& it, const std::string& more) {
  it.advance(days(15));
  it.ask("POST", "/v1/subscriptions",
         fmt::format("customer={}&items[0][price]={}&{}", it.id_of("/v1/customers"),
                     it.id_of("/v1/prices?lookup_keys[0]=freehold_business_month_usd_v1"), more));
  it.settle();
}

struct State {
  const char* name;
  void (*make)(Case&);
};

const std::array states = {
    State{"nothing bought", [](Case& it) { it.advance(days(15)); }},
    State{"own trial", [](Case&) {}},
    State{"trialing", [](Case& it) { it.buy(good_card, "business"); }},
    State{"active", buy_after_trial},
    State{"active, ends",
          [](Case& it) {
            buy_after_trial(it);
            it.cancel();
          }},
    State{"active, changes",
          [](Case& it) {
            buy_after_trial(it);
            it.change("pro");
          }},
    State{"active, not collected",
          [](Case& it) {
            buy_after_trial(it);
            it.at_stripe("", "pause_collection[behavior]=void");
          }},
    State{"past due, grace", make_past_due},
    State{"past due, later",
          [](Case& it) {
            make_past_due(it);
            it.advance(days(8));
          }},
    State{"unpaid", [](Case& it) { exhaust_retries(it, "unpaid"); }},
    State{"paused, payment failed", [](Case& it) { exhaust_retries(it, "pause"); }},
    State{"paused, no card",
          [](Case& it) {
            begin_without_card(it,
                               "trial_period_days=1&trial_settings[end_behavior]"
                               "[missing_payment_method]=pause");
            it.advance(days(2));
          }},
    State{"incomplete",
          [](Case& it) { begin_without_card(it, "payment_behavior=default_incomplete"); }},
    State{"paused",
          [](Case& it) {
            buy_after_trial(it);
            it.order([](Case& at) { return pause(at.billing, at.owner); });
          }},
    State{"canceled",
          [](Case& it) {
            buy_after_trial(it);
            it.order(
                [](Case& at) { return cancel(at.billing, at.owner, {.when = CancelWhen::now}); });
          }},
};

// Each returns the code of what refused it, or nothing.
struct Cause {
  const char* name;
  std::string (*happens)(Case&);
};

std::string choose(Case& it, const char* plan) {
  const catalog::Price& price = it.catalog.find(plan)->prices.front();
  return it.order([&price](Case& at) { return change_plan(at.billing, at.owner, price); });
}

const std::array causes = {
    Cause{"customer: a cheaper plan", [](Case& it) { return choose(it, "pro"); }},
    Cause{"customer: the plan as it is", [](Case& it) { return choose(it, "business"); }},
    Cause{"customer: an add-on",
          [](Case& it) {
            return it.order(
                [](Case& at) { return set_addons(at.billing, at.owner, {{"calls", 2}}); });
          }},
    Cause{"customer: cancels at the end",
          [](Case& it) { return it.order([](Case& at) { return cancel(at.billing, at.owner); }); }},
    Cause{"customer: cancels now",
          [](Case& it) {
            return it.order(
                [](Case& at) { return cancel(at.billing, at.owner, {.when = CancelWhen::now}); });
          }},
    Cause{"customer: keeps it",
          [](Case& it) {
            return it.order([](Case& at) { return undo_cancellation(at.billing, at.owner); });
          }},
    Cause{"customer: takes the change back",
          [](Case& it) {
            return it.order([](Case& at) { return withdraw_change(at.billing, at.owner); });
          }},
    Cause{"customer: pauses",
          [](Case& it) { return it.order([](Case& at) { return pause(at.billing, at.owner); }); }},
    Cause{"customer: resumes",
          [](Case& it) { return it.order([](Case& at) { return resume(at.billing, at.owner); }); }},
    Cause{"customer: pays what is open",
          [](Case& it) {
            it.pay_open();
            return std::string();
          }},
    Cause{"staff: stop charging",
          [](Case& it) {
            return it.of_staff([](Case& at, db::ControlTx& tx) {
              return pause_collection(tx, {}, at.world.machine().now());
            });
          }},
    Cause{"staff: charge again",
          [](Case& it) {
            return it.of_staff([](Case& at, db::ControlTx& tx) {
              return resume_collection(tx, at.world.machine().now());
            });
          }},
    Cause{"time: a day",
          [](Case& it) {
            it.advance(days(1));
            return std::string();
          }},
    Cause{"time: the end of the period, paid",
          [](Case& it) {
            it.advance(days(32));
            return std::string();
          }},
    Cause{"time: the same, and no event comes",
          [](Case& it) {
            it.mail.lost = 100;
            it.advance(days(32));
            return std::string();
          }},
    Cause{"Stripe: the next charge is declined",
          [](Case& it) {
            it.control("/fail_card");
            it.advance(days(32));
            return std::string();
          }},
    Cause{"Stripe: cancels at a time",
          [](Case& it) {
            const Instant at = it.clock.now() + days(1);
            it.at_stripe("", fmt::format("cancel_at={}", to_unix_seconds(at)));
            it.advance(days(2));
            return std::string();
          }},
    Cause{"Stripe: the customer is deleted",
          [](Case& it) {
            it.ask("DELETE", "/v1/customers/" + it.id_of("/v1/customers"));
            it.settle();
            return std::string();
          }},
};

std::string said(const Cause& cause, const std::string& before, const std::string& after,
                 const std::string& refused) {
  if (after == before && refused.empty()) return {};
  const std::string outcome = after == before   ? "refused, " + refused
                              : refused.empty() ? after
                                                : after + ", although refused: " + refused;
  return fmt::format("  {:36} {}\n", cause.name, outcome);
}

// What was refused has changed nothing, so the next cause meets the same.
std::string table() {
  std::string out;
  for (const State& state : states) {
    std::optional<Case> it;
    std::string before;
    for (const Cause& cause : causes) {
      if (!it) {
        it.emplace();
        state.make(*it);
        before = it->now_is();
      }
      if (&cause == causes.data()) out += fmt::format("{}: {}\n", state.name, before);
      const std::string refused = cause.happens(*it);
      const std::string after = it->now_is();
      out += said(cause, before, after, refused);
      if (refused.empty() || after != before) it.reset();
    }
  }
  return out;
}

}  // namespace

// What is not in it changes nothing.
TEST_CASE("what becomes of each state by each cause") {
  CHECK(table() == R"(nothing bought: none free full
  customer: a cheaper plan             refused, no_subscription
  customer: the plan as it is          refused, no_subscription
  customer: an add-on                  refused, no_subscription
  customer: cancels at the end         refused, no_subscription
  customer: cancels now                refused, no_subscription
  customer: keeps it                   refused, no_subscription
  customer: takes the change back      refused, no_subscription
  customer: pauses                     refused, no_subscription
  customer: resumes                    refused, no_subscription
  staff: stop charging                 refused, no_subscription
  staff: charge again                  refused, no_subscription
own trial: none pro full
  customer: a cheaper plan             refused, no_subscription
  customer: the plan as it is          refused, no_subscription
  customer: an add-on                  refused, no_subscription
  customer: cancels at the end         refused, no_subscription
  customer: cancels now                refused, no_subscription
  customer: keeps it                   refused, no_subscription
  customer: takes the change back      refused, no_subscription
  customer: pauses                     refused, no_subscription
  customer: resumes                    refused, no_subscription
  staff: stop charging                 refused, no_subscription
  staff: charge again                  refused, no_subscription
  time: the end of the period, paid    none free full
  time: the same, and no event comes   none free full
  Stripe: the next charge is declined  none free full
trialing: trialing business full
  customer: a cheaper plan             trialing pro full
  customer: an add-on                  trialing business and calls=2 full
  customer: cancels at the end         trialing ends business full
  customer: cancels now                canceled pro full
  customer: pauses                     refused, cannot_pause
  customer: resumes                    refused, cannot_resume
  staff: stop charging                 trialing uncollected pro full
  time: the end of the period, paid    active business full
  time: the same, and no event comes   active business full
  Stripe: the next charge is declined  canceled free full
  Stripe: cancels at a time            canceled ends pro full
  Stripe: the customer is deleted      canceled pro full
active: active business full
  customer: a cheaper plan             active changes business full
  customer: an add-on                  active business and calls=2 full
  customer: cancels at the end         active ends business full
  customer: cancels now                canceled free full
  customer: pauses                     paused business limited
  staff: stop charging                 active uncollected business limited
  Stripe: the next charge is declined  past_due business grace
  Stripe: cancels at a time            canceled ends free full
  Stripe: the customer is deleted      canceled free full
active, ends: active ends business full
  customer: a cheaper plan             refused, subscription_ends
  customer: an add-on                  refused, subscription_ends
  customer: cancels now                canceled ends free full
  customer: keeps it                   active business full
  customer: pauses                     refused, subscription_ends
  staff: stop charging                 active ends uncollected business limited
  time: the end of the period, paid    canceled ends free full
  time: the same, and no event comes   canceled ends free full
  Stripe: the next charge is declined  canceled ends free full
  Stripe: cancels at a time            canceled ends free full
  Stripe: the customer is deleted      canceled ends free full
active, changes: active changes business full
  customer: the plan as it is          active business full
  customer: an add-on                  refused, change_scheduled
  customer: cancels at the end         active ends business full
  customer: cancels now                canceled free full
  customer: takes the change back      active business full
  customer: pauses                     paused business limited
  staff: stop charging                 active changes uncollected business limited
  time: the end of the period, paid    active pro full
  time: the same, and no event comes   active pro full
  Stripe: the next charge is declined  past_due pro grace
  Stripe: the customer is deleted      canceled free full
active, not collected: active uncollected business limited
  customer: a cheaper plan             active changes uncollected business limited
  customer: an add-on                  active uncollected business and calls=2 limited
  customer: cancels at the end         active ends uncollected business limited
  customer: cancels now                canceled uncollected free full
  customer: pauses                     paused uncollected business limited
  staff: charge again                  active business full
  Stripe: cancels at a time            canceled ends uncollected free full
  Stripe: the customer is deleted      canceled uncollected free full
past due, grace: past_due business grace
  customer: a cheaper plan             refused, invoice_unpaid
  customer: the plan as it is          refused, invoice_unpaid
  customer: an add-on                  refused, invoice_unpaid
  customer: cancels at the end         past_due ends business grace
  customer: cancels now                canceled free full
  customer: pauses                     refused, cannot_pause
  customer: resumes                    refused, cannot_resume
  customer: pays what is open          active business full
  staff: stop charging                 past_due uncollected business grace
  time: the end of the period, paid    canceled free full
  time: the same, and no event comes   canceled free full
  Stripe: the next charge is declined  canceled free full
  Stripe: cancels at a time            canceled ends free full
  Stripe: the customer is deleted      canceled free full
past due, later: past_due business limited
  customer: a cheaper plan             refused, invoice_unpaid
  customer: the plan as it is          refused, invoice_unpaid
  customer: an add-on                  refused, invoice_unpaid
  customer: cancels at the end         past_due ends business limited
  customer: cancels now                canceled free full
  customer: pauses                     refused, cannot_pause
  customer: resumes                    refused, cannot_resume
  customer: pays what is open          active business full
  staff: stop charging                 past_due uncollected business limited
  time: the end of the period, paid    canceled free full
  time: the same, and no event comes   canceled free full
  Stripe: the next charge is declined  canceled free full
  Stripe: cancels at a time            canceled ends free full
  Stripe: the customer is deleted      canceled free full
unpaid: unpaid business limited
  customer: a cheaper plan             refused, invoice_unpaid
  customer: the plan as it is          refused, invoice_unpaid
  customer: an add-on                  refused, invoice_unpaid
  customer: cancels at the end         unpaid ends business limited
  customer: cancels now                canceled free full
  customer: pauses                     refused, cannot_pause
  customer: resumes                    refused, cannot_resume
  customer: pays what is open          active business full
  staff: stop charging                 unpaid uncollected business limited
  Stripe: cancels at a time            canceled ends free full
  Stripe: the customer is deleted      canceled free full
paused, payment failed: paused business limited
  customer: a cheaper plan             refused, invoice_unpaid
  customer: the plan as it is          refused, invoice_unpaid
  customer: an add-on                  refused, invoice_unpaid
  customer: cancels at the end         refused, subscription_paused
  customer: cancels now                canceled free full
  customer: resumes                    past_due business limited
  staff: stop charging                 paused uncollected business limited
  Stripe: cancels at a time            canceled ends free full
  Stripe: the customer is deleted      canceled free full
paused, no card: paused business limited
  customer: a cheaper plan             refused, subscription_paused
  customer: an add-on                  refused, subscription_paused
  customer: cancels at the end         refused, subscription_paused
  customer: cancels now                canceled free full
  customer: resumes                    refused, stripe_refused
  staff: stop charging                 paused uncollected business limited
  Stripe: cancels at a time            canceled ends free full
  Stripe: the customer is deleted      canceled free full
incomplete: incomplete free full
  customer: a cheaper plan             refused, no_subscription
  customer: the plan as it is          refused, no_subscription
  customer: an add-on                  refused, no_subscription
  customer: cancels at the end         refused, no_subscription
  customer: cancels now                refused, no_subscription
  customer: keeps it                   refused, no_subscription
  customer: takes the change back      refused, no_subscription
  customer: pauses                     refused, no_subscription
  customer: resumes                    refused, no_subscription
  staff: stop charging                 refused, no_subscription
  staff: charge again                  refused, no_subscription
  time: a day                          incomplete_expired free full
  time: the end of the period, paid    incomplete_expired free full
  time: the same, and no event comes   incomplete_expired free full
  Stripe: the next charge is declined  incomplete_expired free full
  Stripe: cancels at a time            incomplete_expired free full
  Stripe: the customer is deleted      canceled free full
paused: paused business limited
  customer: a cheaper plan             refused, subscription_paused
  customer: an add-on                  refused, subscription_paused
  customer: cancels at the end         refused, subscription_paused
  customer: cancels now                canceled free full
  customer: resumes                    active business full
  staff: stop charging                 paused uncollected business limited
  Stripe: cancels at a time            canceled ends free full
  Stripe: the customer is deleted      canceled free full
canceled: canceled free full
  customer: a cheaper plan             refused, no_subscription
  customer: the plan as it is          refused, no_subscription
  customer: an add-on                  refused, no_subscription
  customer: cancels at the end         refused, no_subscription
  customer: cancels now                refused, no_subscription
  customer: keeps it                   refused, no_subscription
  customer: takes the change back      refused, no_subscription
  customer: pauses                     refused, no_subscription
  customer: resumes                    refused, no_subscription
  staff: stop charging                 refused, no_subscription
  staff: charge again                  refused, no_subscription
)");
}
