// Add-ons as they are shown below the plans. Private to this module.
#pragma once

#include "billing/page_parts.hpp"
#include "core/json_fwd.hpp"

namespace freehold::billing {

// "Documents: 500 more"
std::vector<std::string> gains_of(const catalog::Addon& addon, const catalog::Catalog& catalog);

// For everybody: what there is, and what one of each costs.
json::array addon_models(const catalog::Catalog& catalog, const Billed& billed);
// A number that was typed for an add-on, and what is wrong with it.
struct WrongNumber {
  std::string addon = {};
  FieldErrors errors = {};
};
// For a workspace: how many it has, and choosing another number.
json::array addon_models(const Billing& billing, const http::Request& req, const Billed& billed,
                         const std::optional<Mirror>& current, const WrongNumber& wrong = {});
// The page of all plans and add-ons.
Task<http::Response> show_plans(Billing& billing, http::Request& req, WrongNumber wrong = {});

}  // namespace freehold::billing
