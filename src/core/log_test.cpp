#include "core/log.hpp"

#include <doctest/doctest.h>

using namespace freehold;

TEST_CASE("a line is one JSON object, whatever the values hold") {
  const std::string hostile = "a\"b\\c\nd\x01";
  CHECK(
      log::format(log::Level::warn, "thing.happened",
                  {{"count", 3}, {"ratio", 0.5}, {"ok", true}, {"text", hostile}},
                  "2026-11-22T00:00:00Z") ==
      R"({"time":"2026-11-22T00:00:00Z","level":"warn","event":"thing.happened","count":3,"ratio":0.5,"ok":true,"text":"a\"b\\c\u000ad\u0001"})");
}
