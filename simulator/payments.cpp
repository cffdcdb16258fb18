#include "simulator/payments.hpp"

#include <map>

#include "simulator/authentication.hpp"
#include "simulator/debits.hpp"
#include "simulator/disputes.hpp"
#include "simulator/events.hpp"
#include "simulator/lists.hpp"
#include "simulator/payment_methods.hpp"
#include "simulator/render.hpp"

namespace freehold::simulator {

namespace {

json::object blank_intent(const State& state, const std::string& id, const std::string& customer,
                          std::int64_t amount, const std::string& currency) {
  json::object shown;
  shown["id"] = id;
  shown["object"] = "payment_intent";
  set_all(shown,
          "allowed_payment_method_types application application_fee_amount "
          "automatic_payment_methods canceled_at cancellation_reason client_secret "
          "customer_account description excluded_payment_method_types last_payment_error "
          "latest_charge managed_payments next_action on_behalf_of payment_method "
          "payment_method_configuration_details payment_method_options payment_record processing "
          "receipt_email review shipping source statement_descriptor statement_descriptor_suffix "
          "transfer_data transfer_group",
          nullptr);
  set_all(shown, "amount_capturable amount_received", 0);
  shown["livemode"] = false;
  shown["amount"] = amount;
  shown["capture_method"] = "automatic";
  shown["confirmation_method"] = "automatic";
  shown["created"] = state.now;
  shown["currency"] = currency;
  shown["customer"] = text_or_null(customer);
  shown["metadata"] = json::object{};
  shown["payment_method_types"] =
      currency == "eur" ? json::array{"card", "sepa_debit"} : json::array{"card"};
  shown["setup_future_usage"] = "off_session";
  shown["status"] = "requires_payment_method";
  return shown;
}

json::object blank_charge(const State& state, const std::string& id, const json::object& intent) {
  json::object shown;
  shown["id"] = id;
  shown["object"] = "charge";
  set_all(shown,
          "application application_fee application_fee_amount balance_transaction billing_details "
          "description failure_balance_transaction failure_code failure_message on_behalf_of "
          "outcome payment_method payment_method_details receipt_email receipt_number receipt_url "
          "review shipping source source_transfer statement_descriptor "
          "statement_descriptor_suffix transfer_data transfer_group",
          nullptr);
  set_all(shown, "amount_captured amount_refunded", 0);
  set_all(shown, "captured disputed livemode paid refunded", false);
  shown["amount"] = intent.at("amount");
  shown["calculated_statement_descriptor"] = "FREEHOLD SIMULATOR";
  shown["created"] = state.now;
  shown["currency"] = intent.at("currency");
  shown["customer"] = intent.at("customer");
  shown["fraud_details"] = json::object{};
  shown["metadata"] = json::object{};
  shown["payment_intent"] = intent.at("id");
  shown["status"] = "failed";
  return shown;
}

json::object card_details(const json::object& method, std::int64_t amount, bool paid) {
  const json::object& card = object_of(method, "card");
  return {{"card",
           json::object{{"amount_authorized", paid ? json::value(amount) : json::value(nullptr)},
                        {"authorization_code", nullptr},
                        {"brand", card.at("brand")},
                        {"checks", card.at("checks")},
                        {"country", card.at("country")},
                        {"electronic_commerce_indicator", nullptr},
                        {"exp_month", card.at("exp_month")},
                        {"exp_year", card.at("exp_year")},
                        {"fingerprint", card.at("fingerprint")},
                        {"funding", card.at("funding")},
                        {"installments", nullptr},
                        {"last4", card.at("last4")},
                        {"mandate", nullptr},
                        {"network", card.at("brand")},
                        {"network_transaction_id", nullptr},
                        {"regulated_status", card.at("regulated_status")},
                        {"three_d_secure", nullptr},
                        {"transaction_link_id", nullptr},
                        {"wallet", nullptr}}},
          {"type", "card"}};
}

// https://docs.stripe.com/api/charges/object#charge_object-outcome
json::object outcome_of(const std::optional<Decline>& decline) {
  json::object outcome{{"advice_code", nullptr},
                       {"network_advice_code", nullptr},
                       {"network_decline_code", nullptr},
                       {"network_status", "approved_by_network"},
                       {"reason", nullptr},
                       {"risk_level", "normal"},
                       {"seller_message", "Payment complete."},
                       {"type", "authorized"}};
  if (!decline) return outcome;
  outcome["network_status"] = "declined_by_network";
  outcome["reason"] = decline->decline_code;
  outcome["seller_message"] = "The bank did not return any further details with this decline.";
  outcome["type"] = "issuer_declined";
  if (decline->hard) outcome["advice_code"] = "do_not_try_again";
  return outcome;
}

json::object method_details(const json::object& method, std::int64_t amount, bool paid) {
  if (text_of(method, "type") == "card") return card_details(method, amount, paid);
  json::object debit = object_of(method, "sepa_debit");
  debit.erase("generated_from");
  debit["mandate"] = nullptr;
  return {{"sepa_debit", std::move(debit)}, {"type", "sepa_debit"}};
}

std::string add_charge(State& state, const json::object& intent, const json::object& method) {
  const std::string id = state.new_id("ch_3");
  json::object charge = blank_charge(state, id, intent);
  charge["billing_details"] = method.at("billing_details");
  charge["payment_method"] = method.at("id");
  charge["payment_method_details"] = method_details(method, number_of(intent, "amount"), false);
  charge["status"] = "pending";
  state.store.add(kind::charge, id, std::move(charge));
  return id;
}

void conclude(State& state, Record& charge, const json::object& method,
              const std::optional<Decline>& decline) {
  json::object& shown = charge.shown;
  shown["outcome"] = outcome_of(decline);
  shown["status"] = decline ? "failed" : "succeeded";
  shown["payment_method_details"] = method_details(method, number_of(shown, "amount"), !decline);
  if (decline) {
    shown["failure_code"] = decline->code;
    shown["failure_message"] = decline->message;
    return;
  }
  shown["paid"] = true;
  shown["captured"] = true;
  shown["amount_captured"] = shown.at("amount");
  const Record* card = state.store.find(kind::payment_method, text_of(method, "id"));
  plan_dispute(state, charge, text_of(card->hidden, "number"));
}

json::object last_error(const Decline& decline, const std::string& charge,
                        const json::object& method) {
  json::object error = card_error(decline).body()["error"].as_object();
  error["charge"] = charge;
  error["payment_method"] = method;
  error["payment_method_type"] = method.at("type");
  return error;
}

}  // namespace

std::string add_payment_intent(State& state, const std::string& customer, std::int64_t amount,
                               const std::string& currency) {
  const std::string id = state.new_id("pi_3");
  json::object intent = blank_intent(state, id, customer, amount, currency);
  intent["client_secret"] = state.new_id(id + "_secret_");
  state.store.add(kind::payment_intent, id, std::move(intent));
  emit(state, "payment_intent.created", kind::payment_intent, id);
  return id;
}

std::optional<Decline> charge(State& state, const std::string& payment_intent,
                              const std::string& payment_method) {
  const bool debits = is_debit(*state.store.find(kind::payment_method, payment_method));
  const auto decline =
      debits ? refusal_to_debit(state, payment_intent) : decline_of(state, payment_method);
  if (!decline && asks_for_authentication(state, payment_method))
    return require_authentication(state, payment_intent, payment_method);
  json::object& intent = state.store.edit(kind::payment_intent, payment_intent).shown;
  intent["latest_charge"] =
      add_charge(state, intent, render(state, kind::payment_method, payment_method));
  intent["payment_method"] = payment_method;
  intent["next_action"] = nullptr;
  if (debits && !decline)
    begin_debit(state, payment_intent, payment_method);
  else
    conclude_charge(state, payment_intent, decline);
  return decline;
}

void conclude_charge(State& state, const std::string& payment_intent,
                     const std::optional<Decline>& decline) {
  json::object& intent = state.store.edit(kind::payment_intent, payment_intent).shown;
  const std::string charge_id = text_of(intent, "latest_charge");
  const json::object method =
      render(state, kind::payment_method, text_of(intent, "payment_method"));
  conclude(state, state.store.edit(kind::charge, charge_id), method, decline);
  if (decline) {
    // Stripe takes a declined card off the intent: it is named in last_payment_error only.
    intent["status"] = "requires_payment_method";
    intent["payment_method"] = nullptr;
    intent["last_payment_error"] = last_error(*decline, charge_id, method);
    emit(state, "charge.failed", kind::charge, charge_id);
    emit(state, "payment_intent.payment_failed", kind::payment_intent, payment_intent);
    return;
  }
  intent["last_payment_error"] = nullptr;
  intent["amount_received"] = intent.at("amount");
  intent["status"] = "succeeded";
  emit(state, "payment_intent.succeeded", kind::payment_intent, payment_intent);
  emit(state, "charge.succeeded", kind::charge, charge_id);
}

void cancel_payment_intent(State& state, const std::string& id, std::string_view reason) {
  json::object& intent = state.store.edit(kind::payment_intent, id).shown;
  if (text_of(intent, "status") == "succeeded" || text_of(intent, "status") == "canceled") return;
  intent["status"] = "canceled";
  intent["next_action"] = nullptr;
  intent["canceled_at"] = state.now;
  intent["cancellation_reason"] = text_or_null(reason);
  emit(state, "payment_intent.canceled", kind::payment_intent, id);
}

json::value retrieve_payment_intent(State& state, Params& params) {
  return render(state, state.get(kind::payment_intent, params.path("id"), "id"));
}

json::value list_payment_intents(State& state, Params& params) {
  return list_records(
      state, params, kind::payment_intent, "/v1/payment_intents",
      all_of({member_filter(params, "customer", "customer"), time_filter(params, "created")}),
      keyed_by(params, {"customer"}));
}

json::value retrieve_charge(State& state, Params& params) {
  return render(state, state.get(kind::charge, params.path("id"), "id"));
}

json::value list_charges(State& state, Params& params) {
  return list_records(state, params, kind::charge, "/v1/charges",
                      all_of({member_filter(params, "customer", "customer"),
                              member_filter(params, "payment_intent", "payment_intent"),
                              time_filter(params, "created")}),
                      keyed_by(params, {"payment_intent", "customer"}));
}

json::value update_charge(State& state, Params& params) {
  const std::string id = params.path("id");
  const json::object before = render(state, state.get(kind::charge, id, "id"));
  json::object& charge = state.store.edit(kind::charge, id).shown;
  for (const std::string_view name : {"description", "receipt_email"})
    if (const auto text = params.text(name)) charge[name] = text_or_null(*text);
  apply_metadata(params, charge["metadata"].as_object());
  emit_changes(state, "charge.updated", kind::charge, id, before);
  return render(state, kind::charge, id);
}

json::value retrieve_balance(State& state, Params&) {
  std::map<std::string, std::int64_t> received;
  for (const auto& [order, charge] : state.store.all(kind::charge))
    if (flag_of(charge.shown, "paid") && !is_withdrawn(state, charge))
      received[text_of(charge.shown, "currency")] +=
          number_of(charge.shown, "amount") - number_of(charge.shown, "amount_refunded");
  if (received.empty()) received["usd"] = 0;
  json::array available;
  json::array pending;
  for (const auto& [currency, amount] : received) {
    available.push_back(json::object{{"amount", amount},
                                     {"currency", currency},
                                     {"source_types", json::object{{"card", amount}}}});
    pending.push_back(json::object{
        {"amount", 0}, {"currency", currency}, {"source_types", json::object{{"card", 0}}}});
  }
  return json::object{{"object", "balance"},
                      {"available", std::move(available)},
                      {"livemode", false},
                      {"pending", std::move(pending)}};
}

}  // namespace freehold::simulator
