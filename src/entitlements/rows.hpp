// Shared between the files of this module.
#pragma once

#include "entitlements/entitlements.hpp"

namespace freehold::entitlements {

// Every change of a standing or an override calls it in its transaction.
Task<> raise_version(db::ControlTx& tx);

}  // namespace freehold::entitlements
