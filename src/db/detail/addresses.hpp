// Names of servers to addresses, before libpq would do it and block the thread meanwhile.
#pragma once

#include <string>

#include "core/task.hpp"
#include "db/conninfo.hpp"

namespace freehold::db::detail {

// Puts every address of the hosts in `conninfo` next to its name as hostaddr, so that certificates
// are still checked against the name. Sockets and literal addresses stay as they are. Why it
// could not, or empty.
Task<std::string> resolve_hosts(Conninfo& conninfo);

}  // namespace freehold::db::detail
