#include "http/sse.hpp"

#include "core/crypto.hpp"

namespace freehold::http {
namespace {

constexpr int least_retry = 1'000;  // milliseconds
constexpr int retry_spread = 2'000;

void append_field(std::string& out, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  out.append(name).append(": ").append(value).append("\n");
}

}  // namespace

void append_event(std::string& out, const ServerEvent& event) {
  append_field(out, "id", event.id);
  append_field(out, "event", event.type);
  append_field(out, "data", event.data);
  out.append("\n");
}

void append_retry(std::string& out) {
  std::array<std::uint8_t, 2> random{};
  fill_random(random);
  const int number = int{random[0]} * 256 + int{random[1]};
  append_field(out, "retry", std::to_string(least_retry + number * retry_spread / 65'536));
}

}  // namespace freehold::http
