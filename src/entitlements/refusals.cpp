// What a refusal says: the fact, and the cheapest way out of it.
#include "entitlements/entitlements.hpp"

namespace freehold::entitlements {
namespace {

std::optional<Upgrade> upgrade_to(const catalog::Plan* plan, std::string_view url) {
  if (plan == nullptr || plan->prices.empty()) return {};
  return Upgrade{plan->key, catalog::describe(plan->prices.front()), std::string(url)};
}

std::string sentence_for(const std::optional<Upgrade>& upgrade, const catalog::Catalog& catalog) {
  if (!upgrade) return "Ask us about a plan that does.";
  return "The " + catalog.find(upgrade->plan)->name + " plan does, for " + upgrade->price + ".";
}

}  // namespace

Problem not_in_plan(const Snapshot& snapshot, const Feature& feature,
                    const catalog::Catalog& catalog, std::string_view upgrade_url) {
  const std::string label = catalog.label_of(feature.key);
  if (snapshot.features.contains(feature.key)) {
    return Problem::payment_required(
        "payment_overdue",
        label + " is paused with the rest. The billing page says why; nothing was lost.",
        Upgrade{snapshot.plan, "", std::string(upgrade_url)});
  }
  const auto upgrade = upgrade_to(catalog.cheapest_with(feature), upgrade_url);
  return Problem::payment_required("not_in_plan",
                                   "The " + snapshot.plan_name + " plan does not include " + label +
                                       ". " + sentence_for(upgrade, catalog),
                                   upgrade);
}

void require_below_limit(const Snapshot& snapshot, const Limit& limit, std::int64_t live,
                         const catalog::Catalog& catalog, std::string_view upgrade_url) {
  const catalog::Allowance allowance = snapshot.allowance(limit.key);
  if (!allowance || live < *allowance) return;
  const auto upgrade = upgrade_to(catalog.cheapest_above(limit.key, live + 1), upgrade_url);
  const std::string label = catalog.label_of(limit.key);
  throw Problem::payment_required("limit_reached",
                                  label + ": " + catalog::with_thousands(live) + " of " +
                                      catalog::describe(allowance) +
                                      " are in use, which is all that the " + snapshot.plan_name +
                                      " plan allows. " + "Delete some, or choose a plan with more.",
                                  upgrade);
}

}  // namespace freehold::entitlements
