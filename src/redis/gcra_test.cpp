#include "redis/gcra.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "redis/gcra_traces.hpp"
#include "redis/local_limits.hpp"

using namespace freehold::redis;

namespace {

// Another way to say the same: a bucket of tokens, each worth `interval` microseconds, that fills
// with time.
struct TokenBucket {
  std::int64_t capacity;
  std::int64_t level = capacity;
  std::int64_t filled_at = 0;

  void fill(std::int64_t now) {
    level = std::min(capacity, level + (now - filled_at));
    filled_at = now;
  }
};

std::string decide(std::vector<TokenBucket>& buckets, const std::vector<gcra::Rate>& rates,
                   std::int64_t now) {
  bool allowed = true;
  for (std::size_t i = 0; i < rates.size(); ++i) {
    buckets[i].fill(now);
    allowed = allowed && buckets[i].level >= rates[i].increment;
  }
  std::string outcome = allowed ? "allowed" : "refused";
  for (std::size_t i = 0; i < rates.size(); ++i) {
    if (allowed) buckets[i].level -= rates[i].increment;
    outcome += fmt::format(" {}", buckets[i].level / rates[i].interval);
  }
  return outcome;
}

std::string describe(const std::vector<Policy>& policies, const std::vector<gcra::Rate>& rates,
                     const gcra::Outcome& outcome) {
  std::string text = outcome.allowed ? "allowed" : "refused";
  for (std::size_t i = 0; i < rates.size(); ++i) {
    const auto verdict = gcra::verdict_of(policies[i], rates[i], outcome, outcome.tats[i]);
    text += fmt::format(" {}", verdict.remaining);
  }
  return text;
}

std::string wrong(const Policy& policy, std::int64_t cost = 1) {
  try {
    gcra::rate_of(policy, cost);
    return "right";
  } catch (const std::invalid_argument& failure) {
    return failure.what();
  }
}

}  // namespace

TEST_CASE("a bucket of 3 per 10 s, burst 2, request by request") {
  const Policy policy{"api", 3, std::chrono::seconds(10), 2};
  const auto rate = gcra::rate_of(policy, 1);
  std::int64_t tat = 0;
  std::string trace;
  for (const auto at : {0.0, 0.0, 0.0, 3.3, 3.4, 3.4, 20.0}) {
    const auto outcome = gcra::decide(1'000'000'000 + std::int64_t(at * 1e6), {tat}, {rate});
    tat = outcome.tats[0];
    const auto verdict = gcra::verdict_of(policy, rate, outcome, tat);
    trace += fmt::format("{:>4} s: {}, {} left, more in {} s, retry in {} s\n", at,
                         verdict.allowed ? "allowed" : "refused", verdict.remaining,
                         verdict.reset_seconds, verdict.retry_after_seconds);
  }
  CHECK(trace ==
        "   0 s: allowed, 1 left, more in 4 s, retry in 0 s\n"
        "   0 s: allowed, 0 left, more in 4 s, retry in 0 s\n"
        "   0 s: refused, 0 left, more in 4 s, retry in 4 s\n"
        " 3.3 s: refused, 0 left, more in 1 s, retry in 1 s\n"
        " 3.4 s: allowed, 0 left, more in 4 s, retry in 0 s\n"
        " 3.4 s: refused, 0 left, more in 4 s, retry in 4 s\n"
        "  20 s: allowed, 1 left, more in 4 s, retry in 0 s\n");
}

TEST_CASE("buckets in memory decide as buckets of tokens do, all policies or none") {
  CHECK(rc::check([] {
    const auto trace = *any_trace();
    LocalLimits limits(1'000);
    std::vector<TokenBucket> model;
    std::vector<std::string> keys;
    for (const auto& policy : trace.policies) {
      model.push_back({gcra::rate_of(policy, 1).tolerance});
      keys.push_back(policy.name);
    }
    for (const auto& [now, cost] : trace.requests) {
      std::vector<gcra::Rate> rates;
      for (const auto& policy : trace.policies) rates.push_back(gcra::rate_of(policy, cost));
      const auto expected = decide(model, rates, now);
      RC_ASSERT(describe(trace.policies, rates, limits.take(keys, rates, now)) == expected);
    }
  }));
}

TEST_CASE("in no span of time do more pass than burst + rate * time") {
  CHECK(rc::check([] {
    auto trace = *any_trace();
    trace.policies.resize(1);
    const auto& policy = trace.policies[0];
    const auto rate = gcra::rate_of(policy, 1);
    LocalLimits limits(1'000);
    const std::vector<std::string> key{"key"};
    std::vector<std::int64_t> passed;
    for (const auto& [now, cost] : trace.requests) {
      if (limits.take(key, {rate}, now).allowed) passed.push_back(now);
    }
    for (std::size_t from = 0; from < passed.size(); ++from) {
      for (std::size_t to = from; to < passed.size(); ++to) {
        const auto span = passed[to] - passed[from];
        const auto most = policy.burst + span * policy.limit / (policy.window.count() * 1'000'000);
        RC_ASSERT(std::int64_t(to - from + 1) <= most);
      }
    }
  }));
}

TEST_CASE("a faster policy and a clock set back take effect at once") {
  const auto slow = gcra::rate_of({"plan", 1, std::chrono::hours(1), 1}, 1);
  const auto fast = gcra::rate_of({"plan", 60, std::chrono::seconds(60), 1}, 1);
  LocalLimits limits(1'000);
  const std::vector<std::string> key{"key"};
  const std::int64_t now = 5'000'000'000;
  CHECK(limits.take(key, {slow}, now).allowed);
  CHECK_FALSE(limits.take(key, {slow}, now).allowed);
  const auto upgraded = limits.take(key, {fast}, now);
  CHECK_FALSE(upgraded.allowed);
  CHECK(upgraded.tats[0] == now + 1'000'000);
  CHECK(limits.take(key, {fast}, now + 1'000'000 - 3'600'000'000).allowed == false);
  CHECK(limits.take(key, {fast}, now + 1'000'000).allowed == false);
}

TEST_CASE("the memory is bounded: full buckets go first, then those that are full soonest") {
  LocalLimits limits(160);  // ten a shard
  const auto rate = gcra::rate_of({"p", 1, std::chrono::seconds(1), 5}, 1);
  const std::vector<std::string> busy{"busy"};
  std::int64_t now = 1'000'000'000;
  for (int i = 0; i < 5; ++i) limits.take(busy, {rate}, now);
  for (int i = 0; i < 10'000; ++i) {
    const std::vector<std::string> stranger{std::to_string(i)};
    limits.take(stranger, {rate}, now);
  }
  CHECK(limits.size() <= 160);
  CHECK_FALSE(limits.take(busy, {rate}, now).allowed);
}

TEST_CASE("a node alone holds its share of the limit, at least one request of burst") {
  const Policy policy{"api", 100, std::chrono::seconds(10), 10};
  CHECK(gcra::rate_of(policy, 1, 4).interval == 400'000);
  CHECK(gcra::rate_of(policy, 1, 4).tolerance == 2 * 400'000);
  CHECK(gcra::rate_of(policy, 1, 20).tolerance == 2'000'000);
}

TEST_CASE("a policy that makes no sense is refused") {
  using std::chrono::hours, std::chrono::seconds;
  CHECK(wrong({"api", 1, seconds(1), 1}) == "right");
  CHECK(wrong({"A", 1, seconds(1), 1}) == "the rate limit \"A\" has an odd name");
  CHECK(wrong({"", 1, seconds(1), 1}) == "the rate limit \"\" has an odd name");
  CHECK(wrong({"api", 0, seconds(1), 1}) == "the rate limit \"api\" allows nothing");
  CHECK(wrong({"api", 1, seconds(1), 0}) == "the rate limit \"api\" has no burst");
  CHECK(wrong({"api", 1, seconds(0), 1}) == "the rate limit \"api\" has a window below a second");
  CHECK(wrong({"api", 1, hours(9'000), 1}) == "the rate limit \"api\" has a window above a year");
  CHECK(wrong({"api", 1, hours(24), 100'000}) == "the rate limit \"api\" has too long a burst");
  CHECK(wrong({"api", 1, seconds(1), 1}, 0) == "the rate limit \"api\" is asked for no cost");
}

TEST_CASE("the response fields are structured fields of the policies in order") {
  Verdict verdict;
  verdict.policies = {
      {{"burst", 20, std::chrono::seconds(1), 20}, true, 12, 1, 0},
      {{"sustained", 6'000, std::chrono::seconds(60), 6'000}, false, 0, 37, 37},
  };
  CHECK(rate_limit_policy_field(verdict) == R"("burst";q=20;w=1,"sustained";q=6000;w=60)");
  CHECK(rate_limit_field(verdict) == R"("burst";r=12;t=1,"sustained";r=0;t=37)");
  CHECK(verdict.retry_after_seconds() == 37);
  CHECK(verdict.violated() == std::vector<std::string>{"sustained"});
}

TEST_CASE("an address counts as the network that one host has for itself") {
  CHECK(network_of("203.0.113.5") == "203.0.113.5");
  CHECK(network_of("2001:db8:1:2:3:4:5:6") == "2001:db8:1:2::/64");
  CHECK(network_of("::ffff:203.0.113.5") == "203.0.113.5");
  CHECK(network_of("unix") == "unix");
}
