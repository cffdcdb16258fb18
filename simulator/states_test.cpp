// Every state of a subscription meets everything that can happen to it.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <array>

#include "simulator/testing/world.hpp"

namespace freehold::simulator {

namespace {

struct Case {
  World world{Config{.seed = 1, .final_action = FinalAction::unpaid}};
  std::string customer;
  std::string subscription;

  std::string status() { return world.status(subscription); }
  json::object shown() { return world.subscription(subscription); }
  std::int64_t period_end() {
    const json::object now = shown();
    const json::object& items = object_of(now, "items");
    return number_of(array_of(items, "data")[0].get_object(), "current_period_end");
  }
  void fail_card() { world.control("POST", "/_sim/customers/" + customer + "/fail_card"); }
  void fix_card() { world.control("POST", "/_sim/customers/" + customer + "/fix_card"); }
  Reply on_invoice(const std::string& verb, const std::string& form = "") {
    const std::string invoice = text_of(shown(), "latest_invoice");
    return world.post("/v1/invoices/" + invoice + "/" + verb, form);
  }
  Reply on_subscription(const std::string& verb, const std::string& form = "") {
    return world.post("/v1/subscriptions/" + subscription + verb, form);
  }
  void give_card() {
    const Reply card =
        world.post("/v1/payment_methods/pm_card_visa/attach", "customer=" + customer);
    world.post("/v1/customers/" + customer,
               "invoice_settings[default_payment_method]=" + card.id());
  }
  void begin(const std::string& card, const std::string& more) {
    customer = world.customer(card);
    subscription = world.subscribe(customer, more);
  }
};

void make_past_due(Case& it) {
  it.begin("pm_card_visa", "");
  it.fail_card();
  it.world.pass_to(it.period_end() + 3600);
}

struct State {
  const char* name;
  void (*make)(Case&);
};

const std::array states = {
    State{"incomplete", [](Case& it) { it.begin("", "payment_behavior=default_incomplete"); }},
    State{"expired",
          [](Case& it) {
            it.begin("", "payment_behavior=default_incomplete");
            it.world.pass(hours(23));
          }},
    State{"trialing", [](Case& it) { it.begin("pm_card_visa", "trial_period_days=10"); }},
    State{"active", [](Case& it) { it.begin("pm_card_visa", ""); }},
    State{"past_due", make_past_due},
    State{"unpaid",
          [](Case& it) {
            make_past_due(it);
            it.world.pass(days(14));
          }},
    State{"paused",
          [](Case& it) {
            it.begin("",
                     "trial_period_days=1&trial_settings[end_behavior]"
                     "[missing_payment_method]=pause");
            it.world.pass(days(1));
          }},
    State{"canceled",
          [](Case& it) {
            it.begin("pm_card_visa", "");
            it.world.del("/v1/subscriptions/" + it.subscription);
          }},
};

std::string refusal(const Reply& reply) {
  return reply.status == 200 ? "" : std::to_string(reply.status);
}

// Each returns what refused it, or nothing.
struct Trigger {
  const char* name;
  std::string (*pull)(Case&);
};

const std::array triggers = {
    Trigger{"its invoice is paid",
            [](Case& it) {
              it.fix_card();
              return refusal(it.on_invoice("pay", "payment_method=pm_card_visa"));
            }},
    Trigger{"paying its invoice is declined",
            [](Case& it) {
              return refusal(it.on_invoice("pay", "payment_method=pm_card_chargeCustomerFail"));
            }},
    Trigger{"its invoice is uncollectible",
            [](Case& it) { return refusal(it.on_invoice("mark_uncollectible")); }},
    Trigger{"its invoice is voided", [](Case& it) { return refusal(it.on_invoice("void")); }},
    Trigger{"23 hours pass",
            [](Case& it) {
              it.world.pass(hours(23));
              return std::string();
            }},
    Trigger{"its period ends",
            [](Case& it) {
              it.world.pass_to(it.period_end());
              return std::string();
            }},
    Trigger{"its renewal is declined",
            [](Case& it) {
              it.fail_card();
              it.world.pass_to(it.period_end() + 3600);
              return std::string();
            }},
    Trigger{"every retry is declined",
            [](Case& it) {
              it.fail_card();
              it.world.pass_to(it.period_end() + 3600);
              it.world.pass(days(14));
              return std::string();
            }},
    Trigger{"the trial is ended",
            [](Case& it) { return refusal(it.on_subscription("", "trial_end=now")); }},
    Trigger{"it is canceled",
            [](Case& it) { return refusal(it.world.del("/v1/subscriptions/" + it.subscription)); }},
    Trigger{"it is canceled at the period's end",
            [](Case& it) {
              const Reply reply = it.on_subscription("", "cancel_at_period_end=true");
              it.world.pass_to(it.period_end());
              return refusal(reply);
            }},
    Trigger{"it is canceled at a time",
            [](Case& it) {
              const Reply reply = it.on_subscription(
                  "", fmt::format("cancel_at={}", to_unix_seconds(it.world.clock.now()) + 60));
              it.world.pass(minutes(1));
              return refusal(reply);
            }},
    Trigger{"its customer is deleted",
            [](Case& it) { return refusal(it.world.del("/v1/customers/" + it.customer)); }},
    Trigger{"it is paused", [](Case& it) { return refusal(it.on_subscription("/pause")); }},
    Trigger{"it is resumed without a card",
            [](Case& it) { return refusal(it.on_subscription("/resume")); }},
    Trigger{"it is resumed with a card",
            [](Case& it) {
              it.fix_card();
              it.give_card();
              return refusal(it.on_subscription("/resume"));
            }},
    Trigger{"it is resumed with a card that declines",
            [](Case& it) {
              it.give_card();
              it.fail_card();
              return refusal(it.on_subscription("/resume"));
            }},
};

std::string name_of(const std::string& status) {
  return status == "incomplete_expired" ? "expired" : status;
}

void end_line(std::string& out) {
  while (out.back() == ' ') out.pop_back();
  out += "\n";
}

std::string table() {
  std::string out = fmt::format("{:41}", "");
  for (const State& state : states) out += fmt::format("{:11}", state.name);
  end_line(out);
  for (const Trigger& trigger : triggers) {
    out += fmt::format("{:41}", trigger.name);
    for (const State& state : states) {
      Case it;
      state.make(it);
      REQUIRE(name_of(it.status()) == state.name);
      const std::string refused = trigger.pull(it);
      const std::string now = name_of(it.status());
      const std::string kept = now == state.name ? "." : now;
      out += fmt::format("{:11}", refused.empty() ? kept : refused + (kept == "." ? "" : kept));
    }
    end_line(out);
  }
  return out;
}

}  // namespace

TEST_CASE("what becomes of each state of a subscription") {
  // A dot: it stays as it is. A number: the call is refused with that status.
  CHECK(table() ==
        "                                         incomplete expired    trialing   active     "
        "past_due   unpaid     paused     canceled\n"
        "its invoice is paid                      active     400        400        400        "
        "active     active     400        400\n"
        "paying its invoice is declined           402        400        400        400        402  "
        "      402        400        400\n"
        "its invoice is uncollectible             expired    400        400        400        "
        "active     active     400        400\n"
        "its invoice is voided                    expired    400        400        400        "
        "active     active     400        400\n"
        "23 hours pass                            expired    .          .          .          .    "
        "      .          .          .\n"
        "its period ends                          expired    .          active     .          "
        "unpaid     .          .          .\n"
        "its renewal is declined                  expired    .          past_due   past_due   "
        "unpaid     .          .          .\n"
        "every retry is declined                  expired    .          unpaid     unpaid     "
        "unpaid     .          .          .\n"
        "the trial is ended                       400        400        active     400        400  "
        "      400        400        400\n"
        "it is canceled                           canceled   404        canceled   canceled   "
        "canceled   canceled   canceled   404\n"
        "it is canceled at the period's end       400expired 400        canceled   canceled   "
        "canceled   canceled   canceled   400\n"
        "it is canceled at a time                 400        400        canceled   canceled   "
        "canceled   canceled   canceled   400\n"
        "its customer is deleted                  canceled   .          canceled   canceled   "
        "canceled   canceled   canceled   .\n"
        "it is paused                             400        404        400        paused     400  "
        "      400        400        404\n"
        "it is resumed without a card             400        404        400        400        400  "
        "      400        400        404\n"
        "it is resumed with a card                400        404        400        400        400  "
        "      400        active     404\n"
        "it is resumed with a card that declines  400        404        400        400        400  "
        "      400        past_due   404\n");
}

}  // namespace freehold::simulator
