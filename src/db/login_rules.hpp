// Rules of the doctor that hold for every role that logs in to work on tenants' rows, whoever owns
// the tables: Freehold's own roles, and that of a product with tables of its own. Each selects
// (rule, object, detail) and stands behind a `with` that has
//
//   login (oid, name)    the roles that log in
//   grantee (oid, name)  those, and the group roles that they have rights through
//   owner (oid)          the role that owns the tables; may be empty
#pragma once

#include <string_view>

namespace freehold::db::sql {

extern const std::string_view login_role_rules;
extern const std::string_view login_host_rules;

}  // namespace freehold::db::sql
