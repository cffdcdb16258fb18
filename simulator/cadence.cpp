#include "simulator/cadence.hpp"

#include <fmt/format.h>

#include "core/time.hpp"

namespace freehold::simulator {

namespace {

// A number of days or of months.
struct Length {
  bool months = false;
  std::int64_t count = 1;
};
Length length_of(const json::object& recurring) {
  const std::string interval = text_of(recurring, "interval");
  const std::int64_t count = number_of(recurring, "interval_count", 1);
  if (interval == "day") return {.count = count};
  if (interval == "week") return {.count = count * 7};
  return {.months = true, .count = interval == "year" ? count * 12 : count};
}

}  // namespace

std::int64_t period_start(std::int64_t anchor, const json::object& recurring, std::int64_t k) {
  const std::string interval = text_of(recurring, "interval");
  const std::int64_t count = number_of(recurring, "interval_count", 1) * k;
  if (interval == "day") return anchor + count * 86400;
  if (interval == "week") return anchor + count * 7 * 86400;
  const std::int64_t months = interval == "year" ? count * 12 : count;
  return to_unix_seconds(add_months(from_unix_seconds(anchor), static_cast<int>(months)));
}

std::int64_t intervals_in(const json::object& longer, const json::object& shorter) {
  const Length whole = length_of(longer);
  const Length part = length_of(shorter);
  if (whole.months != part.months || whole.count % part.count != 0) return 0;
  return whole.count / part.count;
}

std::string cadence_of(const json::object& recurring) {
  return fmt::format("{} {}", number_of(recurring, "interval_count", 1),
                     text_of(recurring, "interval"));
}

}  // namespace freehold::simulator
