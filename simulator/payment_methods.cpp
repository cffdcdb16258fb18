#include "simulator/payment_methods.hpp"

#include <fmt/format.h>

#include "core/crypto.hpp"
#include "core/time.hpp"
#include "simulator/addresses.hpp"
#include "simulator/customers.hpp"
#include "simulator/events.hpp"
#include "simulator/lists.hpp"
#include "simulator/render.hpp"

namespace freehold::simulator {

namespace {

json::object card_object(const TestCard& card, std::int64_t month, std::int64_t year) {
  const Digest digest = sha256(card.number);
  return {
      {"brand", card.brand},
      {"checks", json::object{{"address_line1_check", nullptr},
                              {"address_postal_code_check", nullptr},
                              {"cvc_check", "pass"}}},
      {"country", "US"},
      {"display_brand", card.brand},
      {"exp_month", month},
      {"exp_year", year},
      {"fingerprint", to_hex(view(digest)).substr(0, 16)},
      {"funding", "credit"},
      {"generated_from", nullptr},
      {"last4", card.number.substr(card.number.size() - 4)},
      {"networks", json::object{{"available", json::array{card.brand}}, {"preferred", nullptr}}},
      {"regulated_status", "unregulated"},
      {"three_d_secure_usage", json::object{{"supported", true}}},
      {"wallet", nullptr}};
}

std::string add_method(State& state, const TestCard& card, std::int64_t month, std::int64_t year,
                       json::object billing_details) {
  const std::string id = state.new_id("pm_1");
  json::object shown{{"id", id},
                     {"object", "payment_method"},
                     {"allow_redisplay", "unspecified"},
                     {"billing_details", std::move(billing_details)},
                     {"card", card_object(card, month, year)},
                     {"created", state.now},
                     {"customer", nullptr},
                     {"customer_account", nullptr},
                     {"livemode", false},
                     {"metadata", json::object{}},
                     {"type", "card"}};
  state.store.add(kind::payment_method, id, std::move(shown), {{"number", card.number}});
  return id;
}

json::object blank_details() {
  return {{"address", nullptr},
          {"email", nullptr},
          {"name", nullptr},
          {"phone", nullptr},
          {"tax_id", nullptr}};
}

// Test tokens stand for cards that expire at the end of the next year but one.
std::string add_from_token(State& state, const TestCard& card) {
  const Date today = date_of(from_unix_seconds(state.now));
  return add_method(state, card, 12, today.year + 2, blank_details());
}

std::string add_typed(State& state, const Params& card, json::object billing_details) {
  const TypedCard typed{.number = card.need_text("number"),
                        .exp_month = card.need_integer("exp_month"),
                        .exp_year = card.need_integer("exp_year"),
                        .cvc = card.text("cvc").value_or("")};
  return add_card(state, typed, std::move(billing_details));
}

const TestCard& card_of(const Record& method) {
  return *find_card(text_of(method.hidden, "number"));
}

// Nobody's default any more.
void forget(State& state, const std::string& method, const std::string& customer) {
  const json::object before = render(state, kind::customer, customer);
  if (text_of(object_of(before, "invoice_settings"), "default_payment_method") == method) {
    set_default_payment_method(state, customer, "");
    emit_changes(state, "customer.updated", kind::customer, customer, before);
  }
  for (const Record* subscription : state.store.found(kind::subscription, method))
    state.store.edit(kind::subscription, subscription->id).shown["default_payment_method"] =
        nullptr;
}

}  // namespace

std::string add_card(State& state, const TypedCard& typed, json::object billing_details) {
  const TestCard& card = check_card(typed, state.now);
  return add_method(state, card, typed.exp_month, typed.exp_year, std::move(billing_details));
}

json::value create_payment_method(State& state, Params& params) {
  if (params.need_text("type") != "card")
    throw StripeError::invalid(
        "The simulator does not simulate payment methods other than cards "
        "yet.",
        "type");
  const Params card = params.group("card");
  json::object details = read_billing_details(params);
  std::string id;
  if (const auto token = card.text("token")) {
    const TestCard* known = find_card_by_token(*token);
    if (known == nullptr) throw StripeError::no_such("token", *token, card.path_of("token"));
    id = add_from_token(state, *known);
    state.store.edit(kind::payment_method, id).shown["billing_details"] = std::move(details);
  } else {
    id = add_typed(state, card, std::move(details));
  }
  apply_metadata(params, state.store.edit(kind::payment_method, id).shown["metadata"].as_object());
  return render(state, kind::payment_method, id);
}

json::value retrieve_payment_method(State& state, Params& params) {
  return render(state, state.get(kind::payment_method, params.path("id"), "id"));
}

json::value list_payment_methods(State& state, Params& params) {
  const auto customer = params.text("customer");
  if (customer) live_customer(state, *customer, "customer");
  const Filter type = member_filter(params, "type", "type");
  return list_records(
      state, params, kind::payment_method, "/v1/payment_methods",
      [&](const Record& method) {
        const std::string owner = text_of(method.shown, "customer");
        return !owner.empty() && (!customer || owner == *customer) && type(method);
      },
      keyed_by(params, {"customer"}));
}

json::value list_customer_payment_methods(State& state, Params& params) {
  const std::string customer = params.path("id");
  live_customer(state, customer, "id");
  const Filter type = member_filter(params, "type", "type");
  return list_records(
      state, params, kind::payment_method,
      fmt::format("/v1/customers/{}/payment_methods", customer),
      [&](const Record& method) {
        return text_of(method.shown, "customer") == customer && type(method);
      },
      customer);
}

json::value attach_payment_method(State& state, Params& params) {
  const std::string customer = params.need_text("customer");
  live_customer(state, customer, "customer");
  const std::string id = take_payment_method(state, params.path("id"), "id");
  attach(state, id, customer);
  return render(state, kind::payment_method, id);
}

json::value detach_payment_method(State& state, Params& params) {
  const std::string id = params.path("id");
  const std::string customer = text_of(state.get(kind::payment_method, id, "id").shown, "customer");
  if (customer.empty())
    throw StripeError::invalid(
        "The payment method you provided is not attached to a customer so "
        "detachment is impossible.",
        "", "payment_method_not_attached");
  const json::object before = render(state, kind::payment_method, id);
  state.store.edit(kind::payment_method, id).shown["customer"] = nullptr;
  forget(state, id, customer);
  emit_changes(state, "payment_method.detached", kind::payment_method, id, before);
  return render(state, kind::payment_method, id);
}

std::string take_payment_method(State& state, const std::string& id_or_token,
                                std::string_view path) {
  if (const TestCard* card = find_card_by_token(id_or_token)) return add_from_token(state, *card);
  state.get(kind::payment_method, id_or_token, path);
  return id_or_token;
}

void attach(State& state, const std::string& id, const std::string& customer) {
  const Record& method = state.get(kind::payment_method, id, "id");
  const std::string owner = text_of(method.shown, "customer");
  if (owner == customer) return;
  if (!owner.empty())
    throw StripeError::invalid(
        "The payment method you provided has already been attached to a "
        "customer.",
        "", "payment_method_already_attached");
  if (!card_of(method).attaches) throw card_error(*find_decline(card_of(method).decline_code));
  state.store.edit(kind::payment_method, id).shown["customer"] = customer;
  emit(state, "payment_method.attached", kind::payment_method, id);
}

void attached_payment_method(const State& state, const std::string& id, const std::string& customer,
                             const std::string& path) {
  const Record& method = state.get(kind::payment_method, id, path);
  if (text_of(method.shown, "customer") != customer)
    throw StripeError::invalid(
        fmt::format(
            "The customer does not have a payment method with the ID {}. The payment method "
            "must be attached to the customer.",
            id),
        path, "resource_missing");
}

std::optional<Decline> decline_of(const State& state, const std::string& payment_method) {
  const Record& method = *state.store.find(kind::payment_method, payment_method);
  const auto failing = find_decline(text_of(method.hidden, "failing"));
  return failing ? failing : find_decline(card_of(method).decline_code);
}

}  // namespace freehold::simulator
