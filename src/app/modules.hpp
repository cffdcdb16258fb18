// What every module brings: the one place that knows them all.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "core/module.hpp"
#include "core/problem.hpp"
#include "db/migrate.hpp"

namespace freehold::app {

// In the order of the layers: a module's tables may refer to those above it. Throws
// std::logic_error, which stops the start, when two modules bring the same key, event or
// constraint, or when a key that plans speak of does not begin with its module's name.
std::vector<Module> all_modules();

std::vector<db::Migration> all_migrations();
std::vector<Grant> grants_of(const std::vector<Module>& modules);

// What people and programs read when a constraint stopped their request. Nothing: a mistake of
// ours.
std::optional<Problem> problem_of_constraint(const std::vector<Module>& modules,
                                             std::string_view constraint);

}  // namespace freehold::app
