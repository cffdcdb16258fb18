#include "metering/reservations.hpp"

#include "core/async.hpp"
#include "core/json.hpp"
#include "metering/decide.hpp"

namespace freehold::metering {
namespace {

struct Row {
  ReservationId id;
  std::string meter;
  std::int64_t quantity;
  ReservationState state;
  Instant expires_at;
};
BOOST_DESCRIBE_STRUCT(Row, (), (id, meter, quantity, state, expires_at))

const db::TenantQuery<void, ReservationId, std::string, std::string, std::int64_t, ReservationState,
                      Instant, Instant>
    insert{"metering.hold", R"(
  insert into metering.reservation (tenant_id, id, meter, key, quantity, state, held_at, expires_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8))"};

const db::TenantQuery<Row, std::string, std::string> by_key{"metering.reservation_by_key", R"(
  select id, meter, quantity, state, expires_at
    from metering.reservation
   where tenant_id = $1 and meter = $2 and key = $3)"};

const db::TenantQuery<Row, ReservationId> lock_one{"metering.lock_reservation", R"(
  select id, meter, quantity, state, expires_at
    from metering.reservation
   where tenant_id = $1 and id = $2
     for update)"};

const db::TenantQuery<Row, Instant> lock_expired{"metering.lock_expired_reservations", R"(
  select id, meter, quantity, state, expires_at
    from metering.reservation
   where tenant_id = $1 and state = 'held' and expires_at <= $2
   order by expires_at, id
   limit 100
     for update skip locked)"};

const db::TenantQuery<void, ReservationId, ReservationState, std::int64_t> settle{
    "metering.settle_reservation", R"(
  update metering.reservation
     set state = $3, quantity = $4
   where tenant_id = $1 and id = $2)"};

Reservation reservation_of(const Row& row) {
  return {.id = row.id,
          .meter = row.meter,
          .quantity = row.quantity,
          .state = row.state,
          .expires_at = row.expires_at};
}

// Under which its units are counted.
std::string usage_key(ReservationId id) {
  return to_string(id);
}

Task<> end(db::ControlTx& tx, Row& row, ReservationState state) {
  co_await take_back(tx, row.meter, usage_key(row.id));
  co_await tx.run(settle, row.id, state, std::int64_t{0});
  row.state = state;
  row.quantity = 0;
}

Problem ended(const Row& row) {
  return Problem::conflict("reservation_ended",
                           fmt::format("This reservation is {} already.", name_of(row.state)));
}

Task<> use(db::ControlTx& tx, Row& row, std::optional<std::int64_t> quantity) {
  const std::int64_t used = quantity.value_or(row.quantity);
  if (used < 0 || used > row.quantity)
    throw Problem::invalid(
        {{"quantity", fmt::format("Send a number from 0 to the {} that are held.", row.quantity)}});
  if (used == 0) co_await take_back(tx, row.meter, usage_key(row.id));
  if (used > 0 && used < row.quantity)
    co_await take_back(tx, row.meter, usage_key(row.id), row.quantity - used);
  co_await tx.run(settle, row.id, ReservationState::committed, used);
  row.state = ReservationState::committed;
  row.quantity = used;
}

using Answer = std::variant<Reservation, Verdict>;

Task<Answer> hold(db::Database& database, const Actor& actor, const Call& call, Duration ttl) {
  const Instant now = database.clocks().machine.now();
  db::ControlTx tx = database.control(actor);
  const auto existing = co_await tx.find(by_key, call.meter, call.key);
  if (existing) co_return reservation_of(*existing);
  co_await release_expired(tx, now);
  const Row row{ReservationId::make(now), call.meter, call.n, ReservationState::held, now + ttl};
  Call counted = call;
  counted.key = usage_key(row.id);
  const Verdict verdict = co_await decide(tx, counted);
  if (verdict.allowed) {
    co_await tx.run(insert, row.id, row.meter, call.key, row.quantity, row.state, now,
                    row.expires_at);
    co_await tx.commit();
    co_return reservation_of(row);
  }
  // What left no room may be the same hold, which another call has just made.
  const auto made = co_await tx.find(by_key, call.meter, call.key);
  co_await tx.commit();
  if (made) co_return reservation_of(*made);
  co_return verdict;
}

}  // namespace

Task<std::int64_t> release_expired(db::ControlTx& tx, Instant machine_now) {
  auto rows = co_await tx.rows(lock_expired, machine_now);
  for (Row& row : rows) co_await end(tx, row, ReservationState::expired);
  co_return std::int64_t(rows.size());
}

Task<Answer> reserve(db::Database& database, const Actor& actor,
                     const entitlements::Snapshot& snapshot, NewReservation draft) {
  const Instant now = database.clocks().business.now();
  const Call call =
      call_of(snapshot, Meter{draft.meter}, draft.quantity, std::move(draft.key), now);
  std::optional<Answer> answer;
  try {
    answer = co_await hold(database, actor, call, draft.ttl);
  } catch (const db::ConstraintViolation& violation) {
    // Somebody has just held the same: theirs is the answer.
    if (violation.constraint != "reservation_keys_hold_once") throw;
  }
  if (!answer) answer = co_await hold(database, actor, call, draft.ttl);
  co_return std::move(*answer);
}

Task<Reservation> commit_reservation(db::Database& database, const Actor& actor, ReservationId id,
                                     std::optional<std::int64_t> quantity) {
  db::ControlTx tx = database.control(actor);
  auto row = co_await tx.find(lock_one, id);
  if (!row) throw Problem::not_found("reservation");
  const bool was_held = row->state == ReservationState::held;
  const bool in_time = database.clocks().machine.now() < row->expires_at;
  if (was_held && in_time) co_await use(tx, *row, quantity);
  if (was_held && !in_time) co_await end(tx, *row, ReservationState::expired);
  co_await tx.commit();
  const bool same = !quantity || *quantity == row->quantity;
  if (row->state != ReservationState::committed || !same) throw ended(*row);
  co_return reservation_of(*row);
}

Task<Reservation> release_reservation(db::Database& database, const Actor& actor,
                                      ReservationId id) {
  db::ControlTx tx = database.control(actor);
  auto row = co_await tx.find(lock_one, id);
  if (!row) throw Problem::not_found("reservation");
  if (row->state == ReservationState::held) co_await end(tx, *row, ReservationState::released);
  co_await tx.commit();
  if (row->state == ReservationState::committed) throw ended(*row);
  co_return reservation_of(*row);
}

}  // namespace freehold::metering
