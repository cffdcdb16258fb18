// A Stripe account, read page by page. Private to this module, for .cpp files.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "billing/stripe.hpp"
#include "core/json.hpp"

namespace freehold::billing {

struct Account {
  std::map<std::string, json::value>
      customers;  // by id; those that were deleted are not among them
  std::map<std::string, std::vector<json::value>> subscriptions;  // by customer, the newest first
  std::map<std::string, json::value> prices;                      // by id, retired ones too
  std::map<std::string, std::string> products;                    // names by id
};

// Throws StripeAway and StripeRefusal. `progress` hears what has been read.
Task<Account> read_account(Stripe& stripe, const std::function<void(std::string_view)>& progress);

}  // namespace freehold::billing
