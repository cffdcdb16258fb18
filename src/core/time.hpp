// Instants in UTC, with microseconds (what PostgreSQL's timestamptz keeps), and the two clocks.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace freehold {

using Duration = std::chrono::microseconds;

// A point in time: microseconds since 1970-01-01T00:00:00Z.
struct Instant {
  std::int64_t micros = 0;

  friend auto operator<=>(const Instant&, const Instant&) = default;
  friend Instant operator+(Instant at, Duration by) { return {at.micros + by.count()}; }
  friend Instant operator-(Instant at, Duration by) { return {at.micros - by.count()}; }
  friend Duration operator-(Instant a, Instant b) { return Duration{a.micros - b.micros}; }
};

constexpr Duration days(std::int64_t n) {
  return std::chrono::hours{24 * n};
}
constexpr Duration hours(std::int64_t n) {
  return std::chrono::hours{n};
}
constexpr Duration minutes(std::int64_t n) {
  return std::chrono::minutes{n};
}
constexpr Duration seconds(std::int64_t n) {
  return std::chrono::seconds{n};
}

Instant from_unix_seconds(std::int64_t seconds);
std::int64_t to_unix_seconds(Instant at);

// RFC 3339 in UTC: "2026-11-22T02:09:24.000000Z", without the fraction when it is zero.
std::string to_rfc3339(Instant at);
std::optional<Instant> parse_rfc3339(std::string_view text);

// A calendar date in UTC.
struct Date {
  int year = 1970;
  unsigned month = 1;
  unsigned day = 1;

  friend auto operator<=>(const Date&, const Date&) = default;
};

Date date_of(Instant at);
Instant start_of(Date date);
Date next_day(Date date);

// The same day `months` later, clamped to the month's end (31 Jan + 1 = 28 Feb), with the time of
// day kept: how Stripe moves a billing period.
Instant add_months(Instant at, int months);

// "22 Nov 2026", as people read it (ux: dates are day, short month, year).
std::string format_date(Instant at);
// "1 – 30 Nov 2026", "22 Nov – 6 Dec 2026", "22 Dec 2026 – 6 Jan 2027"
std::string format_period(Instant from, Instant to);
// "22 Nov 2026, 14:05 UTC"
std::string format_date_time(Instant at);

// Where the time comes from. Business time drives trials, periods, grace, cron, mail and webhook
// timestamps and can be advanced in `freehold up` and in tests; machine time serves sessions,
// tokens, leases and rate limits and never jumps, so that advancing 30 days logs nobody out.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() const = 0;
};

// The machine's own clock.
class SystemClock final : public Clock {
 public:
  Instant now() const override;
};

// A clock that stands still until it is told to move; starts at the given instant.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Instant start) : now_(start) {}
  Instant now() const override { return now_; }
  void advance(Duration by) { now_ = now_ + by; }
  void set(Instant at) { now_ = at; }

 private:
  Instant now_;
};

struct Clocks {
  const Clock& business;
  const Clock& machine;
};

}  // namespace freehold
