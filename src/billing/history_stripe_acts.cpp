// The acts of a history that happen at Stripe: by its clockwork, its dashboard and its portal.
#include "billing/history_site.hpp"
#include "core/json.hpp"

namespace freehold::billing {
namespace {

std::string words_of(const std::string& body) {
  const json::value answer = json::parse(body);
  const json::object& object = answer.as_object();
  const json::value* error = object.if_contains("error");
  if (error == nullptr) return "done";
  const json::value* code = error->as_object().if_contains("code");
  return std::string(code != nullptr ? code->as_string() : error->at("type").as_string());
}

}  // namespace

// Whoever pays by another card makes it the one that everything is charged to.
std::string HistorySite::use_card(const std::string& token) {
  const std::string of = customer();
  if (of.empty()) return "nobody";
  const json::value card =
      json::parse(site_.ask("POST", "/v1/payment_methods/" + token + "/attach", "customer=" + of));
  if (card.as_object().contains("error")) return words_of(json::serialize(card));
  const std::string id(card.at("id").as_string());
  site_.ask("POST", "/v1/customers/" + of, "invoice_settings[default_payment_method]=" + id);
  const std::string subscription = newest("/v1/subscriptions?customer=" + of);
  if (!subscription.empty())
    site_.ask("POST", "/v1/subscriptions/" + subscription, "default_payment_method=" + id);
  return "done";
}

std::string HistorySite::pay_open_invoice() {
  const std::string invoice = newest("/v1/invoices?status=open");
  if (invoice.empty()) return "nothing";
  use_card("pm_card_visa");
  return words_of(site_.ask("POST", "/v1/invoices/" + invoice + "/pay"));
}

std::string HistorySite::buy_another() {
  const std::string of = customer();
  const std::string price = newest("/v1/prices?lookup_keys[0]=freehold_business_month_usd_v1");
  if (of.empty() || price.empty()) return "nothing";
  return words_of(
      site_.ask("POST", "/v1/subscriptions", "customer=" + of + "&items[0][price]=" + price));
}

std::string HistorySite::refund() {
  const std::string paid = newest("/v1/invoices?status=paid");
  if (paid.empty()) return "nothing";
  const json::value payments =
      json::parse(site_.ask("GET", "/v1/invoice_payments?invoice=" + paid + "&status=paid"));
  const json::array& all = payments.at("data").as_array();
  if (all.empty()) return "nothing";
  const json::value* intent = all[0].at("payment").as_object().if_contains("payment_intent");
  if (intent == nullptr || !intent->is_string()) return "nothing";
  return words_of(
      site_.ask("POST", "/v1/refunds", "payment_intent=" + std::string(intent->as_string())));
}

std::string HistorySite::at_subscription(const std::string& method, const std::string& form) {
  const std::string subscription = newest("/v1/subscriptions");
  if (subscription.empty()) return "nothing";
  return words_of(site_.ask(method, "/v1/subscriptions/" + subscription, form));
}

std::string HistorySite::at_open_invoice(const std::string& what) {
  const std::string invoice = newest("/v1/invoices?status=open");
  if (invoice.empty()) return "nothing";
  return words_of(site_.ask("POST", "/v1/invoices/" + invoice + what));
}

std::string HistorySite::at_stripe(const Step& step) {
  switch (step.act) {
    case Act::pay:
      return pay_open_invoice();
    case Act::card_fails:
      return use_card("pm_card_chargeCustomerFail");
    case Act::card_works:
      return use_card("pm_card_visa");
    case Act::portal_cancels:
      return at_subscription("POST", "cancel_at_period_end=true");
    case Act::cancel_at_once:
      return at_subscription("DELETE", "");
    case Act::second_subscription:
      return buy_another();
    case Act::refund:
      return refund();
    case Act::write_off:
      return at_open_invoice("/mark_uncollectible");
    case Act::void_invoice:
      return at_open_invoice("/void");
    case Act::pause_collection:
      return at_subscription("POST", "pause_collection[behavior]=void");
    case Act::resume_collection:
      return at_subscription("POST", "pause_collection=");
    case Act::delete_customer:
      return customer().empty() ? "nobody"
                                : words_of(site_.ask("DELETE", "/v1/customers/" + customer()));
    default:
      return "unknown";
  }
}

}  // namespace freehold::billing
