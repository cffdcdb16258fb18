// /t/{slug}/billing/invoices: all of them, one of them, and one on paper. From our copy alone.
#include "billing/handlers.hpp"
#include "billing/invoices.hpp"
#include "billing/page_parts.hpp"
#include "billing/payments.hpp"
#include "catalog/catalog.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "core/words.hpp"
#include "html/frame.hpp"

namespace freehold::billing {
namespace {

constexpr int page_size = 25;

// --- The list

struct Choice {
  std::string value;
  std::string label;
  bool chosen = false;
};
BOOST_DESCRIBE_STRUCT(Choice, (), (value, label, chosen))

struct ListPage {
  html::Tabs tabs = {};
  std::string path = {};
  std::vector<Choice> statuses = {};
  std::string from = {};
  std::string until = {};
  bool filtered = false;
  std::vector<InvoiceRow> invoices = {};
  std::optional<html::Empty> none = {};
  std::optional<std::string> newest_url = {};
  std::optional<std::string> older_url = {};
};
BOOST_DESCRIBE_STRUCT(ListPage, (),
                      (tabs, path, statuses, from, until, filtered, invoices, none, newest_url,
                       older_url))

std::optional<Instant> day_of(std::string_view text) {
  if (text.size() != 10) return {};
  return parse_rfc3339(std::string(text) + "T00:00:00Z");
}

constexpr std::array<std::pair<std::string_view, std::string_view>, 6> statuses{
    {{"", "All"},
     {"open", "Open"},
     {"paid", "Paid"},
     {"void", "Void"},
     {"uncollectible", "Uncollectible"},
     {"draft", "In preparation"}}};

// What a person typed into the address that is none of them filters nothing.
std::string status_of(const http::Request& req) {
  const std::string_view wanted = req.query.get("status");
  const auto is_it = [&](const auto& each) { return each.first == wanted; };
  return std::ranges::any_of(statuses, is_it) ? std::string(wanted) : std::string();
}

std::string list_url(const ListPage& page, const std::string& status, const std::string& after) {
  std::string url = page.path + "?status=" + status;
  if (!page.from.empty()) url += "&from=" + page.from;
  if (!page.until.empty()) url += "&until=" + page.until;
  if (!after.empty()) url += "&starting_after=" + after;
  return url;
}

bool is_stripe_id(std::string_view text) {
  return std::ranges::all_of(text, [](unsigned char c) { return std::isalnum(c) || c == '_'; });
}

InvoiceFilter filter_of(const http::Request& req) {
  const std::string_view after = req.query.get("starting_after");
  InvoiceFilter filter{.status = status_of(req),
                       .from = day_of(req.query.get("from")),
                       .until = day_of(req.query.get("until")),
                       .starting_after = is_stripe_id(after) ? std::string(after) : std::string(),
                       .limit = page_size + 1};
  if (filter.until) filter.until = *filter.until + days(1);  // the day itself is included
  return filter;
}

html::Empty nothing_here(const ListPage& page) {
  if (page.filtered)
    return {.icon = "receipt",
            .title = "No invoice is like this",
            .text = "Choose another state or other days.",
            .action = html::Action{"Show all invoices", page.path, "secondary"}};
  return {.icon = "receipt",
          .title = "No invoices yet",
          .text = "The first one appears with the first charge."};
}

ListPage page_of(const http::Request& req, const InvoiceFilter& filter, std::vector<Invoice> rows) {
  ListPage page{.tabs = tabs_of(req), .path = billing_url(req, "/invoices")};
  for (const auto& [value, label] : statuses)
    page.statuses.push_back({std::string(value), std::string(label), filter.status == value});
  if (filter.from) page.from = req.query.get("from");
  if (filter.until) page.until = req.query.get("until");
  page.filtered = !filter.status.empty() || filter.from || filter.until;
  const bool has_more = rows.size() > std::size_t(page_size);
  if (has_more) rows.resize(std::size_t(page_size));
  page.invoices = rows_of(rows, rows.size(), page.path);
  if (rows.empty()) page.none = nothing_here(page);
  if (!filter.starting_after.empty()) page.newest_url = list_url(page, filter.status, "");
  if (has_more) page.older_url = list_url(page, filter.status, rows.back().stripe_id);
  return page;
}

Task<http::Response> show_invoices(Billing& billing, http::Request& req, db::Database&) {
  const InvoiceFilter filter = filter_of(req);
  db::ControlRead db = billing.database.control_read(req.actor());
  const auto rows = co_await find_invoices(db, filter);
  const html::Frame frame = co_await frame_of(billing, req, "Invoices");
  const ListPage page = page_of(req, filter, rows);
  const json::value model = html::page_model(frame, to_json(page).as_object());
  co_return http::html(200, billing.views.render("billing/invoices", model));
}

// --- One

struct LineRow {
  std::string description;
  std::string period;
  std::string quantity;
  std::string unit_price;
  std::string amount;
};
BOOST_DESCRIBE_STRUCT(LineRow, (), (description, period, quantity, unit_price, amount))

struct SumRow {
  std::string label;
  std::string value;
  bool is_sum = false;
};
BOOST_DESCRIBE_STRUCT(SumRow, (), (label, value, is_sum))

struct InvoicePage {
  html::Tabs tabs = {};
  std::string number = {};
  html::Badge badge = {};
  std::string headline = {};
  std::vector<html::Callout> notices = {};
  std::vector<html::Row> facts = {};
  std::vector<std::string> bill_to = {};
  std::string details_url = {};
  std::vector<LineRow> lines = {};
  std::vector<SumRow> sums = {};
  std::string pdf_url = {};
  std::optional<std::string> stripe_pdf_url = {};
  std::optional<std::string> hosted_url = {};
  std::optional<std::string> pay_url = {};  // for those who may, of what can be paid
  std::string pay_label = {};
  std::string card = {};
  std::string card_url = {};
};
BOOST_DESCRIBE_STRUCT(InvoicePage, (),
                      (tabs, number, badge, headline, notices, facts, bill_to, details_url, lines,
                       sums, pdf_url, stripe_pdf_url, hosted_url, pay_url, pay_label, card,
                       card_url))

std::string number_of(const Invoice& invoice) {
  return invoice.number.value_or(invoice.stripe_id);
}

std::string invoice_url(const http::Request& req, const Invoice& invoice,
                        std::string_view path = "") {
  return billing_url(req, "/invoices/" + invoice.stripe_id + std::string(path));
}

std::string money(const Invoice& invoice, std::int64_t minor) {
  return format_money({minor, currency_of(invoice)});
}

std::string headline_of(const FullInvoice& full) {
  const Invoice& invoice = full.invoice;
  if (state_of(full) == "refunded") return money(invoice, invoice.amount_paid) + ", given back";
  if (invoice.status == "paid")
    return money(invoice, invoice.amount_paid) + " paid" +
           (invoice.paid_at ? " on " + format_date(*invoice.paid_at) : "");
  if (invoice.status == "void") return "Nothing is due";
  if (invoice.status == "draft") return money(invoice, invoice.total) + ", not final yet";
  const std::string due = money(invoice, invoice.amount_remaining) + " due";
  return full.detail.due_at ? due + " on " + format_date(*full.detail.due_at) : due;
}

std::string why_unpaid(const Invoice& invoice) {
  if (invoice.failure == "authentication_required")
    return "The bank asks you to confirm the payment. Pay it on the payment page.";
  if (invoice.failure == "hard_decline")
    return "The bank does not accept this card any more. Use another one.";
  if (invoice.failure == "no_payment_method") return "There is no card to charge. Add one.";
  if (invoice.next_attempt_at)
    return "The card is tried again on " + format_date(*invoice.next_attempt_at) + ".";
  return "Pay it now or use another card.";
}

std::optional<html::Callout> notice_of(const FullInvoice& full) {
  const Invoice& invoice = full.invoice;
  if (is_overdue(invoice))
    return callout("warn", "The payment did not go through", why_unpaid(invoice));
  if (invoice.status == "void")
    return callout("info", "This invoice is void", "It is kept for the record; nothing is due.");
  if (invoice.status == "uncollectible")
    return callout("warn", "This invoice was given up", "It can still be paid.");
  if (invoice.status == "draft")
    return callout("info", "This invoice is not final",
                   "Its lines and its amount can still change, and it has no number yet.");
  return {};
}

// What `?result=` says of what the person has just done here.
std::optional<html::Callout> result_of(const http::Request& req, const FullInvoice& full) {
  const std::string_view result = req.query.get("result");
  if (full.invoice.status == "paid") return {};
  if (result == "declined")
    return callout("bad", "The card was declined", "Nothing was charged. Use another card.");
  if (result == "away")
    return callout("bad", "Stripe is not answering",
                   "Nothing is tried again by itself. If the payment went through, you see it here "
                   "as soon as Stripe answers.");
  return {};
}

std::vector<html::Row> facts_of(const FullInvoice& full) {
  const Invoice& invoice = full.invoice;
  std::vector<html::Row> facts{
      {"Date", format_date(invoice.finalized_at.value_or(invoice.created_at))}};
  if (full.detail.due_at) facts.push_back({"Due", format_date(*full.detail.due_at)});
  if (invoice.paid_at) facts.push_back({"Paid", format_date_time(*invoice.paid_at)});
  if (full.detail.voided_at) facts.push_back({"Voided", format_date(*full.detail.voided_at)});
  if (invoice.attempt_count > 1 || is_overdue(invoice))
    facts.push_back({"Attempts", std::to_string(invoice.attempt_count)});
  for (const CustomField& field : full.detail.custom_fields)
    facts.push_back({field.name, field.value});
  return facts;
}

std::vector<LineRow> line_rows(const FullInvoice& full) {
  const Currency currency = currency_of(full.invoice);
  std::vector<LineRow> rows;
  for (const InvoiceLine& line : full.detail.lines) {
    LineRow row{.description = line.description,
                .period = period_text(line),
                .quantity = {},
                .unit_price = {},
                .amount = format_money({line.amount, currency})};
    if (line.quantity) row.quantity = catalog::with_thousands(*line.quantity);
    if (line.unit_amount) row.unit_price = unit_price_text(*line.unit_amount, currency);
    rows.push_back(std::move(row));
  }
  return rows;
}

InvoicePage page_of(const http::Request& req, const FullInvoice& full,
                    const std::optional<Card>& card) {
  const Invoice& invoice = full.invoice;
  InvoicePage page{.tabs = tabs_of(req), .number = number_of(invoice)};
  page.badge = badge_of(invoice);
  if (state_of(full) == "refunded") page.badge = {.label = "Refunded"};
  page.headline = headline_of(full);
  for (auto said : {result_of(req, full), notice_of(full)}) {
    if (said) page.notices.push_back(std::move(*said));
  }
  page.facts = facts_of(full);
  page.bill_to = lines_of(full.detail.bill_to);
  page.details_url = billing_url(req, "/details");
  page.lines = line_rows(full);
  for (const InvoiceSum& sum : sums_of(full))
    page.sums.push_back({sum.label, format_money(sum.amount), sum.kind == InvoiceSum::Kind::sum});
  page.pdf_url = invoice_url(req, invoice, "/pdf");
  page.stripe_pdf_url = full.detail.invoice_pdf;
  if (invoice.status != "draft") page.hosted_url = invoice.hosted_invoice_url;
  const bool can_be_paid = invoice.status == "open" || invoice.status == "uncollectible";
  if (can_be_paid && req.actor().can(permissions::billing_manage)) {
    if (card) page.pay_url = invoice_url(req, invoice, "/pay");
    if (card) page.card = card_text(*card);
    page.pay_label = "Pay " + money(invoice, invoice.amount_remaining);
    page.card_url = billing_url(req, "/card");
  }
  return page;
}

Task<FullInvoice> need_invoice(Billing& billing, const http::Request& req) {
  db::ControlRead db = billing.database.control_read(req.actor());
  auto full = co_await find_invoice(db, std::string(req.parameter("invoice")));
  if (!full) throw Problem::not_found("invoice");
  co_return std::move(*full);
}

Task<http::Response> show_invoice(Billing& billing, http::Request& req, db::Database&) {
  const FullInvoice full = co_await need_invoice(billing, req);
  db::ControlRead db = billing.database.control_read(req.actor());
  const auto card = co_await find_card(db);
  html::Frame frame = co_await frame_of(billing, req, "Invoice " + number_of(full.invoice));
  frame.breadcrumbs.insert(frame.breadcrumbs.end() - 1,
                           html::Crumb{"Invoices", billing_url(req, "/invoices")});
  const json::value model = html::page_model(frame, to_json(page_of(req, full, card)).as_object());
  co_return http::html(200, billing.views.render("billing/invoice", model));
}

Task<http::Response> send_pdf(Billing& billing, http::Request& req, db::Database&) {
  const FullInvoice full = co_await need_invoice(billing, req);
  co_return co_await pdf_answer(billing, full);
}

Task<http::Response> pay(Billing& billing, http::Request& req, db::Database&) {
  const FullInvoice full = co_await need_invoice(billing, req);
  const PayOutcome payment = co_await pay_invoice(billing, req.actor(), full.invoice.stripe_id);
  const std::string url = invoice_url(req, full.invoice);
  if (payment == PayOutcome::paid) co_return http::see_other(url + "?done=paid");
  if (payment == PayOutcome::away) co_return http::see_other(url + "?result=away");
  if (payment == PayOutcome::asks && full.invoice.hosted_invoice_url)
    co_return http::see_other(*full.invoice.hosted_invoice_url);
  co_return http::see_other(url + "?result=declined");
}

}  // namespace

void invoice_routes(http::Router& at, Billing& billing) {
  using namespace permissions;
  auto with = at.with(billing);
  const http::Words open{.while_limited = true};
  const std::string all = "/t/{slug}/billing/invoices";
  with.get(all, show_invoices, billing_read, open);
  with.get(all + "/{invoice}", show_invoice, billing_read, open);
  with.get(all + "/{invoice}/pdf", send_pdf, billing_read, open);
  with.post(all + "/{invoice}/pay", pay, billing_manage, open);
}

}  // namespace freehold::billing
