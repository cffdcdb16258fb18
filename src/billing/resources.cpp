#include "billing/resources.hpp"

#include "billing/items.hpp"

namespace freehold::billing {
namespace {

Money money_of(std::int64_t minor, const std::string& currency) {
  return {minor, Currency::parse(currency).value_or(Currency::usd())};
}

std::vector<AllowanceResource> resources_of(const catalog::Allowances& allowances) {
  std::vector<AllowanceResource> resources;
  for (const auto& [key, limit] : allowances) resources.push_back({key, limit});
  return resources;
}

std::vector<PriceResource> resources_of(const std::vector<catalog::Price>& prices) {
  std::vector<PriceResource> resources;
  resources.reserve(prices.size());
  for (const catalog::Price& price : prices) resources.push_back({price.amount, price.interval});
  return resources;
}

std::vector<AddonQuantity> quantities_of(const AddonCounts& counts) {
  std::vector<AddonQuantity> quantities;
  for (const auto& [key, quantity] : counts) quantities.push_back({key, quantity});
  return quantities;
}

std::optional<PendingChange> pending_change_of(const Mirror& mirror,
                                               const catalog::Catalog& catalog) {
  if (!mirror.pending_at) return {};
  Mirror next = mirror;
  next.lookup_key = *mirror.pending_lookup_key;
  return PendingChange{plan_of(next, catalog), *mirror.pending_interval,
                       money_of(*mirror.pending_amount, mirror.currency), *mirror.pending_at};
}

std::optional<CollectionPauseResource> collection_pause_of(const Mirror& mirror) {
  if (!mirror.pause_collection) return {};
  return CollectionPauseResource{*mirror.pause_collection, mirror.collection_resumes_at};
}

}  // namespace

Notes notes_on(const SubscriptionResource*) {
  return {"Subscription",
          "What the workspace pays for.",
          {{"id", "Its id at Stripe."},
           {"status", "Stripe's word: `active`, `trialing`, `past_due`, `unpaid`, `canceled` …"},
           {"plan", "The key of the plan."},
           {"interval", "`month` or `year`."},
           {"price", "For an interval, without tax."},
           {"addons", "What was bought on top of the plan."},
           {"current_period_start", "When the paid period began."},
           {"current_period_end", "When it ends, and the next one is charged."},
           {"trial_ends_at", "When a trial ends that was agreed with Stripe."},
           {"cancels_at", "When it ends, if it was cancelled."},
           {"paused_reason",
            "Of the status `paused`, in Stripe's words: `pause_requested`, "
            "`trial_end_without_payment_method`, `first_payment_failure` …"},
           {"pending_change", "What it changes to at the end of the paid period. Null: nothing."},
           {"pause_collection", "Null: it is charged as usual."},
           {"created_at", "When it was bought."}}};
}

Notes notes_on(const PendingChange*) {
  return {"PendingChange",
          "A change of plan that is scheduled.",
          {{"plan", "The key of the plan that follows."},
           {"interval", "`month` or `year`."},
           {"price", "For an interval, without tax."},
           {"at", "When it takes effect."}}};
}

Notes notes_on(const CollectionPauseResource*) {
  return {
      "CollectionPause",
      "Nothing is charged for now; the subscription runs as before.",
      {{"behavior", "What becomes of invoices: `keep_as_draft`, `mark_uncollectible` or `void`."},
       {"resumes_at", "When charging goes on by itself. Null: not by itself."}}};
}

Notes notes_on(const SubscriptionChange*) {
  return {"SubscriptionChange",
          "What it shall have: a plan at an interval, or add-ons.",
          {{"plan", "The key of a plan that is sold; as it is when it is left out."},
           {"interval", "`month` or `year`; as it is when it is left out."},
           {"addons", "How much of each there shall be; others stay as they are.", {.most = 50}}}};
}

Notes notes_on(const AddonQuantity*) {
  return {"AddonQuantity",
          "So much of an add-on.",
          {{"addon", "The key of the add-on."}, {"quantity", "How much of it."}}};
}

Notes notes_on(const AddonChange*) {
  return {"AddonChange",
          "How much of an add-on there shall be.",
          {{"addon", "The key of the add-on."}, {"quantity", "How much of it; 0: it goes."}}};
}

Notes notes_on(const AddonResource*) {
  return {
      "Addon",
      "Something to buy on top of a plan.",
      {{"id", "The key of the add-on."},
       {"name", "What people read."},
       {"prices", "For one, in an interval, without tax."},
       {"plans", "The keys of the plans that it may be added to. Empty: all that have a price."},
       {"features", "What each brings."},
       {"limits", "What each adds to the plan's limits."},
       {"meters", "What each adds to the plan's meters, a month."},
       {"max_quantity", "How many there can be."}}};
}

Notes notes_on(const CancellationBody*) {
  return {"Cancellation",
          "When it ends, and why.",
          {{"when", "`period_end`, which it is when it is left out, or `now`."},
           {"feedback",
            "Why, in Stripe's words: `too_expensive`, `missing_features`, `switched_service`, "
            "`unused`, `customer_service`, `too_complex`, `low_quality` or `other`."},
           {"comment", "The same in your own words.", {.most = longest_cancellation_comment}}}};
}

Notes notes_on(const StandingResource*) {
  return {"Standing",
          "What the workspace may use, and why.",
          {{"plan", "The key of the plan that it has."},
           {"access",
            "`full`; `grace`: the same, but a payment has failed; `limited`: reading only; `none`: "
            "nothing but billing."},
           {"access_reason",
            "Why the access is not `full`: `payment_failed`, `disputed`, `refunded`, `paused`, "
            "`collection_paused`, `unknown_status` or `no_plan`. Null: it is."},
           {"source", "Why it has the plan: `trial`, `subscription` or `default`."},
           {"access_until", "When this ends by itself."},
           {"trial_ends_at", "When the trial of the sign-up ends or ended."},
           {"subscription", "Null: it pays nothing."},
           {"retention", "Null unless its last subscription has ended."}}};
}

Notes notes_on(const RetentionResource*) {
  return {"Retention",
          "What is kept after the last subscription ended.",
          {{"state",
            "`canceled_retained`; `canceled_purgeable`: what is stored is deleted any moment; "
            "`purged`: it is deleted."},
           {"ended_at", "When the subscription ended."},
           {"purge_at", "When what is stored will be deleted. Null: it will not be, as it stands."},
           {"held", "Whether support holds the deletion."}}};
}

Notes notes_on(const InvoiceResource*) {
  return {"Invoice",
          "An invoice of Stripe's.",
          {{"id", "Its id at Stripe."},
           {"number", "As it stands on it."},
           {"status", "Stripe's word: `open`, `paid`, `void`, `uncollectible`."},
           {"total", "What it is for."},
           {"amount_remaining", "What is still to be paid of it."},
           {"created_at", "When it was made."},
           {"paid_at", "When it was paid."},
           {"url", "Stripe's page, to read or pay it.", {.format = "uri"}}}};
}

Notes notes_on(const PriceResource*) {
  return {"Price",
          "What a plan costs.",
          {{"amount", "For an interval, without tax."}, {"interval", "How often it is charged."}}};
}

Notes notes_on(const AllowanceResource*) {
  return {"Allowance",
          "How much a plan allows of something.",
          {{"key", "Of the limit or meter."}, {"limit", "Null: as much as one likes."}}};
}

Notes notes_on(const PlanResource*) {
  return {"Plan",
          "What is sold.",
          {{"id", "Its key."},
           {"name", "What people call it."},
           {"prices", "None: it is free of charge."},
           {"features", "The keys of the features that it includes."},
           {"limits", "How many live things it allows."},
           {"meters", "How many units in a period it allows."}}};
}

SubscriptionResource resource_of(const Mirror& mirror, const catalog::Catalog& catalog) {
  return {.id = mirror.stripe_id,
          .status = mirror.status,
          .plan = plan_of(mirror, catalog),
          .interval = mirror.billing_interval,
          .price = money_of(cost_of(mirror, catalog), mirror.currency),
          .addons = quantities_of(addons_of(mirror, catalog)),
          .current_period_start = mirror.period_start,
          .current_period_end = mirror.period_end,
          .trial_ends_at = mirror.trial_end,
          .cancels_at = cancels_at(mirror),
          .paused_reason = mirror.paused_reason,
          .pending_change = pending_change_of(mirror, catalog),
          .pause_collection = collection_pause_of(mirror),
          .created_at = mirror.created_at};
}

RetentionResource resource_of(const Retention& retention) {
  return {.state = retention.state,
          .ended_at = retention.ended_at,
          .purge_at = retention.purge_at(),
          .held = retention.purge && retention.purge->state == PurgeState::held};
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

PlanResource resource_of(const catalog::Plan& plan) {
  PlanResource resource{.id = plan.key, .name = plan.name, .features = plan.features};
  resource.prices = resources_of(plan.prices);
  resource.limits = resources_of(plan.limits);
  resource.meters = resources_of(plan.meters);
  return resource;
}

AddonResource resource_of(const catalog::Addon& addon) {
  return {.id = addon.key,
          .name = addon.name,
          .prices = resources_of(addon.prices),
          .plans = addon.plans,
          .features = addon.features,
          .limits = resources_of(addon.limits),
          .meters = resources_of(addon.meters),
          .max_quantity = addon.max_quantity};
}

}  // namespace freehold::billing
