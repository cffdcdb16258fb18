// The whole program in a test: a node that serves on ports of its own, on a database with the
// tables of every module. Requests go straight to its edges, past the network but past nothing
// else.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "app/node.hpp"
#include "app/settings.hpp"
#include "core/task.hpp"
#include "db/migrate.hpp"
#include "http/request.hpp"
#include "simulator/clock.hpp"
#include "tests/program/contract.hpp"
#include "tests/support/scratch_database.hpp"

namespace freehold::program {

// A database with the tables of every module.
test::ScratchDatabase new_database();

// Settings of a node on this database (a libpq keyword string), on free ports, without Redis, so
// that rate limits follow the node's clock, and with nobody who answers for Stripe.
app::Settings settings_for(const std::string& database);
// A port on loopback that was free a moment ago.
int free_port();

// Where forms come from.
inline const std::string base_url = "http://localhost:8080";
inline const std::string staff_base_url = "http://localhost:8081";

// Waits until the condition holds; throws after thirty seconds.
void wait_until(const std::function<bool()>& holds);

class Program {
 public:
  explicit Program(app::Settings settings);
  ~Program();

  app::Node& node();
  app::Node::Parts& parts();
  // Both run with the machine's time, until they are moved.
  simulator::SharedClock& business();
  simulator::SharedClock& machine();
  // How far the machine's clock goes on with each request, so that none of many is too many.
  void set_pace(Duration pace);
  // What each answer of the public listener is held to.
  const Contract& contract() const;

  // Runs `work` on io thread 0 and waits for its end; throws what it threw. A call of a coroutine
  // function, not a lambda coroutine with captures.
  void run(const std::function<Task<>()>& work);
  http::Response ask(http::Request request);
  http::Response ask_staff(http::Request request);
  // Runs every job that is due; not where work() was called.
  void settle();
  // Runs jobs by itself from now on.
  void work();
  // The same again and again until the condition holds, which waits for others: a webhook, a server
  // that comes back. Throws after thirty seconds.
  void settle_until(const std::function<bool()>& holds);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace freehold::program
