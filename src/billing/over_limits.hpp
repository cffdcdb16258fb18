// Where a workspace has more than a plan allows. Nothing is deleted when the plan changes: what is
// above stays, and new ones are refused. Private to this module.
#pragma once

#include <string>
#include <vector>

#include "billing/billing.hpp"

namespace freehold::billing {

struct OverLimit {
  std::string text;  // "Remove 2 of 12 documents"
  std::string why;   // "Pro allows 10."
  std::string url;   // where they are removed; empty: no page is known
};
BOOST_DESCRIBE_STRUCT(OverLimit, (), (text, why, url))

// Of what is allowed `then`. `home` is the workspace's address: "/t/acme".
Task<std::vector<OverLimit>> over_limits(Billing& billing, const Actor& actor,
                                         const entitlements::Snapshot& then, std::string home);

}  // namespace freehold::billing
