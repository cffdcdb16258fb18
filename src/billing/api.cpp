// Billing for programs: /api/v1/subscription, invoices and plans.
#include "billing/handlers.hpp"
#include "billing/resources.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "http/list.hpp"
#include "http/operation.hpp"

namespace freehold::billing {
namespace {

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

// --- What is said of it

constexpr std::string_view invoices_path = "/api/v1/invoices";
constexpr std::string_view plans_path = "/api/v1/plans";
constexpr http::Tag about_billing{"Billing",
                                  "What the workspace pays for. Also open while a payment is due."};

StandingResource some_standing() {
  const Instant start = example_time();
  StandingResource standing{.plan = "pro", .source = "subscription"};
  standing.subscription = SubscriptionResource{.id = "sub_1Sgk2hKZv",
                                               .status = "active",
                                               .plan = "pro",
                                               .interval = "month",
                                               .price = {4900, Currency::usd()},
                                               .current_period_start = start,
                                               .current_period_end = add_months(start, 1),
                                               .trial_ends_at = {},
                                               .cancels_at = {},
                                               .created_at = start};
  return standing;
}

http::Operation showing(Schemas& schemas) {
  return {.id = "get_subscription",
          .tag = &about_billing,
          .summary = "Read plan and subscription",
          .answers = {http::answer_like(schemas, 200, "What it has.", some_standing())}};
}

std::vector<http::Answer> once_ordered(Schemas& schemas) {
  return {
      http::answer_like(schemas, 200, "It is done.", some_standing()),
      http::answer_like(schemas, 202, "Stripe does not answer; it will be done as soon as it does.",
                        some_standing())};
}

http::Operation cancelling(Schemas& schemas) {
  return {.id = "cancel_subscription",
          .tag = &about_billing,
          .summary = "Cancel the subscription",
          .about = "It ends with the paid period. Cancelling twice is the same as once.",
          .answers = once_ordered(schemas),
          .refusals = {{"no_subscription"}, {"stripe_refused"}}};
}

http::Operation keeping(Schemas& schemas) {
  return {
      .id = "keep_subscription",
      .tag = &about_billing,
      .summary = "Take a cancellation back",
      .about = "Until the period has ended the subscription goes on as if nothing had been said.",
      .answers = once_ordered(schemas),
      .refusals = {{"no_subscription"}, {"stripe_refused"}}};
}

http::Operation listing_invoices(Schemas& schemas) {
  const InvoiceResource invoice{.id = "in_1Sgk2hKZv",
                                .number = "NW-0007",
                                .status = "paid",
                                .total = {4900, Currency::usd()},
                                .amount_remaining = {0, Currency::usd()},
                                .created_at = example_time(),
                                .paid_at = example_time(),
                                .url = "https://invoice.stripe.com/i/in_1Sgk2hKZv"};
  return {.id = "list_invoices",
          .tag = &about_billing,
          .summary = "List invoices",
          .about = "Newest first, at most the last 100.",
          .parameters = http::paging_parameters<InvoiceId>(),
          .answers = {http::page_like(schemas, "Invoices.", invoices_path, invoice)},
          .refusals = {{"invalid_input"}}};
}

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

Task<StandingResource> standing_resource(Billing& billing, db::ControlRead& db) {
  const auto standing = co_await entitlements::get_standing(db);
  const Trial trial = co_await get_trial(db);
  const auto current = co_await current_subscription(db);
  StandingResource resource{.plan = standing.plan,
                            .access = standing.access,
                            .source = standing.source,
                            .access_until = standing.access_until,
                            .trial_ends_at = trial.ends_at,
                            .subscription = {},
                            .retention = {}};
  if (current) resource.subscription = resource_of(*current, billing.catalog);
  const auto retention = co_await find_retention(db);
  if (retention) resource.retention = resource_of(*retention);
  co_return resource;
}

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
  const std::string one = "/api/v1/subscription";
  with.get(one, show_subscription, billing_read, described(showing, open));
  with.post(one + "/cancellation", order_cancellation, billing_manage, described(cancelling, open));
  with.del(one + "/cancellation", withdraw_cancellation, billing_manage, described(keeping, open));
  at.get(invoices_path, list_invoices, billing_read, described(listing_invoices, open));
  with.get(plans_path, list_plans, http::member, described(listing_plans, open));
}

}  // namespace freehold::billing
