#include "simulator/cadence.hpp"

#include <fmt/format.h>

#include "core/time.hpp"

namespace freehold::simulator {

std::int64_t period_start(std::int64_t anchor, const json::object& recurring, std::int64_t k) {
  const std::string interval = text_of(recurring, "interval");
  const std::int64_t count = number_of(recurring, "interval_count", 1) * k;
  if (interval == "day") return anchor + count * 86400;
  if (interval == "week") return anchor + count * 7 * 86400;
  const std::int64_t months = interval == "year" ? count * 12 : count;
  return to_unix_seconds(add_months(from_unix_seconds(anchor), static_cast<int>(months)));
}

std::string cadence_of(const json::object& recurring) {
  return fmt::format("{} {}", number_of(recurring, "interval_count", 1),
                     text_of(recurring, "interval"));
}

}  // namespace freehold::simulator
