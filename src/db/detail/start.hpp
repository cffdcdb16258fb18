// What is asked of the server before serving, and by /readyz.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "core/task.hpp"
#include "db/db.hpp"
#include "db/detail/pool.hpp"

namespace freehold::db::detail {

// A node without these serves nothing. fh_mover logs in only to move.
inline constexpr std::array serving_roles{Role::app, Role::control, Role::auth, Role::staff,
                                          Role::worker};

// Throws std::runtime_error, for the operator, when the pool's role cannot log in or the server is
// too old.
Task<> require_answer(Pool& pool);

// Throws std::runtime_error when the server has fewer free connections than the budget.
Task<> check_free_slots(Pool& pool, int budget);

Task<std::vector<std::string>> failing_roles(std::vector<Pool*> pools);

}  // namespace freehold::db::detail
