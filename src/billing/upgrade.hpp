// What a change of plan costs now, by Stripe's own arithmetic: the amount that is shown is the
// amount that is charged, because both name the same time. Private to this module.
// https://docs.stripe.com/billing/subscriptions/prorations
#pragma once

#include "billing/items.hpp"

namespace freehold::billing {

// How long an amount that was shown may still be charged.
inline constexpr Duration preview_holds = minutes(15);

// Whether the change is settled now: one to a plan that costs more with all its items, or to
// another interval, whose period begins at once. During a trial nothing is.
bool is_paid_now(const Mirror& current, const std::vector<OfferedItem>& offered,
                 const catalog::Catalog& catalog);
// Whether it waits for the end of the period, which is paid already: any other price, but for a
// trial.
bool is_scheduled(const Mirror& current, const std::vector<OfferedItem>& offered,
                  const catalog::Catalog& catalog);

struct ChangePreview {
  Money credit;   // for what is left of the paid period; not above zero
  Money charge;   // for the new price
  Money balance;  // credit of the customer's that is used, not above zero
  Money due_now;  // never below zero
  Money left;     // credit that is left for later invoices, not below zero
  Instant charged_until;
  Instant proration_date;
};
// Of a change to these items: "subscription_details[items][0][price]" and so on. Throws Problem 503
// `stripe_away` when Stripe does not answer.
Task<ChangePreview> preview_change(Billing& billing, const Mirror& current, Params items,
                                   Instant proration_date);

}  // namespace freehold::billing
