// Test clocks: a time of their own for some customers and all that is theirs, which stands still
// until it is advanced. https://docs.stripe.com/api/test_clocks
#pragma once

#include <optional>
#include <string>

#include "simulator/params.hpp"
#include "simulator/state.hpp"

namespace freehold::simulator {

json::value create_test_clock(State& state, Params& params);
json::value retrieve_test_clock(State& state, Params& params);
json::value delete_test_clock(State& state, Params& params);
json::value list_test_clocks(State& state, Params& params);
json::value advance_test_clock(State& state, Params& params);

// The clock that a record follows; empty when it is the simulator's own.
std::string test_clock_of(const Record& record);
json::value test_clock_of_customer(const State& state, const std::string& customer);
// A clock that is there and stands still, for the parameter `path`.
const Record& still_test_clock(const State& state, const std::string& id, std::string_view path);

// While one lives, the state's time is that of the test clock behind the ids of a call, a record,
// or one id; without one it stays what it is.
class ClockTime {
 public:
  ClockTime(State& state, const Params& params);
  ClockTime(State& state, const Record& record) : ClockTime(state, record.id) {}
  ClockTime(State& state, const std::string& id);
  ~ClockTime() { state_.now = before_; }
  ClockTime(const ClockTime&) = delete;
  ClockTime& operator=(const ClockTime&) = delete;

 private:
  void go_to(const std::string& clock);

  State& state_;
  std::int64_t before_;
};

// An advance is carried out after the call that asks for it is answered.
std::optional<std::int64_t> test_clock_due(const Record& clock);
void turn_test_clock(State& state, const std::string& clock);

}  // namespace freehold::simulator
