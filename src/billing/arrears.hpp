// Who owes what and how far reminding them has come, as lines that staff list over all tenants.
// Private to this module.
#pragma once

#include "billing/billing.hpp"

namespace freehold::billing {

// Makes the tenant's lines those of its episodes (dunning.hpp). Again: nothing.
Task<> note_arrears(db::ControlTx& tx, const Facts& facts, const Policy& policy);

}  // namespace freehold::billing
