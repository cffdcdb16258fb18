// Reading one entry of `prices`. Private to this module, for .cpp files.
#pragma once

#include <toml++/toml.h>

#include <functional>
#include <set>
#include <string>

#include "catalog/pricing.hpp"

namespace freehold::catalog {

using Mistake = std::function<void(std::string_view)>;

// What a price belongs to, and what it may count.
struct PriceOwner {
  std::string prefix;  // "pro" or "addon_storage", in the lookup key
  int version = 1;
  const std::set<std::string, std::less<>>& meters;
  bool only_flat = false;
};

// Nothing, with a mistake told for each thing that is wrong.
std::optional<Price> read_price(const toml::table& entry, const PriceOwner& owner,
                                const Mistake& mistake);

// Tells of every key of the table that is not one of these.
void refuse_unknown(const toml::table& table, const std::set<std::string_view>& known,
                    const Mistake& mistake);

}  // namespace freehold::catalog
