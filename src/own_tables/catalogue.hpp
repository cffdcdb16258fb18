// The catalogue query of this doctor in parts, each of which stands behind the prelude and selects
// (rule, object, detail). $1 is the product's role, $2 the names of the tables that are shared on
// purpose (text[]).
#pragma once

#include <string_view>

namespace freehold::own_tables::sql {

extern const std::string_view catalogue_prelude;
extern const std::string_view catalogue_roles;
extern const std::string_view catalogue_tables;
extern const std::string_view catalogue_policies;
extern const std::string_view catalogue_grants;
extern const std::string_view catalogue_keys;
extern const std::string_view catalogue_functions;
// Not a part of it: the tables whose rows belong to tenants and that the role may read.
extern const std::string_view tenant_tables;

}  // namespace freehold::own_tables::sql
