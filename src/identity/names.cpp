#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include "identity/identity.hpp"

namespace freehold::identity {
namespace {

constexpr int longest_name = 80;

// Control characters break mail headers and logs; direction marks and other invisible characters
// make one name look like another.
bool is_hidden(UChar32 c) {
  const auto kind = u_charType(c);
  return kind == U_CONTROL_CHAR || kind == U_FORMAT_CHAR || kind == U_LINE_SEPARATOR ||
         kind == U_PARAGRAPH_SEPARATOR || kind == U_SURROGATE || kind == U_PRIVATE_USE_CHAR ||
         kind == U_UNASSIGNED;
}

}  // namespace

std::optional<std::string> name_mistake(std::string_view what, std::string_view name) {
  const std::string subject(what);
  int length = 0;
  bool visible = false;
  const auto size = std::int32_t(name.size());
  for (std::int32_t i = 0; i < size;) {
    UChar32 c = 0;
    U8_NEXT(name.data(), i, size, c);
    if (c < 0 || is_hidden(c)) return subject + " may not contain invisible characters";
    visible = visible || !u_isUWhiteSpace(c);
    if (++length > longest_name)
      return subject + " may have at most " + std::to_string(longest_name) + " characters";
  }
  if (!visible) return subject + " is missing";
  return {};
}

}  // namespace freehold::identity
