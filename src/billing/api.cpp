// What is sold, for programs: /api/v1/plans and /api/v1/addons.
#include "billing/about.hpp"
#include "billing/handlers.hpp"
#include "billing/resources.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "http/list.hpp"
#include "http/operation.hpp"

namespace freehold::billing {
namespace {

// The id of a plan or an add-on is its key in the catalogue: "pro".
struct CatalogKey {
  static constexpr std::string_view prefix = "";
  std::string text;
  friend bool operator==(const CatalogKey&, const CatalogKey&) = default;
  static std::optional<CatalogKey> parse(std::string_view text) {
    const auto is_part = [](unsigned char c) { return std::isalnum(c) || c == '_' || c == '-'; };
    if (!std::ranges::all_of(text, is_part)) return {};
    return CatalogKey{std::string(text)};
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
          .parameters = http::paging_parameters<CatalogKey>(),
          .answers = {http::page_like(schemas, "Plans.", plans_path, plan)},
          .refusals = {{"invalid_input"}}};
}

constexpr std::string_view addons_path = "/api/v1/addons";

http::Operation listing_addons(Schemas& schemas) {
  const AddonResource addon{.id = "documents_500",
                            .name = "500 more documents",
                            .prices = {{{900, Currency::usd()}, catalog::Interval::month}},
                            .plans = {"pro"},
                            .limits = {{"documents.documents", 500}},
                            .max_quantity = 10};
  return {.id = "list_addons",
          .tag = &about_billing,
          .summary = "List add-ons",
          .about = "What can be bought on top of a plan.",
          .parameters = http::paging_parameters<CatalogKey>(),
          .answers = {http::page_like(schemas, "Add-ons.", addons_path, addon)},
          .refusals = {{"invalid_input"}}};
}

// --- Handlers

Task<http::Response> list_plans(Billing& billing, http::Request& req) {
  const auto paging = http::paging<CatalogKey>(req);
  std::vector<PlanResource> all;
  all.reserve(billing.catalog.plans().size());
  for (const catalog::Plan& plan : billing.catalog.plans()) {
    if (!plan.is_locked) all.push_back(resource_of(plan));
  }
  co_return http::list_of_all(req, paging, std::move(all),
                              [](const PlanResource& plan) { return CatalogKey{plan.id}; });
}

Task<http::Response> list_addons(Billing& billing, http::Request& req) {
  const auto paging = http::paging<CatalogKey>(req);
  std::vector<AddonResource> all;
  all.reserve(billing.catalog.addons().size());
  for (const catalog::Addon& addon : billing.catalog.addons()) all.push_back(resource_of(addon));
  co_return http::list_of_all(req, paging, std::move(all),
                              [](const AddonResource& addon) { return CatalogKey{addon.id}; });
}

}  // namespace

void api_routes(http::Router& at, Billing& billing) {
  using namespace permissions;
  auto with = at.with(billing);
  const http::Words open{.while_limited = true};
  with.get(plans_path, list_plans, http::member, described(listing_plans, open));
  with.get(addons_path, list_addons, http::member, described(listing_addons, open));
}

}  // namespace freehold::billing
