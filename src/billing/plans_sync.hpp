// One run of `freehold plans sync`. Private to this module, for .cpp files.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "billing/billing.hpp"
#include "billing/json_fields.hpp"
#include "billing/stripe.hpp"

namespace freehold::billing {

struct PlansSync {
  Stripe& stripe;
  const catalog::Catalog& catalog;
  bool dry_run;
  Instant now;
  std::string report = {};
  std::map<std::string, std::string> meters = {};                // ours -> Stripe's id
  std::vector<std::pair<std::string, std::string>> prices = {};  // lookup key, Stripe's id

  // For writes that say what shall be: a kept answer to an earlier one would hide what has changed
  // since, and doing them twice does no harm.
  std::string fresh_key() const;
  // For making what may be there only once: the same for all who want it within the hour. A failure
  // that Stripe remembers under it stands in the way no longer than that.
  std::string shared_key(std::string_view what) const;
};

// Nothing when there is none.
Task<std::optional<json::value>> find_object(Stripe& stripe, std::string path);
// Every page of a list.
Task<std::vector<json::value>> read_all(Stripe& stripe, std::string path, Params which);

Task<> sync_meters(PlansSync& sync);
Task<> sync_coupons(PlansSync& sync);

}  // namespace freehold::billing
