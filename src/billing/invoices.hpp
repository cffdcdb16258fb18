// What stands on invoices, from our copy: lines with their periods, what was taken off and put on,
// whom they are for; and how all of it sums to what is paid.
#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "billing/standing.hpp"
#include "core/money.hpp"
#include "core/task.hpp"
#include "core/time.hpp"
#include "db/db.hpp"

namespace freehold::billing {

// Amounts are minor units of the invoice's currency.
struct InvoiceLine {
  std::int32_t position = 0;
  std::string description;
  std::optional<std::int64_t> quantity = {};
  std::optional<std::string> unit_amount = {};  // a decimal: "0.25"
  std::int64_t amount = 0;                      // before discounts of the whole invoice
  std::optional<Instant> period_start = {};
  std::optional<Instant> period_end = {};
  bool is_proration = false;
};
BOOST_DESCRIBE_STRUCT(InvoiceLine, (),
                      (position, description, quantity, unit_amount, amount, period_start,
                       period_end, is_proration))

struct TaxAmount {
  std::int64_t amount = 0;
  bool is_inclusive = false;  // in the prices of the lines already
  std::string reason = {};    // Stripe's taxability_reason: standard_rated, reverse_charge …
};
BOOST_DESCRIBE_STRUCT(TaxAmount, (), (amount, is_inclusive, reason))

struct PostalAddress {
  std::string line1 = {};
  std::string line2 = {};
  std::string city = {};
  std::string state = {};
  std::string postal_code = {};
  std::string country = {};  // ISO 3166-1, two capitals
  bool operator==(const PostalAddress&) const = default;
};
BOOST_DESCRIBE_STRUCT(PostalAddress, (), (line1, line2, city, state, postal_code, country))
// As it stands on a letter; lines that would be empty are left out.
std::vector<std::string> lines_of(const PostalAddress& address);

struct TaxId {
  std::string type;  // Stripe's word: eu_vat
  std::string value;
  bool operator==(const TaxId&) const = default;
};
BOOST_DESCRIBE_STRUCT(TaxId, (), (type, value))
std::string tax_id_text(const TaxId& id);  // "EU VAT DE811907980"

// Whom an invoice is for, as it was when it was finalized.
struct BillTo {
  std::string name = {};
  std::string email = {};
  PostalAddress address = {};
  std::vector<TaxId> tax_ids = {};
};
BOOST_DESCRIBE_STRUCT(BillTo, (), (name, email, address, tax_ids))
std::vector<std::string> lines_of(const BillTo& bill_to);

// "PO number", "4711".
struct CustomField {
  std::string name;
  std::string value;
};
BOOST_DESCRIBE_STRUCT(CustomField, (), (name, value))

struct InvoiceDetail {
  std::string invoice_id = {};
  std::string billing_reason = {};  // Stripe's word: subscription_cycle, subscription_update …
  std::int64_t subtotal = 0;
  std::int64_t discount = 0;  // what was taken off, as a positive number
  std::vector<TaxAmount> taxes = {};
  std::int64_t amount_due = 0;       // when it was finalized, less credit notes before payment
  std::int64_t balance_applied = 0;  // negative: credit that was used
  std::int64_t pre_payment_credit_notes_amount = 0;
  std::int64_t post_payment_credit_notes_amount = 0;
  std::string issuer = {};
  BillTo bill_to = {};
  std::vector<CustomField> custom_fields = {};
  std::optional<std::string> description = {};
  std::optional<std::string> footer = {};
  std::optional<Instant> due_at = {};
  std::optional<Instant> voided_at = {};
  std::optional<std::string> invoice_pdf = {};  // Stripe's own
  bool lines_final = false;                     // they are all there and change no more
  std::vector<InvoiceLine> lines = {};
};
BOOST_DESCRIBE_STRUCT(InvoiceDetail, (),
                      (invoice_id, billing_reason, subtotal, discount, taxes, amount_due,
                       balance_applied, pre_payment_credit_notes_amount,
                       post_payment_credit_notes_amount, issuer, bill_to, custom_fields,
                       description, footer, due_at, voided_at, invoice_pdf, lines_final, lines))

struct FullInvoice {
  Invoice invoice;
  InvoiceDetail detail;
  std::int64_t refunded = 0;  // of what was paid, by refunds that no credit note tells of
};

// By Stripe's id or by the number that stands on it.
Task<std::optional<FullInvoice>> find_invoice(db::ControlRead& db, std::string id_or_number);

// Where the tenant wants its invoices sent; none: it has not said.
Task<std::vector<std::string>> invoice_emails(db::ControlRead& db);

struct InvoiceFilter {
  std::string status = {};  // Stripe's word; empty: all
  std::optional<Instant> from = {};
  std::optional<Instant> until = {};  // exclusive
  std::string starting_after = {};    // the id of the last one of the page before
  int limit = 25;
};
// Newest first.
Task<std::vector<Invoice>> find_invoices(db::ControlRead& db, const InvoiceFilter& filter);

// From the lines to what is left to pay. Every step is there: `amount` of a `sum` is what all
// `part`s above it make; a `note` is said besides and counts nothing.
struct InvoiceSum {
  enum class Kind { part, sum, note };
  BOOST_DESCRIBE_NESTED_ENUM(Kind, part, sum, note)
  Kind kind = Kind::part;
  std::string name;  // subtotal, discount, tax, adjustment, total, balance, credit_note, due, paid,
                     // refund …
  std::string label;
  Money amount;
};
std::vector<InvoiceSum> sums_of(const FullInvoice& full);

// Stripe's word, or `refunded` for one that was paid and given back as a whole.
std::string state_of(const FullInvoice& full);

Currency currency_of(const Invoice& invoice);

// "$0.0025" of 0.25 cents; a text that is no decimal is given back as it is.
std::string unit_price_text(std::string_view unit_amount, Currency currency);
// "1 Nov 2026 – 1 Dec 2026"; empty: the line has no period.
std::string period_text(const InvoiceLine& line);

// --- On paper

// Whose invoices they are.
struct Letterhead {
  std::string name;
  std::string accent = "#265bc5";
  std::string logo = {};                 // bytes; empty: the name stands alone
  std::string logo_type = {};            // its media type
  std::vector<std::string> seller = {};  // legal name, address, tax id, line by line
};

// The invoice as a PDF, on Letter where that is used and on A4 everywhere else. The same invoice
// and letterhead give the same bytes. Burns CPU: for Runtime::on_cpu.
std::string draw_invoice(const FullInvoice& full, const Letterhead& letterhead);

}  // namespace freehold::billing
