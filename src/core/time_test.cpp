#include "core/time.hpp"

#include <doctest/doctest.h>

using namespace freehold;

namespace {
Instant at(std::string_view text) {
  return parse_rfc3339(text).value();
}
}  // namespace

TEST_CASE("an instant is written and read back as RFC 3339") {
  for (const char* text :
       {"1969-12-31T23:59:59.000001Z", "1970-01-01T00:00:00Z", "2026-11-22T02:09:24Z",
        "2024-02-29T23:59:59.500000Z", "9999-12-31T00:00:00Z"}) {
    CHECK(to_rfc3339(at(text)) == text);
  }
  CHECK(to_rfc3339(at("2026-11-22T04:09:24.5+02:00")) == "2026-11-22T02:09:24.500000Z");
}

TEST_CASE("text that is not an instant is refused") {
  for (const char* text : {"", "2026-11-22", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z",
                           "2026-11-22T24:00:00Z", "2026-11-22T00:00:00", "2026-11-22T00:00:00Zx",
                           "2026-11-22T00:00:00.Z", "2026-11-22 00:00:00Z"}) {
    CHECK_MESSAGE(!parse_rfc3339(text), text);
  }
}

TEST_CASE("a month later keeps the day, or the month's last one") {
  CHECK(to_rfc3339(add_months(at("2026-01-31T10:00:00Z"), 1)) == "2026-02-28T10:00:00Z");
  CHECK(to_rfc3339(add_months(at("2028-01-31T10:00:00Z"), 1)) == "2028-02-29T10:00:00Z");
  CHECK(to_rfc3339(add_months(at("2026-12-15T00:00:00Z"), 1)) == "2027-01-15T00:00:00Z");
  CHECK(to_rfc3339(add_months(at("2026-11-22T02:09:24Z"), 12)) == "2027-11-22T02:09:24Z");
  CHECK(to_rfc3339(add_months(at("2026-03-31T00:00:00Z"), -1)) == "2026-02-28T00:00:00Z");
}

TEST_CASE("people read a short date") {
  CHECK(format_date(at("2026-11-02T23:59:59Z")) == "2 Nov 2026");
  CHECK(format_period(at("2026-11-01T00:00:00Z"), at("2026-11-30T00:00:00Z")) == "1 – 30 Nov 2026");
  CHECK(format_period(at("2026-11-09T00:00:00Z"), at("2026-12-09T00:00:00Z")) ==
        "9 Nov – 9 Dec 2026");
  CHECK(format_period(at("2026-12-22T00:00:00Z"), at("2027-01-06T00:00:00Z")) ==
        "22 Dec 2026 – 6 Jan 2027");
  CHECK(format_date_time(at("2026-11-22T14:05:59Z")) == "22 Nov 2026, 14:05 UTC");
}
