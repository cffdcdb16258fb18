// The text of a key: `<start><lookup 12>_<secret 43>_<checksum 6>`. Private to this module.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "access/access.hpp"
#include "core/crypto.hpp"

namespace freehold::access {

inline constexpr std::string_view api_key_start = "fh_ak_live_";
inline constexpr std::string_view product_key_start = "fh_sk_live_";

struct KeyText {
  std::string lookup;  // finds the row
  std::string secret;  // proves it
  std::string whole;   // what the person copies
};

KeyText new_key_text(std::string_view start);
// Nothing when it is not of the form or its checksum is wrong.
std::optional<KeyText> parse_key_text(std::string_view start, std::string_view text);
// "fh_ak_live_4f2kq9xw…"
std::string shown_prefix(std::string_view start, std::string_view lookup);

}  // namespace freehold::access
