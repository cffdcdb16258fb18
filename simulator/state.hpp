// What one call or one step of the clock works on: the objects, the time, and who asked. Time
// stands still while it runs.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "simulator/simulator.hpp"
#include "simulator/store.hpp"
#include "simulator/stripe_error.hpp"

namespace freehold::simulator {

inline constexpr std::string_view api_version = "2026-10-28.endive";

// The kinds of records: Stripe's `object` names, and ours.
namespace kind {
inline constexpr std::string_view customer = "customer";
inline constexpr std::string_view product = "product";
inline constexpr std::string_view price = "price";
inline constexpr std::string_view payment_method = "payment_method";
inline constexpr std::string_view setup_intent = "setup_intent";
inline constexpr std::string_view session = "checkout.session";
inline constexpr std::string_view subscription = "subscription";
inline constexpr std::string_view invoice = "invoice";
inline constexpr std::string_view invoice_payment = "invoice_payment";
inline constexpr std::string_view payment_intent = "payment_intent";
inline constexpr std::string_view charge = "charge";
inline constexpr std::string_view invoice_item = "invoiceitem";
inline constexpr std::string_view schedule = "subscription_schedule";
inline constexpr std::string_view portal_configuration = "billing_portal.configuration";
inline constexpr std::string_view portal_session = "billing_portal.session";
inline constexpr std::string_view test_clock = "test_helpers.test_clock";
inline constexpr std::string_view refund = "refund";
inline constexpr std::string_view dispute = "dispute";
inline constexpr std::string_view tax_rate = "tax_rate";
inline constexpr std::string_view tax_id = "tax_id";
inline constexpr std::string_view credit_note = "credit_note";
inline constexpr std::string_view coupon = "coupon";
inline constexpr std::string_view promotion_code = "promotion_code";
inline constexpr std::string_view discount = "discount";
inline constexpr std::string_view meter = "billing.meter";
inline constexpr std::string_view meter_event = "billing.meter_event";
inline constexpr std::string_view balance_transaction = "customer_balance_transaction";
inline constexpr std::string_view credit_grant = "billing.credit_grant";
inline constexpr std::string_view credit_transaction = "billing.credit_balance_transaction";
inline constexpr std::string_view feature = "entitlements.feature";
inline constexpr std::string_view product_feature = "product_feature";
inline constexpr std::string_view active_entitlement = "entitlements.active_entitlement";
inline constexpr std::string_view event = "event";
inline constexpr std::string_view endpoint = "webhook_endpoint";
inline constexpr std::string_view delivery = "delivery";            // still to be made
inline constexpr std::string_view past_delivery = "past_delivery";  // made or given up
inline constexpr std::string_view idempotency_key = "idempotency_key";
inline constexpr std::string_view setting = "setting";  // clock, identity, webhook plan, faults
}  // namespace kind

// The request behind a change, as events name it. Empty for what the clock does.
struct Cause {
  std::string request_id;
  std::string idempotency_key;
};

class State {
 public:
  State(Store& objects, const Config& settings) : store(objects), config(settings) {}

  Store& store;
  const Config& config;
  std::int64_t now = 0;          // seconds since 1970, on the clock that the work follows
  std::int64_t clock_now = 0;    // the same on the simulator's own clock
  std::int64_t machine_now = 0;  // microseconds since 1970, on the machine's clock
  bool authenticated = false;    // the person behind the card has just been asked (3-D Secure)
  Cause cause;
  std::string base_url;  // where the hosted pages are: "http://127.0.0.1:8082"

  // "cus_" and `length` characters of base 62. The same seed gives the same ids in the same order.
  std::string new_id(std::string_view prefix, std::size_t length = 24);

  // The record, or StripeError resource_missing for the parameter `path`.
  const Record& get(std::string_view kind, std::string_view id, std::string_view path) const;

  // A record of kind setting, made when it is first edited.
  json::object& setting(std::string_view id);
  const json::object& read_setting(std::string_view id) const;
};

// How Stripe names a kind in "No such …".
std::string_view noun_of(std::string_view kind);

}  // namespace freehold::simulator
