#include "redis/rate_limit.hpp"

#include <doctest/doctest.h>

#include "core/async.hpp"
#include "core/scope.hpp"
#include "redis/gcra.hpp"
#include "redis/gcra_traces.hpp"
#include "redis/local_limits.hpp"
#include "redis/resp_encode.hpp"
#include "redis/test_server.hpp"

using namespace freehold;
using namespace freehold::redis;
using namespace std::chrono_literals;

namespace {

const TenantId acme{{{0x01, 0x93, 1, 2, 3, 4, 0x70, 5, 0x80, 6, 7, 8, 9, 10, 11, 12}}};

std::string describe(const gcra::Outcome& outcome) {
  return fmt::format("{} {} [{}]", int(outcome.allowed), outcome.now, fmt::join(outcome.tats, " "));
}

// The script, with its time handed in behind the other arguments. That time runs faster than the
// server's, by which keys expire, so they are kept for longer.
Script script_with_time() {
  auto text = gcra::script("tonumber(ARGV[#ARGV])");
  const std::string_view expiry = "math.ceil((tat - now) / 1000)";
  const auto at = text.find(expiry);
  REQUIRE(at != std::string::npos);
  return Script(text.replace(at, expiry.size(), "3600000"));
}

Task<std::string> ask(Client& client, const std::vector<std::string>& keys,
                      const std::vector<gcra::Rate>& rates, std::int64_t now) {
  static const Script script = script_with_time();
  std::vector<std::string> args;
  for (const auto& rate : rates) {
    args.push_back(std::to_string(rate.increment));
    args.push_back(std::to_string(rate.tolerance));
  }
  args.push_back(std::to_string(now));
  const auto reply = co_await client.eval(script, keys, std::move(args));
  gcra::Outcome outcome{reply.list()[0].integer() == 1, reply.list()[1].integer(), {}};
  for (std::size_t i = 2; i < reply.list().size(); ++i)
    outcome.tats.push_back(reply.list()[i].integer());
  co_return describe(outcome);
}

Task<> compare(Client& client, const Trace& trace, std::string& difference) {
  LocalLimits limits(1'000);
  std::vector<std::string> keys;
  for (const auto& policy : trace.policies) keys.push_back("{g:test}:" + policy.name);
  co_await client.command({"FLUSHALL"});
  for (const auto& [now, cost] : trace.requests) {
    std::vector<gcra::Rate> rates;
    for (const auto& policy : trace.policies) rates.push_back(gcra::rate_of(policy, cost));
    const auto expected = describe(limits.take(keys, rates, now));
    const auto actual = co_await ask(client, keys, rates, now);
    if (actual != expected) difference = expected + " but the script says " + actual;
  }
}

Task<> compare_many(Client& client) {
  const auto traces = rc::gen::container<std::vector<Trace>>(200, any_trace());
  const auto seeded = traces(rc::Random(42), 50).value();
  for (const auto& trace : seeded) {
    std::string difference;
    co_await compare(client, trace, difference);
    CHECK(difference == "");
  }
}

std::string say(const Verdict& verdict) {
  return fmt::format("{}{} {}", verdict.allowed ? "allowed" : "refused",
                     verdict.degraded ? " alone" : "", rate_limit_field(verdict));
}

Task<> takes_all_or_none(RateLimiter& limiter) {
  const std::vector<Bucket> buckets{{{"account", 2, 1h, 2}, "ann@example.com"},
                                    {{"address", 5, 1h, 5}, "203.0.113.5"}};
  std::string trace;
  for (int i = 0; i < 4; ++i) {
    const auto verdict = co_await limiter.take(buckets);
    trace += fmt::format("{} {}\n", say(verdict), verdict.retry_after_seconds());
  }
  CHECK(trace ==
        "allowed \"account\";r=1;t=1800,\"address\";r=4;t=720 0\n"
        "allowed \"account\";r=0;t=1800,\"address\";r=3;t=720 0\n"
        "refused \"account\";r=0;t=1800,\"address\";r=3;t=720 1800\n"
        "refused \"account\";r=0;t=1800,\"address\";r=3;t=720 1800\n");
}

Task<> writes_its_keys(Client& client, RateLimiter& limiter) {
  co_await limiter.take(acme, {{{"api", 10, 1s, 10}, ""}, {{"key", 10, 1s, 10}, "key_1"}});
  co_await limiter.take({{{"login", 10, 60s, 10}, "203.0.113.5"}});
  const auto reply = co_await client.command({"EVAL", R"(
      local keys = redis.call('KEYS', '*')
      table.sort(keys)
      local expiring = 0
      for _, key in ipairs(keys) do
        if redis.call('PTTL', key) > 0 then expiring = expiring + 1 end
      end
      return {keys, expiring})",
                                              "0"});
  CHECK(redis::describe(reply) ==
        "[['{g:rl}:login:RApiigyXXqMtTbQsqUrOvJ' "
        "'{t:01930102-0304-7005-8006-0708090a0b0c}:rl:api' "
        "'{t:01930102-0304-7005-8006-0708090a0b0c}:rl:key:DAjb1K22RywbwE8XUpFXkY'] 3]");
}

struct Crowd {
  std::atomic<int> passed = 0;
  std::atomic<int> running = 2;
};

Task<> press(RateLimiter& limiter, Crowd& crowd) {
  const Policy policy{"api", 1'000, 10s, 20};
  for (int i = 0; i < 40; ++i) {
    const auto verdict = co_await limiter.take(acme, {{policy, ""}});
    CHECK_FALSE(verdict.degraded);
    crowd.passed += verdict.allowed ? 1 : 0;
  }
}

Task<> press_from(RateLimiter& limiter, Runtime& runtime, unsigned thread, Crowd& crowd) {
  Scope scope(runtime.executor(thread));
  for (int i = 0; i < 50; ++i) scope.spawn("press", press(limiter, crowd));
  co_await scope.join();
  --crowd.running;
  co_await until([&] { return crowd.running == 0; });
}

Task<> degrades(Client& client, RateLimiter& limiter, TestServer& server, ManualClock& clock) {
  const std::vector<Bucket> bucket{{{"login", 8, 80s, 8}, "ann"}};
  std::string trace = say(co_await limiter.take(bucket)) + "\n";
  server.kill();
  co_await until([&] { return !client.up(); });
  for (int i = 0; i < 3; ++i) trace += say(co_await limiter.take(bucket)) + "\n";
  clock.advance(seconds(40));
  trace += say(co_await limiter.take(bucket)) + "\n";
  server.start();
  co_await until([&] { return client.up(); });
  trace += say(co_await limiter.take(bucket)) + "\n";
  CHECK(trace ==
        "allowed \"login\";r=7;t=10\n"
        "allowed alone \"login\";r=1;t=40\n"
        "allowed alone \"login\";r=0;t=40\n"
        "refused alone \"login\";r=0;t=40\n"
        "allowed alone \"login\";r=0;t=40\n"
        "allowed \"login\";r=7;t=10\n");
}

Task<> may_not(Client& client, RateLimiter& limiter) {
  co_await client.command({"SET", "{g:rl}:login", "not a number"});
  co_await client.command({"CONFIG", "SET", "maxmemory", "1"});
  CHECK(say(co_await limiter.take({{{"login", 1, 1s, 1}, ""}})) ==
        "allowed alone \"login\";r=0;t=1");
}

}  // namespace

TEST_CASE("the script and the process decide alike, to the microsecond") {
  TestServer server;
  Runtime runtime(1, 1);
  Client client(runtime, server.config());
  run(runtime, client, compare_many(client));
}

TEST_CASE("a request takes from every bucket, or from none") {
  TestServer server;
  Runtime runtime(1, 1);
  Client client(runtime, server.config());
  const SystemClock clock;
  RateLimiter limiter(client, clock, {});
  run(runtime, client, takes_all_or_none(limiter));
}

TEST_CASE("keys lie in one slot per tenant, expire, and hold no address") {
  TestServer server;
  Runtime runtime(1, 1);
  Client client(runtime, server.config());
  const SystemClock clock;
  RateLimiter limiter(client, clock, {});
  run(runtime, client, writes_its_keys(client, limiter));
}

TEST_CASE("under concurrency no more pass than burst + rate * time") {
  TestServer server;
  Runtime runtime(2, 1);
  Client client(runtime, server.config());
  const SystemClock clock;
  RateLimiter limiter(client, clock, {});
  Crowd crowd;
  Scope other(runtime.executor(1));
  const auto start = std::chrono::steady_clock::now();
  other.spawn("press", press_from(limiter, runtime, 1, crowd));
  run(runtime, client, press_from(limiter, runtime, 0, crowd));
  const std::chrono::duration<double> time = std::chrono::steady_clock::now() - start;
  CHECK(crowd.passed >= 20);
  CHECK(crowd.passed <= 20 + int(time.count() * 100) + 1);
}

TEST_CASE("while Redis is away a node holds its share of the limit by itself, and says so") {
  TestServer server;
  Runtime runtime(1, 1);
  Client client(runtime, server.config());
  ManualClock clock({1'700'000'000'000'000});
  RateLimiter limiter(client, clock, {.nodes = 4});
  run(runtime, client, degrades(client, limiter, server, clock));
}

TEST_CASE("a Redis that cannot write does not open the limits") {
  TestServer server({"--maxmemory-policy", "noeviction"});
  Runtime runtime(1, 1);
  Client client(runtime, server.config());
  const SystemClock clock;
  RateLimiter limiter(client, clock, {});
  run(runtime, client, may_not(client, limiter));
}
