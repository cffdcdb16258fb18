// Billing for programs: /api/v1/subscription, invoices and plans.
#include "billing/handlers.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "http/list.hpp"

namespace freehold::billing {
namespace {

// --- Resources

struct SubscriptionResource {
  static constexpr std::string_view object = "subscription";
  std::string id;
  std::string status;  // Stripe's word
  std::string plan;
  std::string interval;
  Money price;
  Instant current_period_start;
  Instant current_period_end;
  std::optional<Instant> trial_ends_at;
  std::optional<Instant> cancels_at;
  Instant created_at;
};
BOOST_DESCRIBE_STRUCT(SubscriptionResource, (),
                      (id, status, plan, interval, price, current_period_start, current_period_end,
                       trial_ends_at, cancels_at, created_at))

// What the workspace may use, and why; `subscription` is null for one that pays nothing.
struct StandingResource {
  static constexpr std::string_view object = "standing";
  std::string plan = {};
  entitlements::Access access = entitlements::Access::full;
  std::string source = {};
  std::optional<Instant> access_until = {};
  std::optional<Instant> trial_ends_at = {};
  std::optional<SubscriptionResource> subscription = {};
};
BOOST_DESCRIBE_STRUCT(StandingResource, (),
                      (plan, access, source, access_until, trial_ends_at, subscription))

struct InvoiceResource {
  static constexpr std::string_view object = "invoice";
  std::string id;
  std::optional<std::string> number;
  std::string status;
  Money total;
  Money amount_remaining;
  Instant created_at;
  std::optional<Instant> paid_at;
  std::optional<std::string> url;
};
BOOST_DESCRIBE_STRUCT(InvoiceResource, (),
                      (id, number, status, total, amount_remaining, created_at, paid_at, url))

struct PriceResource {
  Money amount;
  catalog::Interval interval = catalog::Interval::month;
};
BOOST_DESCRIBE_STRUCT(PriceResource, (), (amount, interval))

struct AllowanceResource {
  std::string key;
  std::optional<std::int64_t> limit;  // null: unlimited
};
BOOST_DESCRIBE_STRUCT(AllowanceResource, (), (key, limit))

struct PlanResource {
  static constexpr std::string_view object = "plan";
  std::string id = {};
  std::string name = {};
  std::vector<PriceResource> prices = {};
  std::vector<std::string> features = {};
  std::vector<AllowanceResource> limits = {};
  std::vector<AllowanceResource> meters = {};
};
BOOST_DESCRIBE_STRUCT(PlanResource, (), (id, name, prices, features, limits, meters))

// An invoice's id is Stripe's.
struct InvoiceId {
  static constexpr std::string_view prefix = "in";
  std::string text;
  friend bool operator==(const InvoiceId&, const InvoiceId&) = default;
  static std::optional<InvoiceId> parse(std::string_view text) {
    if (!text.starts_with("in_")) return {};
    return InvoiceId{std::string(text)};
  }
};

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

Money money_of(std::int64_t minor, const std::string& currency) {
  return {minor, Currency::parse(currency).value_or(Currency::usd())};
}

SubscriptionResource resource_of(const Mirror& mirror, const catalog::Catalog& catalog) {
  return {.id = mirror.stripe_id,
          .status = mirror.status,
          .plan = plan_of(mirror, catalog),
          .interval = mirror.billing_interval,
          .price = money_of(mirror.amount, mirror.currency),
          .current_period_start = mirror.period_start,
          .current_period_end = mirror.period_end,
          .trial_ends_at = mirror.trial_end,
          .cancels_at = cancels_at(mirror),
          .created_at = mirror.created_at};
}

InvoiceResource resource_of(const Invoice& invoice) {
  return {.id = invoice.stripe_id,
          .number = invoice.number,
          .status = invoice.status,
          .total = money_of(invoice.total, invoice.currency),
          .amount_remaining = money_of(invoice.amount_remaining, invoice.currency),
          .created_at = invoice.created_at,
          .paid_at = invoice.paid_at,
          .url = invoice.hosted_invoice_url};
}

std::vector<AllowanceResource> resources_of(const catalog::Allowances& allowances) {
  std::vector<AllowanceResource> resources;
  for (const auto& [key, limit] : allowances) resources.push_back({key, limit});
  return resources;
}

PlanResource resource_of(const catalog::Plan& plan) {
  PlanResource resource{.id = plan.key, .name = plan.name, .prices = {}, .features = plan.features};
  for (const catalog::Price& price : plan.prices)
    resource.prices.push_back({price.amount, price.interval});
  resource.limits = resources_of(plan.limits);
  resource.meters = resources_of(plan.meters);
  return resource;
}

Task<StandingResource> standing_resource(Billing& billing, db::ControlRead& db) {
  const auto standing = co_await entitlements::get_standing(db);
  const Trial trial = co_await get_trial(db);
  const auto current = co_await current_subscription(db);
  StandingResource resource{.plan = standing.plan,
                            .access = standing.access,
                            .source = standing.source,
                            .access_until = standing.access_until,
                            .trial_ends_at = trial.ends_at,
                            .subscription = {}};
  if (current) resource.subscription = resource_of(*current, billing.catalog);
  co_return resource;
}

// --- Routes

Task<http::Response> show_subscription(Billing& billing, http::Request&, db::ControlRead& db) {
  const StandingResource resource = co_await standing_resource(billing, db);
  co_return http::json(resource);
}

Task<http::Response> answer(Billing& billing, const Actor& actor, Ordered ordered) {
  db::ControlRead db = billing.database.control_read(actor);
  const StandingResource resource = co_await standing_resource(billing, db);
  if (ordered == Ordered::queued) co_return http::accepted(resource);
  co_return http::json(resource);
}

Task<http::Response> order_cancellation(Billing& billing, http::Request& req, db::Database&) {
  const Ordered ordered = co_await cancel(billing, req.actor());
  co_return co_await answer(billing, req.actor(), ordered);
}

Task<http::Response> withdraw_cancellation(Billing& billing, http::Request& req, db::Database&) {
  const Ordered ordered = co_await undo_cancellation(billing, req.actor());
  co_return co_await answer(billing, req.actor(), ordered);
}

Task<http::Response> list_invoices(http::Request& req, db::ControlRead& db) {
  const auto paging = http::paging<InvoiceId>(req);
  std::vector<InvoiceResource> all;
  const auto known = co_await invoices(db);
  all.reserve(known.size());
  for (const Invoice& invoice : known) all.push_back(resource_of(invoice));
  co_return http::list_of_all(req, paging, std::move(all),
                              [](const InvoiceResource& invoice) { return InvoiceId{invoice.id}; });
}

Task<http::Response> list_plans(Billing& billing, http::Request& req) {
  const auto paging = http::paging<PlanKey>(req);
  std::vector<PlanResource> all;
  all.reserve(billing.catalog.plans().size());
  for (const catalog::Plan& plan : billing.catalog.plans()) all.push_back(resource_of(plan));
  co_return http::list_of_all(req, paging, std::move(all),
                              [](const PlanResource& plan) { return PlanKey{plan.id}; });
}

}  // namespace

void api_routes(http::Router& at, Billing& billing) {
  using namespace permissions;
  auto with = at.with(billing);
  const http::Words open{.while_limited = true};
  with.get("/api/v1/subscription", show_subscription, billing_read, open);
  with.post("/api/v1/subscription/cancellation", order_cancellation, billing_manage, open);
  with.del("/api/v1/subscription/cancellation", withdraw_cancellation, billing_manage, open);
  at.get("/api/v1/invoices", list_invoices, billing_read, open);
  with.get("/api/v1/plans", list_plans, http::member, open);
}

}  // namespace freehold::billing
