// What the acts of a history do. One that has nothing to act on does nothing: whether it has is
// asked of Stripe, which is the same in a calm and in a storm.
#include "billing/addons.hpp"
#include "billing/checkout.hpp"
#include "billing/customers.hpp"
#include "billing/history_site.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "tenancy/tenancy.hpp"

namespace freehold::billing {
namespace {

constexpr std::string_view good_card = "4242424242424242";
constexpr std::string_view card_that_fails_later = "4000000000000341";

const catalog::Price& price_of(const Site& site, int detail) {
  const auto& pro = site.catalog.find("pro")->prices;
  if (detail % 3 == 0) return pro[0];
  if (detail % 3 == 1) return pro[1];
  return site.catalog.find("business")->prices[0];
}

Task<> make_tenant(Site& site) {
  db::ControlTx tx = site.world.database().control_of_new_tenant(site.owner);
  const tenancy::NewTenant draft{site.tenant, "acme", "Acme", *site.owner.user()};
  co_await tenancy::create_tenant(tx, draft);
  co_await start(tx, site.catalog);
  co_await tx.commit();
}

Task<> make_customer(Site& site) {
  const events::Job job{JobId::make(site.world.machine().now()),
                        "billing.create_customer",
                        {.id = {},
                         .type = "tenant.created",
                         .tenant = site.tenant,
                         .payload = "{}",
                         .occurred_at = site.clock.now()},
                        1};
  co_await create_customer(site.billing, job);
}

Task<> open_it(Site& site, const catalog::Price& price, std::string& url) {
  url = co_await open_checkout(site.billing, site.owner, "acme", price);
}

Task<> change_it(Site& site, const catalog::Price& price) {
  co_await change_plan(site.billing, site.owner, price, site.clock.now());
}

Task<> change_addons_it(Site& site, int detail) {
  const AddonCounts wanted{{site.catalog.addons().front().key, detail % 4}};
  co_await set_addons(site.billing, site.owner, wanted, site.clock.now());
}

Task<> cancel_it(Site& site) {
  co_await cancel(site.billing, site.owner);
}

Task<> keep_it(Site& site) {
  co_await undo_cancellation(site.billing, site.owner);
}

Task<> sync_it(Site& site) {
  co_await sync_now(site.billing, site.owner);
}

Task<> grant_it(Site& site, int detail) {
  db::ControlTx tx = site.world.database().control(site.owner);
  const entitlements::NewOverride draft{.kind = entitlements::OverrideKind::plan,
                                        .key = detail % 2 == 0 ? "pro" : "business",
                                        .value = "",
                                        .reason = "A goodwill gesture.",
                                        .expires_at = site.clock.now() + days(30)};
  co_await entitlements::set_override(tx, site.catalog, draft);
  co_await tx.commit();
}

Task<> revoke_it(Site& site) {
  db::ControlTx tx = site.world.database().control(site.owner);
  for (const entitlements::Override& each : co_await entitlements::overrides(tx))
    co_await entitlements::revoke_override(tx, each.id);
  co_await tx.commit();
}

bool has(const json::value& answer, const char* name) {
  return answer.is_object() && answer.as_object().contains(name);
}

}  // namespace

void HistorySite::sign_up() {
  site_.world.run([this](db::Database&) { return make_tenant(site_); });
  crashes_left_ = chance(weather_.crash) ? 2 : 0;
  by_product([this](db::Database&) { return make_customer(site_); });
  crashes_left_ = 0;
  settle();
}

std::string HistorySite::perform(const Step& step) {
  const catalog::Price& price = price_of(site_, step.detail);
  switch (step.act) {
    case Act::buy:
      return buy(step);
    case Act::buy_in_two_tabs:
      return buy_in_two_tabs(step);
    case Act::change:
      return by_product([&](db::Database&) { return change_it(site_, price); });
    case Act::change_addons:
      return by_product([&](db::Database&) { return change_addons_it(site_, step.detail); });
    case Act::cancel:
      return by_product([&](db::Database&) { return cancel_it(site_); });
    case Act::keep:
      return by_product([&](db::Database&) { return keep_it(site_); });
    case Act::sync_now:
      return by_product([&](db::Database&) { return sync_it(site_); });
    case Act::grant:
      return by_product([&](db::Database&) { return grant_it(site_, step.detail); });
    case Act::revoke:
      return by_product([&](db::Database&) { return revoke_it(site_); });
    case Act::wait_hours:
    case Act::wait_days:
    case Act::wait_a_month:
      return wait(step);
    default:
      return at_stripe(step);
  }
}

std::string HistorySite::wait(const Step& step) {
  Duration by = hours(1 + step.detail);
  if (step.act == Act::wait_days) by = days(1 + step.detail);
  if (step.act == Act::wait_a_month) by = days(28 + step.detail % 4);
  advance(site_.clock.now() + by);
  return "done";
}

std::string HistorySite::open_checkout(const Step& step, std::string& url) {
  const catalog::Price& price = price_of(site_, step.detail);
  return by_product([&](db::Database&) { return open_it(site_, price, url); });
}

std::string HistorySite::pay_checkout(const Step& step, const std::string& url) {
  const std::string_view card = step.detail % 2 == 0 ? good_card : card_that_fails_later;
  try {
    site_.stripe_side.pay_checkout(url.substr(url.rfind('/') + 1), std::string(card));
  } catch (const std::exception& refused) {
    return refused.what();
  }
  return "bought";
}

std::string HistorySite::buy(const Step& step) {
  std::string url;
  std::string said = open_checkout(step, url);
  if (said != "done") return said;
  settle();
  return pay_checkout(step, url);
}

std::string HistorySite::buy_in_two_tabs(const Step& step) {
  std::string first;
  std::string second;
  std::string said = open_checkout(step, first);
  if (said != "done") return said;
  settle();
  if (open_checkout(step, second) != "done") return "only one could be opened";
  settle();
  const std::string early = pay_checkout(step, first);
  return early + ", " + pay_checkout(step, second);
}

std::string HistorySite::customer() {
  return newest("/v1/customers");
}

std::string HistorySite::newest(const std::string& list) {
  const json::value answer = json::parse(site_.ask("GET", list));
  if (!has(answer, "data") || answer.at("data").as_array().empty()) return "";
  return std::string(answer.at("data").at(0).at("id").as_string());
}

}  // namespace freehold::billing
