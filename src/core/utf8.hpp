// Whether bytes are text.
#pragma once

#include <string_view>

namespace freehold {

// Well-formed UTF-8 from the first byte to the last (Unicode 15, table 3-7).
bool is_utf8(std::string_view text);

}  // namespace freehold
