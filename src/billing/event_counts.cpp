#include "billing/event_counts.hpp"

#include <fmt/format.h>

namespace freehold::billing {
namespace {

constexpr std::size_t most_kinds = 1000;

// Types come from outside: what would end a label's quotes is left out.
std::string label(std::string_view text) {
  std::string clean;
  for (const char c : text.substr(0, 100))
    if (c != '"' && c != '\\' && c >= ' ') clean += c;
  return clean;
}

}  // namespace

void EventCounts::count(std::string_view type, std::string_view fate) {
  const std::lock_guard lock(mutex_);
  std::pair<std::string, std::string> kind{label(type), fate};
  if (counts_.size() >= most_kinds && !counts_.contains(kind)) kind.first = "other";
  ++counts_[kind];
}

std::string EventCounts::metrics() const {
  const std::lock_guard lock(mutex_);
  std::string text = "# TYPE freehold_stripe_events_total counter\n";
  for (const auto& [kind, count] : counts_)
    text += fmt::format("freehold_stripe_events_total{{type=\"{}\",fate=\"{}\"}} {}\n", kind.first,
                        kind.second, count);
  return text;
}

}  // namespace freehold::billing
