// Proves that tenants are kept apart: compares every table's policies, grants, keys and functions
// with its class, and tries to break in as each role. Run at start-up (the server does not serve on
// an isolation finding), by `freehold doctor`, and in tests with seeded mistakes.
#pragma once

#include <boost/describe.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "db/roles.hpp"

namespace freehold::db {

// isolation: one tenant may reach another's rows, or the schema is not what this program thinks it
// is; a server must not start. hardening: a second wall is missing, often because a managed host
// does not let its admin build it. citus_ready: works here, and stands in the way of a placement
// that spans machines.
enum class Level { isolation, hardening, citus_ready };
BOOST_DESCRIBE_ENUM(Level, isolation, hardening, citus_ready)

struct Finding {
  Level level;
  std::string rule;    // stable: "policy.using"
  std::string object;  // what it is about: "billing.mirror", "fh_app"
  std::string detail;
  std::string advice;  // what to do about it
};
BOOST_DESCRIBE_STRUCT(Finding, (), (level, rule, object, detail, advice))

// All findings, isolation first, then by rule and object; none in a clean database. Throws
// ServerError when the database cannot be reached as its admin.
std::vector<Finding> examine(const std::string& admin, const Passwords& passwords);

// Whether a server may serve: no isolation finding.
bool is_safe_to_serve(std::span<const Finding> findings);

// For people, a paragraph each; "No findings." without any.
std::string report(std::span<const Finding> findings);

// Every rule the doctor knows, with its level and advice.
struct Rule {
  std::string_view name;
  Level level;
  std::string_view advice;
};
std::span<const Rule> rules();

}  // namespace freehold::db
