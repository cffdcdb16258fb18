// The subscription for programs: /api/v1/subscription and what can be ordered of it.
#include "billing/about.hpp"
#include "billing/addons.hpp"
#include "billing/handlers.hpp"
#include "billing/ledger.hpp"
#include "billing/page_parts.hpp"
#include "billing/resources.hpp"
#include "billing/retention.hpp"
#include "core/async.hpp"
#include "core/json.hpp"

namespace freehold::billing {
namespace {

// --- What is said of it

StandingResource some_standing() {
  const Instant start = example_time();
  StandingResource standing{.plan = "pro", .source = "subscription"};
  standing.subscription = SubscriptionResource{.id = "sub_1Sgk2hKZv",
                                               .status = "active",
                                               .plan = "pro",
                                               .interval = "month",
                                               .price = {4900, Currency::usd()},
                                               .addons = {{"documents_500", 2}},
                                               .current_period_start = start,
                                               .current_period_end = add_months(start, 1),
                                               .trial_ends_at = {},
                                               .cancels_at = {},
                                               .paused_reason = {},
                                               .pending_change = {},
                                               .pause_collection = {},
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
  return {http::answer_like(schemas, 200, "It is done.", some_standing()),
          http::answer_like(
              schemas, 202,
              "It is stored: it is done when Stripe answers again, or when the invoice that "
              "it led to is paid.",
              some_standing())};
}

http::Body not_required(http::Body body) {
  body.is_required = false;
  return body;
}

http::Operation changing(Schemas& schemas) {
  return {
      .id = "change_subscription",
      .tag = &about_billing,
      .summary = "Change the plan or its add-ons",
      .about =
          "A dearer price, or another interval, begins at once and is charged at once, less "
          "what is left of the paid period. A cheaper one follows when the paid period ends. "
          "Naming the plan that it has takes a scheduled change back. More of an add-on is "
          "charged at once for the rest of the period; less of one comes off the next "
          "invoice. Plan and add-ons are changed by two calls.",
      .body = http::body_like(
          schemas, SubscriptionChange{.plan = "business", .interval = catalog::Interval::month}),
      .answers = once_ordered(schemas),
      .refusals = {{"no_subscription"},
                   {"invoice_unpaid"},
                   {"subscription_ends"},
                   {"subscription_paused"},
                   {"change_scheduled"},
                   {"plans_not_synced"},
                   {"stripe_refused"}}};
}

http::Operation withdrawing(Schemas& schemas) {
  return {.id = "withdraw_subscription_change",
          .tag = &about_billing,
          .summary = "Take a scheduled change back",
          .about = "Doing it twice is the same as once.",
          .answers = once_ordered(schemas),
          .refusals = {{"no_subscription"}, {"stripe_refused"}}};
}

http::Operation pausing(Schemas& schemas) {
  return {.id = "pause_subscription",
          .tag = &about_billing,
          .summary = "Pause the subscription",
          .about = "Nothing is charged, and the workspace is read-only, until it is resumed.",
          .answers = once_ordered(schemas),
          .refusals = {{"no_subscription"},
                       {"cannot_pause"},
                       {"invoice_unpaid"},
                       {"subscription_ends"},
                       {"stripe_refused"}}};
}

http::Operation resuming(Schemas& schemas) {
  return {
      .id = "resume_subscription",
      .tag = &about_billing,
      .summary = "Resume a paused subscription",
      .about = "A new period begins and is charged at once; until that is paid it stays paused.",
      .answers = once_ordered(schemas),
      .refusals = {{"no_subscription"}, {"cannot_resume"}, {"stripe_refused"}}};
}

http::Operation cancelling(Schemas& schemas) {
  return {.id = "cancel_subscription",
          .tag = &about_billing,
          .summary = "Cancel the subscription",
          .about = "It ends with the paid period, or now. Cancelling twice is the same as once.",
          .body = not_required(http::body_like(
              schemas, CancellationBody{CancelWhen::period_end, "unused", "We will be back."})),
          .answers = once_ordered(schemas),
          .refusals = {{"no_subscription"}, {"subscription_paused"}, {"stripe_refused"}}};
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

// --- Handlers

Task<StandingResource> standing_resource(Billing& billing, db::ControlRead& db) {
  const auto standing = co_await entitlements::get_standing(db);
  const Trial trial = co_await get_trial(db);
  const auto current = co_await current_subscription(db);
  const Returned money_back = co_await returned(db);
  StandingResource resource{
      .plan = standing.plan,
      .access = standing.access,
      .access_reason = reason_of(standing, current, money_back, billing.policy),
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
  const bool waits = ordered == Ordered::queued || ordered == Ordered::unpaid;
  if (waits) co_return http::accepted(resource);
  co_return http::json(resource);
}

Task<http::Response> order_cancellation(Billing& billing, http::Request& req, db::Database&) {
  CancellationBody body;
  if (!req.body.empty()) body = read_json_document<CancellationBody>(req.body);
  Cancellation cancellation{.when = body.when.value_or(CancelWhen::period_end),
                            .feedback = body.feedback.value_or(""),
                            .comment = body.comment.value_or("")};
  const Ordered ordered = co_await cancel(billing, req.actor(), std::move(cancellation));
  co_return co_await answer(billing, req.actor(), ordered);
}

Task<http::Response> withdraw_cancellation(Billing& billing, http::Request& req, db::Database&) {
  const Ordered ordered = co_await undo_cancellation(billing, req.actor());
  co_return co_await answer(billing, req.actor(), ordered);
}

// Of the plan that is named, or of the one that it has.
const catalog::Price& price_of(const catalog::Catalog& catalog, const SubscriptionChange& wish,
                               const std::optional<Mirror>& current) {
  Billed billed = billed_by({}, catalog, current);
  if (current) billed.interval = interval_of(current->billing_interval);
  const std::string has = current ? plan_of(*current, catalog) : "";
  const catalog::Plan* plan = catalog.find(wish.plan.value_or(has));
  const catalog::Price* price =
      plan != nullptr ? plan->price(wish.interval.value_or(billed.interval), billed.currency)
                      : nullptr;
  if (price == nullptr)
    throw Problem::invalid({{"plan", "Name a plan that is sold for this interval."}});
  return *price;
}

AddonCounts counts_of(const std::vector<AddonChange>& wanted) {
  AddonCounts counts;
  for (const AddonChange& each : wanted) {
    if (!counts.emplace(each.addon, each.quantity).second)
      throw Problem::invalid({{"addons", "Name each add-on once."}});
  }
  return counts;
}

Task<http::Response> order_change(Billing& billing, http::Request& req, db::Database&) {
  const auto wish = read_json_document<SubscriptionChange>(req.body);
  const bool is_of_plan = wish.plan || wish.interval;
  if (is_of_plan == wish.addons.has_value())
    throw Problem::invalid({{"plan", "Name a plan or an interval, or else add-ons."}});
  if (wish.addons) {
    const Ordered ordered = co_await set_addons(billing, req.actor(), counts_of(*wish.addons));
    co_return co_await answer(billing, req.actor(), ordered);
  }
  db::ControlRead db = billing.database.control_read(req.actor());
  const auto current = co_await current_subscription(db);
  const catalog::Price& price = price_of(billing.catalog, wish, current);
  const Ordered ordered = co_await change_plan(billing, req.actor(), price);
  co_return co_await answer(billing, req.actor(), ordered);
}

Task<http::Response> withdraw(Billing& billing, http::Request& req, db::Database&) {
  const Ordered ordered = co_await withdraw_change(billing, req.actor());
  co_return co_await answer(billing, req.actor(), ordered);
}

Task<http::Response> order_pause(Billing& billing, http::Request& req, db::Database&) {
  const Ordered ordered = co_await pause(billing, req.actor());
  co_return co_await answer(billing, req.actor(), ordered);
}

Task<http::Response> end_pause(Billing& billing, http::Request& req, db::Database&) {
  const Ordered ordered = co_await resume(billing, req.actor());
  co_return co_await answer(billing, req.actor(), ordered);
}

}  // namespace

void subscription_api_routes(http::Router& at, Billing& billing) {
  using namespace permissions;
  auto with = at.with(billing);
  const http::Words open{.while_limited = true};
  const std::string one = "/api/v1/subscription";
  with.get(one, show_subscription, billing_read, described(showing, open));
  with.patch(one, order_change, billing_manage, described(changing, open));
  with.del(one + "/pending_change", withdraw, billing_manage, described(withdrawing, open));
  with.post(one + "/cancellation", order_cancellation, billing_manage, described(cancelling, open));
  with.del(one + "/cancellation", withdraw_cancellation, billing_manage, described(keeping, open));
  with.post(one + "/pause", order_pause, billing_manage, described(pausing, open));
  with.del(one + "/pause", end_pause, billing_manage, described(resuming, open));
}

}  // namespace freehold::billing
