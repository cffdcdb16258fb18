#include "simulator/credit_notes.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "simulator/balance.hpp"
#include "simulator/discounts.hpp"
#include "simulator/events.hpp"
#include "simulator/invoices.hpp"
#include "simulator/lists.hpp"
#include "simulator/payments.hpp"
#include "simulator/pricing.hpp"
#include "simulator/refunds.hpp"
#include "simulator/render.hpp"
#include "simulator/taxation.hpp"
#include "simulator/taxes.hpp"

namespace freehold::simulator {

namespace {

json::object blank_line(State& state, std::string_view type, std::int64_t amount) {
  return {{"id", state.new_id("cnli_1")},
          {"object", "credit_note_line_item"},
          {"amount", amount},
          {"description", nullptr},
          {"discount_amount", 0},
          {"discount_amounts", json::array{}},
          {"livemode", false},
          {"metadata", json::object{}},
          {"pretax_credit_amounts", json::array{}},
          {"quantity", nullptr},
          {"tax_rates", json::array{}},
          {"taxes", json::array{}},
          {"type", type},
          {"unit_amount", nullptr},
          {"unit_amount_decimal", nullptr}};
}

const json::object& invoice_line(const json::object& invoice, const Params& element) {
  const std::string id = element.need_text("invoice_line_item");
  for (const json::value& line : array_of(object_of(invoice, "lines"), "data"))
    if (text_of(line.get_object(), "id") == id) return line.get_object();
  throw StripeError::no_such("invoice line item", id, element.path_of("invoice_line_item"));
}

// The line's taxes on the part of its net amount that is credited.
json::array credited_taxes(const json::object& line, std::int64_t net) {
  json::array taxes = array_of(line, "taxes");
  const std::int64_t whole =
      number_of(line, "amount") - total_taken(array_of(line, "discount_amounts"));
  for (json::value& tax : taxes)
    for (const std::string_view name : {"amount", "taxable_amount"})
      tax.get_object()[name] =
          whole == 0 ? 0 : share_of(number_of(tax.get_object(), name), net, whole);
  return taxes;
}

// A part of a line of the invoice, by amount or by quantity, less its part of the discounts.
json::object credited_line(State& state, const json::object& invoice, const Params& element) {
  const json::object& line = invoice_line(invoice, element);
  const std::int64_t whole = number_of(line, "amount");
  const auto quantity = element.integer("quantity");
  const auto part = element.integer("amount");
  if (quantity.has_value() == part.has_value())
    throw StripeError::invalid("A line is credited by amount or by quantity.",
                               element.path_of("amount"));
  const std::int64_t amount =
      part ? *part : share_of(whole, *quantity, number_of(line, "quantity", 1));
  if (amount < 0 || amount > whole)
    throw StripeError::invalid("A credit note cannot credit more than the line's amount.",
                               element.path_of(part ? "amount" : "quantity"));
  json::object credited = blank_line(state, "invoice_line_item", amount);
  credited["invoice_line_item"] = line.at("id");
  credited["description"] = line.at("description");
  if (quantity) credited["quantity"] = *quantity;
  std::int64_t discount = 0;
  for (const json::value& value : array_of(line, "discount_amounts")) {
    const json::object& taken = value.get_object();
    const std::int64_t share = share_of(number_of(taken, "amount"), amount, whole);
    discount += share;
    credited["discount_amounts"].as_array().push_back(
        json::object{{"amount", share}, {"discount", taken.at("discount")}});
  }
  credited["discount_amount"] = discount;
  credited["taxes"] = credited_taxes(line, amount - discount);
  return credited;
}

json::object custom_line(State& state, const Params& element) {
  const std::int64_t quantity = element.need_integer("quantity");
  const std::int64_t unit = element.need_integer("unit_amount");
  json::object line = blank_line(state, "custom_line_item", quantity * unit);
  line["description"] = element.need_text("description");
  line["quantity"] = quantity;
  line["unit_amount"] = unit;
  line["unit_amount_decimal"] = std::to_string(unit);
  const json::array rates = read_tax_rates(state, element, "tax_rates").value_or(json::array{});
  line["tax_rates"] = rates;
  line["taxes"] = taxes_on(state, {.rates = rates}, {}, quantity * unit);
  return line;
}

json::array read_lines(State& state, const Params& params, const json::object& invoice) {
  json::array lines;
  for (const Params& element : params.groups("lines")) {
    element.need_text("type");
    const bool custom =
        element.one_of("type", {"custom_line_item", "invoice_line_item"}) == "custom_line_item";
    json::object line =
        custom ? custom_line(state, element) : credited_line(state, invoice, element);
    apply_metadata(element, line["metadata"].as_object());
    lines.push_back(std::move(line));
  }
  const auto amount = params.integer("amount");
  if (amount.has_value() != lines.empty())
    throw StripeError::invalid("A credit note has an amount or lines.", "amount");
  if (amount) lines.push_back(blank_line(state, "custom_line_item", *amount));
  return lines;
}

std::int64_t sum_of(const json::array& lines, std::string_view member) {
  std::int64_t sum = 0;
  for (const json::value& line : lines) sum += number_of(line.get_object(), member);
  return sum;
}

std::int64_t notes_of(const State& state, const std::string& invoice) {
  return static_cast<std::int64_t>(state.store.under(kind::credit_note, invoice).size());
}

json::object blank_note(State& state, const Params& params, const Record& invoice) {
  const std::string id = state.new_id("cn_1");
  json::array lines = read_lines(state, params, invoice.shown);
  const std::int64_t subtotal = sum_of(lines, "amount");
  const std::int64_t discount = sum_of(lines, "discount_amount");
  json::object note;
  note["id"] = id;
  note["object"] = "credit_note";
  set_all(note,
          "customer_account customer_balance_transaction memo out_of_band_amount reason "
          "shipping_cost voided_at",
          nullptr);
  set_all(note, "amount_shipping post_payment_amount pre_payment_amount", 0);
  set_all(note, "discount_amounts pretax_credit_amounts refunds", json::array{});
  json::array taxes;
  for (const json::value& line : lines) add_taxes(taxes, array_of(line.get_object(), "taxes"));
  set_all(note, "amount total", subtotal - discount + tax_on_top(taxes));
  note["total_excluding_tax"] = subtotal - discount - tax_included(taxes);
  note["subtotal"] = subtotal;
  note["subtotal_excluding_tax"] = subtotal - tax_included(taxes);
  note["total_taxes"] = std::move(taxes);
  note["created"] = state.now;
  note["currency"] = invoice.shown.at("currency");
  note["customer"] = invoice.shown.at("customer");
  note["discount_amount"] = discount;
  note["effective_at"] = state.now;
  note["invoice"] = invoice.id;
  note["lines"] = list_object(std::move(lines), "/v1/credit_notes/" + id + "/lines");
  note["livemode"] = false;
  note["metadata"] = json::object{};
  note["number"] =
      fmt::format("{}-CN-{:02}", text_of(invoice.shown, "number"), notes_of(state, invoice.id) + 1);
  note["pdf"] = fmt::format("{}/credit_note/{}", state.base_url, id);
  note["status"] = "issued";
  return note;
}

void apply_rest(const Params& params, json::object& note) {
  if (const auto memo = params.text("memo")) note["memo"] = text_or_null(*memo);
  apply_metadata(params, note["metadata"].as_object());
}

// How what goes back is split, for an invoice that is paid.
struct Split {
  std::int64_t refund = 0;
  std::int64_t credit = 0;
  std::int64_t out_of_band = 0;
};

Split read_split(const Params& params, const json::object& note, bool paid) {
  const auto read = [&](std::string_view name) {
    const auto amount = params.integer(name);
    if (amount && !paid)
      throw StripeError::invalid(
          fmt::format("You cannot set {} for an invoice that is not paid.", name), name);
    if (amount && *amount < 0)
      throw StripeError::parameter("parameter_invalid_integer", name,
                                   "This value must be greater than or equal to 0.");
    return amount.value_or(0);
  };
  const Split split{.refund = read("refund_amount"),
                    .credit = read("credit_amount"),
                    .out_of_band = read("out_of_band_amount")};
  const std::int64_t total = number_of(note, "total");
  if (paid && split.refund + split.credit + split.out_of_band != total)
    throw StripeError::invalid(fmt::format(
        "The sum of credit amount, refund amount and out of band amount ({}) must equal "
        "the post payment credit note amount ({}).",
        split.refund + split.credit + split.out_of_band, total));
  return split;
}

void check_amount(const json::object& invoice, const json::object& note, bool paid) {
  const std::int64_t most =
      paid ? number_of(invoice, "total") - number_of(invoice, "post_payment_credit_notes_amount")
           : number_of(invoice, "amount_remaining");
  const std::int64_t total = number_of(note, "total");
  if (total < 1)
    throw StripeError::invalid("The amount of a credit note must be positive.", "amount");
  if (total > most)
    throw StripeError::invalid(
        fmt::format(
            "The credit note of {} is greater than what can be credited on the invoice: {}.", total,
            most),
        "amount");
}

// Less is asked for; nothing left makes the invoice paid.
void lower_debt(State& state, const std::string& id, std::int64_t by) {
  const json::object before = render(state, kind::invoice, id);
  Record& invoice = state.store.edit(kind::invoice, id);
  invoice.shown["pre_payment_credit_notes_amount"] =
      number_of(invoice.shown, "pre_payment_credit_notes_amount") + by;
  for (const std::string_view name : {"amount_due", "amount_remaining"})
    invoice.shown[name] = number_of(invoice.shown, name) - by;
  const std::int64_t left = number_of(invoice.shown, "amount_remaining");
  const std::string intent = text_of(invoice.hidden, "payment_intent");
  if (left != 0 && !intent.empty()) {
    state.store.edit(kind::payment_intent, intent).shown["amount"] = left;
    state.store.edit(kind::invoice_payment, text_of(invoice.hidden, "payment"))
        .shown["amount_requested"] = left;
  }
  emit_changes(state, "invoice.updated", kind::invoice, id, before);
  if (left != 0) return;
  if (!intent.empty()) cancel_payment_intent(state, intent, "void_invoice");
  mark_paid(state, id);
}

void give_back(State& state, const Record& invoice, json::object& note, const Split& split) {
  const std::string id = text_of(note, "id");
  if (split.refund > 0) {
    const Record* intent =
        state.store.find(kind::payment_intent, text_of(invoice.hidden, "payment_intent"));
    const std::string charge = intent == nullptr ? "" : text_of(intent->shown, "latest_charge");
    if (charge.empty())
      throw StripeError::invalid("The invoice has no charge to refund.", "refund_amount");
    const std::string refund =
        add_refund(state, {.charge = charge, .amount = split.refund, .reason = {}});
    note["refunds"].as_array().push_back(json::object{{"amount_refunded", split.refund},
                                                      {"payment_record_refund", nullptr},
                                                      {"refund", refund},
                                                      {"type", "refund"}});
  }
  if (split.credit > 0)
    note["customer_balance_transaction"] =
        change_balance(state, {.customer = text_of(note, "customer"),
                               .amount = -split.credit,
                               .currency = text_of(note, "currency"),
                               .type = "credit_note",
                               .invoice = invoice.id,
                               .credit_note = id});
  note["out_of_band_amount"] = number_or_null(split.out_of_band);
  const json::object before = render(state, invoice);
  json::object& shown = state.store.edit(kind::invoice, invoice.id).shown;
  shown["post_payment_credit_notes_amount"] =
      number_of(shown, "post_payment_credit_notes_amount") + number_of(note, "total");
  emit_changes(state, "invoice.updated", kind::invoice, invoice.id, before);
}

std::string issue(State& state, const Params& params) {
  const std::string invoice_id = params.need_text("invoice");
  const Record& invoice = state.get(kind::invoice, invoice_id, "invoice");
  const std::string status = text_of(invoice.shown, "status");
  if (status != "open" && status != "paid" && status != "uncollectible")
    throw StripeError::invalid("You can only create a credit note for an open or paid invoice.",
                               "invoice");
  const bool paid = status == "paid";
  json::object note = blank_note(state, params, invoice);
  note["reason"] = text_or_null(
      params.one_of("reason", {"duplicate", "fraudulent", "order_change", "product_unsatisfactory"})
          .value_or(""));
  apply_rest(params, note);
  check_amount(invoice.shown, note, paid);
  const Split split = read_split(params, note, paid);
  note["type"] = paid ? "post_payment" : "pre_payment";
  note[paid ? "post_payment_amount" : "pre_payment_amount"] = note.at("total");
  const std::string id = text_of(note, "id");
  state.store.add(kind::credit_note, id, note);
  if (paid) give_back(state, invoice, state.store.edit(kind::credit_note, id).shown, split);
  emit(state, "credit_note.created", kind::credit_note, id);
  if (!paid) lower_debt(state, invoice_id, number_of(note, "total"));
  return id;
}

json::object previewed(State& state, const Params& params) {
  json::object preview;
  std::int64_t ids = 0;
  state.store.attempt([&] {
    preview = render(state, kind::credit_note, issue(state, params));
    ids = number_of(state.read_setting("identity"), "made");
  });
  state.setting("identity")["made"] = ids;  // an id is never given twice
  return preview;
}

}  // namespace

json::value create_credit_note(State& state, Params& params) {
  return render(state, kind::credit_note, issue(state, params));
}

json::value preview_credit_note(State& state, Params& params) {
  return previewed(state, params);
}

json::value list_previewed_lines(State& state, Params& params) {
  const json::object note = previewed(state, params);
  return list_objects(params, array_of(object_of(note, "lines"), "data"),
                      "/v1/credit_notes/preview/lines");
}

json::value retrieve_credit_note(State& state, Params& params) {
  return render(state, state.get(kind::credit_note, params.path("id"), "id"));
}

json::value update_credit_note(State& state, Params& params) {
  const std::string id = params.path("id");
  const json::object before = render(state, state.get(kind::credit_note, id, "id"));
  apply_rest(params, state.store.edit(kind::credit_note, id).shown);
  emit_changes(state, "credit_note.updated", kind::credit_note, id, before);
  return render(state, kind::credit_note, id);
}

json::value void_credit_note(State& state, Params& params) {
  const std::string id = params.path("id");
  const json::object note = state.get(kind::credit_note, id, "id").shown;
  const std::string invoice = text_of(note, "invoice");
  if (text_of(note, "status") == "void")
    throw StripeError::invalid("This credit note is void already.");
  if (text_of(state.store.find(kind::invoice, invoice)->shown, "status") != "open")
    throw StripeError::invalid("You can only void a credit note of an open invoice.");
  json::object& shown = state.store.edit(kind::credit_note, id).shown;
  shown["status"] = "void";
  shown["voided_at"] = state.now;
  emit(state, "credit_note.voided", kind::credit_note, id);
  lower_debt(state, invoice, -number_of(note, "total"));
  return render(state, kind::credit_note, id);
}

json::value list_credit_notes(State& state, Params& params) {
  return list_records(
      state, params, kind::credit_note, "/v1/credit_notes",
      all_of({member_filter(params, "customer", "customer"),
              member_filter(params, "invoice", "invoice"), time_filter(params, "created")}),
      keyed_by(params, {"invoice", "customer"}));
}

json::value list_credit_note_lines(State& state, Params& params) {
  const std::string id = params.path("id");
  const json::object& lines = object_of(state.get(kind::credit_note, id, "id").shown, "lines");
  return list_objects(params, array_of(lines, "data"), "/v1/credit_notes/" + id + "/lines");
}

}  // namespace freehold::simulator
