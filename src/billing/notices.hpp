// What the billing page says of a subscription that is on hold or will change by itself, and what
// can be ordered about it. Private to this module.
#pragma once

#include "billing/page_parts.hpp"

namespace freehold::billing {

// A button that sends a form without fields.
struct Order {
  std::string label;
  std::string url;
  std::string busy = "Saving…";
};
BOOST_DESCRIBE_STRUCT(Order, (), (label, url, busy))

// "Pro", or Stripe's name of a price that the catalogue does not know.
std::string plan_name(const catalog::Catalog& catalog, const std::string& lookup_key);

// Paused, canceled, about to change, or not charged: of each what it means, the first the most
// pressing.
std::vector<html::Callout> notices_of(const Billing& billing, const Mirror& mirror, Instant now);

// Why reading is all that is left, when that is for money that went back; nothing: it is not.
std::optional<html::Callout> return_notice(const std::optional<std::string>& access_reason);

// Resuming, keeping and taking back, for those who may.
std::vector<Order> orders_of(const Billing& billing, const Mirror& mirror,
                             const http::Request& req);

}  // namespace freehold::billing
