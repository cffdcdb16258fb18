// Choosing a plan: compare, see what it means and costs, then buy or change.
#include "billing/addon_parts.hpp"
#include "billing/addons.hpp"
#include "billing/checkout.hpp"
#include "billing/handlers.hpp"
#include "billing/items.hpp"
#include "billing/notices.hpp"
#include "billing/plan_costs.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "core/text.hpp"
#include "html/frame.hpp"

namespace freehold::billing {
namespace {

using catalog::Interval;
using catalog::Plan;

std::string change_url(const http::Request& req, const Plan& plan, const Billed& billed) {
  return billing_url(req, fmt::format("/change?plan={}&{}", plan.key, query_of(billed)));
}

// --- Comparing

// What the button of a plan does for this workspace.
std::optional<html::Action> action_for(const http::Request& req, const Plan& plan,
                                       const Billed& billed, const std::optional<Mirror>& current,
                                       const catalog::Catalog& catalog) {
  const catalog::Price* price = plan.price(billed.interval, billed.currency);
  const std::string paid_plan = current ? plan_of(*current, catalog) : "";
  const bool same_price = current && price != nullptr && current->lookup_key == price->lookup_key;
  if (same_price || (plan.prices.empty() && !current))
    return html::Action{"Current plan", "", "secondary"};
  if (price == nullptr && !plan.prices.empty())
    return html::Action{not_sold(billed), "", "secondary"};
  if (current && price != nullptr && current->pending_lookup_key == price->lookup_key)
    return html::Action{"From " + format_date(*current->pending_at), "", "secondary"};
  if (!req.actor().can(permissions::billing_manage))
    return html::Action{"For owners and admins", "", "secondary"};
  if (price == nullptr) {
    if (cancels_at(*current)) return html::Action{"Already ending", "", "secondary"};
    return html::Action{"Cancel subscription", billing_url(req, "/cancel"), "secondary"};
  }
  const std::string label =
      paid_plan == plan.key ? "Pay " + adverb(billed.interval) : "Choose " + plan.name;
  return html::Action{label, change_url(req, plan, billed),
                      plan.trial_days ? "primary" : "secondary"};
}

Task<http::Response> show_comparison(Billing& billing, http::Request& req, db::Database&) {
  return show_plans(billing, req);
}

// In the currency of the subscription, where there is one.
Choice choice_of(const Billing& billing, const http::Fields& given,
                 const std::optional<Mirror>& current) {
  const Plan* plan = billing.catalog.find(given.get("plan"));
  if (plan == nullptr) throw Problem::not_found("plan");
  const Billed billed = billed_by(given, billing.catalog, current);
  const catalog::Price* price = plan->price(billed.interval, billed.currency);
  if (price == nullptr) throw Problem::not_found("price");
  return {.plan = *plan, .price = *price};
}

struct Situation {
  std::optional<Mirror> current;
  std::vector<Invoice> invoices;
  Trial trial;
  bool is_first = true;  // never had a subscription
  std::shared_ptr<const entitlements::Snapshot> snapshot;
};

Task<Situation> look_up(Billing& billing, const Actor& actor) {
  Situation situation;
  db::ControlRead db = billing.database.control_read(actor);
  situation.current = co_await current_subscription(db);
  situation.invoices = co_await invoices(db);
  situation.trial = co_await get_trial(db);
  situation.is_first = (co_await subscriptions(db)).empty();
  situation.snapshot = co_await billing.gates.snapshot(actor);
  co_return situation;
}

// What it costs this workspace.
Task<> count(Billing& billing, const Actor& actor, Choice& choice, const Situation& situation) {
  choice.seats = co_await count_seats(billing, actor);
  choice.each = catalog::cost_of_offer(choice.plan, choice.price, choice.seats);
  if (!situation.current) co_return;
  for (const auto& [key, quantity] :
       kept_addons(*situation.current, choice.price, billing.catalog)) {
    const catalog::Price& price = *billing.catalog.find_addon(key)->price(
        choice.price.interval, choice.price.amount.currency);
    choice.each = choice.each + catalog::cost_of(price, quantity);
  }
}

// `at`: of an amount that was shown before; otherwise now.
Task<Cost> cost_of(Billing& billing, const Actor& actor, const Choice& choice,
                   const Situation& situation, std::optional<Instant> at) {
  const Instant now = billing.clocks.business.now();
  if (!situation.current)
    co_return cost_of_purchase(choice, situation.trial, situation.is_first, now);
  const Mirror& current = *situation.current;
  const auto offered = co_await offered_items(billing, actor, choice.price, &current);
  if (!is_paid_now(current, offered, billing.catalog)) co_return cost_of_change(choice, current);
  const Instant second = from_unix_seconds(to_unix_seconds(at.value_or(now)));
  Params items = item_changes(current, offered, billing.catalog, "subscription_details[items]");
  const auto preview = co_await preview_change(billing, current, std::move(items), second);
  const Plan* from = billing.catalog.find(plan_of(current, billing.catalog));
  co_return cost_of_upgrade(choice, preview, from != nullptr ? from->name : "your plan");
}

html::Callout drops_change(const Billing& billing, const Mirror& current) {
  return {.kind = "info",
          .icon = "calendar",
          .title = fmt::format("The change to {} on {} is dropped by this one",
                               plan_name(billing.catalog, *current.pending_lookup_key),
                               format_date(*current.pending_at)),
          .text = {},
          .action = {}};
}

// What goes with the plan because it is not sold with the other one.
void append_lost_addons(std::vector<Gain>& gains, const catalog::Catalog& catalog,
                        const Choice& choice, const Mirror& current) {
  const AddonCounts kept = kept_addons(current, choice.price, catalog);
  for (const auto& [key, quantity] : addons_of(current, catalog)) {
    if (!kept.contains(key))
      gains.push_back({catalog.find_addon(key)->name + " is no longer included", true});
  }
}

entitlements::Snapshot what_it_has(const Billing& billing, const Situation& situation) {
  const Plan* plan = billing.catalog.find(situation.snapshot->plan);
  AddonCounts addons;
  if (situation.current) addons = addons_of(*situation.current, billing.catalog);
  return allowed_with(billing.catalog, plan != nullptr ? *plan : billing.catalog.default_plan(),
                      addons, billing.clocks.business.now());
}

entitlements::Snapshot what_follows(const Billing& billing, const Choice& choice,
                                    const Situation& situation) {
  AddonCounts addons;
  if (situation.current) addons = kept_addons(*situation.current, choice.price, billing.catalog);
  return allowed_with(billing.catalog, choice.plan, addons, billing.clocks.business.now());
}

// The same plan by the month and by the year, and in each currency while that can be chosen.
std::vector<Segments> choices_of(const Billing& billing, const http::Request& req,
                                 const Choice& choice, const Situation& situation) {
  const Billed now{choice.price.interval, choice.price.amount.currency};
  const auto append = [&](Segments& to, std::string label, const Billed& billed, bool is_now) {
    if (choice.plan.price(billed.interval, billed.currency) != nullptr)
      to.items.push_back({std::move(label), change_url(req, choice.plan, billed), is_now});
  };
  Segments intervals{.label = "Billed", .items = {}};
  for (const Interval interval : {Interval::month, Interval::year})
    append(intervals, interval == Interval::year ? "Yearly" : "Monthly", {interval, now.currency},
           interval == now.interval);
  std::vector<Segments> choices{std::move(intervals)};
  if (situation.current || billing.catalog.currencies().size() < 2) return choices;
  Segments currencies{.label = "Currency", .items = {}};
  for (const Currency& currency : billing.catalog.currencies())
    append(currencies, upper(currency.code()), {now.interval, currency}, currency == now.currency);
  choices.push_back(std::move(currencies));
  return choices;
}

Task<ChangePage> page_of(Billing& billing, const http::Request& req, const Choice& choice,
                         const Situation& situation, const Counted& counted) {
  const catalog::Catalog& catalog = billing.catalog;
  ChangePage page{.tabs = tabs_of(req),
                  .heading = choice.plan.name + ", " + adverb(choice.price.interval)};
  const auto then = what_follows(billing, choice, situation);
  page.gains = gains_of(catalog, what_it_has(billing, situation), then);
  if (situation.current) {
    const Mirror& current = *situation.current;
    append_lost_addons(page.gains, catalog, choice, current);
    page.blocked = blocked_by(req, current, situation.invoices);
    if (current.pending_at) page.notice = drops_change(billing, current);
  }
  page.fields = {{"plan", choice.plan.key},
                 {"interval", std::string(name_of(choice.price.interval))},
                 {"currency", std::string(choice.price.amount.currency.code())}};
  show_cost(page, counted, situation.current ? situation.current->lookup_key : "");
  page.too_much = co_await too_much(billing, req, then);
  const std::string by_use = usage_words(catalog, choice);
  if (!by_use.empty()) page.note += (page.note.empty() ? "" : " ") + by_use;
  page.action = billing_url(req, "/change");
  page.back = {.label = "Compare plans", .url = billing_url(req, "/plans")};
  page.choices = choices_of(billing, req, choice, situation);
  co_return page;
}

Task<http::Response> show_change(Billing& billing, http::Request& req, db::Database&) {
  const Situation situation = co_await look_up(billing, req.actor());
  Choice choice = choice_of(billing, req.query, situation.current);
  co_await count(billing, req.actor(), choice, situation);
  if (situation.current && situation.current->lookup_key == choice.price.lookup_key)
    co_return http::see_other(billing_url(req));
  const Counted cost =
      co_await counted(cost_of(billing, req.actor(), choice, situation, {}), choice.each.currency);
  const ChangePage page = co_await page_of(billing, req, choice, situation, cost);
  co_return co_await show(billing, req, page, 200);
}

// The page again, when what the person agreed to is not what it would cost.
Task<std::optional<http::Response>> shown_anew(Billing& billing, http::Request& req,
                                               const Choice& choice, const Situation& situation,
                                               std::optional<Instant> at) {
  const Cost cost = co_await cost_of(billing, req.actor(), choice, situation, at);
  if (is_agreed(req.form(), cost, situation.current->lookup_key, at)) co_return std::nullopt;
  ChangePage page = co_await page_of(billing, req, choice, situation, {cost, {}});
  page.notice = counted_anew();
  co_return co_await show(billing, req, page, 409);
}

Task<http::Response> change(Billing& billing, http::Request& req, db::Database&) {
  const Situation situation = co_await look_up(billing, req.actor());
  Choice choice = choice_of(billing, req.form(), situation.current);
  co_await count(billing, req.actor(), choice, situation);
  if (!situation.current) {
    const std::string url =
        co_await open_checkout(billing, req.actor(), req.tenant_slug, choice.price);
    co_return http::see_other(url);
  }
  const Mirror& current = *situation.current;
  const auto at = shown_at(req.form(), current, billing.clocks.business.now());
  const bool is_open = std::ranges::none_of(situation.invoices, is_overdue);
  if (is_open && current.lookup_key != choice.price.lookup_key) {
    auto again = co_await shown_anew(billing, req, choice, situation, at);
    if (again) co_return std::move(*again);
  }
  co_return to_overview(req, co_await change_plan(billing, req.actor(), choice.price, at));
}

}  // namespace

Task<http::Response> show_plans(Billing& billing, http::Request& req, WrongNumber wrong) {
  db::ControlRead db = billing.database.control_read(req.actor());
  const auto current = co_await current_subscription(db);
  const auto snapshot = co_await billing.gates.snapshot(req.actor());
  const Billed billed = billed_by(req.query, billing.catalog, current);
  Comparison page = compare(billing.catalog, billed, billing_url(req, "/plans"), !current);
  for (PlanCard& card : page.plans) {
    const Plan& plan = *billing.catalog.find(card.id);
    if (plan.key == snapshot->plan)
      card.badge =
          html::Badge{snapshot->standing.source == "trial" ? "On trial" : "Your plan", "accent"};
    card.action = action_for(req, plan, billed, current, billing.catalog);
  }
  const html::Frame frame = co_await frame_of(billing, req, "Plans");
  json::object model = to_json(page).as_object();
  model["tabs"] = to_json(tabs_of(req));
  model["addons"] = addon_models(billing, req, billed, current, wrong);
  const json::value whole = html::page_model(frame, std::move(model));
  co_return http::html(wrong.errors.empty() ? 200 : 422,
                       billing.views.render("billing/plans", whole));
}

void plan_routes(http::Router& at, Billing& billing) {
  using namespace permissions;
  auto with = at.with(billing);
  const http::Words open{.while_limited = true};
  with.get("/t/{slug}/billing/plans", show_comparison, http::member, open);
  with.get("/t/{slug}/billing/change", show_change, billing_manage, open);
  with.post("/t/{slug}/billing/change", change, billing_manage, open);
}

}  // namespace freehold::billing
