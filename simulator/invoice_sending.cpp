// Invoices that are sent to be paid by a date, and changes of invoices by hand.
// https://docs.stripe.com/billing/collection-method
#include "simulator/customers.hpp"
#include "simulator/events.hpp"
#include "simulator/invoices.hpp"
#include "simulator/render.hpp"
#include "simulator/subscriptions.hpp"

namespace freehold::simulator {

namespace {

constexpr std::int64_t hour = 3600;
constexpr std::int64_t day = 24 * hour;

void refuse_unless_sent(const Params& params, const json::object& invoice) {
  for (const std::string_view name : {"days_until_due", "due_date"})
    if (params.has(name) && !is_sent(invoice))
      throw StripeError::invalid(
          "You can only set a due date when `collection_method` is `send_invoice`.", name);
}

void set_due_date(const State& state, Record& invoice, std::int64_t at) {
  if (at < state.now) throw StripeError::invalid("The due date must be in the future.", "due_date");
  invoice.shown["due_date"] = at;
  invoice.hidden["overdue_at"] = at;
}

void refuse_once_finalized(const Params& params, const json::object& invoice) {
  if (text_of(invoice, "status") == "draft") return;
  for (const std::string_view name : {"days_until_due", "due_date"})
    if (params.has(name))
      throw StripeError::invalid("The due date of a finalized invoice can't be updated.", name,
                                 "invoice_not_editable");
}

}  // namespace

bool is_sent(const json::object& invoice) {
  return text_of(invoice, "collection_method") == "send_invoice";
}

void apply_due_date(const State& state, const Params& params, Record& invoice) {
  refuse_unless_sent(params, invoice.shown);
  const auto days = params.integer("days_until_due");
  const auto date = params.integer("due_date");
  if (days && date)
    throw StripeError::invalid("You cannot set both days_until_due and due_date.", "due_date");
  if (days) set_due_date(state, invoice, number_of(invoice.shown, "created") + *days * day);
  if (date) set_due_date(state, invoice, *date);
}

void mail(State& state, const std::string& id) {
  emit(state, "invoice.sent", kind::invoice, id);
}

void set_advance(State& state, Record& invoice, bool advances) {
  if (!advances) return stop_collection(state, invoice.id);
  const std::string status = text_of(invoice.shown, "status");
  const std::int64_t at = state.now + hour;
  invoice.shown["auto_advance"] = status == "draft" || status == "open";
  if (status == "draft") invoice.shown["automatically_finalizes_at"] = at;
  if (status == "draft") invoice.hidden["finalize_at"] = at;
  if (status == "open" && !is_sent(invoice.shown)) invoice.hidden["next_attempt"] = at;
}

void miss_due_date(State& state, const std::string& id) {
  Record& invoice = state.store.edit(kind::invoice, id);
  invoice.hidden["overdue_at"] = nullptr;
  set_delinquent(state, text_of(invoice.shown, "customer"), true);
  emit(state, "invoice.overdue", kind::invoice, id);
  invoice_failed(state, subscription_of(invoice.shown));
}

json::value mail_invoice(State& state, Params& params) {
  const std::string id = params.path("id");
  if (!is_sent(state.get(kind::invoice, id, "id").shown))
    throw StripeError::invalid(
        "You can only manually send an invoice if its `collection_method` is `send_invoice`.");
  const json::object& invoice = state.store.find(kind::invoice, id)->shown;
  if (text_of(invoice, "status") == "draft") finalize_now(state, id);
  if (text_of(invoice, "status") != "open")
    throw StripeError::invalid("You can only send an open invoice.", "", "invoice_not_editable");
  mail(state, id);
  return render(state, kind::invoice, id);
}

json::value update_invoice(State& state, Params& params) {
  const std::string id = params.path("id");
  const json::object before = render(state, state.get(kind::invoice, id, "id"));
  Record& invoice = state.store.edit(kind::invoice, id);
  refuse_once_finalized(params, invoice.shown);
  apply_due_date(state, params, invoice);
  for (const std::string_view name : {"description", "footer"})
    if (const auto text = params.text(name)) invoice.shown[name] = text_or_null(*text);
  if (const auto advances = params.boolean("auto_advance")) set_advance(state, invoice, *advances);
  apply_metadata(params, invoice.shown["metadata"].as_object());
  emit_changes(state, "invoice.updated", kind::invoice, id, before);
  return render(state, kind::invoice, id);
}

}  // namespace freehold::simulator
