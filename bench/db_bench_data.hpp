// The tenants and documents that db_bench reads, and pgbench reading the same.
#pragma once

#include <string>

#include "core/id.hpp"

namespace freehold::bench {

inline constexpr int tenants = 200;
inline constexpr int rows_each = 500;

// Makes the database freehold_bench on the server: bench.document, a tenant's table, and
// bench.plain, the same without row level security. 20,000 idle tenants lie beside those with rows.
// Its conninfo.
std::string prepare(const std::string& server);

Uuid tenant_number(int n);
Uuid document_number(int n);

// Transactions per second of pgbench as fh_app, with prepared statements: BEGIN, fh.enter, the row,
// COMMIT.
double run_pgbench(const std::string& url, int clients, double seconds);

}  // namespace freehold::bench
