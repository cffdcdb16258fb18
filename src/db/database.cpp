#include <boost/asio/post.hpp>
#include <cassert>
#include <set>
#include <stdexcept>

#include "core/async.hpp"
#include "core/problem.hpp"
#include "core/runtime.hpp"
#include "core/scope.hpp"
#include "db/conninfo.hpp"
#include "db/db.hpp"
#include "db/detail/budget.hpp"
#include "db/detail/pool.hpp"
#include "db/detail/runners.hpp"
#include "db/detail/start.hpp"

namespace freehold::db {
namespace {

using detail::Opening;
using detail::Pool;
using detail::Watch;

constexpr std::size_t role_count = 6;

// The pool to ask, by role, on one thread: its own, or another thread's.
struct Desk {
  std::array<Pool*, role_count> shared{};
  std::array<Pool*, role_count> own{};
};

detail::PoolSettings pool_settings(const Config& config, const detail::Share& share) {
  const auto timeout = share.is_exclusive ? config.write_timeout : config.read_timeout;
  detail::Settings session{{"statement_timeout", std::to_string(timeout.count())},
                           {"timezone", "UTC"},
                           {"search_path", "pg_catalog"}};
  if (share.is_exclusive) {
    // A task that hangs between two statements must not hold its locks for ever.
    session.emplace_back("idle_in_transaction_session_timeout", "60000");
  } else {
    session.emplace_back("default_transaction_read_only", "on");
  }
  return {.role = share.role,
          .is_exclusive = share.is_exclusive,
          .limit = 0,
          .conninfo = conninfo_for(config, share.role),
          .session = std::move(session),
          .has_pooler = config.pooler == Pooler::transaction,
          .statement_timeout = timeout,
          .acquire_timeout = config.acquire_timeout,
          .connect_timeout = config.connect_timeout};
}

void check_names() {
  std::set<std::string_view> names;
  for (const QueryInfo* query : all_queries()) {
    if (names.insert(query->name).second) continue;
    throw std::logic_error("two queries have the name " + std::string(query->name));
  }
}

}  // namespace

struct Database::State {
  State(Runtime& runtime, Config config, Clocks clocks)
      : runtime(runtime), config(std::move(config)), clocks(clocks), desks(runtime.size()) {
    for (unsigned i = 0; i < runtime.size(); ++i) {
      watches.push_back(std::make_unique<Watch>(runtime.executor(i), i));
      all_uses.push_back(std::make_unique<detail::Uses>());
    }
    std::size_t n = 0;
    for (const detail::Share& share : detail::divide(this->config.budget, runtime.size())) {
      add_pools(share, n++);
    }
  }

  void add_pools(const detail::Share& share, std::size_t n) {
    const auto role = std::size_t(share.role);
    std::vector<Pool*> made(runtime.size());
    std::vector<Pool*> used;
    for (unsigned i = 0; i < runtime.size(); ++i) {
      detail::PoolSettings settings = pool_settings(config, share);
      settings.limit = detail::connections_on(i, runtime.size(), share.connections, n);
      if (settings.limit == 0) continue;
      auto& pools = watches[i]->pools();
      pools.push_back(std::make_unique<Pool>(*watches[i], std::move(settings)));
      used.push_back(made[i] = pools.back().get());
    }
    for (unsigned i = 0; i < runtime.size(); ++i) {
      Pool* pool = made[i] != nullptr ? made[i] : used[i % used.size()];
      (share.is_exclusive ? desks[i].own : desks[i].shared)[role] = pool;
    }
  }

  const Desk& desk() const {
    const unsigned thread = Runtime::current();
    assert(runtime.executor(thread).running_in_this_thread() && "not on an io thread");
    return desks[thread];
  }
  Pool& shared(Role role) const { return *desk().shared[std::size_t(role)]; }
  Pool& own(Role role) const { return *desk().own[std::size_t(role)]; }

  detail::Uses& uses() const { return *all_uses[Runtime::current()]; }

  std::unique_ptr<detail::Runner> reader(Role role, const Actor* actor) const {
    return std::make_unique<detail::SharedRunner>(
        uses(), shared(role), actor != nullptr ? Opening::enter : Opening::none,
        clocks.business.now(), actor != nullptr ? std::optional<Actor>(*actor) : std::nullopt);
  }
  std::unique_ptr<detail::Runner> writer(Role role, const Actor* actor, Opening opening) const {
    return std::make_unique<detail::TxRunner>(
        uses(), own(role), opening, clocks.business.now(),
        actor != nullptr ? std::optional<Actor>(*actor) : std::nullopt);
  }

  Runtime& runtime;
  const Config config;
  const Clocks clocks;
  std::vector<std::unique_ptr<Watch>> watches;          // by thread
  std::vector<std::unique_ptr<detail::Uses>> all_uses;  // by thread
  std::vector<Desk> desks;                              // by thread
};

Reader::Reader(std::unique_ptr<detail::Runner> runner) : runner_(std::move(runner)) {}
Reader::Reader(Reader&&) noexcept = default;
Reader& Reader::operator=(Reader&&) noexcept = default;
Reader::~Reader() = default;

Instant Reader::now() const {
  return runner_->now;
}

const Actor& TenantReader::actor() const {
  return *runner_->actor;
}

TenantId TenantReader::tenant() const {
  return runner_->actor->tenant();
}

Database::Database(Runtime& runtime, Config config, Clocks clocks) {
  check_names();
  state_ = std::make_unique<State>(runtime, std::move(config), clocks);
}

Database::~Database() = default;

ControlRead Database::control_read(const Actor& actor) {
  const Role role = actor.kind() == ActorKind::staff ? Role::staff : Role::control;
  return ControlRead(state_->reader(role, &actor));
}

DataRead Database::data_read(const Actor& actor) {
  return DataRead(state_->reader(Role::app, &actor));
}

DirectoryRead Database::directory_read() {
  return DirectoryRead(state_->reader(Role::control, nullptr));
}

IdentityRead Database::identity_read() {
  return IdentityRead(state_->reader(Role::auth, nullptr));
}

StaffRead Database::staff_read() {
  return StaffRead(state_->reader(Role::staff, nullptr));
}

SystemRead Database::system_read() {
  return SystemRead(state_->reader(Role::worker, nullptr));
}

ControlTx Database::control(const Actor& actor) {
  return ControlTx(state_->writer(Role::control, &actor, Opening::enter));
}

ControlTx Database::control_of_new_tenant(const Actor& actor) {
  return ControlTx(state_->writer(Role::control, &actor, Opening::create));
}

DataTx Database::data(const Actor& actor) {
  return DataTx(state_->writer(Role::app, &actor, Opening::enter));
}

MoverTx Database::mover(const Actor& actor) {
  return MoverTx(state_->writer(Role::mover, &actor, Opening::enter));
}

IdentityTx Database::identity() {
  return IdentityTx(state_->writer(Role::auth, nullptr, Opening::none));
}

StaffTx Database::staff() {
  return StaffTx(state_->writer(Role::staff, nullptr, Opening::none));
}

SystemTx Database::system() {
  return SystemTx(state_->writer(Role::worker, nullptr, Opening::none));
}

Task<> Database::start() {
  for (const Role role : detail::serving_roles) {
    co_await detail::require_answer(state_->shared(role));
  }
  co_await detail::check_free_slots(state_->shared(Role::worker), state_->config.budget);
}

Task<std::vector<std::string>> Database::failing_roles() {
  std::vector<Pool*> pools;
  for (const Role role : detail::serving_roles) pools.push_back(&state_->shared(role));
  std::vector<std::string> failing = co_await detail::failing_roles(std::move(pools));
  co_return failing;
}

const Clocks& Database::clocks() const {
  return state_->clocks;
}

std::vector<Database::Usage> Database::usage() const {
  std::vector<Usage> usage;
  for (std::size_t i = 0; i < role_count; ++i) usage.push_back({Role(i), 0, 0, 0});
  for (const auto& watch : state_->watches) {
    for (const auto& pool : watch->pools()) {
      Usage& entry = usage[std::size_t(pool->settings().role)];
      entry.open += pool->open();
      entry.limit += pool->settings().limit;
      entry.waiting += pool->waiting();
    }
  }
  return usage;
}

std::vector<Database::QueryUse> Database::query_uses() const {
  std::vector<QueryUse> sums;
  for (const QueryInfo* query : all_queries()) {
    QueryUse sum{.name = query->name, .runs = 0, .failures = 0, .time = {}};
    for (const auto& uses : state_->all_uses) {
      const detail::Uses::Use& use = uses->of(*query);
      sum.runs += use.runs.load(std::memory_order_relaxed);
      sum.failures += use.failures.load(std::memory_order_relaxed);
      sum.time += std::chrono::microseconds(use.micros.load(std::memory_order_relaxed));
    }
    if (sum.runs > 0) sums.push_back(sum);
  }
  return sums;
}

Task<> Database::close() {
  co_await state_->watches[Runtime::current()]->close();
}

}  // namespace freehold::db
