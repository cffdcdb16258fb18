#include "billing/over_limits.hpp"

#include <cctype>

#include "core/async.hpp"

namespace freehold::billing {
namespace {

// "Documents" inside of a sentence; "API keys" stays as it is.
std::string inside(std::string label) {
  const bool is_abbreviation = label.size() > 1 && std::isupper(std::uint8_t(label[1])) != 0;
  if (!label.empty() && !is_abbreviation) label[0] = char(std::tolower(std::uint8_t(label[0])));
  return label;
}

}  // namespace

Task<std::vector<OverLimit>> over_limits(Billing& billing, const Actor& actor,
                                         const entitlements::Snapshot& then, std::string home) {
  std::vector<OverLimit> found;
  for (const metering::Gauge& gauge : billing.gauges) {
    const catalog::Allowance allowed = then.allowance(gauge.limit.key);
    if (!allowed) continue;
    const std::int64_t live = co_await gauge.count(actor);
    if (live <= *allowed) continue;
    found.push_back({fmt::format("Remove {} of {} {}", catalog::with_thousands(live - *allowed),
                                 catalog::with_thousands(live),
                                 inside(billing.catalog.label_of(gauge.limit.key))),
                     fmt::format("{} allows {}.", then.plan_name, catalog::describe(allowed)),
                     gauge.path.empty() ? std::string() : home + gauge.path});
  }
  co_return found;
}

}  // namespace freehold::billing
