// The hosted invoice: what it is for, and a way to pay it.
#include <fmt/format.h>

#include "simulator/authentication.hpp"
#include "simulator/credits.hpp"
#include "simulator/customers.hpp"
#include "simulator/discounts.hpp"
#include "simulator/events.hpp"
#include "simulator/invoice_pdf.hpp"
#include "simulator/invoices.hpp"
#include "simulator/pages.hpp"
#include "simulator/payment_methods.hpp"
#include "simulator/render.hpp"
#include "simulator/state.hpp"
#include "simulator/subscriptions.hpp"
#include "simulator/taxation.hpp"
#include "simulator/test_clocks.hpp"

namespace freehold::simulator {

namespace {

json::object describe(const json::object& invoice) {
  const std::string currency = text_of(invoice, "currency");
  json::array lines;
  for (const json::value& value : array_of(object_of(invoice, "lines"), "data")) {
    const json::object& line = value.get_object();
    const json::object& period = object_of(line, "period");
    lines.push_back(
        json::object{{"name", line.at("description")},
                     {"period", fmt::format("{} to {}", date_text(number_of(period, "start")),
                                            date_text(number_of(period, "end")))},
                     {"amount", amount_text(number_of(line, "amount"), currency)}});
  }
  const std::int64_t discount = total_taken(array_of(invoice, "total_discount_amounts"));
  const std::int64_t credits = credits_on(array_of(invoice, "total_pretax_credit_amounts"));
  const json::array& taxes = array_of(invoice, "total_taxes");
  const std::int64_t tax = tax_on_top(taxes) + tax_included(taxes);
  const std::string status = text_of(invoice, "status");
  const std::string tone = status == "paid" ? "ok" : status == "open" ? "warn" : "neutral";
  return {{"heading", fmt::format("Invoice {}", text_of(invoice, "number"))},
          {"customer", invoice.at("customer_name")},
          {"email", invoice.at("customer_email")},
          {"status", json::object{{"label", status_text(status)}, {"tone", tone}, {"dot", true}}},
          {"lines", std::move(lines)},
          {"total", amount_text(number_of(invoice, "total"), currency)},
          {"due", amount_text(number_of(invoice, "amount_remaining"), currency)},
          {"due_date", is_set(invoice, "due_date")
                           ? json::value(date_text(number_of(invoice, "due_date")))
                           : json::value(nullptr)},
          {"credits",
           credits == 0 ? json::value(nullptr) : json::value(amount_text(-credits, currency))},
          {"tax", tax == 0 ? json::value(nullptr) : json::value(amount_text(tax, currency))},
          {"kept", !is_sent(invoice) && !subscription_of(invoice).empty()},
          {"discount",
           discount == 0 ? json::value(nullptr) : json::value(amount_text(-discount, currency))},
          {"challenge_url", nullptr},
          {"form", nullptr}};
}

// Where the bank asks about the payment that was tried last; empty when it does not.
std::string challenge_of(Desk& desk, const std::string& id) {
  std::string url;
  desk.look([&](State& state) {
    const std::string intent = text_of(state.get(kind::invoice, id, "id").hidden, "payment_intent");
    const Record* record = state.store.find(kind::payment_intent, intent);
    if (record != nullptr && text_of(record->shown, "status") == "requires_action")
      url = "/authenticate/" + intent;
  });
  return url;
}

http::Response render_invoice(Desk& desk, const json::object& invoice, const http::Fields& values,
                              const FieldErrors& errors) {
  json::object model = describe(invoice);
  model["challenge_url"] = text_or_null(challenge_of(desk, text_of(invoice, "id")));
  const std::string title = std::string(model.at("heading").as_string());
  if (text_of(invoice, "status") == "open") {
    const CardForm form{.id = "invoice",
                        .action = "/invoice/" + text_of(invoice, "id"),
                        .submit = fmt::format("Pay {}", text_of(model, "due"))};
    model["form"] = card_form_model(form, values, errors);
  }
  return render_page(desk,
                     {.name = "invoice",
                      .title = title,
                      .status = errors.empty() ? 200 : 422,
                      .has_errors = !errors.empty()},
                     std::move(model));
}

json::object look_up(Desk& desk, const std::string& id) {
  json::object invoice;
  desk.look([&](State& state) { invoice = render(state, state.get(kind::invoice, id, "id")); });
  if (text_of(invoice, "status") == "draft")
    throw StripeError::no_such("invoice", id, "id");  // a draft has no page
  return invoice;
}

// Pays with a new card, which a subscription that is charged by itself keeps from then on.
void pay(State& state, const json::object& invoice, const TypedCard& typed) {
  const std::string id = text_of(invoice, "id");
  const ClockTime time(state, *state.store.find(kind::invoice, id));
  json::object details{{"address", nullptr},
                       {"email", invoice.at("customer_email")},
                       {"name", invoice.at("customer_name")},
                       {"phone", nullptr},
                       {"tax_id", nullptr}};
  const std::string method = add_card(state, typed, std::move(details));
  attach(state, method, text_of(invoice, "customer"));
  const Collection collection = collect(state, id, method, false);
  if (!is_sent(invoice)) state.store.edit(kind::invoice, id).hidden["card_to_keep"] = method;
  if (collection.decline && is_authentication(*collection.decline)) return;  // the bank asks first
  if (collection.failed()) throw collection_error(state, id, collection);
  if (!is_sent(invoice)) keep_default_method(state, subscription_of(invoice), method);
}

http::Response file(const std::string& name, std::string content) {
  http::Response response{.content_type = "application/pdf", .body = std::move(content)};
  response.headers.emplace_back("Content-Disposition",
                                fmt::format("attachment; filename=\"{}.pdf\"", name));
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

}  // namespace

http::Response send_invoice(Desk& desk, const std::string& id) {
  const json::object invoice = look_up(desk, id);
  return file("invoice-" + text_of(invoice, "number"), invoice_pdf(invoice));
}

http::Response send_credit_note(Desk& desk, const std::string& id) {
  json::object note;
  desk.look([&](State& state) { note = state.get(kind::credit_note, id, "id").shown; });
  const std::string number = text_of(note, "number");
  return file(
      "credit-note-" + number,
      pdf_of({"Credit note " + number,
              "From the Freehold simulator, which is not Stripe. No money moves.",
              "Total: " + amount_text(number_of(note, "total"), text_of(note, "currency"))}));
}

http::Response show_invoice(Desk& desk, const std::string& id) {
  return render_invoice(desk, look_up(desk, id), {}, {});
}

http::Response submit_invoice(Desk& desk, const http::Request& request, const std::string& id) {
  const json::object invoice = look_up(desk, id);
  if (text_of(invoice, "status") != "open") return http::see_other("/invoice/" + id);
  const http::Fields& form = request.form();
  FieldErrors errors;
  const TypedCard card = read_card(form, to_unix_seconds(desk.clock.now()), errors);
  if (!errors.empty()) return render_invoice(desk, invoice, form, errors);
  try {
    desk.change([&](State& state) { pay(state, invoice, card); });
  } catch (const StripeError& error) {
    return render_invoice(desk, look_up(desk, id), form, errors_of(error));
  }
  const std::string challenge = challenge_of(desk, id);
  return http::see_other(challenge.empty() ? "/invoice/" + id : challenge);
}

}  // namespace freehold::simulator
