// The connections of a node: what its budget is spent on, and what the server has. For operators;
// `Database` divides and keeps the budget by itself.
#pragma once

#include <string>
#include <vector>

#include "db/db.hpp"

namespace freehold::db {

// Short reads of many requests share a connection; a writing transaction has one for itself.
struct RoleConnections {
  std::string role;
  int shared = 0;
  int own = 0;
};

// What `config.budget` gives each role on a node with so many threads. Throws std::invalid_argument
// when it is too small.
std::vector<RoleConnections> connections_by_role(const Config& config, unsigned threads);

// Beyond the budget, for a moment while a node starts: the admin's, and one of each role while the
// doctor tries to break in as all of them.
inline constexpr int connections_at_start = 7;

struct ServerConnections {
  int most = 0;      // max_connections
  int reserved = 0;  // for its superuser
  int in_use = 0;
  int left = 0;  // for nodes; less than the rest where the database has a limit of its own
};

// Asks as the admin. Throws ServerError.
ServerConnections server_connections(const std::string& admin);

}  // namespace freehold::db
