// Writes to Stripe. Each is stored, with its parameters and its key, in the transaction that
// decides it; then it is sent, by whoever waits for it or by the worker, until its answer is known.
// The same key makes every sending the same call, so a lost answer makes no second object. Private
// to this module. https://docs.stripe.com/api/idempotent_requests
#pragma once

#include "billing/billing.hpp"
#include "billing/stripe.hpp"

namespace freehold::billing {

// What a command is for decides what its answer changes here.
namespace kind {
inline constexpr std::string_view create_customer = "customer.create";
inline constexpr std::string_view open_checkout = "checkout.open";
inline constexpr std::string_view expire_checkout = "checkout.expire";
inline constexpr std::string_view change_plan = "subscription.change_plan";
inline constexpr std::string_view set_addons = "subscription.set_addons";
inline constexpr std::string_view set_seats = "subscription.set_seats";
inline constexpr std::string_view tell_usage = "usage.tell";
inline constexpr std::string_view set_cancellation = "subscription.set_cancellation";
inline constexpr std::string_view cancel_now = "subscription.cancel_now";
inline constexpr std::string_view create_schedule = "subscription.create_schedule";
inline constexpr std::string_view plan_schedule = "subscription.plan_schedule";
inline constexpr std::string_view release_schedule = "subscription.release_schedule";
inline constexpr std::string_view end_trial = "subscription.end_trial";
inline constexpr std::string_view pause = "subscription.pause";
inline constexpr std::string_view resume = "subscription.resume";
inline constexpr std::string_view pause_collection = "subscription.pause_collection";
inline constexpr std::string_view end_now = "subscription.end_now";  // sent by DELETE
inline constexpr std::string_view refund = "invoice.refund";
inline constexpr std::string_view credit_note = "invoice.credit";
inline constexpr std::string_view pay_invoice = "invoice.pay";
inline constexpr std::string_view set_details = "customer.set_details";
inline constexpr std::string_view add_tax_id = "tax_id.add";
inline constexpr std::string_view remove_tax_id = "tax_id.remove";  // sent as DELETE
inline constexpr std::string_view open_portal = "portal.open";
inline constexpr std::string_view open_card_update = "card.open_update";
inline constexpr std::string_view set_customer_card = "card.set_of_customer";
inline constexpr std::string_view set_subscription_card = "card.set_of_subscription";
}  // namespace kind

// What is sent: by POST, or by DELETE.
struct Call {
  std::string kind;
  std::string path;
  Params params;
  std::string method = "POST";
};

struct NewCommand {
  Uuid id;
  std::string kind;
  std::string path;
  Params params;
  std::string method = "POST";
  // What is sent when this one has been carried out, in this order. Each becomes a command in the
  // transaction that ends the one before it, so no failure in between loses it.
  std::vector<Call> followed = {};
};

// How long who stored it has for sending it before the worker does.
inline constexpr Duration head_start = seconds(60);

// Storing the same id again changes nothing.
Task<> store_command(db::ControlTx& tx, const NewCommand& command, Instant machine_now);
// The latest wish counts: commands of the kinds that were not carried out yet will not be, and
// neither will what follows them.
Task<> supersede(db::ControlTx& tx, const std::vector<std::string_view>& kinds);

// What became of a command that was sent.
struct Outcome {
  enum class State { done, failed, pending };
  State state = State::pending;
  std::string answer;             // done: Stripe's object as JSON
  std::string error;              // failed: why, for people; pending: what was in the way
  std::string code;               // failed: Stripe's error code
  std::optional<Uuid> next = {};  // the command that follows it
};

// Sends a stored command and what follows it, and writes down what came of each; the last one's
// outcome. `pending`: Stripe is away, the worker goes on.
Task<Outcome> carry_out(Billing& billing, const Actor& actor, Uuid command);
// Nobody waits for it any more: the worker need not send it.
Task<> give_up(Billing& billing, const Actor& actor, Uuid command);

// One turn of the worker's loop: true when there was something to do.
Task<bool> command_step(Billing& billing);
// Removes what was decided before this time; for the sweeper.
Task<std::int64_t> remove_old_commands(db::SystemTx& tx, Instant created_before);

}  // namespace freehold::billing
