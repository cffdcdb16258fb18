// One call, one decision, one transaction.
#include "core/async.hpp"
#include "core/json.hpp"
#include "metering/decide.hpp"

namespace freehold::metering {
namespace {

// What is held beyond its time is in nobody's way: it is taken back before a call is refused.
Task<Verdict> attempt(db::Database& database, const Actor& actor, const Call& call) {
  db::ControlTx tx = database.control(actor);
  Verdict verdict = co_await decide(tx, call);
  if (!verdict.allowed) {
    const auto released = co_await release_expired(tx, database.clocks().machine.now());
    if (released > 0) verdict = co_await decide(tx, call);
  }
  co_await tx.commit();
  co_return verdict;
}

}  // namespace

// NOLINTNEXTLINE(readability-function-size): each of the six is asked for by name at every call.
Task<Verdict> consume(db::Database& database, const Actor& actor,
                      const entitlements::Snapshot& snapshot, const Meter& meter, std::int64_t n,
                      std::string key) {
  const Instant now = database.clocks().business.now();
  const Call call = call_of(snapshot, meter, n, std::move(key), now);
  std::optional<Verdict> verdict;
  try {
    verdict = co_await attempt(database, actor, call);
  } catch (const db::ConstraintViolation& violation) {
    if (violation.constraint != "usage_keys_count_once") throw;
  } catch (const Problem& problem) {
    if (problem.status != 503) throw;
    throw Problem::unavailable(
        "metering_unavailable",
        "Usage cannot be counted right now, so the call was not made. Try again in a few seconds.");
  }
  if (!verdict) verdict = co_await attempt(database, actor, call);
  co_return *verdict;
}

Task<> give_back(db::Database& database, const Actor& actor, const Meter& meter, std::string key) {
  db::ControlTx tx = database.control(actor);
  co_await take_back(tx, std::string(meter.key), std::move(key));
  co_await tx.commit();
}

}  // namespace freehold::metering
