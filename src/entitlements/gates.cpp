// The snapshots of this process. Each io thread has its own table, so a look-up takes no lock and
// shares no cache line; a poll on thread 0 learns what changed and tells every thread.
#include <boost/asio/post.hpp>

#include "core/async.hpp"
#include "core/bell.hpp"
#include "core/json.hpp"
#include "core/log.hpp"
#include "core/scope.hpp"
#include "entitlements/entitlements.hpp"
#include "entitlements/looks.hpp"
#include "redis/redis.hpp"

namespace freehold::entitlements {
namespace {

constexpr auto poll_every = std::chrono::milliseconds(250);
constexpr auto longest_between_looks = std::chrono::seconds(1);
constexpr Duration last_known_for = hours(24);
constexpr Duration fresh_without_poll = seconds(2);
constexpr std::string_view channel = "freehold:entitlements";

const db::TenantQuery<std::int64_t> select_version{"entitlements.get_version", R"(
  select version
    from entitlements.version
   where tenant_id = $1)"};

struct Loaded {
  std::shared_ptr<const Snapshot> snapshot;
  Standing standing;
  std::vector<Override> overrides;
  Instant loaded_at;             // machine clock
  std::int64_t min_version = 0;  // a change to this version is known: load before answering
};

using Table = std::unordered_map<TenantId, Loaded>;

}  // namespace

struct Gates::State : std::enable_shared_from_this<Gates::State> {
  State(Runtime& runtime, db::Database& database, redis::Client* redis, Clocks clocks,
        const catalog::Catalog& catalog)
      : runtime(runtime),
        database(database),
        redis(redis),
        clocks(clocks),
        catalog(catalog),
        tables(runtime.size()),
        bell(runtime),
        scope(runtime.executor(0)),
        pause(runtime.executor(0)) {}

  Table& table() { return tables[Runtime::current()]; }
  Task<Loaded> load(const Actor& actor);
  bool is_fresh(const Loaded& loaded) const;
  std::shared_ptr<const Snapshot> last_known(Loaded& loaded, const Actor& actor,
                                             const std::exception& reason);
  Task<> look();
  Task<> keep_looking();
  void look_now();
  Task<> tell_nodes();
  void tell_threads(TenantId tenant, std::int64_t version);

  Runtime& runtime;
  db::Database& database;
  redis::Client* redis;
  Clocks clocks;
  const catalog::Catalog& catalog;
  std::vector<Table> tables;
  Looks looks;
  Bell bell;  // rings after each look
  Scope scope;
  Timer pause;  // between two looks; thread 0
  bool look_wanted = false;
  bool stopping = false;
  std::optional<std::int64_t> since;               // thread 0: where the next look begins
  std::atomic<std::int64_t> looked_at_micros = 0;  // machine clock of the last look that succeeded
};

Gates::Gates(Runtime& runtime, db::Database& database, redis::Client* redis, Clocks clocks,
             const catalog::Catalog& catalog)
    : state_(std::make_shared<State>(runtime, database, redis, clocks, catalog)) {}

Gates::~Gates() = default;

void Gates::start() {
  const auto state = state_;
  asio::post(state->runtime.executor(0),
             [state] { state->scope.spawn("entitlements.poll", state->keep_looking()); });
  if (state->redis == nullptr) return;
  state->redis->subscribe(std::string(channel), [weak = std::weak_ptr(state)](std::string_view) {
    if (const auto alive = weak.lock()) alive->look_now();
  });
}

Task<> Gates::drain() {
  const auto state = state_;
  state->stopping = true;
  state->pause.cancel();
  co_await state->scope.stop();
}

// A snapshot holds when the poll would have told us of a change, and no edge of time has passed.
bool Gates::State::is_fresh(const Loaded& loaded) const {
  const Snapshot& snapshot = *loaded.snapshot;
  if (snapshot.version < loaded.min_version) return false;
  if (snapshot.next_change_at && *snapshot.next_change_at <= clocks.business.now()) return false;
  const Instant now = clocks.machine.now();
  const Instant known =
      std::max(Instant{looked_at_micros.load(std::memory_order_relaxed)}, loaded.loaded_at);
  return now - known < fresh_without_poll;
}

Task<std::shared_ptr<const Snapshot>> Gates::snapshot(const Actor& actor) {
  const auto state = state_;
  const TenantId tenant = actor.tenant();
  const auto found = state->table().find(tenant);
  if (found != state->table().end() && state->is_fresh(found->second))
    co_return found->second.snapshot;

  std::optional<Loaded> loaded;
  std::optional<Problem> failure;
  try {
    loaded = co_await state->load(actor);
  } catch (const Problem& problem) {
    if (problem.status != 503) throw;
    failure = problem;
  }
  Table& table = state->table();
  const auto at = table.find(tenant);
  if (!loaded) {
    if (at == table.end()) throw *failure;
    co_return state->last_known(at->second, actor, *failure);
  }
  if (at != table.end()) {
    // Never step back behind what another fill, or the poll, has already brought.
    if (at->second.snapshot->version > loaded->snapshot->version) co_return at->second.snapshot;
    loaded->min_version = at->second.min_version;
  }
  const auto snapshot = loaded->snapshot;
  table.insert_or_assign(tenant, std::move(*loaded));
  co_return snapshot;
}

Task<std::shared_ptr<const Snapshot>> Gates::snapshot(const Actor& actor,
                                                      std::int64_t min_version) {
  const auto found = state_->table().find(actor.tenant());
  if (found != state_->table().end())
    found->second.min_version = std::max(found->second.min_version, min_version);
  return snapshot(actor);
}

Task<std::shared_ptr<const Snapshot>> Gates::newest(const Actor& actor) {
  db::ControlRead db = state_->database.control_read(actor);
  const auto version = co_await db.find(select_version);
  co_return co_await snapshot(actor, version.value_or(0));
}

Task<Loaded> Gates::State::load(const Actor& actor) {
  Loaded loaded;
  loaded.loaded_at = clocks.machine.now();
  db::ControlRead db = database.control_read(actor);
  // The version first: a change in between makes the content newer than its number, which only
  // causes one more load.
  const auto version = co_await db.find(select_version);
  loaded.standing = co_await get_standing(db);
  loaded.overrides = co_await overrides(db);
  Snapshot snapshot = evaluate(loaded.standing, loaded.overrides, catalog, clocks.business.now());
  if (!snapshot.unknown_plan.empty())
    log::error("entitlements.unknown_plan", log::cause_of(actor),
               {{"plan", snapshot.unknown_plan}});
  snapshot.tenant = actor.tenant();
  snapshot.version = version.value_or(0);
  loaded.snapshot = std::make_shared<const Snapshot>(std::move(snapshot));
  co_return loaded;
}

std::shared_ptr<const Snapshot> Gates::State::last_known(Loaded& loaded, const Actor& actor,
                                                         const std::exception& reason) {
  if (clocks.machine.now() - loaded.loaded_at > last_known_for)
    throw Problem::unavailable(
        "database_unavailable",
        "We cannot check the plan of this workspace right now. Try again in a minute.");
  if (!loaded.snapshot->stale)
    log::warn("entitlements.stale", log::cause_of(actor), {{"reason", reason.what()}});
  // Time goes on without the database: a trial that ends in between ends.
  Snapshot snapshot = evaluate(loaded.standing, loaded.overrides, catalog, clocks.business.now());
  snapshot.tenant = loaded.snapshot->tenant;
  snapshot.version = loaded.snapshot->version;
  snapshot.stale = true;
  loaded.snapshot = std::make_shared<const Snapshot>(std::move(snapshot));
  return loaded.snapshot;
}

const Snapshot* Gates::peek(TenantId tenant) const {
  const Table& table = state_->table();
  const auto at = table.find(tenant);
  return at == table.end() ? nullptr : at->second.snapshot.get();
}

void Gates::State::tell_threads(TenantId tenant, std::int64_t version) {
  for (unsigned i = 0; i < runtime.size(); ++i) {
    asio::post(runtime.executor(i), [self = shared_from_this(), i, tenant, version] {
      const auto at = self->tables[i].find(tenant);
      if (at != self->tables[i].end())
        at->second.min_version = std::max(at->second.min_version, version);
    });
  }
}

Task<> Gates::State::look() {
  const Instant began = clocks.machine.now();
  const Changes news = co_await changes_since(database, since);
  for (const auto& [tenant, version] : news.versions) tell_threads(tenant, version);
  since = news.next;
  looks.add(news);
  bell.ring();
  looked_at_micros.store(began.micros, std::memory_order_relaxed);
}

Task<> Gates::State::keep_looking() {
  while (!stopping) {
    look_wanted = false;
    try {
      co_await look();
    } catch (const std::exception& error) {
      log::warn("entitlements.poll_failed", {{"reason", error.what()}});
    }
    if (look_wanted || stopping) continue;
    pause.expires_after(poll_every);
    co_await pause.async_wait(use_tuple);
  }
}

void Gates::State::look_now() {
  asio::post(runtime.executor(0), [self = shared_from_this()] {
    self->look_wanted = true;
    self->pause.cancel();
  });
}

Task<> Gates::State::tell_nodes() {
  std::vector<std::string> words{"PUBLISH", std::string(channel), "look"};
  try {
    co_await redis->command(std::move(words));
  } catch (const redis::Unavailable& error) {
    // Their next poll tells them.
    log::debug("entitlements.not_told", {{"reason", error.what()}});
  }
}

Task<Gates::Changes> Gates::changes(std::optional<std::int64_t> since) {
  const auto state = state_;
  const std::int64_t look = state->looks.last();
  Changes found = co_await changes_since(state->database, since);
  found.look = look;
  co_return found;
}

Task<Gates::Changes> Gates::next_changes(std::int64_t since, std::int64_t look) {
  const auto state = state_;
  if (state->looks.last() == look) co_await state->bell.wait(longest_between_looks);
  if (state->looks.last() == look)
    throw Problem::unavailable("database_unavailable", "Nothing was heard from the database.");
  auto found = state->looks.after(look);
  if (found) co_return std::move(*found);
  co_return co_await changes(since);
}

Task<> Gates::poll() {
  return state_->look();
}

void Gates::announce(db::ControlTx& tx) {
  tx.after_commit([state = state_] {
    state->look_now();
    if (state->redis == nullptr) return;
    asio::post(state->runtime.executor(0),
               [state] { state->scope.spawn("entitlements.tell_nodes", state->tell_nodes()); });
  });
}

}  // namespace freehold::entitlements
