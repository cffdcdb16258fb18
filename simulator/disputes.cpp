#include "simulator/disputes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "simulator/events.hpp"
#include "simulator/lists.hpp"
#include "simulator/render.hpp"
#include "simulator/settings.hpp"
#include "simulator/subscriptions.hpp"

namespace freehold::simulator {

namespace {

// How long the account has to answer: "usually 7 to 21 days, depending on the card network".
// https://docs.stripe.com/disputes/responding
constexpr std::int64_t until_due = 9LL * 86400;
constexpr std::int64_t fee = 1500;  // of the United States, in cents

// https://docs.stripe.com/testing#disputes
struct DisputingCard {
  std::string_view number;
  std::string_view reason;
  bool inquiry = false;  // the bank only asks: no money goes
};
constexpr std::array disputing_cards = {
    DisputingCard{"4000000000000259", "fraudulent"},
    DisputingCard{"4000000000002685", "product_not_received"},
    DisputingCard{"4000000000001976", "fraudulent", true},
};

constexpr std::string_view evidence_texts =
    "access_activity_log billing_address cancellation_policy_disclosure cancellation_rebuttal "
    "customer_email_address customer_name customer_purchase_ip duplicate_charge_explanation "
    "duplicate_charge_id product_description refund_policy_disclosure refund_refusal_explanation "
    "service_date shipping_address shipping_carrier shipping_date shipping_tracking_number "
    "uncategorized_text";
constexpr std::string_view evidence_files =
    "cancellation_policy customer_communication customer_signature "
    "duplicate_charge_documentation receipt refund_policy service_documentation "
    "shipping_documentation uncategorized_file";

bool is_inquiry(const json::object& dispute) {
  return text_of(dispute, "status").starts_with("warning_");
}

bool waits_for_answer(const json::object& dispute) {
  const std::string status = text_of(dispute, "status");
  return status == "needs_response" || status == "warning_needs_response";
}

bool is_decided(const json::object& dispute) {
  const std::string status = text_of(dispute, "status");
  return status == "won" || status == "lost" || status == "warning_closed";
}

// Money that the bank takes (below zero) or brings back.
json::object movement(State& state, const std::string& dispute, std::int64_t amount,
                      const std::string& currency) {
  const std::int64_t cost = amount < 0 ? fee : 0;
  json::array fees;
  if (cost != 0)
    fees.push_back(json::object{{"amount", cost},
                                {"application", nullptr},
                                {"currency", currency},
                                {"description", "Dispute fee"},
                                {"type", "stripe_fee"}});
  return {{"id", state.new_id("txn_1")},
          {"object", "balance_transaction"},
          {"amount", amount},
          {"available_on", state.now},
          {"created", state.now},
          {"currency", currency},
          {"description", amount < 0 ? "Chargeback withdrawal" : "Chargeback reversal"},
          {"exchange_rate", nullptr},
          {"fee", cost},
          {"fee_details", std::move(fees)},
          {"net", amount - cost},
          {"reporting_category", amount < 0 ? "dispute" : "dispute_reversal"},
          {"source", dispute},
          {"status", "available"},
          {"type", "adjustment"}};
}

void move_money(State& state, json::object& dispute, std::int64_t amount) {
  dispute["balance_transactions"].as_array().push_back(
      movement(state, text_of(dispute, "id"), amount, text_of(dispute, "currency")));
}

json::object blank_dispute(const State& state, const std::string& id, const json::object& charge,
                           const std::string& reason, bool inquiry) {
  const std::string brand =
      text_of(object_of(object_of(charge, "payment_method_details"), "card"), "brand");
  json::object evidence;
  set_all(evidence, evidence_texts, nullptr);
  set_all(evidence, evidence_files, nullptr);
  evidence["enhanced_evidence"] = json::object{};
  return {{"id", id},
          {"object", "dispute"},
          {"amount", charge.at("amount")},
          {"balance_transactions", json::array{}},
          {"charge", charge.at("id")},
          {"created", state.now},
          {"currency", charge.at("currency")},
          {"enhanced_eligibility_types", json::array{}},
          {"evidence", std::move(evidence)},
          {"evidence_details", json::object{{"due_by", state.now + until_due},
                                            {"enhanced_eligibility", json::object{}},
                                            {"has_evidence", false},
                                            {"past_due", false},
                                            {"submission_count", 0},
                                            {"submission_method", "not_submitted"}}},
          {"intended_submission_method", nullptr},
          {"is_charge_refundable", inquiry},
          {"livemode", false},
          {"metadata", json::object{}},
          {"network_reason_code", inquiry ? "" : "10.4"},
          {"payment_intent", charge.at("payment_intent")},
          {"payment_method_details",
           json::object{{"card", json::object{{"brand", brand},
                                              {"case_type", inquiry ? "inquiry" : "chargeback"},
                                              {"network", brand},
                                              {"network_reason_code", inquiry ? "" : "10.4"}}},
                        {"type", "card"}}},
          {"reason", reason},
          {"status", inquiry ? "warning_needs_response" : "needs_response"}};
}

// What the account can have done by itself with the subscription that was paid for.
void cancel_disputed(State& state, const json::object& charge) {
  if (!settings_of(state).cancel_disputed) return;
  const Record* intent = state.store.find(kind::payment_intent, text_of(charge, "payment_intent"));
  const Record* invoice = state.store.find(kind::invoice, text_of(intent->hidden, "invoice"));
  if (invoice == nullptr) return;
  const std::string subscription = subscription_of(invoice->shown);
  if (!subscription.empty()) cancel_now(state, subscription, "payment_disputed");
}

std::string open_dispute(State& state, const std::string& charge_id, const std::string& reason,
                         bool inquiry) {
  const json::object charge = state.store.find(kind::charge, charge_id)->shown;
  if (!flag_of(charge, "paid"))
    throw StripeError::invalid(fmt::format("Charge {} was not paid.", charge_id), "charge");
  if (flag_of(charge, "disputed"))
    throw StripeError::invalid(fmt::format("Charge {} is disputed already.", charge_id), "charge");
  const std::string id = state.new_id("du_1");
  json::object& dispute =
      state.store.add(kind::dispute, id, blank_dispute(state, id, charge, reason, inquiry)).shown;
  state.store.edit(kind::charge, charge_id).shown["disputed"] = true;
  if (!inquiry) move_money(state, dispute, -number_of(charge, "amount"));
  emit(state, "charge.dispute.created", kind::dispute, id);
  if (!inquiry) emit(state, "charge.dispute.funds_withdrawn", kind::dispute, id);
  cancel_disputed(state, charge);
  return id;
}

void decide(State& state, const std::string& id, bool won) {
  Record& dispute = state.store.edit(kind::dispute, id);
  dispute.hidden["decision"] = nullptr;
  const bool inquiry = is_inquiry(dispute.shown);
  dispute.shown["status"] = inquiry ? "warning_closed" : won ? "won" : "lost";
  emit(state, "charge.dispute.closed", kind::dispute, id);
  if (inquiry || !won) return;
  move_money(state, dispute.shown, number_of(dispute.shown, "amount"));
  emit(state, "charge.dispute.funds_reinstated", kind::dispute, id);
}

void refuse_decided(const json::object& dispute) {
  if (is_decided(dispute))
    throw StripeError::invalid(fmt::format("This dispute is already closed: its status is {}.",
                                           text_of(dispute, "status")));
}

bool read_evidence(const Params& params, json::object& evidence) {
  const Params given = params.group("evidence");
  bool any = false;
  for (const std::string_view names : {evidence_texts, evidence_files})
    for (std::string_view rest = names; !rest.empty();) {
      const std::string_view name = rest.substr(0, rest.find(' '));
      rest.remove_prefix(std::min(name.size() + 1, rest.size()));
      const auto text = given.text(name);
      if (!text) continue;
      evidence[name] = text_or_null(*text);
      any = true;
    }
  return any;
}

// Evidence goes to the bank once. Two words of a test have it decide at once.
// https://docs.stripe.com/testing#evidence
void submit(const State& state, Record& dispute) {
  json::object& details = dispute.shown["evidence_details"].as_object();
  details["submission_count"] = number_of(details, "submission_count") + 1;
  details["submission_method"] = "manual";
  dispute.shown["status"] = is_inquiry(dispute.shown) ? "warning_under_review" : "under_review";
  const std::string text = text_of(object_of(dispute.shown, "evidence"), "uncategorized_text");
  if (text != "winning_evidence" && text != "losing_evidence") return;
  dispute.hidden["decision"] = text == "winning_evidence" ? "won" : "lost";
  dispute.hidden["decided_at"] = state.clock_now;
}

const Record& newest_charge(const State& state, const std::string& customer) {
  const auto charges = state.store.found(kind::charge, customer);
  for (auto charge = charges.rbegin(); charge != charges.rend(); ++charge)
    if (flag_of((*charge)->shown, "paid")) return **charge;
  throw StripeError::invalid("This customer has paid nothing yet.");
}

std::string read_reason(const Params& params) {
  return params
      .one_of("reason",
              {"credit_not_processed", "duplicate", "fraudulent", "general", "product_not_received",
               "product_unacceptable", "subscription_canceled", "unrecognized"})
      .value_or("fraudulent");
}

}  // namespace

json::value list_disputes(State& state, Params& params) {
  return list_records(state, params, kind::dispute, "/v1/disputes",
                      all_of({member_filter(params, "charge", "charge"),
                              member_filter(params, "payment_intent", "payment_intent"),
                              time_filter(params, "created")}),
                      keyed_by(params, {"charge", "payment_intent"}));
}

json::value retrieve_dispute(State& state, Params& params) {
  return render(state, state.get(kind::dispute, params.path("id"), "id"));
}

json::value update_dispute(State& state, Params& params) {
  const std::string id = params.path("id");
  const json::object before = render(state, state.get(kind::dispute, id, "id"));
  Record& dispute = state.store.edit(kind::dispute, id);
  const bool given = read_evidence(params, dispute.shown["evidence"].as_object());
  const bool submits = params.boolean("submit").value_or(true) && given;
  if (given && !waits_for_answer(dispute.shown))
    throw StripeError::invalid(
        "Evidence can be submitted once, while the dispute needs a response.", "evidence");
  if (given) dispute.shown["evidence_details"].as_object()["has_evidence"] = true;
  if (const auto method =
          params.one_of("intended_submission_method",
                        {"manual", "prefer_manual", "prefer_smart_disputes", "smart_disputes"}))
    dispute.shown["intended_submission_method"] = *method;
  apply_metadata(params, dispute.shown["metadata"].as_object());
  if (submits) submit(state, dispute);
  emit_changes(state, "charge.dispute.updated", kind::dispute, id, before);
  return render(state, dispute);
}

json::value close_dispute(State& state, Params& params) {
  const std::string id = params.path("id");
  const json::object& dispute = state.get(kind::dispute, id, "id").shown;
  refuse_decided(dispute);
  decide(state, id, false);
  return render(state, kind::dispute, id);
}

json::value dispute_charge(State& state, Params& params) {
  const std::string charge = params.path("id");
  state.get(kind::charge, charge, "id");
  const std::string reason = read_reason(params);
  const bool inquiry = params.boolean("inquiry").value_or(false);
  return render(state, kind::dispute, open_dispute(state, charge, reason, inquiry));
}

json::value dispute_customer(State& state, Params& params) {
  const std::string customer = params.path("id");
  state.get(kind::customer, customer, "id");
  const std::string reason = read_reason(params);
  const std::string charge = newest_charge(state, customer).id;
  return render(state, kind::dispute, open_dispute(state, charge, reason, false));
}

json::value decide_dispute(State& state, Params& params) {
  const std::string id = params.path("id");
  refuse_decided(state.get(kind::dispute, id, "id").shown);
  params.need_text("outcome");
  decide(state, id, *params.one_of("outcome", {"won", "lost"}) == "won");
  return render(state, kind::dispute, id);
}

void plan_dispute(const State& state, Record& charge, std::string_view card_number) {
  const bool disputes =
      std::any_of(disputing_cards.begin(), disputing_cards.end(),
                  [&](const DisputingCard& card) { return card.number == card_number; });
  if (!disputes) return;
  charge.hidden["disputed_at"] = state.clock_now;
  charge.hidden["card"] = card_number;
}

std::optional<std::int64_t> charge_due(const Record& charge) {
  if (!is_set(charge.hidden, "disputed_at")) return std::nullopt;
  return number_of(charge.hidden, "disputed_at");
}

void turn_charge(State& state, const std::string& id) {
  Record& charge = state.store.edit(kind::charge, id);
  charge.hidden["disputed_at"] = nullptr;
  const std::string number = text_of(charge.hidden, "card");
  const auto* card =
      std::find_if(disputing_cards.begin(), disputing_cards.end(),
                   [&](const DisputingCard& known) { return known.number == number; });
  if (!flag_of(charge.shown, "disputed"))
    open_dispute(state, id, std::string(card->reason), card->inquiry);
}

std::optional<std::int64_t> dispute_due(const Record& dispute) {
  if (is_set(dispute.hidden, "decision")) return number_of(dispute.hidden, "decided_at");
  if (!waits_for_answer(dispute.shown)) return std::nullopt;
  return number_of(object_of(dispute.shown, "evidence_details"), "due_by");
}

void turn_dispute(State& state, const std::string& id) {
  const Record& dispute = *state.store.find(kind::dispute, id);
  decide(state, id, text_of(dispute.hidden, "decision") == "won");
}

bool is_withdrawn(const State& state, const Record& charge) {
  if (!flag_of(charge.shown, "disputed")) return false;
  const auto disputes = state.store.found(kind::dispute, charge.id);
  return std::any_of(disputes.begin(), disputes.end(), [&](const Record* found) {
    const json::object& dispute = found->shown;
    return !is_inquiry(dispute) && text_of(dispute, "status") != "won";
  });
}

}  // namespace freehold::simulator
