#include "simulator/debits.hpp"

#include <algorithm>
#include <array>

#include "core/crypto.hpp"
#include "simulator/checkout.hpp"
#include "simulator/events.hpp"
#include "simulator/invoices.hpp"
#include "simulator/payment_methods.hpp"
#include "simulator/payments.hpp"
#include "simulator/test_clocks.hpp"

namespace freehold::simulator {

namespace {

constexpr std::int64_t three_minutes = 180;

// https://docs.stripe.com/payments/sepa-debit/accept-a-payment#test-integration
constexpr std::array debits = {
    TestDebit{"DE89370400440532013000", "pm_success_de"},
    TestDebit{"DE08370400440532013003", "pm_successDelayed_de", three_minutes},
    TestDebit{"DE62370400440532013001", "pm_failed_de", 0, true},
    TestDebit{"DE78370400440532013004", "pm_failedDelayed_de", three_minutes, true},
};

constexpr Decline refusal{"debit_not_authorized", "generic_decline",
                          "The customer's bank has refused the debit."};

constexpr Decline other_currency{"payment_method_currency_mismatch", "",
                                 "SEPA direct debits are in euro; this payment is not.", true};

// Why the bank will refuse, if it will.
std::optional<Decline> answer_of(const Record& payment_method) {
  const bool failing = !text_of(payment_method.hidden, "failing").empty();
  const TestDebit* debit = find_debit(text_of(payment_method.hidden, "iban"));
  return failing || debit->refused ? std::optional(refusal) : std::nullopt;
}

}  // namespace

const TestDebit* find_debit(std::string_view iban) {
  const auto* const found = std::find_if(
      debits.begin(), debits.end(), [&](const TestDebit& debit) { return debit.iban == iban; });
  return found == debits.end() ? nullptr : found;
}

const TestDebit* find_debit_by_token(std::string_view token) {
  const auto* const found = std::find_if(
      debits.begin(), debits.end(), [&](const TestDebit& debit) { return debit.token == token; });
  return found == debits.end() ? nullptr : found;
}

const TestDebit& check_iban(std::string iban, std::string_view path) {
  iban.erase(std::remove(iban.begin(), iban.end(), ' '), iban.end());
  const TestDebit* debit = find_debit(iban);
  if (debit == nullptr)
    throw StripeError::invalid(
        "The IBAN you provided is invalid, or none of the test accounts that the simulator has.",
        path, "invalid_bank_account_iban");
  return *debit;
}

json::object debit_object(const TestDebit& debit) {
  const Digest digest = sha256(debit.iban);
  return {{"bank_code", debit.iban.substr(4, 8)},
          {"branch_code", nullptr},
          {"country", debit.iban.substr(0, 2)},
          {"fingerprint", to_hex(view(digest)).substr(0, 16)},
          {"generated_from", json::object{{"charge", nullptr}, {"setup_attempt", nullptr}}},
          {"last4", debit.iban.substr(debit.iban.size() - 4)}};
}

void read_mandate(const Params& params) {
  const Params agreed = params.group("mandate_data").group("customer_acceptance");
  agreed.one_of("type", {"offline", "online"});
  agreed.integer("accepted_at");
  for (const std::string_view name : {"ip_address", "user_agent"})
    agreed.group("online").text(name);
}

bool is_debit(const Record& payment_method) {
  return text_of(payment_method.shown, "type") == "sepa_debit";
}

std::optional<Decline> refusal_to_debit(const State& state, const std::string& payment_intent) {
  const json::object& intent = state.store.find(kind::payment_intent, payment_intent)->shown;
  return text_of(intent, "currency") == "eur" ? std::nullopt : std::optional(other_currency);
}

void begin_debit(State& state, const std::string& id, const std::string& payment_method) {
  Record& intent = state.store.edit(kind::payment_intent, id);
  const Record& method = *state.store.find(kind::payment_method, payment_method);
  intent.hidden["test_clock"] = test_clock_of_customer(state, text_of(intent.shown, "customer"));
  intent.hidden["settles_at"] = state.now + find_debit(text_of(method.hidden, "iban"))->delay;
  intent.shown["payment_method"] = payment_method;
  intent.shown["last_payment_error"] = nullptr;
  intent.shown["status"] = "processing";
  emit(state, "payment_intent.processing", kind::payment_intent, id);
  emit(state, "charge.pending", kind::charge, text_of(intent.shown, "latest_charge"));
}

bool is_under_way(const State& state, const std::string& payment_intent) {
  const Record* intent = state.store.find(kind::payment_intent, payment_intent);
  return intent != nullptr && text_of(intent->shown, "status") == "processing";
}

std::optional<std::int64_t> debit_due(const Record& payment_intent) {
  if (text_of(payment_intent.shown, "status") != "processing") return std::nullopt;
  return number_of(payment_intent.hidden, "settles_at");
}

void turn_debit(State& state, const std::string& id) {
  const Record& intent = *state.store.find(kind::payment_intent, id);
  const auto decline =
      answer_of(*state.store.find(kind::payment_method, text_of(intent.shown, "payment_method")));
  conclude_charge(state, id, decline);
  const std::string invoice = text_of(intent.hidden, "invoice");
  if (!invoice.empty()) settle_pending(state, invoice, decline);
  settle_session(state, invoice.empty() ? id : invoice, !decline);
}

}  // namespace freehold::simulator
