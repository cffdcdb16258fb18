// What a new workspace starts with, and what becomes of the plan that was chosen on the price list:
// the trial comes first in any case, and the wish is kept for the moment of buying.
#include "app/parts.hpp"
#include "core/json.hpp"

namespace freehold::app {
namespace {

struct Wished {
  const catalog::Plan& plan;
  const catalog::Price& price;
};

// Nothing for text that is no plan, for a plan without a price and for an interval it has not.
std::optional<Wished> find_wished(const catalog::Catalog& catalog, const identity::Wish& wish) {
  const catalog::Plan* plan = catalog.find(wish.plan);
  if (plan == nullptr) return {};
  const auto interval =
      parse_enum<catalog::Interval>(wish.interval).value_or(catalog::Interval::month);
  const auto price = std::ranges::find(plan->prices, interval, &catalog::Price::interval);
  if (price == plan->prices.end()) return {};
  return Wished{*plan, *price};
}

std::string summary_of(const catalog::Catalog& catalog, const catalog::Plan* trial,
                       const std::optional<Wished>& wished) {
  const bool other = wished && &wished->plan != trial;
  const std::string choice =
      other ? fmt::format("You can choose {} at any time. ", wished->plan.name) : "";
  if (trial == nullptr && !catalog.has_free_plan())
    return choice + "You choose a plan when you are in; nothing is paid before that.";
  if (trial == nullptr)
    return fmt::format("{}: free for as long as you like. {}No card needed.",
                       catalog.default_plan().name, choice);
  return fmt::format("You begin with {} days of the {} plan. {}No card needed.", *trial->trial_days,
                     trial->name, choice);
}

html::Aside aside_of(const catalog::Catalog& catalog, const catalog::Plan& trial,
                     const std::optional<Wished>& wished) {
  html::Aside aside{.title = fmt::format("What you get with {}", trial.name)};
  for (const std::string& highlight : trial.highlights)
    aside.points.push_back({.icon = "check", .title = highlight, .text = ""});
  html::AsideCard card{.title = "Due today", .price = "$0.00", .unit = "no card needed"};
  card.rows.push_back({.label = trial.name, .value = fmt::format("{} days", *trial.trial_days)});
  if (wished) {
    card.rows.push_back({.label = fmt::format("{}, when you choose it", wished->plan.name),
                         .value = catalog::describe(wished->price)});
  } else if (!trial.prices.empty()) {
    card.rows.push_back({.label = "Afterwards, if you choose it",
                         .value = catalog::describe(trial.prices.front())});
  }
  const bool free = catalog.has_free_plan();
  card.rows.push_back(
      {.label = "If you do nothing",
       .value = free ? catalog.default_plan().name + " plan, $0.00" : "It ends, $0.00"});
  aside.card = std::move(card);
  return aside;
}

}  // namespace

identity::Offer offer_of(const catalog::Catalog& catalog, const identity::Wish& wish) {
  const catalog::Plan* trial = catalog.trial_plan();
  // One that needs a card begins when a plan is bought.
  if (trial != nullptr && trial->trial_requires_card) trial = nullptr;
  const auto wished = find_wished(catalog, wish);
  identity::Offer offer{.summary = summary_of(catalog, trial, wished), .aside = {}};
  if (trial != nullptr) offer.aside = aside_of(catalog, *trial, wished);
  if (wished) offer.wish = {wished->plan.key, std::string(name_of(wished->price.interval))};
  return offer;
}

std::optional<onboarding::WishedStep> wished_step(const catalog::Catalog& catalog,
                                                  const identity::Wish& wish) {
  const auto wished = find_wished(catalog, wish);
  if (!wished) return {};
  return onboarding::WishedStep{
      .text = fmt::format("You wanted {} when you signed up: {}. Nothing is paid before you have "
                          "seen what it has.",
                          wished->plan.name, catalog::describe(wished->price)),
      .action = "Look at " + wished->plan.name,
      .path = fmt::format("/billing/change?plan={}&interval={}", wished->plan.key,
                          name_of(wished->price.interval))};
}

}  // namespace freehold::app
