#include "metering/settled.hpp"

#include "core/async.hpp"
#include "metering/reservations.hpp"

namespace freehold::metering {
namespace {

// No call lasts longer.
constexpr Duration longest_call = seconds(60);

const db::TenantQuery<ReservationId, std::string> select_held{"metering.held_reservations", R"(
  select id
    from metering.reservation
   where tenant_id = $1 and meter = $2 and state = 'held')"};

const db::TenantQuery<std::optional<Instant>, std::string, std::vector<std::string>> earliest_of{
    "metering.earliest_of_keys", R"(
  select min(decided_at)
    from metering.event
   where tenant_id = $1 and meter = $2 and key = any ($3))"};

const db::TenantQuery<std::int64_t, std::string, Instant, Instant> sum_between{
    "metering.usage_between", R"(
  select coalesce(sum(amount), 0)::int8
    from metering.event
   where tenant_id = $1 and meter = $2 and decided_at >= $3 and decided_at < $4)"};

}  // namespace

Task<Instant> settled_until(db::ControlRead& db, const Meter& meter, Instant now) {
  const Instant until = now - longest_call;
  const auto held = co_await db.rows(select_held, std::string(meter.key));
  if (held.empty()) co_return until;
  std::vector<std::string> keys;
  keys.reserve(held.size());
  for (const ReservationId& id : held) keys.push_back(to_string(id));
  const auto earliest = co_await db.row(earliest_of, std::string(meter.key), std::move(keys));
  co_return earliest ? std::min(*earliest, until) : until;
}

Task<std::int64_t> usage_between(db::ControlRead& db, const Meter& meter, Instant from,
                                 Instant until) {
  co_return co_await db.row(sum_between, std::string(meter.key), from, until);
}

}  // namespace freehold::metering
