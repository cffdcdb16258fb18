#include "tests/support/world.hpp"

#include <libpq-fe.h>

#include <boost/asio/post.hpp>
#include <future>
#include <mutex>
#include <thread>

#include "core/async.hpp"
#include "core/scope.hpp"

namespace freehold::test {
namespace {

const Instant start = *parse_rfc3339("2026-11-22T09:00:00Z");

Task<> fulfil(World::Work work, db::Database& database, std::promise<void>& done) {
  try {
    co_await work(database);
    done.set_value();
  } catch (...) {
    done.set_exception(std::current_exception());
  }
}

}  // namespace

db::Config config_of(const ScratchDatabase& scratch) {
  db::Config config;
  config.url = scratch.admin();
  config.read_timeout = config.acquire_timeout = std::chrono::seconds(30);
  config.write_timeout = config.connect_timeout = std::chrono::seconds(30);
  return through_pooler(config);
}

struct World::State {
  State(std::initializer_list<std::string_view> modules, unsigned threads)
      : scratch(migrations_of(modules)),
        runtime(threads, 2),
        database(runtime, config_of(scratch), Clocks{business, machine}) {
    for (unsigned i = 0; i < threads; ++i)
      scopes.push_back(std::make_unique<Scope>(runtime.executor(i)));
    thread = std::jthread([this] { runtime.run(); });
  }

  ScratchDatabase scratch;
  ManualClock business{start};
  ManualClock machine{start};
  Runtime runtime;
  db::Database database;
  std::vector<std::unique_ptr<Scope>> scopes;
  std::mutex rows_mutex;
  std::unique_ptr<PGconn, decltype(&PQfinish)> rows_connection{nullptr, &PQfinish};
  std::jthread thread;
};

World::World(std::initializer_list<std::string_view> modules, unsigned threads)
    : state_(std::make_unique<State>(modules, threads)) {}

World::~World() {
  run([](db::Database& database) { return database.close(); });
  state_->runtime.stop();
}

void World::run(const Work& work) {
  run_all({work});
}

void World::run_all(const std::vector<Work>& works) {
  std::vector<std::promise<void>> done(works.size());
  for (std::size_t i = 0; i < works.size(); ++i) {
    Scope& scope = *state_->scopes[i % state_->scopes.size()];
    asio::post(state_->runtime.executor(unsigned(i % state_->scopes.size())),
               [&, i] { scope.spawn("test", fulfil(works[i], state_->database, done[i])); });
  }
  std::exception_ptr failure;
  for (auto& each : done) {
    try {
      each.get_future().get();
    } catch (...) {
      failure = std::current_exception();
    }
  }
  if (failure) std::rethrow_exception(failure);
}

db::Database& World::database() {
  return state_->database;
}
Runtime& World::runtime() {
  return state_->runtime;
}
Clocks World::clocks() {
  return {state_->business, state_->machine};
}
ManualClock& World::business() {
  return state_->business;
}
ManualClock& World::machine() {
  return state_->machine;
}
const ScratchDatabase& World::scratch() const {
  return state_->scratch;
}

std::string World::rows(const std::string& sql) const {
  const std::lock_guard lock(state_->rows_mutex);
  auto& connection = state_->rows_connection;
  if (!connection) connection.reset(PQconnectdb(state_->scratch.admin().c_str()));
  // What an earlier statement set for its session is none of this one's.
  PQclear(PQexec(connection.get(), "discard all"));
  const std::unique_ptr<PGresult, decltype(&PQclear)> result{PQexec(connection.get(), sql.c_str()),
                                                             &PQclear};
  if (PQresultStatus(result.get()) != PGRES_TUPLES_OK)
    throw std::runtime_error(PQerrorMessage(connection.get()));
  std::string lines;
  for (int row = 0; row < PQntuples(result.get()); ++row) {
    for (int column = 0; column < PQnfields(result.get()); ++column)
      lines += std::string(column > 0 ? " " : "") + PQgetvalue(result.get(), row, column);
    lines += "\n";
  }
  return lines;
}

}  // namespace freehold::test
