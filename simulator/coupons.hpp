// Coupons and the promotion codes that stand for them. https://docs.stripe.com/api/coupons,
// https://docs.stripe.com/api/promotion_codes
#pragma once

#include "simulator/params.hpp"
#include "simulator/state.hpp"

namespace freehold::simulator {

json::value create_coupon(State& state, Params& params);
json::value retrieve_coupon(State& state, Params& params);
json::value update_coupon(State& state, Params& params);
json::value delete_coupon(State& state, Params& params);
json::value list_coupons(State& state, Params& params);

json::value create_promotion_code(State& state, Params& params);
json::value retrieve_promotion_code(State& state, Params& params);
json::value update_promotion_code(State& state, Params& params);
json::value list_promotion_codes(State& state, Params& params);

// A coupon that exists and is not deleted, for the parameter `path`.
const Record& live_coupon(const State& state, const std::string& id, std::string_view path);

// The coupon as it is shown now: it stops being valid by time and by use.
bool is_redeemable(const State& state, const json::object& coupon);
bool is_usable(const State& state, const json::object& promotion_code);

// Who wants to use a code, for what.
struct Purchase {
  std::string customer;  // may be empty: a new one
  std::int64_t subtotal = 0;
  std::string currency;
};
// Throws StripeError 400 for `path` when the code cannot be used for the purchase.
void check_promotion_code(const State& state, const Record& code, const Purchase& purchase,
                          std::string_view path);
// The active code that a person typed; without regard to case.
const Record* find_promotion_code(const State& state, std::string_view typed);

}  // namespace freehold::simulator
