// What a Simulator is made of. Private to simulator.cpp, call.cpp and control.cpp.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>

#include "simulator/idempotency.hpp"
#include "simulator/journal.hpp"
#include "simulator/simulator.hpp"
#include "simulator/state.hpp"

namespace freehold::simulator {

struct Parts {
  Parts(Config settings, SharedClock& shared_clock);

  // Runs `work` as one change at the time `now`, in the journal before this returns. What it throws
  // undoes the change, except for a StripeError that keeps it.
  void transact(std::int64_t now, const std::function<void()>& work);

  // The clock's time, and moving it there (never back).
  std::int64_t now() const;
  void move_clock(Instant to);
  // Does the first thing that is due at `until` or before; false when there is none.
  bool turn_once(std::int64_t until);
  void catch_up();

  Answer answer(const Call& call);                         // /v1
  Answer control(Simulator& simulator, const Call& call);  // /_sim
  Instant wanted_time(const Call& call) const;             // of POST /_sim/clock

  // Throws StripeError 429 for a call beyond the limits.
  void count_call(std::string_view method, std::string_view path);
  std::string new_request_id();
  void remember(const Call& call, const Answer& answer);

  Config config;
  SharedClock& clock;
  Store store;
  Journal journal;
  State state;
  std::set<std::string> taken;         // deliveries under way
  std::deque<json::object> log;        // the last calls
  std::map<std::string, int> counted;  // calls of this second, by endpoint
  std::int64_t counted_second = 0;
  std::uint64_t calls = 0;
  std::string start;  // tells request ids of two runs apart
};

// The path and query of a target.
std::string_view path_of(std::string_view target);
std::string_view query_of(std::string_view target);
// A header by its name, without regard to case; empty when absent.
std::string_view header_of(const Headers& headers, std::string_view name);

}  // namespace freehold::simulator
