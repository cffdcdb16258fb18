#include "http/sse.hpp"

namespace freehold::http {
namespace {

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

void append_retry(std::string& out, int milliseconds) {
  append_field(out, "retry", std::to_string(milliseconds));
}

}  // namespace freehold::http
