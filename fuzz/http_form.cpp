// Forms and query strings: what was read, written with every byte escaped, reads the same.
#include <fmt/format.h>

#include <cstdlib>

#include "core/utf8.hpp"
#include "http/syntax.hpp"

using namespace freehold;

namespace {

std::string escaped(std::string_view text) {
  std::string out;
  for (const unsigned char c : text) out += fmt::format("%{:02x}", c);
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto fields = http::parse_pairs({reinterpret_cast<const char*>(data), size});
  if (!fields) return 0;
  std::string again;
  for (const auto& [name, value] : fields->items()) {
    if (!is_utf8(name) || !is_utf8(value)) std::abort();
    if (name.find('\0') != name.npos || value.find('\0') != value.npos) std::abort();
    again += (again.empty() ? "" : "&") + escaped(name) + "=" + escaped(value);
  }
  const auto reread = http::parse_pairs(again);
  if (!reread || reread->items() != fields->items()) std::abort();
  return 0;
}
