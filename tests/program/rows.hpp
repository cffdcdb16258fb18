// What lies in the database, looked at as its superuser.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace freehold::program {

// Rows of a query, one line each, columns separated by a space.
std::string rows(const std::string& conninfo, const std::string& sql);
// The only row's only column.
std::string value(const std::string& conninfo, const std::string& sql);

// Every ordinary or partitioned table of the program, "schema.table"; partitions are left out.
std::vector<std::string> tables(const std::string& conninfo);
// Those that have a tenant_id.
std::vector<std::string> tenant_tables(const std::string& conninfo);

// A digest of each table's rows, of those of a tenant or all.
using Digests = std::map<std::string, std::string>;
Digests digests(const std::string& conninfo);
Digests digests_of_tenant(const std::string& conninfo, const std::string& tenant);

// The tables whose digests differ.
std::vector<std::string> differences(const Digests& before, const Digests& after);

}  // namespace freehold::program
