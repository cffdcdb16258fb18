// /tenants/{tenant_id}/invoices/{invoice}/refund and …/credit: giving money back.
#include "billing/refunds.hpp"
#include "billing/settlements.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "html/form.hpp"
#include "staff/tenant_frame.hpp"

namespace freehold::staff {
namespace {

using billing::GiveBack;
using billing::Settlement;

Task<Settlement> settlement_of(Staff& staff, const http::Request& request) {
  db::ControlRead db = staff.database.control_read(request.actor());
  const auto all = co_await billing::invoices(db);
  const auto money = co_await billing::books(db);
  for (const Settlement& of : billing::settle(all, money))
    if (of.invoice_id == request.parameter("invoice")) co_return of;
  throw Problem::not_found("invoice");
}

json::object row(std::string_view label, std::string value) {
  return {{"label", label}, {"value", std::move(value)}};
}

json::array facts_of(const Settlement& of) {
  const auto text = [&](std::int64_t minor) { return money_text(minor, of.currency); };
  return {row("Total", text(of.total)),
          row("Paid", text(of.amount_paid)),
          row("From the balance", text(of.from_balance)),
          row("Credited before", text(of.credited_before)),
          row("Remaining", text(of.amount_remaining)),
          row("Credited after", text(of.credited_after)),
          row("Refunded", text(of.refunded)),
          row("Disputed", text(of.disputed))};
}

// "49.00": as it is typed into the field.
std::string digits_of(std::int64_t minor, const std::string& currency) {
  const int places = Currency::parse(currency).value_or(Currency::usd()).exponent();
  std::string text = std::to_string(minor);
  if (places == 0) return text;
  while (text.size() <= std::size_t(places)) text.insert(text.begin(), '0');
  text.insert(text.end() - places, '.');
  return text;
}

// The amount in minor units; -1 for what is none, which every act refuses.
std::int64_t amount_of(std::string_view text, const std::string& currency) {
  const int places = Currency::parse(currency).value_or(Currency::usd()).exponent();
  const auto point = text.find('.');
  std::string digits(text.substr(0, point));
  std::string rest(point == text.npos ? "" : text.substr(point + 1));
  if (digits.empty() || rest.size() > std::size_t(places)) return -1;
  rest.resize(std::size_t(places), '0');
  digits += rest;
  std::int64_t minor = -1;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), minor);
  return error == std::errc() && end == digits.data() + digits.size() ? minor : -1;
}

html::Field amount_field(const http::Request& request, const Settlement& of, std::int64_t most) {
  return {.name = "amount",
          .label = "Amount in " + of.currency,
          .value = request.has_form() ? std::string(request.form().get("amount"))
                                      : digits_of(most, of.currency),
          .hint = "At most " + money_text(most, of.currency) + ".",
          .inputmode = "decimal"};
}

html::Field select(const http::Request& request, std::string name, std::string label,
                   std::vector<html::Option> options) {
  const std::string was(request.has_form() ? request.form().get(name) : "");
  const std::string value = was.empty() ? options.front().value : was;
  return {.name = std::move(name),
          .label = std::move(label),
          .kind = "select",
          .value = value,
          .options = std::move(options)};
}

html::Field note_field(const http::Request& request, std::string hint) {
  return {.name = "note",
          .label = "Why",
          .kind = "textarea",
          .value = request.has_form() ? std::string(request.form().get("note")) : std::string(),
          .hint = std::move(hint),
          .max_length = 500,
          .rows = 3};
}

html::Form refund_form(const http::Request& request, const Settlement& of, FieldErrors errors) {
  return {
      .id = "refund",
      .action = request.path,
      .submit = "Refund this amount",
      .busy = "Refunding…",
      .tone = "danger",
      .fields = {amount_field(request, of, of.refundable),
                 select(request, "reason", "Reason for the bank",
                        {{.value = "requested_by_customer", .label = "Requested by the customer"},
                         {.value = "duplicate", .label = "Charged twice"},
                         {.value = "fraudulent", .label = "Fraud"}}),
                 note_field(request,
                            "10 to 500 characters; the customer reads it in the audit "
                            "log.")},
      .errors = std::move(errors),
      .cancel = html::Action{.label = "Back", .url = tenant_url(request, "/subscription")}};
}

html::Form credit_form(const http::Request& request, const Settlement& of, FieldErrors errors) {
  const bool paid = of.status == "paid";
  const std::int64_t most = paid ? of.total - of.credited_after : of.amount_remaining;
  html::Form form{
      .id = "credit",
      .action = request.path,
      .submit = "Issue credit note",
      .busy = "Issuing…",
      .fields = {amount_field(request, of, most),
                 select(request, "reason", "Reason",
                        {{.value = "order_change", .label = "The order changed"},
                         {.value = "product_unsatisfactory", .label = "Something did not work"},
                         {.value = "duplicate", .label = "Billed twice"},
                         {.value = "fraudulent", .label = "Fraud"}}),
                 note_field(request, "10 to 500 characters; it stands on the credit note.")},
      .errors = std::move(errors),
      .cancel = html::Action{.label = "Back", .url = tenant_url(request, "/subscription")}};
  if (paid)
    form.fields.insert(form.fields.begin() + 1,
                       select(request, "give_back", "What becomes of it",
                              {{.value = "balance", .label = "Credit for the next invoices"},
                               {.value = "refund", .label = "Back to the card"},
                               {.value = "out_of_band", .label = "Given back in another way"}}));
  return form;
}

using FormOf = html::Form (*)(const http::Request&, const Settlement&, FieldErrors);

Task<http::Response> show_form(Staff& staff, http::Request& request, FormOf form_of,
                               FieldErrors errors) {
  const Settlement of = co_await settlement_of(staff, request);
  const int status = errors.empty() ? 200 : 422;
  const html::Form form = form_of(request, of, std::move(errors));
  json::object page{{"heading", (form_of == refund_form ? "Refund " : "Credit ") +
                                    of.number.value_or(of.invoice_id)},
                    {"lead", form_of == refund_form
                                 ? "The money goes back to the card that paid. The subscription "
                                   "stays as it is."
                                 : "A credit note lowers what is owed of an open invoice, or gives "
                                   "back what was paid. The subscription stays as it is."},
                    {"facts", facts_of(of)},
                    {"form", html::form_model(form)}};
  db::ControlRead db = staff.database.control_read(request.actor());
  co_return co_await show_tab(staff, request, db, "staff/return", std::move(page), status);
}

Task<http::Response> show_refund(Staff& staff, http::Request& request, db::Database&) {
  co_return co_await show_form(staff, request, refund_form, {});
}

Task<http::Response> show_credit(Staff& staff, http::Request& request, db::Database&) {
  co_return co_await show_form(staff, request, credit_form, {});
}

std::string done_url(const http::Request& request, billing::Ordered ordered) {
  const bool queued = ordered == billing::Ordered::queued;
  return tenant_url(request, queued ? "/subscription?queued=1" : "/subscription?returned=1");
}

Task<http::Response> refund(Staff& staff, http::Request& request, db::Database&) {
  const Settlement of = co_await settlement_of(staff, request);
  const http::Fields& form = request.form();
  billing::NewRefund wanted{.invoice_id = of.invoice_id,
                            .amount = amount_of(form.get("amount"), of.currency),
                            .reason = std::string(form.get("reason")),
                            .note = std::string(form.get("note")),
                            .key = std::string(form.get("idempotency_key"))};
  FieldErrors errors;
  try {
    const auto ordered =
        co_await billing::refund_invoice(staff.billing, request.actor(), std::move(wanted));
    co_return http::see_other(done_url(request, ordered));
  } catch (const Problem& problem) {
    if (problem.status != 422) throw;
    errors = problem.errors;
  }
  co_return co_await show_form(staff, request, refund_form, std::move(errors));
}

Task<http::Response> credit(Staff& staff, http::Request& request, db::Database&) {
  const Settlement of = co_await settlement_of(staff, request);
  const http::Fields& form = request.form();
  billing::NewCreditNote wanted{
      .invoice_id = of.invoice_id,
      .amount = amount_of(form.get("amount"), of.currency),
      .give_back = parse_enum<GiveBack>(form.get("give_back")).value_or(GiveBack::balance),
      .reason = std::string(form.get("reason")),
      .note = std::string(form.get("note")),
      .key = std::string(form.get("idempotency_key"))};
  FieldErrors errors;
  try {
    const auto ordered =
        co_await billing::credit_invoice(staff.billing, request.actor(), std::move(wanted));
    co_return http::see_other(done_url(request, ordered));
  } catch (const Problem& problem) {
    if (problem.status != 422) throw;
    errors = problem.errors;
  }
  co_return co_await show_form(staff, request, credit_form, std::move(errors));
}

html::Form end_form(const http::Request& request, FieldErrors errors) {
  return {.id = "end",
          .action = request.path,
          .submit = "End and refund it",
          .busy = "Ending…",
          .tone = "danger",
          .fields = {note_field(request,
                                "10 to 500 characters; the customer reads it in the audit "
                                "log.")},
          .errors = std::move(errors),
          .cancel = html::Action{.label = "Back", .url = "/tasks"}};
}

Task<http::Response> show_end_form(Staff& staff, http::Request& request, db::ControlRead& db,
                                   FieldErrors errors) {
  const auto all = co_await billing::subscriptions(db);
  const auto at =
      std::ranges::find(all, request.parameter("subscription"), &billing::Mirror::stripe_id);
  if (at == all.end()) throw Problem::not_found("subscription");
  const int status = errors.empty() ? 200 : 422;
  const html::Form form = end_form(request, std::move(errors));
  json::object page{
      {"heading", "End " + at->stripe_id},
      {"lead",
       "It ends now, and what its latest invoice was paid with goes back to the card. "
       "The other subscription stays as it is."},
      {"facts", json::array{row("Status", at->status),
                            row("Price", money_text(at->amount, at->currency) + " each " +
                                             at->billing_interval),
                            row("Bought", format_date_time(at->created_at))}},
      {"form", html::form_model(form)}};
  co_return co_await show_tab(staff, request, db, "staff/return", std::move(page), status);
}

Task<http::Response> show_end(Staff& staff, http::Request& request, db::ControlRead& db) {
  co_return co_await show_end_form(staff, request, db, {});
}

Task<http::Response> end(Staff& staff, http::Request& request, db::Database&) {
  const http::Fields& form = request.form();
  billing::NewEnd wanted{.subscription_id = std::string(request.parameter("subscription")),
                         .note = std::string(form.get("note")),
                         .key = std::string(form.get("idempotency_key"))};
  FieldErrors errors;
  try {
    const auto ordered =
        co_await billing::end_and_refund(staff.billing, request.actor(), std::move(wanted));
    co_return http::see_other(done_url(request, ordered));
  } catch (const Problem& problem) {
    if (problem.status != 422) throw;
    errors = problem.errors;
  }
  db::ControlRead db = staff.database.control_read(request.actor());
  co_return co_await show_end_form(staff, request, db, std::move(errors));
}

}  // namespace

void return_routes(http::Router& at, Staff& staff) {
  auto with = at.with(staff);
  with.get("/tenants/{tenant_id}/invoices/{invoice}/refund", show_refund, http::staff);
  with.post("/tenants/{tenant_id}/invoices/{invoice}/refund", refund, http::staff);
  with.get("/tenants/{tenant_id}/invoices/{invoice}/credit", show_credit, http::staff);
  with.post("/tenants/{tenant_id}/invoices/{invoice}/credit", credit, http::staff);
  with.get("/tenants/{tenant_id}/subscriptions/{subscription}/end", show_end, http::staff);
  with.post("/tenants/{tenant_id}/subscriptions/{subscription}/end", end, http::staff);
}

}  // namespace freehold::staff
