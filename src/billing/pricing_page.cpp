// /pricing: the catalogue, for everybody.
#include "billing/addon_parts.hpp"
#include "billing/handlers.hpp"
#include "billing/page_parts.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "core/words.hpp"
#include "html/frame.hpp"
#include "tenancy/tenancy.hpp"

namespace freehold::billing {
namespace {

// Who looks: nobody we know, a person, or a person with one workspace.
struct Visitor {
  bool signed_in = false;
  std::string slug;  // of their only workspace
  std::string plan;  // of that workspace, when it is known
};

Task<> look_up_workspace(Billing& billing, const http::Request& req, Visitor& visitor) {
  const UserId user = req.session_->user;
  const auto belongings = co_await tenancy::belongings_of(billing.database, user);
  if (belongings.size() != 1) co_return;
  visitor.slug = belongings.front().slug;
  if (!billing.person) co_return;
  const auto actor = co_await billing.person(visitor.slug, user, req.origin());
  if (!actor) co_return;
  const auto snapshot = co_await billing.gates.snapshot(*actor);
  visitor.plan = snapshot->plan;
}

// Prices are shown also while the database does not say whose workspace they are for.
Task<Visitor> visitor_of(Billing& billing, const http::Request& req) {
  Visitor visitor;
  if (!req.session_) co_return visitor;
  visitor.signed_in = true;
  try {
    co_await look_up_workspace(billing, req, visitor);
  } catch (const Problem& problem) {
    if (problem.status != 503) throw;
  }
  co_return visitor;
}

html::Action action_for(const catalog::Plan& plan, const Billed& billed, const Visitor& visitor) {
  const std::string kind = plan.trial_days ? "primary" : "secondary";
  if (!visitor.signed_in) {
    const std::string label = plan.trial_days
                                  ? fmt::format("Start {} days of {}", *plan.trial_days, plan.name)
                                  : "Start with " + plan.name;
    const std::string yearly = billed.interval == catalog::Interval::year ? "&interval=year" : "";
    return {label, "/signup?plan=" + plan.key + yearly, kind};
  }
  if (visitor.slug.empty()) return {worded("Choose a workspace"), "/select", kind};
  const std::string pages = "/t/" + visitor.slug + "/billing";
  if (plan.prices.empty()) return {"Open billing", pages, kind};
  return {"Choose " + plan.name,
          fmt::format("{}/change?plan={}&{}", pages, plan.key, query_of(billed)), kind};
}

std::string lede(const catalog::Catalog& catalog) {
  const catalog::Plan* trial = catalog.trial_plan();
  if (trial == nullptr) return worded("Prices are for a whole workspace, without tax.");
  return fmt::format(
      "Every {0} starts with {1} days of {2}, without a card. Prices are for a whole {0}, without "
      "tax.",
      words().workspace, trial->trial_days.value_or(0), trial->name);
}

Task<http::Response> show_pricing(Billing& billing, http::Request& req, db::Database&) {
  const Billed billed = billed_by(req.query, billing.catalog);
  const Visitor visitor = co_await visitor_of(billing, req);
  Comparison page = compare(billing.catalog, billed, "/pricing", true);
  for (PlanCard& card : page.plans) {
    const catalog::Plan& plan = *billing.catalog.find(card.id);
    const bool is_sold =
        plan.prices.empty() || plan.price(billed.interval, billed.currency) != nullptr;
    if (is_sold) card.action = action_for(plan, billed, visitor);
    if (plan.key == visitor.plan) card.badge = html::Badge{"Your plan", "accent"};
  }
  html::Frame frame = billing.public_frame(req);
  frame.layout = "public";
  frame.title = "Pricing";
  json::object model = to_json(page).as_object();
  model["addons"] = addon_models(billing.catalog, billed);
  model["lede"] = lede(billing.catalog);
  const json::value whole = html::page_model(frame, std::move(model));
  co_return http::html(200, billing.views.render("billing/pricing", whole));
}

}  // namespace

void pricing_routes(http::Router& at, Billing& billing) {
  at.with(billing).get("/pricing", show_pricing, http::anyone);
}

}  // namespace freehold::billing
