#include "simulator/payment_methods.hpp"

#include <fmt/format.h>

#include "core/crypto.hpp"
#include "core/time.hpp"
#include "simulator/addresses.hpp"
#include "simulator/customers.hpp"
#include "simulator/debits.hpp"
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

json::object blank_details() {
  return {{"address", nullptr},
          {"email", nullptr},
          {"name", nullptr},
          {"phone", nullptr},
          {"tax_id", nullptr}};
}

// A payment method of this type, with what is shown and kept of that.
std::string add_method(State& state, std::string_view type, json::object object,
                       json::object hidden) {
  const std::string id = state.new_id("pm_1");
  json::object shown{{"id", id},
                     {"object", "payment_method"},
                     {"allow_redisplay", "unspecified"},
                     {"billing_details", blank_details()},
                     {type, std::move(object)},
                     {"created", state.now},
                     {"customer", nullptr},
                     {"customer_account", nullptr},
                     {"livemode", false},
                     {"metadata", json::object{}},
                     {"type", type}};
  state.store.add(kind::payment_method, id, std::move(shown), std::move(hidden));
  return id;
}

std::string add_card(State& state, const TestCard& card, std::int64_t month, std::int64_t year) {
  return add_method(state, "card", card_object(card, month, year), {{"number", card.number}});
}

std::string add_debit(State& state, const TestDebit& debit) {
  return add_method(state, "sepa_debit", debit_object(debit), {{"iban", debit.iban}});
}

// Test tokens stand for cards that expire at the end of the next year but one.
std::string add_from_token(State& state, const TestCard& card) {
  const Date today = date_of(from_unix_seconds(state.now));
  return add_card(state, card, 12, today.year + 2);
}

std::string add_typed(State& state, const Params& card) {
  const TypedCard typed{.number = card.need_text("number"),
                        .exp_month = card.need_integer("exp_month"),
                        .exp_year = card.need_integer("exp_year"),
                        .cvc = card.text("cvc").value_or("")};
  return add_card(state, typed, blank_details());
}

// The card of a call, by its number or by a token.
std::string read_card(State& state, const Params& params) {
  const Params card = params.group("card");
  const auto token = card.text("token");
  if (!token) return add_typed(state, card);
  const TestCard* known = find_card_by_token(*token);
  if (known == nullptr) throw StripeError::no_such("token", *token, card.path_of("token"));
  return add_from_token(state, *known);
}

std::string read_account(State& state, const Params& params) {
  const Params details = params.group("billing_details");
  for (const std::string_view name : {"name", "email"}) details.need_text(name);
  const Params account = params.group("sepa_debit");
  return add_debit(state, check_iban(account.need_text("iban"), account.path_of("iban")));
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
  const std::string id = add_card(state, card, typed.exp_month, typed.exp_year);
  state.store.edit(kind::payment_method, id).shown["billing_details"] = std::move(billing_details);
  return id;
}

std::string add_account(State& state, const std::string& iban, json::object billing_details) {
  const std::string id = add_debit(state, check_iban(iban, "iban"));
  state.store.edit(kind::payment_method, id).shown["billing_details"] = std::move(billing_details);
  return id;
}

json::value create_payment_method(State& state, Params& params) {
  const std::string type = params.need_text("type");
  if (type != "card" && type != "sepa_debit")
    throw StripeError::invalid(
        "The simulator does not simulate payment methods other than cards and SEPA direct debits "
        "yet.",
        "type");
  const std::string id = type == "card" ? read_card(state, params) : read_account(state, params);
  json::object& shown = state.store.edit(kind::payment_method, id).shown;
  shown["billing_details"] = read_billing_details(params);
  apply_metadata(params, shown["metadata"].as_object());
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
  if (const TestDebit* debit = find_debit_by_token(id_or_token)) return add_debit(state, *debit);
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
  if (const auto refusal = refusal_of(method)) throw card_error(*refusal);
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

std::optional<Decline> refusal_of(const Record& method) {
  if (is_debit(method) || card_of(method).attaches) return std::nullopt;
  return find_decline(card_of(method).decline_code);
}

std::optional<Decline> decline_of(const State& state, const std::string& payment_method) {
  const Record& method = *state.store.find(kind::payment_method, payment_method);
  const auto failing = find_decline(text_of(method.hidden, "failing"));
  return failing ? failing : find_decline(card_of(method).decline_code);
}

}  // namespace freehold::simulator
