#include "events/events.hpp"

#include <doctest/doctest.h>

#include "core/async.hpp"
#include "core/json.hpp"
#include "events/work.hpp"
#include "tests/support/world.hpp"

using namespace freehold;
using namespace freehold::events;

namespace {

constexpr EventType thing_made{"thing.made"};
constexpr EventType thing_broken{"thing.broken"};

TenantId tenant_number(int n) {
  TenantId id;
  id.uuid.bytes[15] = std::uint8_t(n);
  return id;
}

Task<> found_tenant(db::Database& database, TenantId tenant) {
  const Actor actor = ActorMint::job(tenant, "test");
  db::ControlTx tx = database.control_of_new_tenant(actor);
  co_await emit(tx, EventType{"tenant.made"}, "{}");
  co_await tx.commit();
}

Task<> emit_in(db::Database& database, TenantId tenant, EventType type, std::string payload,
               bool commit) {
  const Actor actor = ActorMint::job(tenant, "test");
  db::ControlTx tx = database.control(actor);
  co_await emit(tx, type, std::move(payload));
  if (commit) co_await tx.commit();
}

Task<> read_in_pages(db::Database& database, TenantId tenant, int size, std::string& ids) {
  std::optional<After> after;
  for (bool more = true; more;) {
    db::ControlRead db = database.control_read(ActorMint::job(tenant, "test"));
    const auto page = co_await recent_events(db, after, size);
    for (const Event& event : page) ids += to_string(event.id.uuid) + "\n";
    more = !page.empty();
    if (more) after = After{page.back().occurred_at, page.back().id};
  }
}

Task<> read_types(db::Database& database, TenantId tenant, std::string& types) {
  db::ControlRead db = database.control_read(ActorMint::job(tenant, "test"));
  const std::optional<After> from_the_newest;
  const auto events = co_await recent_events(db, from_the_newest, 10);
  for (const Event& event : events) types += event.type + " ";
}

Task<> fire_all(db::Database& database, const std::vector<Cron>& crons) {
  co_await fire_crons(database, crons);
}

// A worker leases a job and says nothing for a lease's time; another one takes it over.
Task<> be_overtaken(db::Database& database, Subscription only, Instant now) {
  const SubscriptionsByType by_type{{std::string(only.on.key), &only}};
  co_await relay(database, by_type, now);
  Uuid lane;
  const auto slow = co_await lease_jobs(database, 10, now, now + seconds(30), lane);
  const auto rescued_early = co_await rescue_jobs(database, now + seconds(29));
  const auto rescued = co_await rescue_jobs(database, now + seconds(31));
  const auto quick = co_await lease_jobs(database, 10, now + seconds(31), now + seconds(61), lane);
  CHECK(slow.size() == 1);
  CHECK(rescued_early == 0);
  CHECK(rescued == 1);
  CHECK(quick.size() == 1);
  co_await bury_job(database, slow[0], now, "too late");
  co_await finish_job(database, quick[0], now + seconds(32));
}

Task<> count_from(db::Database& database, TenantId tenant, Instant at, std::string& count) {
  db::ControlRead db = database.control_read(ActorMint::job(tenant, "test"));
  const std::optional<After> after = After{at};
  const auto events = co_await recent_events(db, after, 100);
  count = std::to_string(events.size());
}

// What handlers did, in order.
struct Notebook {
  std::vector<std::string> lines;
  std::string take_sorted() {
    std::ranges::sort(lines);
    return take();
  }
  std::string take() {
    std::string all;
    for (const auto& line : lines) all += line + "\n";
    lines.clear();
    return all;
  }
};

Task<> write_down(Notebook& notebook, const Job& job) {
  notebook.lines.push_back(fmt::format("{} {} {}", job.kind, job.event.type, job.event.payload));
  co_return;
}

Task<> fail_twice(Notebook& notebook, const Job& job) {
  notebook.lines.push_back(fmt::format("attempt {}", job.attempt));
  if (job.attempt < 3) throw std::runtime_error("the mail server is away");
  co_return;
}

Task<> fail(Notebook& notebook, const Job& job) {
  notebook.lines.push_back(fmt::format("attempt {}", job.attempt));
  throw std::runtime_error("never works");
  co_return;
}

Task<> give_up(Notebook&, const Job&) {
  throw Discard{"the address does not exist"};
  co_return;
}

Task<> wait_a_while(Notebook& notebook, const Job& job) {
  notebook.lines.push_back(fmt::format("attempt {}", job.attempt));
  throw Snooze{std::chrono::seconds(10)};
  co_return;
}

Task<> replay_dead(db::Database& database) {
  db::SystemRead read = database.system_read();
  const auto dead = co_await dead_jobs(read);
  for (const DeadJob& job : dead) {
    const Actor actor = ActorMint::job(*job.tenant_id, "test");
    db::ControlTx tx = database.control(actor);
    co_await replay(tx, job.id, database.clocks().machine.now());
    co_await tx.commit();
  }
}

// The first dead job, as an actor of the tenant, or without one as the installation.
Task<> replay_as(db::Database& database, std::optional<TenantId> tenant, std::string& outcome) {
  db::SystemRead read = database.system_read();
  const auto dead = co_await dead_jobs(read);
  const Instant now = database.clocks().machine.now();
  try {
    if (tenant) {
      const Actor actor = ActorMint::job(*tenant, "test");
      db::ControlTx tx = database.control(actor);
      co_await replay(tx, dead.front().id, now);
    } else {
      db::SystemTx tx = database.system();
      co_await replay(tx, dead.front().id, now);
    }
    outcome = "replayed";
  } catch (const Problem& problem) {
    outcome = problem.code;
  }
}

Task<> emit_for_request(db::Database& database, TenantId tenant) {
  const Origin origin{.request_id = "req_1", .trace_id = "0af7651916cd43dd8448eb211c80319c"};
  const Actor actor = ActorMint::job(tenant, "test", origin);
  db::ControlTx tx = database.control(actor);
  co_await emit(tx, thing_made, "{}");
  co_await tx.commit();
}

Task<> break_it(db::Database& database, const Job& job) {
  db::ControlTx tx = database.control(job.actor());
  co_await emit(tx, thing_broken, "{}");
  co_await tx.commit();
}

Task<> write_down_names(Notebook& notebook, const Job& job) {
  notebook.lines.push_back(
      fmt::format("{} {} {}", job.kind, job.origin().request_id, job.origin().trace_id));
  co_return;
}

using Handle = Task<> (*)(Notebook&, const Job&);

struct Setting {
  Setting() : world({"db", "events"}) {
    world.run([this](db::Database& database) { return found_tenant(database, acme); });
  }

  // Emits another event, as the job's own actor.
  Subscription breaking(std::string_view kind, EventType type) {
    return {.kind = kind, .on = type, .run = [this](const Job& job) {
              return break_it(world.database(), job);
            }};
  }

  Subscription on(std::string_view kind, EventType type, Handle handle, int attempts = 25) {
    return {.kind = kind,
            .on = type,
            .run = [this, handle](const Job& job) { return handle(notebook, job); },
            .max_attempts = attempts};
  }

  void settle(const Work& work) {
    Worker worker(world.runtime(), 0, world.database(), world.clocks(), work, {});
    world.run([&](db::Database&) { return worker.settle(); });
  }

  void emit(EventType type, std::string payload, bool commit = true) {
    world.run(
        [&](db::Database& database) { return emit_in(database, acme, type, payload, commit); });
  }

  std::string jobs() {
    return world.rows(
        "select kind, state, attempt, coalesce(last_error, '-') from events.job order by kind, id");
  }

  TenantId acme = tenant_number(1);
  test::World world;
  Notebook notebook;
};

}  // namespace

TEST_CASE("an event becomes one job for each subscription, and only once") {
  Setting at;
  const Work work{.subscriptions = {at.on("a.first", thing_made, write_down),
                                    at.on("b.second", thing_made, write_down),
                                    at.on("c.other", thing_broken, write_down)}};
  at.emit(thing_made, R"({"n": 1})");
  at.settle(work);
  at.settle(work);
  CHECK(at.notebook.take() == "a.first thing.made {\"n\": 1}\nb.second thing.made {\"n\": 1}\n");
  CHECK(at.jobs() == "a.first done 1 -\nb.second done 1 -\n");
}

TEST_CASE(
    "a job has the names of the request behind its event, and what it emits carries them on") {
  Setting at;
  const Work work{.subscriptions = {at.breaking("a.first", thing_made),
                                    at.on("b.second", thing_broken, write_down_names)}};
  at.world.run([&](db::Database& database) { return emit_for_request(database, at.acme); });
  at.settle(work);
  CHECK(at.notebook.take() == "b.second req_1 0af7651916cd43dd8448eb211c80319c\n");
  at.emit(thing_broken, "{}");  // by nobody's request
  at.settle(work);
  CHECK(at.notebook.take() == "b.second  \n");
}

TEST_CASE("what was rolled back did not happen") {
  Setting at;
  const Work work{.subscriptions = {at.on("a.first", thing_made, write_down)}};
  at.emit(thing_made, "{}", false);
  at.settle(work);
  CHECK(at.notebook.take() == "");
}

TEST_CASE("a job that fails is tried again later, with a growing pause") {
  Setting at;
  const Work work{.subscriptions = {at.on("a.mail", thing_made, fail_twice)}};
  at.emit(thing_made, "{}");
  at.settle(work);
  CHECK(at.jobs() == "a.mail available 1 the mail server is away\n");
  at.settle(work);
  CHECK(at.notebook.take() == "attempt 1\n");  // not before its time
  at.world.machine().advance(seconds(18));
  at.settle(work);
  at.world.machine().advance(seconds(36));
  at.settle(work);
  CHECK(at.notebook.take() == "attempt 2\nattempt 3\n");
  CHECK(at.jobs() == "a.mail done 3 the mail server is away\n");
}

TEST_CASE("a job that never works becomes a dead letter, and can be replayed") {
  Setting at;
  const Work work{.subscriptions = {at.on("a.mail", thing_made, fail, 2),
                                    at.on("b.mail", thing_made, give_up)}};
  at.emit(thing_made, "{}");
  at.settle(work);
  at.world.machine().advance(seconds(60));
  at.settle(work);
  CHECK(at.jobs() == "a.mail dead 2 never works\nb.mail dead 1 the address does not exist\n");
  at.world.run([](db::Database& database) { return replay_dead(database); });
  CHECK(at.jobs() ==
        "a.mail available 0 never works\nb.mail available 0 the address does not exist\n");
}

TEST_CASE("a dead job is replayed inside its tenant, and nowhere else") {
  Setting at;
  const TenantId globex = tenant_number(2);
  at.world.run([&](db::Database& database) { return found_tenant(database, globex); });
  const Work work{.subscriptions = {at.on("a.mail", thing_made, give_up)}};
  at.emit(thing_made, "{}");
  at.settle(work);
  const auto replay_in = [&](std::optional<TenantId> tenant) {
    std::string outcome;
    at.world.run([&](db::Database& database) { return replay_as(database, tenant, outcome); });
    return outcome;
  };
  CHECK(replay_in({}) == "not_found");
  CHECK(replay_in(globex) == "not_found");
  CHECK(replay_in(at.acme) == "replayed");
}

TEST_CASE("a replayed job is due at once by the clock that leases it") {
  Setting at;
  const Work work{.subscriptions = {at.on("a.mail", thing_made, fail, 1)}};
  at.world.machine().set(*parse_rfc3339("2001-01-01T00:00:00Z"));
  at.emit(thing_made, "{}");
  at.settle(work);
  at.world.run([](db::Database& database) { return replay_dead(database); });
  at.settle(work);
  CHECK(at.notebook.take() == "attempt 1\nattempt 1\n");
}

TEST_CASE("a snooze is not an attempt") {
  Setting at;
  const Work work{.subscriptions = {at.on("a.wait", thing_made, wait_a_while, 1)}};
  at.emit(thing_made, "{}");
  for (int i = 0; i < 3; ++i) {
    at.settle(work);
    at.world.machine().advance(seconds(10));
  }
  CHECK(at.notebook.take() == "attempt 1\nattempt 1\nattempt 1\n");
  CHECK(at.jobs() == "a.wait available 0 -\n");
}

TEST_CASE("a worker that was taken for dead cannot finish what another has begun") {
  Setting at;
  const Work work{.subscriptions = {at.on("a.first", thing_made, write_down)}};
  at.emit(thing_made, "{}");
  at.world.run([&](db::Database& database) {
    return be_overtaken(database, work.subscriptions.front(), at.world.machine().now());
  });
  CHECK(at.jobs() == "a.first done 2 its worker ended without a word\n");
}

TEST_CASE("a tenant with many jobs delays the others by one turn") {
  Setting at;
  const Work work{.subscriptions = {at.on("a.first", thing_made, write_down)}};
  const TenantId globex = tenant_number(2);
  at.world.run([&](db::Database& database) { return found_tenant(database, globex); });
  for (int i = 0; i < 40; ++i) at.emit(thing_made, "{\"of\": \"acme\"}");
  at.world.run([&](db::Database& database) {
    return emit_in(database, globex, thing_made, "{\"of\": \"globex\"}", true);
  });
  at.settle(work);
  const auto turn =
      std::ranges::find(at.notebook.lines, "a.first thing.made {\"of\": \"globex\"}") -
      at.notebook.lines.begin();
  CHECK(at.notebook.lines.size() == 41);
  CHECK(turn < 8);
}

TEST_CASE(
    "a cron fires once for each of its times, over all workers, and makes up for missed ones by "
    "one run") {
  Setting at;
  const Work work{.crons = {{.name = "tidy", .every = hours(1), .run = [&](const Job& job) {
                               return write_down(at.notebook, job);
                             }}}};
  at.settle(work);
  CHECK(at.notebook.take() == "");
  at.world.business().advance(hours(1));
  at.world.run_all({[&](db::Database& database) { return fire_all(database, work.crons); },
                    [&](db::Database& database) { return fire_all(database, work.crons); }});
  at.settle(work);
  CHECK(at.notebook.take() == "tidy cron.tidy {\"scheduled_for\": \"2026-11-22T10:00:00Z\"}\n");
  at.world.business().advance(days(30));
  at.settle(work);
  CHECK(at.notebook.take() == "tidy cron.tidy {\"scheduled_for\": \"2026-11-22T11:00:00Z\"}\n");
  at.settle(work);
  CHECK(at.notebook.take() == "");
}

TEST_CASE("a tenant reads its own events only") {
  Setting at;
  const TenantId globex = tenant_number(2);
  at.world.run([&](db::Database& database) { return found_tenant(database, globex); });
  at.emit(thing_made, "{}");
  const auto read_by = [&](TenantId tenant) {
    std::string types;
    at.world.run([&](db::Database& database) { return read_types(database, tenant, types); });
    return types;
  };
  CHECK(read_by(at.acme) == "thing.made tenant.made ");
  CHECK(read_by(globex) == "tenant.made ");
}

TEST_CASE("a tenant's log is read page by page, also through an instant with many events") {
  Setting at;
  for (int minute = 0; minute < 3; ++minute) {
    at.world.business().advance(minutes(1));
    for (int i = 0; i < 3; ++i) at.emit(thing_made, "{}");
  }
  const std::string whole = at.world.rows(
      "select id from events.outbox where tenant_id is not null "
      "order by occurred_at desc, id desc");
  std::string read;
  at.world.run([&](db::Database& database) { return read_in_pages(database, at.acme, 2, read); });
  CHECK(read == whole);
  // From before the first event of an instant on: that instant and all before it.
  const Instant second = at.world.business().now() - minutes(1);
  at.world.run([&](db::Database& database) { return count_from(database, at.acme, second, read); });
  CHECK(read == "7");
}

TEST_CASE("the pause before the next attempt doubles up to a day") {
  CHECK(backoff(1, 0.5) == seconds(15));
  CHECK(backoff(2, 0.5) == seconds(30));
  CHECK(backoff(25, 0.5) == days(1));
  CHECK(backoff(1, 0.0) == seconds(12));
  CHECK(backoff(1, 0.999) < seconds(18));
}
