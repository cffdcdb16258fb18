// The hosted checkout: what is bought, when the card is charged, and the card.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "simulator/checkout.hpp"
#include "simulator/pages.hpp"
#include "simulator/render.hpp"
#include "simulator/state.hpp"
#include "simulator/test_clocks.hpp"

namespace freehold::simulator {

namespace {

struct Summary {
  json::object session;
  json::object page = {};  // what the template shows beside the form
  std::string title = {};
  std::string submit = {};
  bool asks_for_email = false;
  bool asks_for_country = false;
};

json::array lines_of(const State& state, const std::string& id) {
  json::array lines;
  const json::object items = line_items_of(state, id);
  for (const json::value& value : array_of(items, "data")) {
    const json::object& item = value.get_object();
    const std::int64_t quantity = number_of(item, "quantity", 1);
    const json::object& bounds = object_of(item, "adjustable_quantity");
    const std::string name = text_of(item, "description");
    json::value adjust;
    if (flag_of(bounds, "enabled"))
      adjust = json::object{{"field", "quantity_" + text_of(item, "id")},
                            {"label", "Quantity of " + name},
                            {"least", bounds.at("minimum")},
                            {"most", bounds.at("maximum")},
                            {"value", quantity}};
    lines.push_back(
        json::object{{"name", quantity == 1 ? name : fmt::format("{} × {}", quantity, name)},
                     {"price", price_text(object_of(item, "price"))},
                     {"adjust", std::move(adjust)}});
  }
  return lines;
}

// What the discounts take off, in words.
json::value discount_of(const State& state, const Record& session) {
  const std::int64_t amount = number_of(session.hidden, "discount");
  const json::array& discounts = array_of(session.shown, "discounts");
  if (discounts.empty()) return nullptr;
  const json::object& one = discounts[0].get_object();
  const json::object& coupon = state.store.find(kind::coupon, text_of(one, "coupon"))->shown;
  const std::string name = text_of(coupon, "name");
  return json::object{{"name", name.empty() ? "Discount" : name},
                      {"amount", amount_text(-amount, text_of(session.shown, "currency"))}};
}

// What is paid in taxes, or that it is not known yet.
json::value tax_of(const Record& session) {
  if (lacks_place(session)) return "By your country";
  const std::int64_t tax = number_of(session.hidden, "tax");
  if (tax == 0) return nullptr;
  return json::value(amount_text(tax, text_of(session.shown, "currency")));
}

// The field for a promotion code, with the code that is in use.
json::value code_field(const State& state, const Record& session) {
  if (!flag_of(session.shown, "allow_promotion_codes")) return nullptr;
  const json::array& discounts = array_of(session.shown, "discounts");
  std::string code;
  if (!discounts.empty())
    code = text_of(
        state.store
            .find(kind::promotion_code, text_of(discounts[0].get_object(), "promotion_code"))
            ->shown,
        "code");
  return json::object{{"value", code}};
}

bool adjusts(const json::array& lines) {
  return std::any_of(lines.begin(), lines.end(),
                     [](const json::value& line) { return is_set(line.get_object(), "adjust"); });
}

void describe_subscription(const State& state, const Record& session, Summary& summary) {
  const std::string currency = text_of(session.shown, "currency");
  const std::int64_t total = number_of(session.hidden, "total");
  const std::int64_t charge_at = first_charge_at(state, session);
  const bool trial = charge_at > state.now;
  const json::array lines = lines_of(state, session.id);
  const bool once = text_of(session.shown, "mode") == "payment";
  summary.title = fmt::format("{} {}", once ? "Pay for" : "Subscribe to",
                              text_of(lines[0].get_object(), "name"));
  summary.submit = trial ? "Start trial"
                         : fmt::format("Pay {}{}", amount_text(total, currency),
                                       lacks_place(session) ? " plus tax" : "");
  summary.page["lines"] = lines;
  summary.page["discount"] = discount_of(state, session);
  summary.page["tax"] = tax_of(session);
  summary.page["code"] = code_field(state, session);
  summary.page["adjusts"] = adjusts(lines);
  summary.page["due_today"] = amount_text(trial ? 0 : total, currency);
  summary.page["trial_note"] =
      trial
          ? json::value(fmt::format("Free until {}. Then {}, charged to this card.",
                                    date_text(charge_at), text_of(lines[0].get_object(), "price")))
          : json::value(nullptr);
}

Summary summarise(const State& state, const Record& session) {
  Summary summary{.session = session.shown};
  summary.asks_for_email = is_set(session.shown, "customer_creation");
  summary.asks_for_country = lacks_place(session);
  if (text_of(session.shown, "mode") != "setup") {
    describe_subscription(state, session, summary);
  } else {
    summary.title = "Save a card";
    summary.submit = "Save card";
    summary.page["lines"] = json::array{};
    set_all(summary.page, "discount tax code", nullptr);
    summary.page["adjusts"] = false;
    summary.page["due_today"] = "$0.00";
    summary.page["trial_note"] = "The card is saved for later payments.";
  }
  return summary;
}

Summary look_up(Desk& desk, const std::string& id) {
  Summary summary;
  desk.look([&](State& state) {
    const Record& session = state.get(kind::session, id, "id");
    const ClockTime time(state, session);
    summary = summarise(state, session);
  });
  return summary;
}

http::Response render_checkout(const Desk& desk, const Summary& summary, const http::Fields& values,
                               const FieldErrors& errors) {
  const std::string cancel_url = text_of(summary.session, "cancel_url");
  const CardForm form{.id = "checkout",
                      .action = "/pay/" + text_of(summary.session, "id"),
                      .submit = summary.submit,
                      .asks_for_email = summary.asks_for_email,
                      .asks_for_country = summary.asks_for_country,
                      .takes_debits = takes_debits(summary.session),
                      .cancel = cancel_url.empty()
                                    ? std::optional<html::Action>{}
                                    : html::Action{.label = "Cancel", .url = cancel_url}};
  json::object model = summary.page;
  model["update"] = json::value(nullptr);
  if (is_set(summary.page, "code") || flag_of(summary.page, "adjusts"))
    model["update"] = json::object{{"action", form.action},
                                   {"lines", summary.page.at("lines")},
                                   {"code", summary.page.at("code")}};
  model["heading"] = summary.title;
  model["form"] = card_form_model(form, values, errors);
  return render_page(desk,
                     {.name = "checkout",
                      .title = summary.title,
                      .form_target = origin_of(text_of(summary.session, "success_url")),
                      .status = errors.empty() ? 200 : 422,
                      .has_errors = !errors.empty()},
                     std::move(model));
}

// What there is to say of a session that can no longer be paid.
http::Response say_closed(const Desk& desk, const json::object& session) {
  if (text_of(session, "status") == "complete")
    return say(desk, 200, "This checkout is complete", "There is nothing left to do here.",
               {.label = "Continue", .url = return_url(session)});
  const std::string back = text_of(session, "cancel_url");
  return say(desk, 410, "This checkout has expired",
             "Sessions stay open for a day. Go back and start again.",
             {.label = "Go back", .url = back.empty() ? "/" : back});
}

bool is_open(const Summary& summary) {
  return text_of(summary.session, "status") == "open";
}

// A promotion code, and quantities; the page is shown again with what it now comes to.
http::Response update_checkout(Desk& desk, const Summary& summary, const http::Fields& form,
                               const std::string& id) {
  std::map<std::string, std::int64_t> quantities;
  for (const json::value& value : array_of(summary.page, "lines")) {
    const json::object& adjust = object_of(value.get_object(), "adjust");
    const std::string field = text_of(adjust, "field");
    if (field.empty()) continue;
    std::int64_t quantity = -1;
    const std::string_view text = form.get(field);
    std::from_chars(text.data(), text.data() + text.size(), quantity);
    quantities[field.substr(std::string_view("quantity_").size())] = quantity;
  }
  try {
    desk.change([&](State& state) {
      if (!quantities.empty()) set_quantities(state, id, quantities);
      if (is_set(summary.page, "code"))
        apply_code(state, id, std::string(form.get("promotion_code")));
    });
  } catch (const StripeError& error) {
    return say(desk, 422, "That does not work", error.message,
               {.label = "Go back", .url = "/pay/" + id});
  }
  return http::see_other("/pay/" + id);
}

// Whether the card's bank asks the person who is here.
bool asks_first(const Payer& payer) {
  if (!payer.card) return false;
  std::string digits;
  std::copy_if(payer.card->number.begin(), payer.card->number.end(), std::back_inserter(digits),
               [](char c) { return c != ' '; });
  const TestCard* card = find_card(digits);
  return card != nullptr && card->challenge != Challenge::never;
}

}  // namespace

http::Response show_checkout_challenge(Desk& desk, const std::string& id) {
  const Summary summary = look_up(desk, id);
  if (!is_open(summary)) return say_closed(desk, summary.session);
  return ask_who_it_is(desk, "/pay/" + id + "/authenticate", "/pay/" + id,
                       origin_of(text_of(summary.session, "success_url")));
}

http::Response submit_checkout_challenge(Desk& desk, const http::Request& request,
                                         const std::string& id) {
  const Summary summary = look_up(desk, id);
  if (!is_open(summary)) return say_closed(desk, summary.session);
  Payer payer;
  desk.look([&](State& state) { payer = kept_payer(state, id); });
  http::Fields values;
  values.add("email", payer.email);
  values.add("country", payer.country);
  if (request.form().get("decision") != "approve")
    return render_checkout(desk, summary, values,
                           {{"number",
                             "We are unable to authenticate your payment method. Please choose a "
                             "different payment method and try again."}});
  std::string next;
  try {
    desk.change([&](State& state) {
      state.authenticated = true;
      next = complete_session(state, id, payer);
    });
  } catch (const StripeError& error) {
    return render_checkout(desk, summary, values, errors_of(error));
  }
  return http::see_other(next);
}

http::Response show_checkout(Desk& desk, const std::string& id) {
  const Summary summary = look_up(desk, id);
  if (!is_open(summary)) return say_closed(desk, summary.session);
  http::Fields values;
  values.add("email", text_of(summary.session, "customer_email"));
  return render_checkout(desk, summary, values, {});
}

http::Response submit_checkout(Desk& desk, const http::Request& request, const std::string& id) {
  const Summary summary = look_up(desk, id);
  if (!is_open(summary)) return say_closed(desk, summary.session);
  const http::Fields& form = request.form();
  if (form.get("update") == "yes") return update_checkout(desk, summary, form, id);
  FieldErrors errors;
  Payer payer{.email = std::string(form.get("email")),
              .name = std::string(form.get("name")),
              .card = {},
              .country = std::string(form.get("country"))};
  if (takes_debits(summary.session) && form.get("card").empty())
    payer.iban = std::string(form.get("iban"));
  if (payer.iban.empty()) payer.card = read_card(form, to_unix_seconds(desk.clock.now()), errors);
  if (summary.asks_for_email && payer.email.empty())
    errors.push_back({"email", "Enter an email address."});
  if (!errors.empty()) return render_checkout(desk, summary, form, errors);
  if (asks_first(payer)) {
    desk.change([&](State& state) { keep_payer(state, id, payer); });
    return http::see_other("/pay/" + id + "/authenticate");
  }
  std::string next;
  try {
    desk.change([&](State& state) { next = complete_session(state, id, payer); });
  } catch (const StripeError& error) {
    return render_checkout(desk, summary, form, errors_of(error));
  }
  return http::see_other(next);
}

}  // namespace freehold::simulator
