// The snapshots of this process. Each io thread has its own table, so a look-up takes no lock and
// shares no cache line; a poll on thread 0 learns what changed and tells every thread.
#include <boost/asio/post.hpp>

#include "core/async.hpp"
#include "core/bell.hpp"
#include "core/json.hpp"
#include "core/log.hpp"
#include "core/scope.hpp"
#include "core/words.hpp"
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
  std::shared_ptr<const Snapshot> snapshot;  // null while the first load is under way
  Standing standing;
  std::vector<Override> overrides;
  Instant loaded_at;             // machine clock
  std::int64_t min_version = 0;  // a change to this version is known: load before answering
  int loading = 0;               // loads under way: the place is kept for them
};

struct Table {
  std::unordered_map<TenantId, Loaded> tenants;
  Instant looked_at;  // machine clock: every change up to here was told to this thread
};

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
  bool is_fresh(const Table& table, const Loaded& loaded) const;
  std::shared_ptr<const Snapshot> last_known(Loaded& loaded, const Actor& actor,
                                             const std::exception& reason);
  Task<> look();
  Task<> keep_looking();
  void look_now();
  Task<> tell_nodes();
  void tell_threads(const std::shared_ptr<const Changes>& news, Instant looked_at);

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
  std::optional<std::int64_t> since;  // thread 0: where the next look begins
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
bool Gates::State::is_fresh(const Table& table, const Loaded& loaded) const {
  if (!loaded.snapshot) return false;
  const Snapshot& snapshot = *loaded.snapshot;
  if (snapshot.version < loaded.min_version) return false;
  if (snapshot.next_change_at && *snapshot.next_change_at <= clocks.business.now()) return false;
  const Instant now = clocks.machine.now();
  return now - std::max(table.looked_at, loaded.loaded_at) < fresh_without_poll;
}

Task<std::shared_ptr<const Snapshot>> Gates::snapshot(const Actor& actor) {
  return snapshot(actor, 0);
}

Task<std::shared_ptr<const Snapshot>> Gates::snapshot(const Actor& actor,
                                                      std::int64_t min_version) {
  const auto state = state_;
  Table& table = state->table();
  // The place is taken before the load: what the poll tells meanwhile is kept there.
  Loaded& known = table.tenants[actor.tenant()];
  known.min_version = std::max(known.min_version, min_version);
  if (state->is_fresh(table, known)) co_return known.snapshot;

  std::optional<Loaded> loaded;
  std::optional<Problem> failure;
  ++known.loading;
  try {
    loaded = co_await state->load(actor);
  } catch (const Problem& problem) {
    failure = problem;
  } catch (...) {
    --known.loading;
    throw;
  }
  --known.loading;
  if (failure) {
    if (known.snapshot && failure->status == 503)
      co_return state->last_known(known, actor, *failure);
    if (!known.snapshot && known.loading == 0) table.tenants.erase(actor.tenant());
    throw std::move(*failure);
  }
  // Never step back behind what another fill has already brought.
  if (known.snapshot && known.snapshot->version > loaded->snapshot->version)
    co_return known.snapshot;
  loaded->min_version = known.min_version;
  loaded->loading = known.loading;
  known = std::move(*loaded);
  co_return known.snapshot;
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
        worded("We cannot check the plan of this workspace right now. Try again in a minute."));
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
  const auto& tenants = state_->table().tenants;
  const auto at = tenants.find(tenant);
  return at == tenants.end() ? nullptr : at->second.snapshot.get();
}

// A thread learns what changed and until when it knows all of it in one step.
void Gates::State::tell_threads(const std::shared_ptr<const Changes>& news, Instant looked_at) {
  for (unsigned i = 0; i < runtime.size(); ++i) {
    asio::post(runtime.executor(i), [self = shared_from_this(), i, news, looked_at] {
      Table& table = self->tables[i];
      for (const auto& [tenant, version] : news->versions) {
        const auto at = table.tenants.find(tenant);
        if (at != table.tenants.end())
          at->second.min_version = std::max(at->second.min_version, version);
      }
      table.looked_at = std::max(table.looked_at, looked_at);
    });
  }
}

Task<> Gates::State::look() {
  const Instant began = clocks.machine.now();
  const auto news = std::make_shared<const Changes>(co_await changes_since(database, since));
  tell_threads(news, began);
  since = news->next;
  looks.add(*news);
  bell.ring();
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
