#include "html/parts.hpp"

#include <algorithm>

namespace freehold::html {

Checklist checklist_of(std::string title, std::vector<Step> steps) {
  const auto done = std::count_if(steps.begin(), steps.end(), [](const Step& s) { return s.done; });
  Checklist list{.title = std::move(title), .steps = std::move(steps)};
  list.count = static_cast<int>(list.steps.size());
  list.done_count = static_cast<int>(done);
  list.percent = list.count == 0 ? 0 : list.done_count * 100 / list.count;
  return list;
}

Meter meter_of(std::string name, std::string note, const Usage& usage) {
  Meter meter{.name = std::move(name), .used_text = usage.used_text, .note = std::move(note)};
  if (!usage.limit) return meter;
  meter.limit_text = usage.limit_text;
  // Of a limit of nothing, everything is used. The quotient comes first: used * 100 could overflow.
  const double share =
      *usage.limit <= 0 ? 1.0 : static_cast<double>(usage.used) / static_cast<double>(*usage.limit);
  meter.percent = static_cast<int>(std::clamp(share, 0.0, 1.0) * 100);
  if (usage.used >= *usage.limit) {
    meter.percent = 100;
    meter.tone = "bad";
    meter.word = "limit reached";
  } else if (share >= 0.8) {
    meter.tone = "warn";
    meter.word = "near limit";
  }
  return meter;
}

}  // namespace freehold::html
