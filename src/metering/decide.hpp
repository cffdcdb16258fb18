// The decision on units of usage inside a transaction, for those who write more in it. Private to
// the module.
#pragma once

#include "metering/metering.hpp"

namespace freehold::metering {

// What is asked for, with the allowance and the period that it is decided against.
struct Call {
  std::string meter;
  std::string key;
  std::int64_t n;
  catalog::Allowance limit;
  entitlements::Period period;
};
Call call_of(const entitlements::Snapshot& snapshot, const Meter& meter, std::int64_t n,
             std::string key, Instant now);

// Counts the units when they fit, and warns at 80 and 100 percent. Nothing is final before the
// transaction commits. Two transactions that decide the same new key at once meet at the constraint
// usage_keys_count_once: the second one is to be begun again.
Task<Verdict> decide(db::ControlTx& tx, const Call& call);

// Takes back all that the key counts, or `units` of it, which must be fewer.
Task<> take_back(db::ControlTx& tx, std::string meter, std::string key);
Task<> take_back(db::ControlTx& tx, std::string meter, std::string key, std::int64_t units);

// Takes back what is held beyond its time (machine clock); how many reservations.
Task<std::int64_t> release_expired(db::ControlTx& tx, Instant machine_now);

}  // namespace freehold::metering
