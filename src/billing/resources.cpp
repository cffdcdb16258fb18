#include "billing/resources.hpp"

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

}  // namespace

Notes notes_on(const SubscriptionResource*) {
  return {"Subscription",
          "What the workspace pays for.",
          {{"id", "Its id at Stripe."},
           {"status", "Stripe's word: `active`, `trialing`, `past_due`, `unpaid`, `canceled` …"},
           {"plan", "The key of the plan."},
           {"interval", "`month` or `year`."},
           {"price", "For an interval, without tax."},
           {"current_period_start", "When the paid period began."},
           {"current_period_end", "When it ends, and the next one is charged."},
           {"trial_ends_at", "When a trial ends that was agreed with Stripe."},
           {"cancels_at", "When it ends, if it was cancelled."},
           {"created_at", "When it was bought."}}};
}

Notes notes_on(const StandingResource*) {
  return {"Standing",
          "What the workspace may use, and why.",
          {{"plan", "The key of the plan that it has."},
           {"access",
            "`full`; `grace`: the same, but a payment has failed; `limited`: reading only; `none`: "
            "nothing but billing."},
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
          .price = money_of(mirror.amount, mirror.currency),
          .current_period_start = mirror.period_start,
          .current_period_end = mirror.period_end,
          .trial_ends_at = mirror.trial_end,
          .cancels_at = cancels_at(mirror),
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
  PlanResource resource{.id = plan.key, .name = plan.name, .prices = {}, .features = plan.features};
  for (const catalog::Price& price : plan.prices)
    resource.prices.push_back({price.amount, price.interval});
  resource.limits = resources_of(plan.limits);
  resource.meters = resources_of(plan.meters);
  return resource;
}

}  // namespace freehold::billing
