// What every module does to a text of ASCII's.
#pragma once

#include <string>
#include <string_view>

namespace freehold {

std::string_view trimmed(std::string_view text);  // without spaces, tabs and line ends around it
// Letters of ASCII only, whatever the locale; all other bytes stay as they are.
std::string lower(std::string_view text);
std::string upper(std::string_view text);

}  // namespace freehold
