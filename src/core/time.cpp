#include "core/time.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>

namespace freehold {
namespace {

using Days = std::chrono::sys_days;

constexpr std::int64_t day_micros = 86'400'000'000;
constexpr std::array month_names{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

struct Split {
  std::int64_t day;
  std::int64_t micros;
};

Split split(Instant at) {
  std::int64_t day = at.micros / day_micros;
  std::int64_t rest = at.micros % day_micros;
  if (rest < 0) rest += day_micros, --day;
  return {day, rest};
}

Days to_days(Date date) {
  return std::chrono::year{date.year} / std::chrono::month{date.month} / std::chrono::day{date.day};
}

// Reads exactly `digits` digits at `at` and steps over them.
bool take_digits(std::string_view& text, std::size_t digits, int& value) {
  if (text.size() < digits) return false;
  for (char c : text.substr(0, digits)) {
    if (c < '0' || c > '9') return false;
  }
  std::from_chars(text.data(), text.data() + digits, value);
  text.remove_prefix(digits);
  return true;
}

bool take(std::string_view& text, char expected) {
  if (text.empty() || text.front() != expected) return false;
  text.remove_prefix(1);
  return true;
}

// ".5" is 500,000 microseconds; further digits than six are cut.
bool take_fraction(std::string_view& text, std::int64_t& micros) {
  if (text.empty() || text.front() != '.') return true;
  text.remove_prefix(1);
  std::int64_t unit = 100'000;
  std::size_t seen = 0;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    micros += unit * (text.front() - '0');
    unit /= 10;
    text.remove_prefix(1);
    ++seen;
  }
  return seen > 0;
}

// "Z", "+02:00" or "-05:30", as the minutes to subtract.
bool take_offset(std::string_view& text, int& offset_minutes) {
  if (take(text, 'Z') || take(text, 'z')) return true;
  if (text.empty() || (text.front() != '+' && text.front() != '-')) return false;
  const int sign = text.front() == '-' ? -1 : 1;
  text.remove_prefix(1);
  int hour = 0;
  int minute = 0;
  if (!take_digits(text, 2, hour) || !take(text, ':') || !take_digits(text, 2, minute))
    return false;
  offset_minutes = sign * (hour * 60 + minute);
  return hour < 24 && minute < 60;
}

}  // namespace

Instant from_unix_seconds(std::int64_t value) {
  return {value * 1'000'000};
}

std::int64_t to_unix_seconds(Instant at) {
  const Split parts = split(at);
  return parts.day * 86'400 + parts.micros / 1'000'000;
}

Date date_of(Instant at) {
  const std::chrono::year_month_day ymd{Days{std::chrono::days{split(at).day}}};
  return {int(ymd.year()), unsigned(ymd.month()), unsigned(ymd.day())};
}

Instant start_of(Date date) {
  return {to_days(date).time_since_epoch().count() * day_micros};
}

Date next_day(Date date) {
  return date_of(start_of(date) + days(1));
}

Instant add_months(Instant at, int months) {
  const Split parts = split(at);
  const std::chrono::year_month_day from{Days{std::chrono::days{parts.day}}};
  const auto month = from.year() / from.month() + std::chrono::months{months};
  const auto last = month / std::chrono::last;
  const auto day = std::min(from.day(), last.day());
  const Days moved = month / day;
  return {moved.time_since_epoch().count() * day_micros + parts.micros};
}

std::string to_rfc3339(Instant at) {
  const Date date = date_of(at);
  const std::int64_t micros = split(at).micros;
  const std::int64_t second = micros / 1'000'000;
  const std::int64_t fraction = micros % 1'000'000;
  std::string text = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", date.year, date.month,
                                 date.day, second / 3600, second / 60 % 60, second % 60);
  if (fraction != 0) text += fmt::format(".{:06}", fraction);
  return text + "Z";
}

std::optional<Instant> parse_rfc3339(std::string_view text) {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, offset = 0;
  std::int64_t micros = 0;
  const bool date_ok = take_digits(text, 4, year) && take(text, '-') &&
                       take_digits(text, 2, month) && take(text, '-') && take_digits(text, 2, day);
  if (!date_ok || text.empty() || (text.front() != 'T' && text.front() != 't')) return {};
  text.remove_prefix(1);
  const bool time_ok = take_digits(text, 2, hour) && take(text, ':') &&
                       take_digits(text, 2, minute) && take(text, ':') &&
                       take_digits(text, 2, second) && take_fraction(text, micros) &&
                       take_offset(text, offset) && text.empty();
  const std::chrono::year_month_day ymd{std::chrono::year{year},
                                        std::chrono::month(unsigned(month)),
                                        std::chrono::day(unsigned(day))};
  if (!time_ok || !ymd.ok() || hour > 23 || minute > 59 || second > 60) return {};
  const std::int64_t in_day = (hour * 60LL + minute - offset) * 60 + second;
  return Instant{Days{ymd}.time_since_epoch().count() * day_micros + in_day * 1'000'000 + micros};
}

std::string format_date(Instant at) {
  const Date date = date_of(at);
  return fmt::format("{} {} {}", date.day, month_names[date.month - 1], date.year);
}

std::string format_period(Instant from, Instant to) {
  const Date first = date_of(from), last = date_of(to);
  std::string text = std::to_string(first.day);
  if (first.year != last.year || first.month != last.month)
    text += fmt::format(" {}", month_names[first.month - 1]);
  if (first.year != last.year) text += fmt::format(" {}", first.year);
  return text + " – " + format_date(to);
}

std::string format_date_time(Instant at) {
  const std::int64_t minute = split(at).micros / 60'000'000;
  return fmt::format("{}, {:02}:{:02} UTC", format_date(at), minute / 60, minute % 60);
}

Instant SystemClock::now() const {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::microseconds>(since).count()};
}

}  // namespace freehold
