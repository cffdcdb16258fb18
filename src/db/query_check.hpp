// Holds the program's queries against PostgreSQL itself. For the test of the whole program, which
// links every module and so has all of their queries, on a migrated database.
#pragma once

#include <string>
#include <vector>

#include "db/query.hpp"

namespace freehold::db {

using Queries = std::vector<const QueryInfo*>;

// Prepares each query and compares its parameters and columns with the C++ types. A line for each
// difference, "billing.invoices_since: column total is int4, the row has int8"; none when all is
// well. Found are also queries that are no select, insert, update or delete, that could change the
// session (set_config, session-level advisory locks), and names that two queries have. A column
// that may be null by its table wants an optional, unless it is wrapped (`coalesce(closed_at)`);
// what outer joins make null is not seen.
//
// `conninfo` names a superuser, because every role's queries are prepared.
std::vector<std::string> check_queries(const std::string& conninfo,
                                       const Queries& queries = all_queries());

// Explains each query of tenant scope, with a generic plan, and wants `tenant_id = $1` as a
// condition of every scan of a table that has a tenant_id, and $1 in the tenant_id of every row it
// inserts. Row level security would hide that it is missing, and then every index on tenant_id is
// of no use and a cluster asks all of its machines. A line for each scan without it.
//
// `conninfo` names a role that is exempt from row level security; throws std::runtime_error if not.
std::vector<std::string> check_plans(const std::string& conninfo,
                                     const Queries& queries = all_queries());

}  // namespace freehold::db
