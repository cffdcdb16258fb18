// Running a node until SIGINT or SIGTERM.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "core/runtime.hpp"
#include "core/task.hpp"

namespace freehold::app {

// Runs `begin` on io thread 0, then waits for SIGINT or SIGTERM, then runs `end`, and returns. A
// second signal ends the process at once. What `begin` throws ends everything and is thrown.
void run_until_signal(Runtime& runtime, std::function<Task<>()> begin, std::function<Task<>()> end);

}  // namespace freehold::app
