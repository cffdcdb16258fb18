// Request targets: a path that is accepted has no second meaning, and escaped once more it is the
// same.
#include <fmt/format.h>

#include <cstdlib>

#include "http/syntax.hpp"

using namespace freehold;

namespace {

std::string escaped(std::string_view path) {
  std::string out;
  for (const unsigned char c : path) out += c == '/' ? std::string("/") : fmt::format("%{:02X}", c);
  return out;
}

void check_segments(std::string_view path) {
  if (!path.starts_with('/') || path.find('\\') != path.npos) std::abort();
  std::string_view rest = path.substr(1);
  while (!rest.empty()) {
    const std::string_view segment = http::next_part(rest, '/');
    if (segment.empty() || segment == "." || segment == "..") std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto target = http::parse_target({reinterpret_cast<const char*>(data), size});
  if (!target || target->path == "*") return 0;
  check_segments(target->path);
  if (!http::is_host(target->host)) std::abort();
  const auto again = http::parse_target(escaped(target->path));
  if (!again || again->path != target->path) std::abort();
  return 0;
}
