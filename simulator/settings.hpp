// What an account chooses about its billing: how often an invoice is tried again, what becomes of a
// subscription after that, and whether a dispute ends one. The configuration says how it begins;
// /_sim/settings changes it while the simulator runs.
#pragma once

#include <vector>

#include "simulator/params.hpp"
#include "simulator/state.hpp"

namespace freehold::simulator {

struct Settings {
  std::vector<std::int64_t> retry_days;  // after the first failed attempt
  FinalAction final_action;
  bool cancel_disputed;
  bool rate_limits;            // whether calls are limited as in a sandbox
  std::int64_t automatic_tax;  // what automatic tax charges, in ten-thousandths of a percent
  std::int64_t upcoming_days;  // before a renewal: invoice.upcoming; 0: never
};
Settings settings_of(const State& state);

json::value show_settings(State& state, Params& params);
// Only what is sent changes.
json::value set_settings(State& state, Params& params);

}  // namespace freehold::simulator
