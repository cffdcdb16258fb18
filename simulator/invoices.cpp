#include "simulator/invoices.hpp"

#include "simulator/debits.hpp"
#include "simulator/events.hpp"
#include "simulator/lists.hpp"
#include "simulator/payment_methods.hpp"
#include "simulator/payments.hpp"
#include "simulator/render.hpp"
#include "simulator/subscriptions.hpp"

namespace freehold::simulator {

namespace {

std::string status_of(const State& state, const std::string& invoice) {
  return text_of(state.get(kind::invoice, invoice, "id").shown, "status");
}

StripeError not_editable(std::string message) {
  return StripeError::invalid(std::move(message), "", "invoice_not_editable");
}

// Pays an open invoice with the card of the call, or with the default one.
void pay_now(State& state, const std::string& id, const std::string& payment_method) {
  const std::string customer = text_of(state.store.find(kind::invoice, id)->shown, "customer");
  std::string method;
  if (!payment_method.empty()) {
    method = take_payment_method(state, payment_method, "payment_method");
    if (method == payment_method)
      attached_payment_method(state, method, customer, "payment_method");
    else
      attach(state, method, customer);
  }
  const Collection collection = collect(state, id, method, false);
  if (collection.failed()) throw collection_error(state, id, collection);
}

void refuse_while_pending(const State& state, const std::string& id) {
  const Record& invoice = *state.store.find(kind::invoice, id);
  if (is_under_way(state, text_of(invoice.hidden, "payment_intent")))
    throw StripeError::invalid("A payment of this invoice is processing already.", "",
                               "payment_intent_unexpected_state");
}

void pay_out_of_band(State& state, const std::string& id) {
  const Record& invoice = *state.store.find(kind::invoice, id);
  if (const std::string intent = text_of(invoice.hidden, "payment_intent"); !intent.empty())
    cancel_payment_intent(state, intent, "void_invoice");
  mark_paid(state, id);
}

}  // namespace

void finalize_now(State& state, const std::string& id) {
  finalize(state, id);
  if (status_of(state, id) != "draft") return;
  const json::object& why =
      object_of(state.store.find(kind::invoice, id)->shown, "last_finalization_error");
  StripeError error = StripeError::invalid(text_of(why, "message"), "", text_of(why, "code"));
  error.keeps_changes = true;
  throw error;
}

json::value retrieve_invoice(State& state, Params& params) {
  return render(state, state.get(kind::invoice, params.path("id"), "id"));
}

json::value list_invoices(State& state, Params& params) {
  const auto subscription = params.text("subscription");
  if (subscription) state.get(kind::subscription, *subscription, "subscription");
  params.one_of("status", {"draft", "open", "paid", "uncollectible", "void"});
  const Filter others = all_of({member_filter(params, "customer", "customer"),
                                member_filter(params, "status", "status"),
                                member_filter(params, "collection_method", "collection_method"),
                                time_filter(params, "due_date"), time_filter(params, "created")});
  return list_records(
      state, params, kind::invoice, "/v1/invoices",
      [&](const Record& invoice) {
        return (!subscription || subscription_of(invoice.shown) == *subscription) &&
               others(invoice);
      },
      keyed_by(params, {"subscription", "customer"}));
}

json::value list_invoice_lines(State& state, Params& params) {
  const std::string id = params.path("id");
  const json::object& lines = object_of(state.get(kind::invoice, id, "id").shown, "lines");
  return list_objects(params, array_of(lines, "data"), "/v1/invoices/" + id + "/lines");
}

json::value pay_invoice(State& state, Params& params) {
  const std::string id = params.path("id");
  const std::string method = params.text("payment_method").value_or("");
  const bool out_of_band = params.boolean("paid_out_of_band").value_or(false);
  params.boolean("off_session");  // every charge here is off session

  const std::string status = status_of(state, id);
  if (status == "paid") throw StripeError::invalid("Invoice is already paid");
  if (status == "void") throw not_editable("You cannot pay a voided invoice.");
  if (status == "draft") finalize_now(state, id);
  refuse_while_pending(state, id);
  if (out_of_band && status_of(state, id) != "paid") pay_out_of_band(state, id);
  if (status_of(state, id) != "paid") pay_now(state, id, method);
  return render(state, kind::invoice, id);
}

json::value finalize_invoice(State& state, Params& params) {
  const std::string id = params.path("id");
  const auto auto_advance = params.boolean("auto_advance");
  if (status_of(state, id) != "draft")
    throw not_editable(
        "This invoice is already finalized, you can't re-finalize a non-draft "
        "invoice.");
  finalize_now(state, id);
  Record& invoice = state.store.edit(kind::invoice, id);
  invoice.hidden["finalize_at"] = nullptr;
  if (status_of(state, id) != "open") return render(state, kind::invoice, id);
  const bool advances = auto_advance.value_or(true);
  set_advance(state, invoice, advances);
  if (advances && is_sent(invoice.shown)) mail(state, id);
  return render(state, kind::invoice, id);
}

json::value void_invoice(State& state, Params& params) {
  const std::string id = params.path("id");
  const std::string status = status_of(state, id);
  if (status != "open" && status != "uncollectible")
    throw not_editable("You can only pass in open invoices. This invoice isn't open.");
  refuse_while_pending(state, id);
  void_open(state, id);
  invoice_settled(state, subscription_of(state.store.find(kind::invoice, id)->shown), id);
  return render(state, kind::invoice, id);
}

json::value mark_invoice_uncollectible(State& state, Params& params) {
  const std::string id = params.path("id");
  if (status_of(state, id) != "open")
    throw not_editable("You can only mark open invoices as uncollectible.");
  mark_uncollectible(state, id);
  invoice_settled(state, subscription_of(state.store.find(kind::invoice, id)->shown), id);
  return render(state, kind::invoice, id);
}

json::object payments_of(const State& state, const std::string& invoice) {
  json::array data;
  for (const Record* payment : state.store.found(kind::invoice_payment, invoice))
    data.push_back(render(state, *payment));
  return list_object(std::move(data), "/v1/invoice_payments");
}

json::value list_invoice_payments(State& state, Params& params) {
  const Params payment = params.group("payment");
  const auto intent = payment.text("payment_intent");
  payment.one_of("type", {"payment_intent"});
  const Filter others =
      all_of({member_filter(params, "invoice", "invoice"),
              member_filter(params, "status", "status"), time_filter(params, "created")});
  return list_records(
      state, params, kind::invoice_payment, "/v1/invoice_payments",
      [&](const Record& record) {
        const json::object& paid_by = object_of(record.shown, "payment");
        return (!intent || text_of(paid_by, "payment_intent") == *intent) && others(record);
      },
      intent.value_or(keyed_by(params, {"invoice"})));
}

json::value retrieve_invoice_payment(State& state, Params& params) {
  return render(state, state.get(kind::invoice_payment, params.path("id"), "id"));
}

}  // namespace freehold::simulator
