// The doctor's catalogue query in parts. Each part stands behind the prelude and selects
// (rule, object, detail).
#pragma once

#include <string_view>

namespace freehold::db::sql {

extern const std::string_view catalogue_prelude;
extern const std::string_view catalogue_roles;
extern const std::string_view catalogue_tables;
extern const std::string_view catalogue_policies;
extern const std::string_view catalogue_grants;
extern const std::string_view catalogue_keys;
extern const std::string_view catalogue_functions;
extern const std::string_view catalogue_host;

}  // namespace freehold::db::sql
