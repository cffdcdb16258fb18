// Discounts: a coupon at work, on a subscription, an item of one, or an invoice.
// https://docs.stripe.com/api/discounts, https://docs.stripe.com/billing/subscriptions/coupons
#pragma once

#include <optional>

#include "simulator/coupons.hpp"
#include "simulator/params.hpp"
#include "simulator/state.hpp"

namespace freehold::simulator {

// Deletes the newest discount of a subscription, or all that it has.
json::value delete_subscription_discount(State& state, Params& params);

// One element of discounts[]: one of the three is set.
struct DiscountWanted {
  std::string coupon;
  std::string promotion_code;
  std::string discount;  // one that is there already
  std::string path;
};
// Nothing when it was not sent; an empty list when it was sent empty.
std::optional<std::vector<DiscountWanted>> read_discounts(const State& state, const Params& params);

// What a discount hangs on.
struct DiscountOwner {
  std::string customer;
  std::string subscription = {};
  std::string subscription_item = {};
  std::string invoice = {};
  std::string invoice_item = {};
  std::string session = {};
};
// The discounts as ids: makes those that are new, ends those of `before` that are not wanted any
// more. Throws StripeError 400 for a coupon or code that cannot be redeemed.
json::array redeem(State& state, const std::vector<DiscountWanted>& wanted,
                   const DiscountOwner& owner, const json::array& before, const Purchase& purchase);
void end_discounts(State& state, const json::array& discounts);

// Whether it still takes something off, on an invoice that begins now.
bool is_running(const State& state, const std::string& discount, const std::string& invoice);
// When the first of them ends; nothing when none does.
std::optional<std::int64_t> first_end(const State& state, const json::array& discounts);

// Something that may cost less.
struct Discountable {
  std::string product;
  std::int64_t amount = 0;  // before discounts; nothing is taken off what is not positive
  json::array own = {};     // ids of its own discounts, which come first
  json::array taken = {};   // filled: {"amount","discount"}
};
// Takes the discounts off, each from what the ones before it have left.
void take_off(const State& state, const json::array& shared, std::vector<Discountable>& parts);
std::int64_t total_taken(const json::array& taken);

}  // namespace freehold::simulator
