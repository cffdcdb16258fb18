// Billing details: who a tenant is on its invoices, and where they are sent. Kept here, and told to
// Stripe's customer by stored commands. Private to this module.
#pragma once

#include <span>

#include "billing/billing.hpp"
#include "billing/invoices.hpp"

namespace freehold::billing {

struct Details {
  std::string legal_name = {};  // empty: the workspace's name stands on invoices
  PostalAddress address = {};
  TaxId tax_id = {};  // both empty: none
  std::string po_number = {};
  std::vector<std::string> invoice_emails = {};  // none: the first owner's
  std::int64_t version = 0;                      // 0: nothing was saved yet
};

// Everything empty before the first save.
Task<Details> get_details(db::ControlRead& db);

// Blanks around what was typed are gone, the tax id is as its kind writes it; what is wrong is said
// by the name of its field (tax_id, country …).
FieldErrors tidy(Details& details);

struct Saved {
  Ordered ordered = Ordered::carried_out;
  std::optional<std::string> refused = {};  // why Stripe does not take them
  Details details = {};
};
// Tidies and keeps them, and tells Stripe. `version` of the details is the one that they were made
// from: Problem 409 `details_changed` when somebody has saved since. Problem 422 for mistakes.
// Saving what is there already does nothing.
Task<Saved> save_details(Billing& billing, const Actor& actor, Details details);

// For who has just made a customer: what it does not know yet. In the same transaction.
Task<> order_details(db::ControlTx& tx, std::string customer_id, Instant machine_now);
// What the answer of a new tax id changes: the one before it goes, and so does the new one when
// another has been chosen meanwhile.
Task<> keep_tax_id(db::ControlTx& tx, std::string answer, Instant machine_now);

struct Country {
  std::string_view code;
  std::string_view name;
};
std::span<const Country> countries();  // by name
std::string_view country_name(std::string_view code);

}  // namespace freehold::billing
