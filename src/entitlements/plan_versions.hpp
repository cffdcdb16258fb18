// Versions of plans. What a plan gives and costs never changes within a version, so that nobody
// loses what they bought when plans.toml changes.
#pragma once

#include "entitlements/entitlements.hpp"

namespace freehold::entitlements {

// Keeps the catalogue's versions and gives it the earlier ones; when a program starts, before
// anything is asked of the catalogue. Throws std::runtime_error, which says what to do, when
// somebody has a plan whose terms are others now under the same version.
Task<> keep_plan_versions(db::Database& database, catalog::Catalog& catalog);

}  // namespace freehold::entitlements
