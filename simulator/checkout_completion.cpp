// What happens when somebody submits, leaves or forgets the hosted page.
#include "simulator/checkout.hpp"
#include "simulator/customers.hpp"
#include "simulator/debits.hpp"
#include "simulator/events.hpp"
#include "simulator/payment_methods.hpp"
#include "simulator/payments.hpp"
#include "simulator/render.hpp"
#include "simulator/setup_intents.hpp"
#include "simulator/subscriptions.hpp"
#include "simulator/test_clocks.hpp"

namespace freehold::simulator {

namespace {

constexpr std::int64_t day = 86400;

std::int64_t trial_end_of(const State& state, const Record& session) {
  const json::object& kept = object_of(session.hidden, "subscription");
  if (is_set(kept, "trial_end")) return number_of(kept, "trial_end");
  const std::int64_t days = number_of(kept, "trial_days");
  return days == 0 ? 0 : state.now + days * day;
}

NewSubscription subscription_from(const State& state, const Record& session,
                                  const std::string& payment_method) {
  const json::object& kept = object_of(session.hidden, "subscription");
  NewSubscription wanted;
  wanted.customer = text_of(session.shown, "customer");
  for (const json::value& line : array_of(session.hidden, "lines"))
    wanted.items.push_back({.price = text_of(line.get_object(), "price"),
                            .quantity = number_of(line.get_object(), "quantity", 1)});
  wanted.discounts = discounts_of(session.shown);
  wanted.session = session.id;
  wanted.trial_end = trial_end_of(state, session);
  if (wanted.trial_end <= state.now) wanted.trial_end = 0;  // it ended while the page was open
  wanted.default_payment_method = payment_method;
  wanted.missing_payment_method = text_of(kept, "missing_payment_method");
  wanted.payment_behavior = "error_if_incomplete";
  wanted.description = text_of(kept, "description");
  wanted.metadata = object_of(kept, "metadata");
  wanted.tax_rates = array_of(kept, "tax_rates");
  wanted.automatic_tax = flag_of(object_of(session.shown, "automatic_tax"), "enabled");
  return wanted;
}

std::string save_method(State& state, const Record& session, const Payer& payer) {
  const bool debits = !payer.iban.empty() && takes_debits(session.shown);
  if (!payer.card && !debits) return {};
  json::object details{{"address", nullptr},
                       {"email", text_or_null(payer.email)},
                       {"name", text_or_null(payer.name)},
                       {"phone", nullptr},
                       {"tax_id", nullptr}};
  const std::string method = debits ? add_account(state, payer.iban, std::move(details))
                                    : add_card(state, *payer.card, std::move(details));
  const std::string customer = text_of(session.shown, "customer");
  const bool keeps = text_of(session.shown, "mode") != "payment" ||
                     !text_of(object_of(session.hidden, "payment"), "setup_future_usage").empty();
  if (!customer.empty() && keeps) attach(state, method, customer);
  return method;
}

json::value address_in(const std::string& country) {
  if (country.empty()) return nullptr;
  json::object address{{"country", country}};
  set_all(address, "city line1 line2 postal_code state", nullptr);
  return address;
}

void describe_payer(Record& session, const Payer& payer) {
  session.shown["customer_details"] =
      json::object{{"address", address_in(text_of(session.hidden, "country"))},
                   {"business_name", nullptr},
                   {"email", text_or_null(payer.email)},
                   {"individual_name", nullptr},
                   {"name", text_or_null(payer.name)},
                   {"phone", nullptr},
                   {"tax_exempt", "none"},
                   {"tax_ids", json::array{}}};
}

// The customer is there from now on.
void keep_country(State& state, const Record& session) {
  const std::string country = text_of(session.hidden, "country");
  const std::string customer = text_of(session.shown, "customer");
  if (country.empty() || customer.empty()) return;
  const json::object before = render(state, kind::customer, customer);
  state.store.edit(kind::customer, customer).shown["address"] = address_in(country);
  emit_changes(state, "customer.updated", kind::customer, customer, before);
}

void subscribe(State& state, Record& session, const std::string& method) {
  const std::string id = start_subscription(state, subscription_from(state, session, method));
  const json::object& subscription = state.store.find(kind::subscription, id)->shown;
  session.shown["subscription"] = id;
  session.shown["invoice"] = subscription.at("latest_invoice");
  const bool charged =
      text_of(subscription, "status") != "trialing" && number_of(session.hidden, "total") > 0;
  const std::string invoice = text_of(subscription, "latest_invoice");
  const bool open = text_of(state.store.find(kind::invoice, invoice)->shown, "status") == "open";
  session.shown["payment_status"] = !charged ? "no_payment_required" : open ? "unpaid" : "paid";
}

// Charges the card once. A decline undoes everything.
void pay_once(State& state, Record& session, const std::string& method) {
  const std::int64_t amount = number_of(session.hidden, "total");
  session.shown["payment_status"] = amount == 0 ? "no_payment_required" : "paid";
  if (amount == 0) return;
  const json::object& data = object_of(session.hidden, "payment");
  const std::string intent = add_payment_intent(state, text_of(session.shown, "customer"), amount,
                                                text_of(session.shown, "currency"));
  json::object& shown = state.store.edit(kind::payment_intent, intent).shown;
  shown["description"] = text_or_null(text_of(data, "description"));
  shown["metadata"] = object_of(data, "metadata");
  shown["setup_future_usage"] = text_or_null(text_of(data, "setup_future_usage"));
  session.shown["payment_intent"] = intent;
  const auto decline = charge(state, intent, method);
  if (decline) throw card_error(*decline);
  if (is_under_way(state, intent)) session.shown["payment_status"] = "unpaid";
}

}  // namespace

std::string return_url(const json::object& session) {
  static constexpr std::string_view marker = "{CHECKOUT_SESSION_ID}";
  std::string url = text_of(session, "success_url");
  for (std::size_t at; (at = url.find(marker)) != std::string::npos;)
    url.replace(at, marker.size(), text_of(session, "id"));
  return url;
}

bool takes_debits(const json::object& session) {
  return text_of(session, "mode") != "setup" && text_of(session, "currency") == "eur";
}

void settle_session(State& state, const std::string& payment, bool paid) {
  for (const Record* found : state.store.found(kind::session, payment)) {
    Record& session = state.store.edit(kind::session, found->id);
    if (paid) session.shown["payment_status"] = "paid";
    emit(
        state,
        paid ? "checkout.session.async_payment_succeeded" : "checkout.session.async_payment_failed",
        kind::session, session.id);
  }
}

std::string complete_session(State& state, const std::string& id, const Payer& payer) {
  Record& session = state.store.edit(kind::session, id);
  const ClockTime time(state, session);
  if (text_of(session.shown, "status") != "open")
    throw StripeError::invalid("This Checkout Session is no longer open.");
  const bool pays = payer.card || (!payer.iban.empty() && takes_debits(session.shown));
  if (needs_card(state, session) && !pays) throw StripeError::invalid("Enter a card.", "number");

  if (lacks_place(session)) apply_country(state, session, payer.country);
  if (text_of(session.shown, "customer_creation") == "always")
    session.shown["customer"] = add_customer(state, payer.email, payer.name);
  if (is_set(session.shown, "customer"))
    live_customer(state, text_of(session.shown, "customer"), "customer");
  keep_country(state, session);
  const std::string method = save_method(state, session, payer);
  if (!method.empty() && state.authenticated)
    state.store.edit(kind::payment_method, method).hidden["set_up"] = true;
  if (text_of(session.shown, "mode") == "setup")
    succeed_setup(state, text_of(session.shown, "setup_intent"), method);
  else if (text_of(session.shown, "mode") == "payment")
    pay_once(state, session, method);
  else
    subscribe(state, session, method);
  describe_payer(session, payer);
  session.shown["status"] = "complete";
  session.shown["url"] = nullptr;
  emit(state, "checkout.session.completed", kind::session, id);
  return return_url(session.shown);
}

void keep_payer(State& state, const std::string& id, const Payer& payer) {
  state.store.edit(kind::session, id).hidden["payer"] =
      json::object{{"email", payer.email},
                   {"name", payer.name},
                   {"country", payer.country},
                   {"number", payer.card->number},
                   {"exp_month", payer.card->exp_month},
                   {"exp_year", payer.card->exp_year},
                   {"cvc", payer.card->cvc}};
}

Payer kept_payer(const State& state, const std::string& id) {
  const json::object& kept = object_of(state.get(kind::session, id, "id").hidden, "payer");
  return {.email = text_of(kept, "email"),
          .name = text_of(kept, "name"),
          .card = TypedCard{.number = text_of(kept, "number"),
                            .exp_month = number_of(kept, "exp_month"),
                            .exp_year = number_of(kept, "exp_year"),
                            .cvc = text_of(kept, "cvc")},
          .country = text_of(kept, "country")};
}

bool needs_card(const State& state, const Record& session) {
  if (text_of(session.shown, "mode") == "setup") return true;
  if (text_of(session.shown, "payment_method_collection") == "always") return true;
  return first_charge_at(state, session) <= state.now && number_of(session.hidden, "total") > 0;
}

std::int64_t first_charge_at(const State& state, const Record& session) {
  if (text_of(session.shown, "mode") == "setup") return 0;
  return std::max(trial_end_of(state, session), state.now);
}

std::optional<std::int64_t> session_due(const Record& session) {
  if (text_of(session.shown, "status") != "open") return std::nullopt;
  return number_of(session.shown, "expires_at");
}

void expire_now(State& state, const std::string& id) {
  json::object& session = state.store.edit(kind::session, id).shown;
  session["status"] = "expired";
  session["url"] = nullptr;
  if (const std::string intent = text_of(session, "setup_intent"); !intent.empty())
    cancel_setup(state, intent);
  emit(state, "checkout.session.expired", kind::session, id);
}

}  // namespace freehold::simulator
