// How much was used in a span of time, for those who bill for it.
#pragma once

#include "metering/metering.hpp"

namespace freehold::metering {

// Calls that fail are taken back within a minute, and what is held may be until it is released:
// from then on back, nothing that was counted changes any more.
Task<Instant> settled_until(db::ControlRead& db, const Meter& meter, Instant now);

// Units of [from, until), as far as their keys are kept (40 days).
Task<std::int64_t> usage_between(db::ControlRead& db, const Meter& meter, Instant from,
                                 Instant until);

}  // namespace freehold::metering
