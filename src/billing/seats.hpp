// Seats: what is paid for each person. Stripe is told how many there are, never by how many they
// changed, so that a lost, repeated or late order does no harm.
// https://docs.stripe.com/billing/subscriptions/quantities
#pragma once

#include <optional>

#include "billing/billing.hpp"

namespace freehold::billing {

// Several changes within it are told as one. With it, 65 changes in 10 seconds are at most 6
// writes.
inline constexpr Duration seat_pause = seconds(2);

// What some more people would cost.
struct SeatCost {
  std::int64_t seats = 0;  // with them
  Money more;              // in an interval, than now
  catalog::Interval interval = catalog::Interval::month;
  Money until_renewal;  // their share of the interval that runs, on the next invoice
  Instant renews_at;
};
// From our copy and the catalogue, so that it is known while Stripe is away. Nothing where nothing
// is paid for a seat.
Task<std::optional<SeatCost>> seat_cost(Billing& billing, const Actor& actor, std::int64_t people);
// "A fifth member costs $12.00 a month more, and about $6.20 for the time until 1 January."
std::string describe(const SeatCost& cost);

// The number of people may have changed: Stripe is told after the pause, by the worker.
Task<> note_seats(Billing& billing, const events::Job& job);
// What Stripe said to an order, in the transaction that ends its command: nothing, or why it was
// refused. That is kept until one is carried out or there is nothing to tell any more, and the
// sweep orders it once more.
Task<> note_seat_answer(db::ControlTx& tx, const std::optional<std::string>& refusal);
Task<std::optional<std::string>> seat_refusal(db::ControlRead& db);
Task<> retry_refused_seats(db::SystemTx& tx, Instant machine_now);
// One turn of the worker's loop: true when there was something to do.
Task<bool> seat_step(Billing& billing);

}  // namespace freehold::billing
