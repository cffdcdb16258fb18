// Crons: a row per name says when it runs next. Whoever locks a due row writes the event of its
// firing and moves the row on, in one transaction: it fires once however many workers look.
#include "core/async.hpp"
#include "core/json.hpp"
#include "events/work.hpp"

namespace freehold::events {
namespace {

const db::Query<void, std::string, Instant> add{"events.add_cron", R"(
  insert into events.cron (name, next_at)
  values ($1, $2)
      on conflict on constraint one_row_per_cron do nothing)"};

const db::Query<Instant, std::string, Instant> lock_due{"events.lock_due_cron", R"(
  select next_at
    from events.cron
   where name = $1
     and next_at <= $2
     for update skip locked)"};

const db::Query<void, std::string, Instant> move{"events.move_cron", R"(
  update events.cron
     set next_at = $2
   where name = $1)"};

// The next multiple of `every` after `now`, counted from the epoch, so that all nodes agree.
Instant next_time(Instant now, Duration every) {
  return {(now.micros / every.count() + 1) * every.count()};
}

Task<bool> fire(db::Database& database, const Cron& cron) {
  db::SystemTx tx = database.system();
  const Instant now = tx.now();
  co_await tx.run(add, std::string(cron.name), next_time(now, cron.every));
  const auto due = co_await tx.find(lock_due, std::string(cron.name), now);
  if (due) {
    const std::string type = cron_event(cron.name);
    const std::string payload = json::serialize(json::object{{"scheduled_for", to_rfc3339(*due)}});
    co_await emit(tx, EventType{type}, payload);
    co_await tx.run(move, std::string(cron.name), next_time(now, cron.every));
  }
  co_await tx.commit();
  co_return due.has_value();
}

}  // namespace

std::string cron_event(std::string_view name) {
  return "cron." + std::string(name);
}

Task<std::int64_t> fire_crons(db::Database& database, const std::vector<Cron>& crons) {
  std::int64_t fired = 0;
  for (const Cron& cron : crons) {
    const bool due = co_await fire(database, cron);
    if (due) ++fired;
  }
  co_return fired;
}

}  // namespace freehold::events
