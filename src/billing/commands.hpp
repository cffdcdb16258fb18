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
inline constexpr std::string_view set_seats = "subscription.set_seats";
inline constexpr std::string_view tell_usage = "usage.tell";
inline constexpr std::string_view set_cancellation = "subscription.set_cancellation";
}  // namespace kind

struct NewCommand {
  Uuid id;
  std::string kind;
  std::string path;
  Params params;
};

// How long who stored it has for sending it before the worker does.
inline constexpr Duration head_start = seconds(60);

// Storing the same id again changes nothing.
Task<> store_command(db::ControlTx& tx, const NewCommand& command, Instant machine_now);
// The latest wish counts: commands of the kind that were not carried out yet will not be.
Task<> supersede(db::ControlTx& tx, std::string_view kind);

// What became of a command that was sent.
struct Outcome {
  enum class State { done, failed, pending };
  State state = State::pending;
  std::string answer;  // done: Stripe's object as JSON
  std::string error;   // failed: why, for people; pending: what was in the way
  std::string code;    // failed: Stripe's error code
};

// Sends a stored command and writes down what came of it. `pending`: Stripe is away, the worker
// goes on.
Task<Outcome> carry_out(Billing& billing, const Actor& actor, Uuid command);
// Nobody waits for it any more: the worker need not send it.
Task<> give_up(Billing& billing, const Actor& actor, Uuid command);

// One turn of the worker's loop: true when there was something to do.
Task<bool> command_step(Billing& billing);
// Removes what was decided before this time; for the sweeper.
Task<std::int64_t> remove_old_commands(db::SystemTx& tx, Instant created_before);

}  // namespace freehold::billing
