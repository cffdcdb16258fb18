// From what was bought and granted to what the tenant may use. No I/O, no clock: the same inputs
// give the same answer on every node.
#include <charconv>

#include "core/json.hpp"
#include "entitlements/entitlements.hpp"

namespace freehold::entitlements {
namespace {

bool in_force(const Override& override, Instant now) {
  return override.starts_at <= now && (!override.expires_at || now < *override.expires_at);
}

const Override* find_plan_override(const std::vector<Override>& overrides, Instant now) {
  for (const Override& override : overrides) {
    if (override.kind == OverrideKind::plan && in_force(override, now)) return &override;
  }
  return nullptr;
}

struct Held {
  const std::string& plan;
  std::optional<int> version;  // nothing: the current one
};

const catalog::Plan* find_plan(const catalog::Catalog& catalog, const Held& held) {
  const catalog::Plan* bought = held.version ? catalog.find(held.plan, *held.version) : nullptr;
  return bought != nullptr ? bought : catalog.find(held.plan);
}

// A plan that was taken out of plans.toml while somebody has it gives no more than the default.
void take_plan(Snapshot& snapshot, const catalog::Catalog& catalog, const Held& held) {
  const std::string& key = held.plan;
  const catalog::Plan* found = find_plan(catalog, held);
  if (found == nullptr) snapshot.unknown_plan = key;
  const catalog::Plan& plan = found == nullptr ? catalog.default_plan() : *found;
  snapshot.plan = plan.key;
  snapshot.plan_name = plan.name;
  snapshot.features.insert(plan.features.begin(), plan.features.end());
  snapshot.allowances.insert(plan.limits.begin(), plan.limits.end());
  snapshot.allowances.insert(plan.meters.begin(), plan.meters.end());
  snapshot.rates.insert(plan.rates.begin(), plan.rates.end());
}

// Each as often as it was bought; what is unlimited stays so.
void add(Snapshot& snapshot, const catalog::Addon& addon, std::int64_t quantity) {
  snapshot.features.insert(addon.features.begin(), addon.features.end());
  for (const catalog::Allowances* all : {&addon.limits, &addon.meters}) {
    for (const auto& [key, most] : *all) {
      auto& allowance = snapshot.allowances.try_emplace(key, 0).first->second;
      if (!most) allowance.reset();
      if (allowance && most) *allowance += *most * quantity;
    }
  }
}

// "storage=2 exports=1"
void take_addons(Snapshot& snapshot, const catalog::Catalog& catalog, std::string_view addons) {
  while (!addons.empty()) {
    const std::string_view each = addons.substr(0, addons.find(' '));
    addons.remove_prefix(std::min(addons.size(), each.size() + 1));
    const std::size_t sign = each.find('=');
    if (sign == each.npos) continue;
    std::int64_t quantity = 0;
    std::from_chars(each.data() + sign + 1, each.data() + each.size(), quantity);
    const catalog::Addon* addon = catalog.find_addon(each.substr(0, sign));
    if (addon != nullptr && quantity > 0) add(snapshot, *addon, quantity);
  }
}

void apply(Snapshot& snapshot, const Override& override) {
  if (override.kind == OverrideKind::feature) {
    if (override.value == "on") snapshot.features.insert(override.key);
    if (override.value == "off") snapshot.features.erase(override.key);
  }
  if (override.kind == OverrideKind::limit) {
    std::int64_t number = 0;
    const char* end = override.value.data() + override.value.size();
    const bool unlimited = override.value == "unlimited";
    if (!unlimited && std::from_chars(override.value.data(), end, number).ptr != end) return;
    snapshot.allowances[override.key] =
        unlimited ? catalog::Allowance{} : catalog::Allowance{number};
  }
  snapshot.overridden = true;
}

void sooner(std::optional<Instant>& next, std::optional<Instant> at, Instant now) {
  if (at && now < *at && (!next || *at < *next)) next = at;
}

}  // namespace

Snapshot evaluate(const Standing& standing, const std::vector<Override>& overrides,
                  const catalog::Catalog& catalog, Instant now) {
  Snapshot snapshot;
  snapshot.standing = standing;
  const bool changed = standing.next_change_at && *standing.next_change_at <= now;
  snapshot.access = changed ? standing.then_access : standing.access;

  const Override* granted = find_plan_override(overrides, now);
  const bool keeps = !changed || standing.then_plan == standing.plan;
  if (granted != nullptr) {
    take_plan(snapshot, catalog, {granted->key, {}});
  } else if (keeps) {
    take_plan(snapshot, catalog, {standing.plan, standing.plan_version});
  } else {
    take_plan(snapshot, catalog, {standing.then_plan, {}});
  }
  if (keeps) take_addons(snapshot, catalog, standing.addons);
  // A granted plan is in force whatever was paid; that is what staff grant it for.
  if (granted != nullptr) snapshot.access = Access::full, snapshot.overridden = true;
  for (const Override& override : overrides) {
    if (override.kind != OverrideKind::plan && in_force(override, now)) apply(snapshot, override);
  }

  sooner(snapshot.next_change_at, standing.next_change_at, now);
  for (const Override& override : overrides) {
    sooner(snapshot.next_change_at, override.starts_at, now);
    sooner(snapshot.next_change_at, override.expires_at, now);
  }
  return snapshot;
}

Period usage_period(const Standing& standing, Instant now) {
  const Date from = date_of(standing.usage_anchor);
  const Date to = date_of(now);
  int months = (to.year - from.year) * 12 + int(to.month) - int(from.month);
  if (add_months(standing.usage_anchor, months) > now) --months;
  return {add_months(standing.usage_anchor, months), add_months(standing.usage_anchor, months + 1)};
}

bool Snapshot::is_enabled(const Feature& feature) const {
  return access <= Access::grace && features.contains(feature.key);
}

catalog::Allowance Snapshot::allowance(std::string_view limit_or_meter) const {
  const auto at = allowances.find(limit_or_meter);
  return at == allowances.end() ? catalog::Allowance{0} : at->second;
}

std::optional<std::int64_t> Snapshot::rate(std::string_view rate_class) const {
  const auto at = rates.find(rate_class);
  if (at == rates.end()) return {};
  return at->second;
}

}  // namespace freehold::entitlements
