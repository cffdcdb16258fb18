// What every module brings: the one place that knows them all.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "access/access.hpp"
#include "catalog/catalog.hpp"
#include "core/problem.hpp"
#include "db/migrate.hpp"

namespace freehold::app {

// In the order of the layers: a module's tables may refer to those above it.
std::vector<db::Migration> all_migrations();
std::vector<access::Grant> all_grants();
catalog::Declared all_declared();

// What people and programs read when a constraint stopped their request. Nothing: a mistake of
// ours.
std::optional<Problem> problem_of_constraint(std::string_view constraint);

}  // namespace freehold::app
