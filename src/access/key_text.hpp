// The text of an API key: `fh_ak_live_<lookup 12>_<secret 43>_<checksum 6>`. Private to this
// module.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "access/access.hpp"
#include "core/crypto.hpp"

namespace freehold::access {

struct KeyText {
  std::string lookup;  // finds the row
  std::string secret;  // proves it
  std::string whole;   // what the person copies
};

KeyText new_key_text();
// Nothing when it is not of the form or its checksum is wrong.
std::optional<KeyText> parse_key_text(std::string_view text);
// "fh_ak_live_4f2kq9xw…"
std::string shown_prefix(std::string_view lookup);

}  // namespace freehold::access
