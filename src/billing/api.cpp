// Billing for programs: /api/v1/plans.
#include "billing/about.hpp"
#include "billing/handlers.hpp"
#include "billing/resources.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "http/list.hpp"
#include "http/operation.hpp"

namespace freehold::billing {
namespace {

// A plan's id is its key in the catalogue: "pro".
struct PlanKey {
  static constexpr std::string_view prefix = "";
  std::string text;
  friend bool operator==(const PlanKey&, const PlanKey&) = default;
  static std::optional<PlanKey> parse(std::string_view text) {
    const auto is_part = [](unsigned char c) { return std::isalnum(c) || c == '_' || c == '-'; };
    if (!std::ranges::all_of(text, is_part)) return {};
    return PlanKey{std::string(text)};
  }
};

// --- What is said of it

constexpr std::string_view plans_path = "/api/v1/plans";

http::Operation listing_plans(Schemas& schemas) {
  const PlanResource plan{.id = "pro",
                          .name = "Pro",
                          .prices = {{{4900, Currency::usd()}, catalog::Interval::month}},
                          .features = {"documents.export"},
                          .limits = {{"documents.documents", 1'000}},
                          .meters = {{"documents.api_calls", 10'000}}};
  return {.id = "list_plans",
          .tag = &about_billing,
          .summary = "List plans",
          .about = "What is sold, the cheapest first.",
          .parameters = http::paging_parameters<PlanKey>(),
          .answers = {http::page_like(schemas, "Plans.", plans_path, plan)},
          .refusals = {{"invalid_input"}}};
}

// --- Handlers

Task<http::Response> list_plans(Billing& billing, http::Request& req) {
  const auto paging = http::paging<PlanKey>(req);
  std::vector<PlanResource> all;
  all.reserve(billing.catalog.plans().size());
  for (const catalog::Plan& plan : billing.catalog.plans()) {
    if (!plan.is_locked) all.push_back(resource_of(plan));
  }
  co_return http::list_of_all(req, paging, std::move(all),
                              [](const PlanResource& plan) { return PlanKey{plan.id}; });
}

}  // namespace

void api_routes(http::Router& at, Billing& billing) {
  using namespace permissions;
  auto with = at.with(billing);
  const http::Words open{.while_limited = true};
  with.get(plans_path, list_plans, http::member, described(listing_plans, open));
}

}  // namespace freehold::billing
