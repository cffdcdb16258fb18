#include "billing/standing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "billing/items.hpp"

namespace freehold::billing {
namespace {

using entitlements::Access;
using entitlements::Standing;

const catalog::Plan* find_plan(const Mirror& mirror, const catalog::Catalog& catalog) {
  const catalog::Plan* plan = catalog.find_by_lookup_key(mirror.lookup_key);
  if (plan != nullptr) return plan;
  // A price of a version that nobody remembers: "freehold_pro_month_usd_v1" is still the plan
  // "pro". Of two keys that fit, the longer one is it: "pro_plus" before "pro".
  const catalog::Plan* best = nullptr;
  for (const catalog::Plan& known : catalog.plans()) {
    const bool fits = mirror.lookup_key.starts_with("freehold_" + known.key + "_");
    if (fits && (best == nullptr || best->key.size() < known.key.size())) best = &known;
  }
  return best;
}

// What is left when nothing is paid: the default plan, which may be one that gives nothing.
Access unpaid_access(const catalog::Catalog& catalog) {
  return catalog.has_free_plan() ? Access::full : Access::none;
}

Standing on_plan(const Mirror& mirror, const catalog::Catalog& catalog, Access access) {
  Standing standing;
  const catalog::Plan* plan = find_plan(mirror, catalog);
  if (plan == nullptr) plan = &catalog.default_plan();
  standing.plan = plan->key;
  standing.plan_version = plan->version;
  standing.addons = text_of(addons_of(mirror, catalog));
  standing.access = access;
  standing.source = "subscription";
  standing.then_plan = catalog.default_plan().key;
  standing.then_access = unpaid_access(catalog);
  standing.usage_anchor = mirror.billing_cycle_anchor;
  return standing;
}

Standing active(const Mirror& mirror, const catalog::Catalog& catalog) {
  Standing standing = on_plan(mirror, catalog, Access::full);
  standing.access_until = cancels_at(mirror);
  standing.next_change_at = standing.access_until;
  return standing;
}

// Paying again is said by Stripe, or comes by itself at the time that was set.
Standing while_nothing_is_collected(Standing standing, const Mirror& mirror, Access access) {
  standing.access = access;
  const auto resumes = mirror.collection_resumes_at;
  if (access != Access::limited || !resumes) return standing;
  if (standing.next_change_at && *standing.next_change_at <= *resumes) return standing;
  standing.next_change_at = resumes;
  standing.then_plan = standing.plan;
  standing.then_access = Access::full;
  return standing;
}

Standing past_due(const Mirror& mirror, const Facts& facts, const Policy& policy,
                  const catalog::Catalog& catalog, Instant now) {
  const Instant grace_end =
      grace_anchor(mirror, facts.invoices).value_or(mirror.period_start) + policy.grace;
  if (now >= grace_end) return on_plan(mirror, catalog, Access::limited);
  Standing standing = on_plan(mirror, catalog, Access::grace);
  standing.access_until = grace_end;
  standing.next_change_at = grace_end;
  standing.then_plan = standing.plan;
  standing.then_access = Access::limited;
  return standing;
}

Standing unknown(const Mirror& mirror, const Facts& facts, const Policy& policy,
                 const catalog::Catalog& catalog, Instant now) {
  const Instant kept_until = mirror.status_since + policy.unknown_kept;
  if (!facts.last || now >= kept_until) return on_plan(mirror, catalog, Access::limited);
  Standing standing = on_plan(mirror, catalog, facts.last->access);
  standing.next_change_at = kept_until;
  standing.then_plan = standing.plan;
  standing.then_access = Access::limited;
  return standing;
}

bool is_disputed(const Returned& returned, const Policy& policy) {
  return policy.dispute_access == AfterReturn::limited && returned.disputed;
}

bool is_refunded(const Mirror& mirror, const Returned& returned, const Policy& policy) {
  return policy.refund_access == AfterReturn::limited &&
         std::ranges::find(returned.refunded, mirror.stripe_id) != returned.refunded.end();
}

bool is_held_back(const Mirror& mirror, const Facts& facts, const Policy& policy) {
  return is_disputed(facts.returned, policy) || is_refunded(mirror, facts.returned, policy);
}

std::optional<Standing> from_mirror(const Mirror& mirror, const Facts& facts, const Policy& policy,
                                    const catalog::Catalog& catalog, Instant now) {
  const std::string& status = mirror.status;
  if (status == "active" || status == "trialing") {
    if (const auto end = cancels_at(mirror); end && *end <= now) return {};
    if (is_held_back(mirror, facts, policy)) return on_plan(mirror, catalog, Access::limited);
    Standing standing = active(mirror, catalog);
    if (!is_collection_paused(mirror, now)) return standing;
    return while_nothing_is_collected(std::move(standing), mirror, policy.collection_pause_access);
  }
  if (status == "past_due" && !is_held_back(mirror, facts, policy))
    return past_due(mirror, facts, policy, catalog, now);
  if (status == "unpaid" || status == "paused" || status == "past_due")
    return on_plan(mirror, catalog, Access::limited);
  if (!is_live(mirror) || status == "incomplete") return {};
  return unknown(mirror, facts, policy, catalog, now);
}

std::ptrdiff_t rank_of(const catalog::Catalog& catalog, const std::string& plan) {
  return std::ranges::find(catalog.plans(), plan, &catalog::Plan::key) - catalog.plans().begin();
}

// The more permissive of two: better access first, then the larger plan.
bool gives_less(const Standing& a, const Standing& b, const catalog::Catalog& catalog) {
  if (a.access != b.access) return a.access > b.access;
  return rank_of(catalog, a.plan) < rank_of(catalog, b.plan);
}

// Who has a plan without paying for it keeps the version that it was when they got it.
int version_of(const std::string& plan, const Facts& facts, const catalog::Catalog& catalog) {
  if (facts.last && facts.last->plan == plan && facts.last->source != "subscription")
    return facts.last->plan_version;
  const catalog::Plan* current = catalog.find(plan);
  return current != nullptr ? current->version : 1;
}

Standing without_subscription(const Facts& facts, const catalog::Catalog& catalog, Instant now) {
  const Trial& trial = facts.trial;
  Standing standing;
  standing.plan = catalog.default_plan().key;
  standing.access = unpaid_access(catalog);
  standing.then_plan = standing.plan;
  standing.then_access = standing.access;
  standing.usage_anchor = trial.started_at;
  if (trial.ends_at && now < *trial.ends_at) {
    standing.plan = trial.plan;
    standing.access = Access::full;
    standing.source = "trial";
    standing.access_until = trial.ends_at;
    standing.next_change_at = trial.ends_at;
  }
  standing.plan_version = version_of(standing.plan, facts, catalog);
  return standing;
}

}  // namespace

Standing standing_of(const Facts& facts, const Policy& policy, const catalog::Catalog& catalog,
                     Instant now) {
  std::optional<Standing> best;
  for (const Mirror& mirror : facts.mirrors) {
    const auto given = from_mirror(mirror, facts, policy, catalog, now);
    if (given && (!best || gives_less(*best, *given, catalog))) best = given;
  }
  Standing otherwise = without_subscription(facts, catalog, now);
  // A trial that still runs is better than a subscription that gives less than full access.
  if (!best || (otherwise.source == "trial" && gives_less(*best, otherwise, catalog)))
    return otherwise;
  return *best;
}

std::string plan_of(const Mirror& mirror, const catalog::Catalog& catalog) {
  const catalog::Plan* plan = find_plan(mirror, catalog);
  return plan != nullptr ? plan->key : catalog.default_plan().key;
}

bool knows_price(const Mirror& mirror, const catalog::Catalog& catalog) {
  return find_plan(mirror, catalog) != nullptr;
}

bool is_live(const Mirror& mirror) {
  return mirror.status != "canceled" && mirror.status != "incomplete_expired";
}

bool knows_status(const Mirror& mirror) {
  constexpr std::array<std::string_view, 8> known{
      "incomplete", "incomplete_expired", "trialing", "active", "past_due", "unpaid", "paused",
      "canceled"};
  return std::ranges::find(known, mirror.status) != known.end();
}

bool is_collection_paused(const Mirror& mirror, Instant now) {
  return mirror.pause_collection &&
         (!mirror.collection_resumes_at || now < *mirror.collection_resumes_at);
}

std::optional<std::string> reason_of(const entitlements::Standing& standing,
                                     const std::optional<Mirror>& current, const Returned& returned,
                                     const Policy& policy) {
  if (standing.access == Access::full) return {};
  if (!current || standing.access == Access::none) return "no_plan";
  const std::string& status = current->status;
  if (status == "paused") return "paused";
  if (is_disputed(returned, policy)) return "disputed";
  if (is_refunded(*current, returned, policy)) return "refunded";
  if (status == "past_due" || status == "unpaid") return "payment_failed";
  return current->pause_collection ? "collection_paused" : "unknown_status";
}

std::optional<Instant> recheck_at(const Facts& facts, const Policy& policy, Instant now) {
  std::optional<Instant> soonest;
  for (const Mirror& mirror : facts.mirrors) {
    if (mirror.status != "trialing" || !mirror.trial_end) continue;
    Instant at = *mirror.trial_end + policy.trial_overrun;
    if (at <= now) at = now + policy.trial_overrun;
    if (!soonest || at < *soonest) soonest = at;
  }
  return soonest;
}

std::optional<Instant> cancels_at(const Mirror& mirror) {
  if (mirror.cancel_at) return mirror.cancel_at;
  if (mirror.cancel_at_period_end) return mirror.period_end;
  return {};
}

bool is_overdue(const Invoice& invoice) {
  return (invoice.status == "open" || invoice.status == "uncollectible") && invoice.attempted &&
         invoice.amount_remaining > 0;
}

std::optional<Instant> grace_anchor(const Mirror& mirror, const std::vector<Invoice>& invoices) {
  std::optional<Instant> earliest;
  for (const Invoice& invoice : invoices) {
    if (!is_overdue(invoice) || invoice.subscription_id != mirror.stripe_id) continue;
    const Instant at = invoice.finalized_at.value_or(invoice.created_at);
    if (!earliest || at < *earliest) earliest = at;
  }
  return earliest;
}

}  // namespace freehold::billing
