// Our Redis client beside redis-benchmark, against one server in one run: only the ratios count.
#include <cstdio>
#include <cstdlib>

#include "core/async.hpp"
#include "core/log.hpp"
#include "core/scope.hpp"
#include "redis/gcra.hpp"
#include "redis/rate_limit.hpp"
#include "redis/test_server.hpp"

using namespace freehold;
using namespace freehold::redis;

namespace {

constexpr int rounds = 5;
constexpr int calls = 50'000;

const TenantId tenant{};
const Policy policy{"api", 100'000, std::chrono::seconds(1), 100'000};

struct Load {
  Client& client;
  RateLimiter& limiter;
  Task<> (*call)(Load&);
  std::atomic<int> left = calls;
};

Task<> increment(Load& load) {
  co_await load.client.command({"INCR", "n"});
}

Task<> take(Load& load) {
  std::vector<Bucket> buckets{{policy, ""}};
  const auto verdict = co_await load.limiter.take(tenant, std::move(buckets));
  if (verdict.degraded) throw std::runtime_error("Redis did not decide");
}

Task<> repeat(Load& load) {
  while (load.left.fetch_sub(1) > 0) co_await load.call(load);
}

Task<> crowd(Load& load, Runtime& runtime, unsigned thread, int size) {
  Scope scope(runtime.executor(thread));
  for (int i = 0; i < size; ++i) scope.spawn("call", repeat(load));
  co_await scope.join();
}

// Both threads have to be through before the client is closed.
Task<> crowd_and_wait(Load& load, Runtime& runtime, unsigned thread, int size,
                      std::atomic<unsigned>& running) {
  co_await until([&] { return load.client.up(); });
  co_await crowd(load, runtime, thread, size);
  --running;
  while (running > 0) co_await sleep_for(std::chrono::microseconds(100));
}

// Calls per second with `size` in flight, spread over `threads`.
double ours(const TestServer& server, Task<> (*call)(Load&), unsigned threads, int size) {
  Runtime runtime(threads, 1);
  Client client(runtime, server.config());
  const SystemClock clock;
  RateLimiter limiter(client, clock, {});
  Load load{client, limiter, call};
  std::atomic<unsigned> running = threads;
  std::vector<std::unique_ptr<Scope>> others;
  for (unsigned i = 1; i < threads; ++i) {
    others.push_back(std::make_unique<Scope>(runtime.executor(i)));
    others.back()->spawn("crowd", crowd_and_wait(load, runtime, i, size / int(threads), running));
  }
  const auto start = std::chrono::steady_clock::now();
  run(runtime, client, crowd_and_wait(load, runtime, 0, size / int(threads), running));
  const std::chrono::duration<double> time = std::chrono::steady_clock::now() - start;
  return calls / time.count();
}

// What redis-benchmark reports: --csv prints a heading and "test","requests per second",…
double theirs(const TestServer& server, const std::string& arguments) {
  const auto command =
      fmt::format("redis-benchmark -s {} --csv -n {} {}", server.socket(), calls, arguments);
  FILE* output = ::popen(command.c_str(), "r");
  std::string text;
  char buffer[512];
  while (std::fgets(buffer, sizeof buffer, output) != nullptr) text = buffer;
  if (::pclose(output) != 0) throw std::runtime_error(command + " failed");
  return std::stod(text.substr(text.find("\",\"") + 3));
}

double median(std::vector<double> values) {
  std::ranges::nth_element(values, values.begin() + rounds / 2);
  return values[rounds / 2];
}

struct Comparison {
  const char* name;
  Task<> (*call)(Load&);
  unsigned threads;
  int in_flight;
  std::string arguments;  // of redis-benchmark
};

void compare(const TestServer& server, const Comparison& comparison) {
  std::vector<double> mine, other;
  for (int round = 0; round < rounds; ++round) {
    mine.push_back(ours(server, comparison.call, comparison.threads, comparison.in_flight));
    other.push_back(theirs(server, comparison.arguments));
  }
  fmt::print("{:<46} {:>9.0f} {:>9.0f} {:>7.2f}\n", comparison.name, median(mine), median(other),
             median(mine) / median(other));
}

}  // namespace

int main() {
  log::set_level(log::Level::warn);
  const TestServer server;
  const Script script(gcra::script(gcra::server_time));
  const auto load =
      fmt::format("redis-cli -s {} -x SCRIPT LOAD > {}/sha", server.socket(), server.folder());
  FILE* loading = ::popen(load.c_str(), "w");
  std::fputs(script.text().c_str(), loading);
  if (::pclose(loading) != 0) return 1;
  const auto rate = gcra::rate_of(policy, 1);
  const auto evalsha = fmt::format("EVALSHA {} 1 {{t:bench}}:rl:api {} {}", script.sha1(),
                                   rate.increment, rate.tolerance);

  fmt::print("{:<46} {:>9} {:>9} {:>7}\n", "calls per second", "ours", "theirs", "ratio");
  compare(server, {"INCR, one at a time", increment, 1, 1, "-c 1 INCR n"});
  compare(server, {"INCR, 128 in flight / -P 128", increment, 1, 128, "-c 1 -P 128 INCR n"});
  compare(server, {"rate limit, one at a time / EVALSHA", take, 1, 1, "-c 1 " + evalsha});
  compare(server, {"rate limit, 50 in flight / -c 50 EVALSHA", take, 1, 50, "-c 50 " + evalsha});
  compare(server, {"rate limit, 2 threads, 50 / -c 50 EVALSHA", take, 2, 50, "-c 50 " + evalsha});
  compare(server,
          {"rate limit, 2 threads, 50 / -c 2 -P 25 EVALSHA", take, 2, 50, "-c 2 -P 25 " + evalsha});
}
