// Where our copy is not what Stripe says, and how it becomes so again.
#include <doctest/doctest.h>

#include <set>

#include "billing/test_site.hpp"
#include "core/async.hpp"

using namespace freehold;
using namespace freehold::billing;

namespace {

constexpr std::string_view good_card = "4242424242424242";

Task<> look(Billing& billing, bool repair, std::set<std::string>& lines) {
  for (const Drift& drift : co_await find_drift(billing, repair))
    lines.insert(fmt::format("{} {}: Stripe says {}, we say {}\n",
                             drift.tenant_id ? "ours" : "nobody's", drift.field, drift.stripe_says,
                             drift.we_say));
}

std::string drift(Site& site, bool repair = false) {
  std::set<std::string> lines;
  site.world.run([&](db::Database&) { return look(site.billing, repair, lines); });
  return fmt::format("{}", fmt::join(lines, ""));
}

}  // namespace

TEST_CASE("a copy that follows Stripe has no drift") {
  Site site;
  site.sign_up();
  CHECK(drift(site) == "");
  site.buy(std::string(good_card));
  CHECK(drift(site) == "");
}

TEST_CASE(
    "a copy that was changed behind Stripe's back is found, kept with its age, and repaired") {
  Site site;
  site.sign_up();
  site.buy(std::string(good_card));
  site.world.rows("update billing.mirror set status = 'canceled', cancel_at = now() returning 1");
  CHECK(drift(site).ends_with("ours status: Stripe says trialing, we say canceled\n"));
  const std::string since = site.world.rows("select since from billing.drift order by field");
  site.advance(hours(1));
  CHECK(drift(site) != "");
  CHECK(site.world.rows("select since from billing.drift order by field") == since);

  CHECK(drift(site, true) != "");
  site.settle();
  CHECK(drift(site) == "");
  CHECK(site.world.rows("select status from billing.mirror") == "trialing\n");
}

TEST_CASE("a subscription that only one side has is drift, and one of nobody here is said to be") {
  Site site;
  site.sign_up();
  site.buy(std::string(good_card));
  site.world.rows("delete from billing.item returning 1");
  site.world.rows("update billing.mirror set stripe_id = 'sub_gone' returning 1");
  CHECK(drift(site) ==
        "ours subscription: Stripe says nothing, we say trialing\n"
        "ours subscription: Stripe says trialing, we say nothing\n");
  site.world.rows("delete from billing.sync returning 1");
  site.world.rows("delete from billing.mirror returning 1");
  CHECK(drift(site) == "nobody's subscription: Stripe says trialing, we say nothing\n");
}

TEST_CASE("what is waiting to be fetched is no drift yet") {
  Site site;
  site.sign_up();
  site.buy(std::string(good_card));
  site.world.rows("update billing.mirror set status = 'canceled' returning 1");
  site.world.rows("update billing.sync set dirty_seq = dirty_seq + 1 returning 1");
  CHECK(drift(site) == "");
}
