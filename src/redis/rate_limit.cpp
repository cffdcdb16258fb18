#include "redis/rate_limit.hpp"

#include <arpa/inet.h>

#include "core/async.hpp"
#include "core/crypto.hpp"
#include "core/log.hpp"
#include "redis/gcra.hpp"
#include "redis/local_limits.hpp"

namespace freehold::redis {
namespace {

constexpr std::size_t hashed_length = 22;  // 132 bits in base64

std::string key_of(std::string_view prefix, const Bucket& bucket) {
  auto key = fmt::format("{}{}", prefix, bucket.policy.name);
  if (bucket.subject.empty()) return key;
  const auto hash = to_base64url(view(sha256(bucket.subject)));
  return key + ":" + hash.substr(0, hashed_length);
}

std::vector<gcra::Rate> rates_of(const std::vector<Bucket>& buckets, std::int64_t cost, int nodes) {
  std::vector<gcra::Rate> rates;
  for (const auto& bucket : buckets) rates.push_back(gcra::rate_of(bucket.policy, cost, nodes));
  return rates;
}

gcra::Outcome outcome_of(const Reply& reply, std::size_t count) {
  const auto& numbers = reply.list();
  if (numbers.size() != count + 2) throw UnexpectedReply("Redis answered the script oddly");
  gcra::Outcome outcome{numbers[0].integer() == 1, numbers[1].integer(), {}};
  for (std::size_t i = 2; i < numbers.size(); ++i) outcome.tats.push_back(numbers[i].integer());
  return outcome;
}

Verdict verdict_of(const std::vector<Bucket>& buckets, const std::vector<gcra::Rate>& rates,
                   const gcra::Outcome& outcome) {
  Verdict verdict;
  verdict.allowed = outcome.allowed;
  for (std::size_t i = 0; i < buckets.size(); ++i)
    verdict.policies.push_back(
        gcra::verdict_of(buckets[i].policy, rates[i], outcome, outcome.tats[i]));
  return verdict;
}

}  // namespace

struct RateLimiter::State {
  Client& client;
  const Clock& machine;
  Config config;
  LocalLimits local;
  Script script{gcra::script(gcra::server_time)};
  std::atomic<bool> degraded = false;

  Task<std::optional<gcra::Outcome>> ask_redis(std::vector<std::string> keys,
                                               const std::vector<gcra::Rate>& rates);
  void note(const char* trouble);
};

RateLimiter::RateLimiter(Client& client, const Clock& machine, Config config)
    : state_(new State{client, machine, config, LocalLimits(config.capacity)}) {}

RateLimiter::~RateLimiter() = default;

Task<Verdict> RateLimiter::take(TenantId tenant, std::vector<Bucket> buckets, std::int64_t cost) {
  return take_from(fmt::format("{{t:{}}}:rl:", to_string(tenant.uuid)), std::move(buckets), cost);
}

Task<Verdict> RateLimiter::take(std::vector<Bucket> buckets, std::int64_t cost) {
  return take_from("{g:rl}:", std::move(buckets), cost);
}

Task<Verdict> RateLimiter::take_from(std::string prefix, std::vector<Bucket> buckets,
                                     std::int64_t cost) {
  if (buckets.empty()) co_return Verdict();
  std::vector<std::string> keys;
  for (const auto& bucket : buckets) keys.push_back(key_of(prefix, bucket));
  const auto rates = rates_of(buckets, cost, 1);
  const auto shared = co_await state_->ask_redis(keys, rates);
  if (shared) co_return verdict_of(buckets, rates, *shared);

  const auto share = rates_of(buckets, cost, state_->config.nodes);
  const auto alone = state_->local.take(keys, share, state_->machine.now().micros);
  auto verdict = verdict_of(buckets, share, alone);
  verdict.degraded = true;
  co_return verdict;
}

// Nothing when Redis cannot decide.
Task<std::optional<gcra::Outcome>> RateLimiter::State::ask_redis(
    std::vector<std::string> keys, const std::vector<gcra::Rate>& rates) {
  std::vector<std::string> args;
  for (const auto& rate : rates) {
    args.push_back(std::to_string(rate.increment));
    args.push_back(std::to_string(rate.tolerance));
  }
  try {
    const auto reply = co_await client.eval(script, std::move(keys), std::move(args));
    const auto outcome = outcome_of(reply, rates.size());
    note(nullptr);
    co_return outcome;
  } catch (const Unavailable& failure) {
    note(failure.what());
  } catch (const UnexpectedReply& failure) {
    note(failure.what());
  }
  co_return std::nullopt;
}

// Logs when it begins and when it ends, not for every request.
void RateLimiter::State::note(const char* trouble) {
  const bool now = trouble != nullptr;
  if (degraded.load(std::memory_order_relaxed) == now || degraded.exchange(now) == now) return;
  if (now)
    log::warn("rate_limit.degraded", {{"reason", trouble}});
  else
    log::info("rate_limit.restored");
}

std::int64_t Verdict::retry_after_seconds() const {
  std::int64_t longest = 0;
  for (const auto& policy : policies) longest = std::max(longest, policy.retry_after_seconds);
  return longest;
}

std::vector<std::string> Verdict::violated() const {
  std::vector<std::string> names;
  for (const auto& policy : policies) {
    if (!policy.allowed) names.push_back(policy.policy.name);
  }
  return names;
}

std::string rate_limit_policy_field(const Verdict& verdict) {
  std::string field;
  for (const auto& [policy, allowed, remaining, reset, retry] : verdict.policies)
    field += fmt::format("{}\"{}\";q={};w={}", field.empty() ? "" : ",", policy.name, policy.limit,
                         policy.window.count());
  return field;
}

std::string rate_limit_field(const Verdict& verdict) {
  std::string field;
  for (const auto& [policy, allowed, remaining, reset, retry] : verdict.policies)
    field +=
        fmt::format("{}\"{}\";r={};t={}", field.empty() ? "" : ",", policy.name, remaining, reset);
  return field;
}

std::string network_of(std::string_view address) {
  const std::string text(address);
  in6_addr v6{};
  if (::inet_pton(AF_INET6, text.c_str(), &v6) != 1) return text;
  char printed[INET6_ADDRSTRLEN];
  if (IN6_IS_ADDR_V4MAPPED(&v6)) {
    ::inet_ntop(AF_INET, &v6.s6_addr[12], printed, sizeof printed);
    return printed;
  }
  std::fill_n(&v6.s6_addr[8], 8, std::uint8_t(0));
  ::inet_ntop(AF_INET6, &v6, printed, sizeof printed);
  return std::string(printed) + "/64";
}

}  // namespace freehold::redis
