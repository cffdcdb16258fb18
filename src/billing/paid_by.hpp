// Whose money an event is about that names no customer: a refund or a dispute names the charge or
// the intent, and our books know who paid it. Private to this module.
#pragma once

#include "billing/billing.hpp"

namespace freehold::billing {

// Nothing: it names none, or its charge was not fetched yet; Stripe is asked then.
Task<std::optional<std::string>> customer_who_paid(db::SystemTx& tx, const Hint& hint);

}  // namespace freehold::billing
