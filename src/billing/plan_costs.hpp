// What choosing a plan costs, in words: bought anew, changed now, or changed at the end of the paid
// period. Private to this module.
#pragma once

#include "billing/change_page.hpp"
#include "billing/upgrade.hpp"

namespace freehold::billing {

struct Choice {
  const catalog::Plan& plan;
  const catalog::Price& price;
  std::int64_t seats = 1;
  Money each = price.amount;  // interval, for all of it beside usage
};

// `is_first`: the workspace never had a subscription.
Cost cost_of_purchase(const Choice& choice, const Trial& trial, bool is_first, Instant now);
// By Stripe's preview: what is left of the paid period counts against the new price.
Cost cost_of_upgrade(const Choice& choice, const ChangePreview& preview, std::string_view from);
// Of one that is not paid now.
Cost cost_of_change(const Choice& choice, const Mirror& current);

// What any preview says beside what is charged: what is left of what was paid, and credit.
void append_credits(Cost& cost, const ChangePreview& preview, std::string_view of);

// "What you use comes on the invoice after it. API calls: $0.005 each, 1,000 included."; empty:
// nothing is paid by use.
std::string usage_words(const catalog::Catalog& catalog, const Choice& choice);

}  // namespace freehold::billing
