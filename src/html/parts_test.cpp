#include <doctest/doctest.h>

#include "html/parts.hpp"

using namespace freehold::html;

namespace {

std::string shown(std::int64_t used, std::optional<std::int64_t> limit) {
  const Meter meter = meter_of("Calls", "", {used, limit, "", "limit"});
  return fmt::format("{}% {} {}", meter.percent, meter.tone, meter.word.value_or("-"));
}

}  // namespace

TEST_CASE("a meter warns from 80 percent and says 100 only when the limit is reached") {
  CHECK(shown(0, 1000) == "0% neutral -");
  CHECK(shown(799, 1000) == "79% neutral -");
  CHECK(shown(800, 1000) == "80% warn near limit");
  CHECK(shown(999, 1000) == "99% warn near limit");
  CHECK(shown(1000, 1000) == "100% bad limit reached");
  CHECK(shown(1200, 1000) == "100% bad limit reached");
  CHECK(shown(0, 0) == "100% bad limit reached");
  CHECK(shown(std::numeric_limits<std::int64_t>::max() - 1,
              std::numeric_limits<std::int64_t>::max()) == "100% warn near limit");
  CHECK(shown(5, std::nullopt) == "0% neutral -");
}

TEST_CASE("a checklist counts what is done") {
  const Checklist list = checklist_of("Start", {{"a", "", true}, {"b", ""}, {"c", ""}});
  CHECK(list.count == 3);
  CHECK(list.done_count == 1);
  CHECK(list.percent == 33);
  CHECK(checklist_of("Empty", {}).percent == 0);
}
