#include <doctest/doctest.h>

#include <thread>

#include "core/async.hpp"
#include "core/scope.hpp"
#include "redis/resp_encode.hpp"
#include "redis/test_server.hpp"

using namespace freehold;
using namespace freehold::redis;
using namespace std::chrono_literals;

namespace {

using Clock = std::chrono::steady_clock;

// The reply as text, or that Redis is not available.
Task<std::string> say(Client& client, std::vector<std::string> words) {
  try {
    const auto reply = co_await client.command(std::move(words));
    co_return describe(reply);
  } catch (const Unavailable&) {
    co_return "unavailable";
  }
}

Task<> speaks(Client& client) {
  CHECK(co_await say(client, {"SET", "key", "value"}) == "'OK'");
  CHECK(co_await say(client, {"GET", "key"}) == "'value'");
  CHECK(co_await say(client, {"GET", "none"}) == "nil");
  CHECK(co_await say(client, {"INCR", "n"}) == "1");
  CHECK(co_await say(client, {"INCR", "key"}) ==
        "error 'ERR value is not an integer or out of range'");
  CHECK(co_await say(client, {"HSET", "h", "a", "1"}) == "1");
  CHECK(co_await say(client, {"HGETALL", "h"}) == "['a' '1']");
  CHECK(co_await say(client, {"ZADD", "z", "1.5", "m"}) == "1");
  CHECK(co_await say(client, {"MGET", "key", "none"}) == "['value' nil]");
  CHECK(client.up());
}

Task<> evaluates(Client& client) {
  const Script script("return {KEYS[1], tonumber(ARGV[1]) + 1}");
  CHECK(script.sha1() == "4b737284430d6d07bb231933751d339641eb0581");
  for (int time = 0; time < 2; ++time) {
    const auto reply = co_await client.eval(script, {"key"}, {"41"});
    CHECK(describe(reply) == "['key' 42]");
    CHECK(co_await say(client, {"SCRIPT", "EXISTS", script.sha1()}) == "[1]");
    CHECK(co_await say(client, {"SCRIPT", "FLUSH"}) == "'OK'");
  }
}

Task<> crashes_and_returns(Client& client, TestServer& server) {
  CHECK(co_await say(client, {"ECHO", "1"}) == "'1'");
  server.kill();
  co_await until([&] { return !client.up(); });
  const auto start = Clock::now();
  for (int i = 0; i < 1'000; ++i) {
    const auto said = co_await say(client, {"ECHO", "2"});
    REQUIRE(said == "unavailable");
  }
  // The deadline is five seconds; none of the thousand waited for it.
  CHECK(Clock::now() - start < 1s);
  server.start();
  co_await until([&] { return client.up(); });
  CHECK(co_await say(client, {"ECHO", "3"}) == "'3'");
}

// For short deadlines, which a loaded machine may miss: the right answer or none, never another's.
Task<> say_in_the_end(Client& client, std::string text) {
  std::string said = "unavailable";
  while (said == "unavailable") {
    said = co_await say(client, {"ECHO", text});
    co_await sleep_for(1ms);
  }
  CHECK(said == "'" + text + "'");
}

Task<> answers_late(Client& client) {
  const auto connection = co_await say(client, {"CLIENT", "ID"});
  // Until its time-out the server keeps the reply, and every one behind it.
  CHECK(co_await say(client, {"BLPOP", "nothing", "1"}) == "unavailable");
  CHECK_FALSE(client.up());
  // None of them waits for its deadline: the last would come after the server's time-out.
  for (int i = 0; i < 100; ++i) CHECK(co_await say(client, {"ECHO", "x"}) == "unavailable");
  co_await until([&] { return client.up(); });
  for (int i = 0; i < 10; ++i) co_await say_in_the_end(client, std::to_string(i));
  CHECK(co_await say(client, {"CLIENT", "ID"}) == connection);
}

Task<> freezes_and_thaws(Client& client, TestServer& server) {
  co_await say_in_the_end(client, "1");
  const auto connection = co_await say(client, {"CLIENT", "ID"});
  server.freeze();
  CHECK(co_await say(client, {"ECHO", "2"}) == "unavailable");
  CHECK_FALSE(client.up());
  co_await sleep_for(50ms);  // beyond the stall timeout: the connection is given up
  server.thaw();
  co_await say_in_the_end(client, "3");
  CHECK(client.up());
  CHECK(co_await say(client, {"CLIENT", "ID"}) != connection);
}

Task<> echo_many(Client& client, std::string name, int count, int& right) {
  for (int i = 0; i < count; ++i) {
    const auto text = name + std::to_string(i);
    const auto reply = co_await client.command({"ECHO", text});
    right += reply.text() == text ? 1 : 0;
  }
}

Task<> flood(Client& client, Runtime& runtime, unsigned thread, int& right) {
  Scope scope(runtime.executor(thread));
  for (int i = 0; i < 1'000; ++i) {
    const auto name = std::to_string(thread) + "." + std::to_string(i) + ".";
    scope.spawn("echo", echo_many(client, name, 5, right));
  }
  co_await scope.join();
}

Task<> meet(std::atomic<int>& running) {
  running.fetch_sub(1);
  co_await until([&] { return running.load() == 0; });
}

Task<> flood_then_meet(Client& client, Runtime& runtime, unsigned thread, int& right,
                       std::atomic<int>& running) {
  co_await flood(client, runtime, thread, right);
  co_await meet(running);
}

struct Heard {
  std::vector<std::string> messages;
  int reconnects = 0;
};

Task<> listens(Client& client, TestServer& server, Heard& heard) {
  co_await until([&] { return heard.reconnects == 1; });
  CHECK(co_await say(client, {"PUBLISH", "news", "one"}) == "1");
  CHECK(co_await say(client, {"PUBLISH", "other", "unheard"}) == "0");
  co_await until([&] { return heard.messages.size() == 1; });

  server.kill();
  server.start();
  co_await until([&] { return heard.reconnects == 2 && client.up(); });
  CHECK(co_await say(client, {"PUBLISH", "news", "two"}) == "1");
  co_await until([&] { return heard.messages.size() == 2; });

  client.subscribe("later", [&heard](auto message) { heard.messages.emplace_back(message); });
  co_await until([&] { return heard.reconnects == 2; });
  while (co_await say(client, {"PUBLISH", "later", "three"}) != "1") co_await sleep_for(1ms);
  co_await until([&] { return heard.messages.size() == 3; });
  CHECK(heard.messages == std::vector<std::string>{"one", "two", "three"});
}

Task<> hears_nothing(TestServer& server, Heard& heard) {
  co_await until([&] { return heard.reconnects == 1; });
  co_await sleep_for(500ms);  // two silences, each ended by the answer to PING
  CHECK(heard.reconnects == 1);
  server.freeze();
  co_await sleep_for(500ms);
  server.thaw();
  co_await until([&] { return heard.reconnects == 2; });
}

void listen(Client& client, Heard& heard) {
  client.subscribe("news", [&heard](auto message) { heard.messages.emplace_back(message); });
  client.on_reconnect([&heard] { ++heard.reconnects; });
}

Task<> appears(Client& client, TestServer& server) {
  CHECK(co_await say(client, {"ECHO", "1"}) == "unavailable");
  server.start();
  co_await until([&] { return client.up(); });
  CHECK(co_await say(client, {"ECHO", "2"}) == "'2'");
}

Task<> wait_in_vain(Client& client, int& ended) {
  co_await say(client, {"BLPOP", "nothing", "0"});
  ++ended;
}

Task<> stop_soon(Client& client, Runtime& runtime) {
  co_await until([&] { return client.up(); });
  runtime.stop();
}

Task<> gives(Client& client, std::vector<std::string> words, std::string expected) {
  CHECK(co_await say(client, std::move(words)) == expected);
}

}  // namespace

TEST_CASE("commands and their replies") {
  TestServer server;
  Runtime runtime(1, 1);
  Client client(runtime, server.config());
  run(runtime, client, speaks(client));
}

TEST_CASE("a script runs whether the server knows it or not") {
  TestServer server;
  Runtime runtime(1, 1);
  Client client(runtime, server.config());
  run(runtime, client, evaluates(client));
}

TEST_CASE("calls fail at once while Redis is away, and work again when it is back") {
  TestServer server;
  Runtime runtime(1, 1);
  Client client(runtime, server.config());
  run(runtime, client, crashes_and_returns(client, server));
}

TEST_CASE("a server that was never there fails calls, and is used once it is there") {
  TestServer server;
  server.kill();
  Runtime runtime(1, 1);
  Client client(runtime, server.config());
  run(runtime, client, appears(client, server));
}

TEST_CASE("a runtime may stop while calls wait") {
  TestServer server;
  int ended = 0;
  {
    Runtime runtime(1, 1);
    Client client(runtime, server.config());
    Scope scope(runtime.executor(0));
    for (int i = 0; i < 3; ++i) scope.spawn("waiter", wait_in_vain(client, ended));
    scope.spawn("stop", stop_soon(client, runtime));
    runtime.run();
  }
  CHECK(ended == 0);
}

TEST_CASE("closing fails the calls that wait and those that come") {
  TestServer server;
  Runtime runtime(1, 1);
  Client client(runtime, server.config());
  Scope scope(runtime.executor(0));
  int ended = 0;
  scope.spawn("waiter", wait_in_vain(client, ended));
  run(runtime, client, until([&] { return client.up(); }));
  CHECK(ended == 1);
}

TEST_CASE("a reply that comes after its deadline does not answer another command") {
  TestServer server;
  Runtime runtime(1, 1);
  auto config = server.config();
  config.deadline = 100ms;
  config.stall_timeout = 5'000ms;
  Client client(runtime, config);
  run(runtime, client, answers_late(client));
}

TEST_CASE("a frozen server is given up and found again") {
  TestServer server;
  Runtime runtime(1, 1);
  auto config = server.config();
  config.deadline = config.stall_timeout = 20ms;
  config.connect_timeout = 100ms;
  Client client(runtime, config);
  run(runtime, client, freezes_and_thaws(client, server));
}

TEST_CASE("10,000 pipelined commands of two threads each get their own reply") {
  TestServer server;
  Runtime runtime(2, 1);
  Client client(runtime, server.config());
  std::atomic<int> running = 2;
  int right[2] = {0, 0};
  Scope other(runtime.executor(1));
  other.spawn("flood", flood_then_meet(client, runtime, 1, right[1], running));
  run(runtime, client, flood_then_meet(client, runtime, 0, right[0], running));
  CHECK(right[0] == 5'000);
  CHECK(right[1] == 5'000);
}

TEST_CASE("a subscription comes back by itself after the server was killed") {
  TestServer server;
  Runtime runtime(1, 1);
  Client client(runtime, server.config());
  Heard heard;
  listen(client, heard);
  run(runtime, client, listens(client, server, heard));
}

TEST_CASE("a subscription to a server that has fallen silent is made anew") {
  TestServer server;
  Runtime runtime(1, 1);
  auto config = server.config();
  config.silence_timeout = 200ms;
  config.connect_timeout = 100ms;
  Client client(runtime, config);
  Heard heard;
  listen(client, heard);
  run(runtime, client, hears_nothing(server, heard));
}

TEST_CASE("a server without HELLO is spoken to in RESP2") {
  TestServer server({"--rename-command", "HELLO", "", "--requirepass", "secret"});
  Runtime runtime(1, 1);
  auto config = server.config();
  config.url = "unix://:secret@" + server.socket();
  Client client(runtime, config);
  Heard heard;
  listen(client, heard);
  run(runtime, client, listens(client, server, heard));
}

TEST_CASE("a user with a password logs in; a wrong password is no connection") {
  TestServer server(
      {"--user", "app", "on", ">s:cret", "~*", "&*", "+@all", "--user", "default", "off"});
  for (const auto& [user, answer] : {std::pair("app:s%3Acret", "'1'"), {"app:no", "unavailable"}}) {
    Runtime runtime(1, 1);
    auto config = server.config();
    config.url = fmt::format("unix://{}@{}", user, server.socket());
    Client client(runtime, config);
    run(runtime, client, gives(client, {"ECHO", "1"}, answer));
  }
}

TEST_CASE("a replica that may not write is not available") {
  TestServer server({"--replicaof", "127.0.0.1", "1", "--replica-serve-stale-data", "yes"});
  Runtime runtime(1, 1);
  Client client(runtime, server.config());
  run(runtime, client, gives(client, {"SET", "key", "value"}, "unavailable"));
}

TEST_CASE("without an address there is no Redis, and whoever asks is told so at once") {
  Runtime runtime(1, 1);
  Client client(runtime, {.url = ""});
  client.subscribe("news", [](std::string_view) {});
  client.on_reconnect([] {});
  CHECK_FALSE(client.up());
  run(runtime, client, gives(client, {"ECHO", "1"}, "unavailable"));
}
