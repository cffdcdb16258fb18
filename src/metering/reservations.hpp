// Hold units of a meter for something that has not happened yet, then use them or give them back.
//
//   held → committed    with as many units as were needed; the rest is given back
//   held → released     all of them are given back
//   held → expired      the same, by the machine's clock
//
// Held units count against the limit, so that of a hundred units two callers cannot hold sixty
// each.
#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <variant>

#include "core/id.hpp"
#include "metering/metering.hpp"

namespace freehold::metering {

struct ReservationTag {
  static constexpr std::string_view prefix = "reservation";
};
using ReservationId = Id<ReservationTag>;

enum class ReservationState { held, committed, released, expired };
BOOST_DESCRIBE_ENUM(ReservationState, held, committed, released, expired)

struct Reservation {
  static constexpr std::string_view object = "reservation";
  ReservationId id = {};
  std::string meter = {};
  std::int64_t quantity = 0;  // held, or in the end used
  ReservationState state = ReservationState::held;
  Instant expires_at = {};
};
BOOST_DESCRIBE_STRUCT(Reservation, (), (id, meter, quantity, state, expires_at))
Notes notes_on(const Reservation*);

struct NewReservation {
  std::string meter;
  std::int64_t quantity;
  std::string key;  // the same again has the same answer
  Duration ttl;
};
// The reservation, or why there is none.
Task<std::variant<Reservation, Verdict>> reserve(db::Database& database, const Actor& actor,
                                                 const entitlements::Snapshot& snapshot,
                                                 NewReservation draft);

// Doing it twice is the same as doing it once. Problem 404 for an unknown one, 409
// `reservation_ended` when it ended another way before, 422 for more units than are held.
Task<Reservation> commit_reservation(db::Database& database, const Actor& actor, ReservationId id,
                                     std::optional<std::int64_t> quantity);
Task<Reservation> release_reservation(db::Database& database, const Actor& actor, ReservationId id);

}  // namespace freehold::metering
