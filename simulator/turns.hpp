// What the clock does: when a record needs it, and what then happens.
#pragma once

#include <optional>
#include <string>

#include "simulator/state.hpp"

namespace freehold::simulator {

// On whichever clock the record follows.
std::optional<std::int64_t> own_due(const Record& record);
// On the simulator's own clock: nothing for what follows a test clock.
std::optional<std::int64_t> due_of(const Record& record);
void turn(State& state, const std::string& kind, const std::string& id);

}  // namespace freehold::simulator
