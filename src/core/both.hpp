// Two tasks at once, as one.
#pragma once

#include "core/task.hpp"

namespace freehold {

// Runs both to their end, and throws what the first of them to fail threw. Neither is cancelled
// because the other has ended: who needs that makes it end.
Task<> run_both(Task<> first, Task<> second);

}  // namespace freehold
