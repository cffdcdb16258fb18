// The parser of Redis's replies: no input crashes it, and how the bytes are cut changes nothing.
// The first byte says where the cut is.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "redis/resp.hpp"
#include "redis/resp_encode.hpp"

namespace {

using freehold::redis::resp::Malformed;
using freehold::redis::resp::Parser;

void feed(Parser& parser, std::string_view bytes, std::string& outcome) {
  while (!bytes.empty()) {
    const auto room = parser.room();
    const auto count = std::min(room.size(), bytes.size());
    std::copy_n(bytes.begin(), count, room.begin());
    parser.received(count);
    bytes.remove_prefix(count);
    while (const auto frame = parser.next())
      outcome += (frame->push ? ">" : "") + describe(frame->reply) + "\n";
  }
}

std::string read(std::string_view first, std::string_view second) {
  Parser parser;
  std::string outcome;
  try {
    feed(parser, first, outcome);
    feed(parser, second, outcome);
  } catch (const Malformed& malformed) {
    outcome += malformed.what();
  }
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto cut = std::min<std::size_t>(data[0], bytes.size());
  if (read(bytes, {}) != read(bytes.substr(0, cut), bytes.substr(cut))) std::abort();
  return 0;
}
