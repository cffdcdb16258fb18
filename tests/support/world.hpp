// A node for integration tests: a scratch database with the tables of some modules, clocks that
// move only when told to, and a thread that coroutines run on.
#pragma once

#include <functional>
#include <initializer_list>
#include <memory>
#include <string_view>
#include <vector>

#include "core/runtime.hpp"
#include "core/task.hpp"
#include "core/time.hpp"
#include "db/db.hpp"
#include "tests/support/scratch_database.hpp"

namespace freehold::test {

// A node on that database. Its deadlines are long: a busy machine is not what a test is about.
db::Config config_of(const ScratchDatabase& scratch);

class World {
 public:
  // Modules in the order of their layers, `db` first: their migrations are applied. Both clocks
  // start at 2026-11-22T09:00:00Z.
  explicit World(std::initializer_list<std::string_view> modules, unsigned threads = 1);
  ~World();

  // Runs `work` on io thread 0 and waits for its end; throws what it threw. A call of a coroutine
  // function, not a lambda coroutine with captures.
  using Work = std::function<Task<>(db::Database&)>;
  void run(const Work& work);
  // All at once, spread over the threads.
  void run_all(const std::vector<Work>& works);

  db::Database& database();
  Runtime& runtime();
  Clocks clocks();
  ManualClock& business();
  ManualClock& machine();
  const ScratchDatabase& scratch() const;

  // Rows of a query run as the superuser, one line each, columns separated by a space.
  std::string rows(const std::string& sql) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace freehold::test
