// What a price of the catalogue is at Stripe. Private to this module, for .cpp files.
// https://docs.stripe.com/api/prices/create
#pragma once

#include <string>

#include "billing/stripe.hpp"
#include "catalog/catalog.hpp"
#include "core/json_fwd.hpp"

namespace freehold::billing {

// Stripe's name of a meter of ours: "freehold_documents_api_calls".
std::string event_name_of(std::string_view meter);

// The parameters that can never change once the price is made. `meter_id`: Stripe's, of a metered
// price.
Params terms_of(const catalog::Price& price, const std::string& meter_id);
// The same of a price that is there, with its tiers expanded.
Params terms_in(const json::value& price);

}  // namespace freehold::billing
