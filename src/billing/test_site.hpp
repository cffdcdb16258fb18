// For the tests of this module: a tenant on a database of its own, and the simulator's engine for
// Stripe, reached without a network.
#pragma once

#include <functional>
#include <initializer_list>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "billing/billing.hpp"
#include "billing/stripe.hpp"
#include "simulator/simulator.hpp"
#include "tests/support/world.hpp"

namespace freehold::billing {

struct Site {
  // The modules whose tables are there: those of this module, or more for the tests of one above.
  explicit Site(std::initializer_list<std::string_view> modules = {"db", "http", "events", "audit",
                                                                   "tenancy", "entitlements",
                                                                   "metering", "billing"},
                std::string_view plans = {});

  test::World world;
  ManualClock base;
  simulator::SharedClock clock;  // business time of product and simulator
  simulator::Simulator stripe_side;
  bool stripe_is_down = false;
  // Around each call of the product to Stripe; what they throw ends whoever calls.
  std::function<void(const egress::Call&)> before_call = {};
  std::function<void(const egress::Call&)> after_call = {};
  // "POST /v1/subscription_schedules": calls that begin so are not answered, are refused, or are
  // carried out and their answer is lost. Empty: none.
  std::string unreachable = {};
  std::string refusing = {};
  std::string losing = {};
  std::string status_of_active = {};  // what Stripe calls `active`; empty: that
  int fetches = 0;                    // of a customer
  int seat_writes = 0;
  std::int64_t people = 1;  // in the workspace
  int reads = 0;            // all calls that read
  catalog::Catalog catalog;
  Stripe stripe;
  entitlements::Gates gates;
  html::Views views;
  Billing billing;
  http::Router router;
  TenantId tenant;
  Actor owner;
  std::string slug = "acme";

  // Goes on as another workspace with an owner of its own, which signs up.
  void become(const std::string& another);
  // Makes the tenant as sign-up does, and runs the job that follows.
  void sign_up();
  // Buys Pro with this card, as a person on the hosted page does.
  void buy(const std::string& card_number, const std::string& plan = "pro");
  void buy(const std::string& card_number, const catalog::Price& price,
           const std::string& promotion_code = "");

  // Pays what is open with a card that works.
  void pay_with_another_card();
  void cancel();  // at the end of the period
  void keep();    // takes that back
  void change(const std::string& plan);
  void change(const catalog::Price& price);
  // So much was used; Stripe is told at the next turn for it.
  void use(std::int64_t quantity);
  // So many people are in the workspace now, and the job that follows has run.
  void note_people(std::int64_t count);

  // A call of Stripe's API or of the simulator's control, past the product; the answer's body.
  std::string ask(const std::string& method, const std::string& target,
                  const std::string& form = "");

  // What happens to webhooks on their way.
  struct Mail {
    int lost = 0;  // percent
    bool doubled = false;
    bool shuffled = false;
  };
  Mail mail = {};
  std::mt19937 chance{1};
  // Delivers what is waiting and runs the worker until nothing is left to do. Where webhooks get
  // lost, the sweep finds out.
  void settle();
  void advance(Duration by);

  // "404 …": the status and body of the answer to a webhook.
  int post_webhook(const std::string& body, const std::string& signature);
  // A webhook that is signed with our secret.
  int post_signed(const std::string& body);
  // The page that the owner sees; its status and where it leads before it when it is not 200.
  std::string page(const std::string& path, const std::string& form = "");

  // "pro full subscription until 2026-12-06"
  std::string standing();
  // What a customer of ours has, without ids.
  std::string copy();
  std::string events();
};

// Of a page, what stands between the two; empty when the first is not there.
std::string between(const std::string& text, std::string_view before, std::string_view after);

}  // namespace freehold::billing
