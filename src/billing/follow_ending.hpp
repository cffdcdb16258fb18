// Recording what follows the end of the last subscription. Private to this module.
#pragma once

#include "billing/billing.hpp"
#include "billing/retention.hpp"

namespace freehold::billing {

// Records and tells what is due by now: letters that ask back, the schedule of the deletion, its
// last notice; or takes the schedule back, when there is something to pay for again, or staff
// granted a plan. When the next is due; nothing: no more.
Task<std::optional<Instant>> follow_ending(db::ControlTx& tx, const Facts& facts,
                                           const Policy& policy, const catalog::Catalog& catalog);

}  // namespace freehold::billing
