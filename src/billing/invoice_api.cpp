// Invoices for programs: /api/v1/invoices with filters, one with everything that stands on it, and
// its file.
#include "billing/about.hpp"
#include "billing/handlers.hpp"
#include "billing/page_parts.hpp"
#include "billing/resources.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "http/list.hpp"
#include "http/operation.hpp"

namespace freehold::billing {

struct InvoiceLineResource {
  std::string description = {};
  std::optional<std::int64_t> quantity = {};
  std::optional<std::string> unit_amount = {};
  Money amount = {};
  std::optional<Instant> period_start = {};
  std::optional<Instant> period_end = {};
  bool is_proration = false;
};
BOOST_DESCRIBE_STRUCT(InvoiceLineResource, (),
                      (description, quantity, unit_amount, amount, period_start, period_end,
                       is_proration))

struct InvoiceSumResource {
  std::string kind = {};
  std::string name = {};
  Money amount = {};
};
BOOST_DESCRIBE_STRUCT(InvoiceSumResource, (), (kind, name, amount))

struct FullInvoiceResource {
  static constexpr std::string_view object = "invoice";
  std::string id = {};
  std::optional<std::string> number = {};
  std::string status = {};
  std::string billing_reason = {};
  Money subtotal = {};
  Money discount = {};
  Money tax = {};
  Money total = {};
  Money amount_due = {};
  Money amount_paid = {};
  Money amount_remaining = {};
  Money amount_credited = {};
  Instant created_at = {};
  std::optional<Instant> due_at = {};
  std::optional<Instant> paid_at = {};
  std::optional<Instant> voided_at = {};
  std::optional<std::string> url = {};
  BillTo bill_to = {};
  std::vector<CustomField> custom_fields = {};
  std::vector<InvoiceLineResource> lines = {};
  std::vector<InvoiceSumResource> sums = {};
};
BOOST_DESCRIBE_STRUCT(FullInvoiceResource, (),
                      (id, number, status, billing_reason, subtotal, discount, tax, total,
                       amount_due, amount_paid, amount_remaining, amount_credited, created_at,
                       due_at, paid_at, voided_at, url, bill_to, custom_fields, lines, sums))

Notes notes_on(const InvoiceLineResource*) {
  return {"InvoiceLine",
          "What an invoice is for.",
          {{"description", "In words."},
           {"quantity", "How many; null: it is not counted."},
           {"unit_amount",
            "What one costs, in the smallest unit of the currency, as a decimal: `0.25`."},
           {"amount", "What the line comes to, before discounts and tax."},
           {"period_start", "What is paid for begins then."},
           {"period_end", "And ends then."},
           {"is_proration", "Whether it sets off a part of a period."}}};
}

Notes notes_on(const InvoiceSumResource*) {
  return {"InvoiceSum",
          "A step from the lines to what is left to pay.",
          {{"kind",
            "`part`: it is added; `sum`: what all parts and the lines before it make; `note`: it "
            "is said besides and counts nothing."},
           {"name",
            "`subtotal`, `discount`, `tax`, `total`, `balance`, `credit_note`, `due`, `paid`, "
            "`remaining`, `adjustment`."},
           {"amount", "Below zero: it is taken off."}}};
}

Notes notes_on(const PostalAddress*) {
  return {"PostalAddress",
          "A postal address.",
          {{"line1", "Street and number."},
           {"line2", "Building, floor."},
           {"city", "The city."},
           {"state", "State or province."},
           {"postal_code", "The postal code."},
           {"country", "ISO 3166-1, two letters; empty: none was given."}},
          "NewPostalAddress"};
}

Notes notes_on(const TaxId*) {
  return {"TaxId",
          "A number that tax offices know a company by.",
          {{"type", "Stripe's word for its kind: `eu_vat`."}, {"value", "The number."}},
          "NewTaxId"};
}

Notes notes_on(const BillTo*) {
  return {"BillTo",
          "Whom an invoice is for, as it was when it was made.",
          {{"name", "The company's name."},
           {"email", "Its address."},
           {"address", "Where it is."},
           {"tax_ids", "Its numbers."}}};
}

Notes notes_on(const CustomField*) {
  return {"CustomField",
          "Something more that stands on an invoice.",
          {{"name", "What it is: `PO number`."}, {"value", "What it says."}}};
}

Notes notes_on(const FullInvoiceResource*) {
  return {"FullInvoice",
          "An invoice with everything that stands on it.",
          {{"id", "Its id at Stripe."},
           {"number", "As it stands on it; null: it is a draft."},
           {"status",
            "Stripe's word: `draft`, `open`, `paid`, `void`, `uncollectible`; or `refunded`: it "
            "was paid and given back."},
           {"billing_reason", "Why it was made, in Stripe's words: `subscription_cycle`."},
           {"subtotal", "Its lines, without discounts and tax."},
           {"discount", "What was taken off."},
           {"tax", "Tax that is not in the prices already."},
           {"total", "What it is for."},
           {"amount_due", "What was to be paid of it, after credit."},
           {"amount_paid", "What was paid."},
           {"amount_remaining", "What is still to be paid."},
           {"amount_credited", "What was given back by credit notes after it was paid."},
           {"created_at", "When it was made."},
           {"due_at", "Until when it has to be paid; null: the card is charged."},
           {"paid_at", "When it was paid."},
           {"voided_at", "When it was made void."},
           {"url", "Stripe's page, to read or pay it.", {.format = "uri"}},
           {"bill_to", "Whom it is for."},
           {"custom_fields", "What else stands on it."},
           {"lines", "What it is for."},
           {"sums", "How the lines lead to `amount_remaining`."}}};
}

namespace {

// An invoice's id is Stripe's.
struct InvoiceId {
  static constexpr std::string_view prefix = "in";
  std::string text;
  static std::optional<InvoiceId> parse(std::string_view text) {
    const auto is_part = [](unsigned char c) { return std::isalnum(c) || c == '_'; };
    if (!text.starts_with("in_") || !std::ranges::all_of(text, is_part)) return {};
    return InvoiceId{std::string(text)};
  }
};

constexpr std::string_view invoices_path = "/api/v1/invoices";
constexpr std::array statuses{"draft", "open", "paid", "void", "uncollectible"};

Money money(std::int64_t minor) {
  return {minor, Currency::usd()};
}

FullInvoiceResource some_invoice() {
  FullInvoiceResource invoice{.id = "in_1Sgk2hKZv",
                              .number = "NW-0007",
                              .status = "paid",
                              .billing_reason = "subscription_cycle",
                              .subtotal = money(4900),
                              .discount = money(0),
                              .tax = money(931),
                              .total = money(5831),
                              .amount_due = money(5831),
                              .amount_paid = money(5831),
                              .amount_remaining = money(0),
                              .amount_credited = money(0),
                              .created_at = example_time(),
                              .paid_at = example_time(),
                              .url = "https://invoice.stripe.com/i/in_1Sgk2hKZv"};
  invoice.bill_to = {.name = "Northwind GmbH",
                     .email = "finance@northwind.example",
                     .address = {"Lindenstr. 4", "", "Berlin", "", "10969", "DE"},
                     .tax_ids = {{"eu_vat", "DE811907980"}}};
  invoice.custom_fields = {{"PO number", "4711"}};
  invoice.lines = {{.description = "1 × Pro (at $49.00 / month)",
                    .quantity = 1,
                    .unit_amount = "4900",
                    .amount = money(4900),
                    .period_start = example_time(),
                    .period_end = add_months(example_time(), 1)}};
  invoice.sums = {{"sum", "subtotal", money(4900)}, {"part", "tax", money(931)},
                  {"sum", "total", money(5831)},    {"sum", "due", money(5831)},
                  {"part", "paid", money(-5831)},   {"sum", "remaining", money(0)}};
  return invoice;
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
          .about = "Newest first.",
          .parameters = http::paging_parameters<InvoiceId>(
              {http::text_parameter("status",
                                    "Only those in this state: `draft`, `open`, `paid`, `void`, "
                                    "`uncollectible`.",
                                    "paid"),
               http::text_parameter("created_from", "Only those made at this time or later.",
                                    "2026-11-01T00:00:00Z"),
               http::text_parameter("created_until", "Only those made before this time.",
                                    "2026-12-01T00:00:00Z")}),
          .answers = {http::page_like(schemas, "Invoices.", invoices_path, invoice)},
          .refusals = {{"invalid_input"}}};
}

http::Operation reading_invoice(Schemas& schemas) {
  return {.id = "get_invoice",
          .tag = &about_billing,
          .summary = "Read an invoice",
          .about = "By its id or by the number that stands on it, with its lines.",
          .answers = {http::answer_like(schemas, 200, "The invoice.", some_invoice())}};
}

http::Operation sending_pdf(Schemas&) {
  return {.id = "get_invoice_pdf",
          .tag = &about_billing,
          .summary = "Download an invoice",
          .about = "As a PDF with your name and colours, by its id or its number.",
          .answers = {{.status = 200,
                       .about = "The file.",
                       .media = "application/pdf",
                       .schema = {{"type", "string"}, {"contentMediaType", "application/pdf"}}}},
          .refusals = {{"pdf_away"}}};
}

// --- Handlers

FullInvoiceResource resource_of(const FullInvoice& full) {
  const Currency currency = currency_of(full.invoice);
  const auto of = [&](std::int64_t minor) { return Money{minor, currency}; };
  const Invoice& invoice = full.invoice;
  const InvoiceDetail& detail = full.detail;
  FullInvoiceResource resource{.id = invoice.stripe_id,
                               .number = invoice.number,
                               .status = state_of(full),
                               .billing_reason = detail.billing_reason,
                               .subtotal = of(detail.subtotal),
                               .discount = of(detail.discount),
                               .tax = of(0),
                               .total = of(invoice.total),
                               .amount_due = of(detail.amount_due),
                               .amount_paid = of(invoice.amount_paid),
                               .amount_remaining = of(invoice.amount_remaining),
                               .amount_credited = of(detail.post_payment_credit_notes_amount),
                               .created_at = invoice.created_at,
                               .due_at = detail.due_at,
                               .paid_at = invoice.paid_at,
                               .voided_at = detail.voided_at,
                               .url = invoice.hosted_invoice_url,
                               .bill_to = detail.bill_to,
                               .custom_fields = detail.custom_fields};
  for (const TaxAmount& tax : detail.taxes)
    if (!tax.is_inclusive) resource.tax.minor += tax.amount;
  for (const InvoiceLine& line : detail.lines)
    resource.lines.push_back({line.description, line.quantity, line.unit_amount, of(line.amount),
                              line.period_start, line.period_end, line.is_proration});
  for (const InvoiceSum& sum : sums_of(full))
    resource.sums.push_back({std::string(name_of(sum.kind)), sum.name, sum.amount});
  return resource;
}

std::optional<Instant> time_of(const http::Request& req, std::string_view name) {
  const std::string_view text = req.query.get(name);
  if (text.empty()) return {};
  const auto at = parse_rfc3339(text);
  if (!at)
    throw Problem::invalid({{std::string(name), "must be a time like 2026-11-01T00:00:00Z"}});
  return at;
}

InvoiceFilter filter_of(const http::Request& req, const http::Paging<InvoiceId>& paging) {
  InvoiceFilter filter{.status = std::string(req.query.get("status")),
                       .from = time_of(req, "created_from"),
                       .until = time_of(req, "created_until"),
                       .limit = paging.fetch()};
  if (paging.starting_after) filter.starting_after = paging.starting_after->text;
  if (!filter.status.empty() && std::ranges::find(statuses, filter.status) == statuses.end())
    throw Problem::invalid({{"status", "must be draft, open, paid, void or uncollectible"}});
  return filter;
}

Task<http::Response> list_invoices(http::Request& req, db::ControlRead& db) {
  const auto paging = http::paging<InvoiceId>(req);
  const InvoiceFilter filter = filter_of(req, paging);
  const auto found = co_await find_invoices(db, filter);
  std::vector<InvoiceResource> rows;
  rows.reserve(found.size());
  for (const Invoice& invoice : found) rows.push_back(billing::resource_of(invoice));
  co_return http::list(req, paging, std::move(rows));
}

Task<FullInvoice> need_invoice(const http::Request& req, db::ControlRead& db) {
  auto full = co_await find_invoice(db, std::string(req.parameter("invoice")));
  if (!full) throw Problem::not_found("invoice");
  co_return std::move(*full);
}

Task<http::Response> show_invoice(http::Request& req, db::ControlRead& db) {
  const FullInvoice full = co_await need_invoice(req, db);
  co_return http::json(resource_of(full));
}

Task<http::Response> send_pdf(Billing& billing, http::Request& req, db::Database&) {
  db::ControlRead db = billing.database.control_read(req.actor());
  FullInvoice full = co_await need_invoice(req, db);
  co_return co_await pdf_answer(billing, std::move(full));
}

}  // namespace

void invoice_api_routes(http::Router& at, Billing& billing) {
  using namespace permissions;
  const http::Words open{.while_limited = true};
  const std::string one = std::string(invoices_path) + "/{invoice}";
  at.get(invoices_path, list_invoices, billing_read, described(listing_invoices, open));
  at.get(one, show_invoice, billing_read, described(reading_invoice, open));
  at.with(billing).get(one + "/pdf", send_pdf, billing_read, described(sending_pdf, open));
}

}  // namespace freehold::billing
