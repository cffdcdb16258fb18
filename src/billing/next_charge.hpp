// How the next charge is made up, from our copy. Private to this module, for .cpp files.
#pragma once

#include <string>
#include <vector>

#include "billing/billing.hpp"
#include "html/frame.hpp"
#include "metering/metering.hpp"

namespace freehold::billing {

struct NextCharge {
  std::vector<html::Row> parts;
  std::int64_t total = 0;  // minor units; of usage, what was used until now
  bool may_grow = false;   // something is paid by use
};

NextCharge next_charge(const Mirror& mirror, const std::vector<metering::Usage>& usage,
                       const catalog::Catalog& catalog);

}  // namespace freehold::billing
