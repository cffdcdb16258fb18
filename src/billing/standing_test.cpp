#include "billing/standing.hpp"

#include <doctest/doctest.h>

#include "billing/truth.hpp"
#include "core/json.hpp"

using namespace freehold;
using namespace freehold::billing;

namespace {

const catalog::Catalog& plans() {
  static const auto parsed = catalog::Catalog::parse(R"(
[[plans]]
key = "free"
name = "Free"
default = true
[[plans]]
key = "pro"
name = "Pro"
trial_days = 14
prices = [{ amount = 4900, currency = "usd", interval = "month" }]
[[plans]]
key = "business"
name = "Business"
prices = [{ amount = 19900, currency = "usd", interval = "month" }]
)",
                                                     {});
  return parsed;
}

Instant day(int n) {
  return from_unix_seconds(1'800'000'000) + days(n);
}

Mirror subscription(std::string status, std::string plan = "pro") {
  Mirror mirror;
  mirror.stripe_id = "sub_" + plan;
  mirror.status = std::move(status);
  mirror.lookup_key = "freehold_" + plan + "_month_usd_v1";
  mirror.billing_cycle_anchor = day(0);
  mirror.period_start = day(30);
  mirror.period_end = day(60);
  mirror.fetched_at = day(30);
  mirror.status_since = day(30);
  return mirror;
}

Invoice unpaid_since(Instant at) {
  Invoice invoice;
  invoice.stripe_id = "in_1";
  invoice.subscription_id = "sub_pro";
  invoice.status = "open";
  invoice.amount_remaining = 4900;
  invoice.attempted = true;
  invoice.finalized_at = at;
  return invoice;
}

Facts facts(std::vector<Mirror> mirrors, std::vector<Invoice> invoices = {}) {
  return {.mirrors = std::move(mirrors),
          .invoices = std::move(invoices),
          .trial = {"pro", day(0), day(14)},
          .last = {}};
}

std::string show(const Facts& given, Instant now) {
  const auto standing = standing_of(given, {}, plans(), now);
  std::string text =
      fmt::format("{} {} {}", standing.plan, name_of(standing.access), standing.source);
  if (standing.next_change_at)
    text += fmt::format(", day {}: {} {}", (*standing.next_change_at - day(0)) / days(1),
                        standing.then_plan, name_of(standing.then_access));
  return text;
}

}  // namespace

TEST_CASE("what each of Stripe's statuses gives") {
  std::string table;
  for (const char* status : {"incomplete", "incomplete_expired", "trialing", "active", "past_due",
                             "unpaid", "paused", "canceled", "brand_new"}) {
    const Facts given = facts({subscription(status)}, {unpaid_since(day(30))});
    table += fmt::format("{:<18} {:<48} {}\n", status, show(given, day(33)), show(given, day(40)));
  }
  CHECK(
      table ==
      "incomplete         free full default                                free full default\n"
      "incomplete_expired free full default                                free full default\n"
      "trialing           pro full subscription                            pro full subscription\n"
      "active             pro full subscription                            pro full subscription\n"
      "past_due           pro grace subscription, day 37: pro limited      pro limited "
      "subscription\n"
      "unpaid             pro limited subscription                         pro limited "
      "subscription\n"
      "paused             pro limited subscription                         pro limited "
      "subscription\n"
      "canceled           free full default                                free full default\n"
      "brand_new          pro limited subscription                         pro limited "
      "subscription\n");
}

TEST_CASE("a tenant starts on a trial that ends by itself") {
  CHECK(show(facts({}), day(13)) == "pro full trial, day 14: free full");
  CHECK(show(facts({}), day(14)) == "free full default");
  Facts without = facts({});
  without.trial.ends_at.reset();
  CHECK(show(without, day(1)) == "free full default");
}

TEST_CASE("a subscription that was canceled runs to its end, whichever way Stripe says so") {
  Mirror by_flag = subscription("active");
  by_flag.cancel_at_period_end = true;
  CHECK(show(facts({by_flag}), day(59)) == "pro full subscription, day 60: free full");
  CHECK(show(facts({by_flag}), day(60)) == "free full default");
  Mirror by_date = subscription("active");
  by_date.cancel_at = day(45);
  CHECK(show(facts({by_date}), day(44)) == "pro full subscription, day 45: free full");
}

TEST_CASE("grace is counted from the first unpaid invoice, whatever failed after it") {
  const auto past_due = subscription("past_due");
  const Facts given =
      facts({past_due}, {unpaid_since(day(35)), unpaid_since(day(31)), unpaid_since(day(33))});
  CHECK(show(given, day(37)) == "pro grace subscription, day 38: pro limited");
  Invoice paid = unpaid_since(day(20));
  paid.status = "paid";
  Invoice of_another = unpaid_since(day(20));
  of_another.subscription_id = "sub_other";
  CHECK(show(facts({past_due}, {paid, of_another, unpaid_since(day(31))}), day(37)) ==
        "pro grace subscription, day 38: pro limited");
}

TEST_CASE("of several subscriptions the better one counts, in any order") {
  const std::vector<Mirror> some{subscription("past_due"), subscription("active", "business"),
                                 subscription("canceled")};
  std::vector<Mirror> reversed{some.rbegin(), some.rend()};
  CHECK(show(facts(some), day(50)) == "business full subscription");
  CHECK(show(facts(reversed), day(50)) == "business full subscription");
}

TEST_CASE("a trial that still runs is better than a subscription without full access") {
  CHECK(show(facts({subscription("unpaid")}), day(10)) == "pro full trial, day 14: free full");
  CHECK(show(facts({subscription("active", "business")}), day(10)) == "business full subscription");
}

TEST_CASE("a status that we do not know keeps the last access for three days") {
  Facts given = facts({subscription("brand_new")});
  given.last.emplace();
  given.last->plan = "pro";
  CHECK(show(given, day(31)) == "pro full subscription, day 33: pro limited");
  CHECK(show(given, day(33)) == "pro limited subscription");
}

TEST_CASE("which statuses are known") {
  std::string known;
  for (const char* status : {"incomplete", "incomplete_expired", "trialing", "active", "past_due",
                             "unpaid", "paused", "canceled", "brand_new", ""})
    if (knows_status(subscription(status))) known += std::string(status) + " ";
  CHECK(known == "incomplete incomplete_expired trialing active past_due unpaid paused canceled ");
}

TEST_CASE("fetching it again does not prolong what an unknown status keeps") {
  Facts given = facts({subscription("brand_new")});
  given.last.emplace();
  given.last->plan = "pro";
  given.mirrors.front().fetched_at = day(34);
  CHECK(show(given, day(34)) == "pro limited subscription");
}

TEST_CASE("a trial that should be over is asked about, and never cut by our clock") {
  Mirror trialing = subscription("trialing");
  trialing.trial_end = day(30);
  const Facts given = facts({trialing});
  CHECK(show(given, day(40)) == "pro full subscription");
  CHECK(recheck_at(given, {}, day(29)) == day(30) + hours(2));
  CHECK(recheck_at(given, {}, day(31)) == day(31) + hours(2));
  CHECK(recheck_at(facts({subscription("active")}), {}, day(31)) == std::nullopt);
}

TEST_CASE("while nothing is collected access is what the installation says, until that is over") {
  Mirror quiet = subscription("active");
  quiet.pause_collection = "void";
  const Policy limiting{.collection_pause_access = entitlements::Access::limited};
  const auto with = [&](const Policy& policy, Instant now) {
    const auto standing = standing_of(facts({quiet}), policy, plans(), now);
    std::string text(name_of(standing.access));
    if (standing.next_change_at)
      text += fmt::format(", day {}: {}", (*standing.next_change_at - day(0)) / days(1),
                          name_of(standing.then_access));
    return text;
  };
  CHECK(with({}, day(40)) == "full");
  CHECK(with(limiting, day(40)) == "limited");
  quiet.collection_resumes_at = day(50);
  CHECK(with(limiting, day(40)) == "limited, day 50: full");
  CHECK(with(limiting, day(50)) == "full");
  quiet.cancel_at = day(45);
  CHECK(with(limiting, day(40)) == "limited, day 45: full");
}

TEST_CASE("a price of an older version is still its plan") {
  Mirror old = subscription("active");
  old.lookup_key = "freehold_pro_month_usd_v0";
  CHECK(show(facts({old}), day(40)) == "pro full subscription");
}

TEST_CASE("a price is known by our lookup key, by what we wrote on it, or by its id") {
  const auto read = [](std::string_view price) {
    const std::string text = fmt::format(
        R"({{"id": "sub_1", "status": "active", "created": 1, "items": {{"data": [{{"id": "si_1",
             "current_period_start": 1, "current_period_end": 2, "price": {}}}]}}}})",
        price);
    return read_subscription(json::parse(text), day(1)).lookup_key;
  };
  CHECK(read(R"({"id": "price_1", "lookup_key": "freehold_pro_month_usd_v1"})") ==
        "freehold_pro_month_usd_v1");
  // Another amount took the lookup key over: whoever pays the old one keeps the plan.
  CHECK(read(R"({"id": "price_1", "lookup_key": null,
                 "metadata": {"freehold_price": "freehold_pro_month_usd_v1"}})") ==
        "freehold_pro_month_usd_v1");
  CHECK(read(R"({"id": "price_1", "lookup_key": "starter"})") == "price_1");
  CHECK(read(R"({"id": "price_1"})") == "price_1");
}

TEST_CASE("money that goes back leaves access as it is, unless the policy says otherwise") {
  const auto given = [](const std::string& status, Returned returned, Policy policy) {
    Facts known = facts({subscription(status)}, {unpaid_since(day(30))});
    known.returned = std::move(returned);
    const auto standing = standing_of(known, policy, plans(), day(31));
    return std::string(name_of(standing.access));
  };
  const Policy keeps;
  Policy limits;
  limits.dispute_access = AfterReturn::limited;
  Policy limits_refunded;
  limits_refunded.refund_access = AfterReturn::limited;
  const Returned disputed{.disputed = true};
  const Returned refunded{.refunded = {"sub_pro"}};
  const Returned another{.refunded = {"sub_business"}};

  CHECK(given("active", disputed, keeps) == "full");
  CHECK(given("active", refunded, keeps) == "full");
  CHECK(given("active", disputed, limits) == "limited");
  CHECK(given("trialing", disputed, limits) == "limited");
  CHECK(given("past_due", disputed, keeps) == "grace");
  CHECK(given("past_due", disputed, limits) == "limited");
  CHECK(given("active", refunded, limits) == "full");
  CHECK(given("active", refunded, limits_refunded) == "limited");
  CHECK(given("active", another, limits_refunded) == "full");
  CHECK(given("canceled", disputed, limits) == "full");  // of the plan that costs nothing
}

TEST_CASE("who may not do everything is told why") {
  Policy policy;
  policy.dispute_access = AfterReturn::limited;
  policy.refund_access = AfterReturn::limited;
  const auto why = [&](const Mirror& mirror, const Returned& returned = {}) {
    Facts facts;
    facts.mirrors = {mirror};
    facts.invoices = {unpaid_since(day(31))};
    facts.returned = returned;
    const auto standing = standing_of(facts, policy, plans(), day(35));
    return reason_of(standing, mirror, returned, policy).value_or("-");
  };
  CHECK(why(subscription("active")) == "-");
  CHECK(why(subscription("past_due")) == "payment_failed");
  CHECK(why(subscription("unpaid")) == "payment_failed");
  CHECK(why(subscription("paused")) == "paused");
  CHECK(why(subscription("asleep")) == "unknown_status");
  CHECK(why(subscription("active"), {.disputed = true}) == "disputed");
  CHECK(why(subscription("active"), {.refunded = {"sub_pro"}}) == "refunded");
  CHECK(why(subscription("active"), {.refunded = {"sub_other"}}) == "-");
  Mirror uncollected = subscription("active");
  uncollected.pause_collection = "void";
  policy.collection_pause_access = entitlements::Access::limited;
  CHECK(why(uncollected) == "collection_paused");
  CHECK(reason_of({.access = entitlements::Access::none}, {}, {}, policy) == "no_plan");
}
