// One task on a node that neither serves nor works: for commands.
#pragma once

#include <functional>

#include "app/node.hpp"
#include "app/settings.hpp"
#include "core/task.hpp"

namespace freehold::app {

// Returns 0; what the task throws is thrown.
int run_once(const Settings& settings, const std::function<Task<>(Node&)>& act);

}  // namespace freehold::app
