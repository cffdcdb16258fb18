#include "metering/decide.hpp"

#include "core/async.hpp"
#include "core/json.hpp"
#include "events/events.hpp"

namespace freehold::metering {
namespace {

struct Decision {
  std::optional<std::int64_t> counted;  // the counter after this call, when it was allowed now
  std::optional<std::int64_t> before;   // what it was when this key was allowed earlier
  std::optional<std::int64_t> current;  // the counter as it was; none: not used in this period yet
};
BOOST_DESCRIBE_STRUCT(Decision, (), (counted, before, current))

// One statement: the counter's row lock is what makes two callers take turns, and the condition is
// evaluated again on the row that the other one has left. Two calls with one key at the same time
// meet at usage_keys_count_once; the loser asks again and finds the row.
const db::TenantQuery<Decision, std::string, std::string, std::int64_t, Instant, catalog::Allowance,
                      Instant, Instant>
    decide_units{"metering.decide", R"(
  with seen as (
      select e.used
        from metering.event e
       where e.tenant_id = $1 and e.meter = $2 and e.key = $3
  ), counted as (
      update metering.counter c
         set used = c.used + $4
       where c.tenant_id = $1 and c.meter = $2 and c.period_start = $5
         and ($6::int8 is null or c.used + $4 <= $6)
         and not exists (select 1 from seen)
      returning c.used
  ), written as (
      insert into metering.event (tenant_id, meter, key, amount, used, period_start, day, decided_at)
      select $1, $2, $3, $4, counted.used, $5, $7, $8
        from counted
      returning used
  ), daily as (
      insert into metering.day as d (tenant_id, meter, day, used)
      select $1, $2, $7, $4
        from counted
          on conflict on constraint one_row_per_day do update set used = d.used + excluded.used
      returning d.used
  )
  select (select written.used from written) as counted,
         (select seen.used from seen) as before,
         (select c.used
            from metering.counter c
           where c.tenant_id = $1 and c.meter = $2 and c.period_start = $5) as current)"};

const db::TenantQuery<void, std::string, Instant> open_counter{"metering.open_counter", R"(
  insert into metering.counter (tenant_id, meter, period_start, used)
  values ($1, $2, $3, 0)
      on conflict on constraint one_counter_per_period do nothing)"};

const db::TenantQuery<void, std::string, Instant, std::int32_t, Instant> cross{
    "metering.cross_threshold", R"(
  insert into metering.threshold (tenant_id, meter, period_start, percent, crossed_at)
  values ($1, $2, $3, $4, $5)
      on conflict on constraint each_threshold_is_crossed_once do nothing)"};

// The row goes, so that the same key counts again when the call is made again.
const db::TenantQuery<void, std::string, std::string> remove{"metering.give_back", R"(
  with taken as (
      delete from metering.event e
       where e.tenant_id = $1 and e.meter = $2 and e.key = $3
      returning e.amount, e.period_start, e.day
  ), daily as (
      update metering.day d
         set used = d.used - taken.amount
        from taken
       where d.tenant_id = $1 and d.meter = $2 and d.day = taken.day
  )
  update metering.counter c
     set used = c.used - taken.amount
    from taken
   where c.tenant_id = $1 and c.meter = $2 and c.period_start = taken.period_start)"};

// The row stays, with less.
const db::TenantQuery<void, std::string, std::string, std::int64_t> lessen{"metering.lessen", R"(
  with lessened as (
      update metering.event e
         set amount = e.amount - $4, used = e.used - $4
       where e.tenant_id = $1 and e.meter = $2 and e.key = $3
      returning e.period_start, e.day
  ), daily as (
      update metering.day d
         set used = d.used - $4
        from lessened
       where d.tenant_id = $1 and d.meter = $2 and d.day = lessened.day
  )
  update metering.counter c
     set used = c.used - $4
    from lessened
   where c.tenant_id = $1 and c.meter = $2 and c.period_start = lessened.period_start)"};

bool reaches(std::int64_t used, std::int64_t limit, std::int64_t percent) {
  return limit > 0 && used >= (limit * percent + 99) / 100;
}

Task<> warn(db::ControlTx& tx, const Call& call, std::int64_t used, std::int64_t percent) {
  const auto first =
      co_await tx.run(cross, call.meter, call.period.start, std::int32_t(percent), tx.now());
  if (first == 0) co_return;
  const std::string payload = json::serialize(json::object{
      {"meter", call.meter}, {"percent", percent}, {"used", used}, {"limit", *call.limit}});
  co_await events::emit(tx, threshold_reached, payload);
}

Task<> warn_when_crossed(db::ControlTx& tx, const Call& call, std::int64_t used) {
  if (!call.limit) co_return;
  for (const std::int64_t percent : {warning_percent, std::int64_t{100}}) {
    const bool crossed =
        reaches(used, *call.limit, percent) && !reaches(used - call.n, *call.limit, percent);
    if (crossed) co_await warn(tx, call, used, percent);
  }
}

Task<Decision> decide_once(db::ControlTx& tx, const Call& call) {
  const Instant day = start_of(date_of(tx.now()));
  Decision decision = co_await tx.row(decide_units, call.meter, call.key, call.n, call.period.start,
                                      call.limit, day, tx.now());
  if (decision.current || decision.before) co_return decision;
  co_await tx.run(open_counter, call.meter, call.period.start);
  decision = co_await tx.row(decide_units, call.meter, call.key, call.n, call.period.start,
                             call.limit, day, tx.now());
  co_return decision;
}

// A refusal although there is room: the statement has waited for another call, and shows what was
// before that one. It may even have been the same call, which counts.
bool contradicts_itself(const Decision& decision, const Call& call) {
  const bool refused = !decision.counted && !decision.before;
  return refused && call.limit && decision.current.value_or(0) + call.n <= *call.limit;
}

}  // namespace

Call call_of(const entitlements::Snapshot& snapshot, const Meter& meter, std::int64_t n,
             std::string key, Instant now) {
  return {std::string(meter.key), std::move(key), n, snapshot.allowance(meter.key),
          entitlements::usage_period(snapshot.standing, now)};
}

Task<Verdict> decide(db::ControlTx& tx, const Call& call) {
  Decision decision = co_await decide_once(tx, call);
  while (contradicts_itself(decision, call)) decision = co_await decide_once(tx, call);
  if (decision.counted) co_await warn_when_crossed(tx, call, *decision.counted);
  Verdict verdict{.limit = call.limit, .resets_at = call.period.end};
  verdict.allowed = decision.counted || decision.before;
  verdict.duplicate = decision.before.has_value();
  verdict.used = decision.counted  ? *decision.counted
                 : decision.before ? *decision.before
                                   : decision.current.value_or(0);
  co_return verdict;
}

Task<> take_back(db::ControlTx& tx, std::string meter, std::string key) {
  co_await tx.run(remove, std::move(meter), std::move(key));
}

Task<> take_back(db::ControlTx& tx, std::string meter, std::string key, std::int64_t units) {
  co_await tx.run(lessen, std::move(meter), std::move(key), units);
}

}  // namespace freehold::metering
