// Reading what stands on an invoice of Stripe's. https://docs.stripe.com/api/invoices/object
#include "billing/invoice_store.hpp"
#include "billing/json_fields.hpp"
#include "core/async.hpp"

namespace freehold::billing {
namespace {

using fields::at;
using fields::flag;
using fields::number;
using fields::text;

std::optional<Instant> time(const json::value* value) {
  const auto seconds = number(value);
  if (!seconds) return {};
  return from_unix_seconds(*seconds);
}

std::string word(const json::value* value) {
  return text(value).value_or("");
}

std::vector<json::value> array_at(const json::value* value) {
  if (value == nullptr || !value->is_array()) return {};
  return {value->get_array().begin(), value->get_array().end()};
}

std::int64_t sum_of_amounts(const json::value* list) {
  std::int64_t sum = 0;
  for (const json::value& each : array_at(list)) sum += number(at(&each, "amount")).value_or(0);
  return sum;
}

// `total_taxes` since 2025-03-31.basil, `total_tax_amounts` before.
std::vector<TaxAmount> read_taxes(const json::value* invoice) {
  std::vector<TaxAmount> taxes;
  for (const json::value& tax : array_at(at(invoice, "total_taxes")))
    taxes.push_back({number(at(&tax, "amount")).value_or(0),
                     word(at(&tax, "tax_behavior")) == "inclusive",
                     word(at(&tax, "taxability_reason"))});
  if (!taxes.empty()) return taxes;
  for (const json::value& tax : array_at(at(invoice, "total_tax_amounts")))
    taxes.push_back({number(at(&tax, "amount")).value_or(0), flag(at(&tax, "inclusive")),
                     word(at(&tax, "taxability_reason"))});
  return taxes;
}

PostalAddress read_address(const json::value* address) {
  return {.line1 = word(at(address, "line1")),
          .line2 = word(at(address, "line2")),
          .city = word(at(address, "city")),
          .state = word(at(address, "state")),
          .postal_code = word(at(address, "postal_code")),
          .country = word(at(address, "country"))};
}

BillTo read_bill_to(const json::value* invoice) {
  BillTo bill_to{.name = word(at(invoice, "customer_name")),
                 .email = word(at(invoice, "customer_email")),
                 .address = read_address(at(invoice, "customer_address"))};
  for (const json::value& id : array_at(at(invoice, "customer_tax_ids")))
    bill_to.tax_ids.push_back({word(at(&id, "type")), word(at(&id, "value"))});
  return bill_to;
}

// Since 2025-03-31.basil below the line's parent, on the line before.
bool is_proration(const json::value* line) {
  return flag(at(line, "proration")) ||
         flag(at(line, "parent", "invoice_item_details", "proration")) ||
         flag(at(line, "parent", "subscription_item_details", "proration"));
}

}  // namespace

InvoiceLine read_invoice_line(const json::value& object, std::int32_t position) {
  const json::value* v = &object;
  InvoiceLine line{.position = position, .description = word(at(v, "description"))};
  line.quantity = number(at(v, "quantity"));
  line.unit_amount = text(at(v, "pricing", "unit_amount_decimal"));
  line.amount = number(at(v, "amount")).value_or(0);
  line.period_start = time(at(v, "period", "start"));
  line.period_end = time(at(v, "period", "end"));
  if (!line.period_start || !line.period_end) line.period_start = line.period_end = std::nullopt;
  line.is_proration = is_proration(v);
  return line;
}

InvoiceDetail read_invoice_detail(const json::value& object) {
  const json::value* v = &object;
  InvoiceDetail d{.invoice_id = word(at(v, "id")), .billing_reason = word(at(v, "billing_reason"))};
  const std::int64_t total = number(at(v, "total")).value_or(0);
  d.subtotal = number(at(v, "subtotal")).value_or(0);
  d.discount = sum_of_amounts(at(v, "total_discount_amounts"));
  d.taxes = read_taxes(v);
  d.amount_due = number(at(v, "amount_due")).value_or(0);
  d.pre_payment_credit_notes_amount = number(at(v, "pre_payment_credit_notes_amount")).value_or(0);
  d.post_payment_credit_notes_amount =
      number(at(v, "post_payment_credit_notes_amount")).value_or(0);
  // Credit notes before payment lower what is due; the rest of the difference is the balance.
  d.balance_applied = d.amount_due + d.pre_payment_credit_notes_amount - total;
  d.issuer = word(at(v, "account_name"));
  d.bill_to = read_bill_to(v);
  for (const json::value& field : array_at(at(v, "custom_fields")))
    d.custom_fields.push_back({word(at(&field, "name")), word(at(&field, "value"))});
  d.description = text(at(v, "description"));
  d.footer = text(at(v, "footer"));
  d.due_at = time(at(v, "due_date"));
  d.voided_at = time(at(v, "status_transitions", "voided_at"));
  d.invoice_pdf = text(at(v, "invoice_pdf"));
  const json::value* lines = at(v, "lines");
  for (const json::value& line : array_at(at(lines, "data")))
    d.lines.push_back(read_invoice_line(line, std::int32_t(d.lines.size())));
  d.lines_final = word(at(v, "status")) != "draft" && !flag(at(lines, "has_more"));
  return d;
}

void add_invoice_details(Truth& truth, const json::value& list) {
  for (const json::value& object : fields::data_of(list)) {
    truth.details.push_back(read_invoice_detail(object));
    const json::value* lines = at(&object, "lines");
    const auto shown = array_at(at(lines, "data"));
    const bool is_draft = word(at(&object, "status")) == "draft";
    if (is_draft || shown.empty() || !flag(at(lines, "has_more"))) continue;
    truth.unfinished[truth.details.back().invoice_id] = word(at(&shown.back(), "id"));
  }
}

}  // namespace freehold::billing
