#include "redis/gcra.hpp"

#include <stdexcept>

namespace freehold::redis::gcra {
namespace {

constexpr std::int64_t second = 1'000'000;
// Doubles are exact up to 2^53; a TAT is now (2^51 in microseconds) plus at most this much.
constexpr std::int64_t longest_tolerance = std::int64_t(1) << 51;

std::int64_t divide_up(std::int64_t a, std::int64_t b) {
  return (a + b - 1) / b;
}

void check(const Policy& policy, std::int64_t cost) {
  const auto wrong = [&](std::string_view why) {
    throw std::invalid_argument(fmt::format("the rate limit \"{}\" {}", policy.name, why));
  };
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
  };
  if (policy.name.empty() || !std::ranges::all_of(policy.name, is_plain)) wrong("has an odd name");
  if (policy.limit < 1) wrong("allows nothing");
  if (policy.burst < 1) wrong("has no burst");
  if (policy.window < std::chrono::seconds(1)) wrong("has a window below a second");
  if (policy.window > std::chrono::hours(24 * 366)) wrong("has a window above a year");
  if (cost < 1) wrong("is asked for no cost");
}

}  // namespace

Rate rate_of(const Policy& policy, std::int64_t cost, int nodes) {
  check(policy, cost);
  const auto burst = std::max<std::int64_t>(policy.burst / nodes, 1);
  // Rounded up: rather a little less than the limit than more.
  const auto interval = divide_up(policy.window.count() * second * nodes, policy.limit);
  if (burst > longest_tolerance / interval) {
    throw std::invalid_argument(
        fmt::format("the rate limit \"{}\" has too long a burst", policy.name));
  }
  return {interval, interval * burst, interval * std::min(cost, burst)};
}

Outcome decide(std::int64_t now, std::vector<std::int64_t> tats, const std::vector<Rate>& rates) {
  Outcome outcome{true, now, std::move(tats)};
  for (std::size_t i = 0; i < rates.size(); ++i) {
    auto& tat = outcome.tats[i];
    // Never further ahead than an empty bucket: after a change to a faster policy, or a clock that
    // was set back, nobody waits for what is over.
    tat = std::clamp(tat, now, now + rates[i].tolerance);
    if (tat + rates[i].increment - rates[i].tolerance > now) outcome.allowed = false;
  }
  if (!outcome.allowed) return outcome;
  for (std::size_t i = 0; i < rates.size(); ++i) outcome.tats[i] += rates[i].increment;
  return outcome;
}

std::string script(std::string_view now) {
  return fmt::format("local now = {}\n", now) + R"(
local tats = redis.call('MGET', unpack(KEYS))
local answer = {1, now}
for i = 1, #KEYS do
  local increment, tolerance = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
  local tat = math.min(math.max(tonumber(tats[i]) or 0, now), now + tolerance)
  if tat + increment - tolerance > now then answer[1] = 0 end
  answer[i + 2] = tat
end
if answer[1] == 1 then
  for i = 1, #KEYS do
    local tat = answer[i + 2] + tonumber(ARGV[2 * i - 1])
    redis.call('SET', KEYS[i], string.format('%.0f', tat), 'PX', math.ceil((tat - now) / 1000))
    answer[i + 2] = tat
  end
end
return answer
)";
}

PolicyVerdict verdict_of(const Policy& policy, const Rate& rate, const Outcome& outcome,
                         std::int64_t tat) {
  const auto used = tat - outcome.now;
  const auto remaining = (rate.tolerance - used) / rate.interval;
  const auto until_more = used - rate.tolerance + (remaining + 1) * rate.interval;
  const auto wait =
      outcome.allowed ? 0 : std::max<std::int64_t>(used + rate.increment - rate.tolerance, 0);
  return {.policy = policy,
          .allowed = wait == 0,
          .remaining = remaining,
          .reset_seconds = used == 0 ? 0 : divide_up(until_more, second),
          .retry_after_seconds = divide_up(wait, second)};
}

}  // namespace freehold::redis::gcra
