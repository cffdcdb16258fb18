#include <doctest/doctest.h>

#include <semaphore>

#include "core/async.hpp"
#include "core/scope.hpp"
#include "egress/egress.hpp"
#include "egress/test_peer.hpp"

using namespace freehold;
using namespace freehold::egress;

namespace {

const std::string ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

Task<> get(Client& client, std::string url, int& answered) {
  const auto answer = co_await client.send({.url = url});
  if (answer.body == "ok") ++answered;
}

Task<> get_many(Client& client, Runtime& runtime, unsigned thread, std::string url, int& answered) {
  Scope scope(runtime.executor(thread));
  for (int i = 0; i < 200; ++i) scope.spawn("get", get(client, url, answered));
  co_await scope.join();
}

// Waits, without holding up the thread, for what another thread does.
Task<> wait_for(std::binary_semaphore& event) {
  while (!event.try_acquire()) co_await sleep_for(std::chrono::milliseconds(1));
}

struct Silent {
  std::binary_semaphore asked{0};
  std::binary_semaphore closed{0};
  TestPeer peer{[this](TestConnection& connection) {
    if (connection.read_request().starts_with("GET /quick")) {
      connection.write(ok);
    } else {
      asked.release();
      connection.wait_until_closed();
      closed.release();
    }
  }};
};

Task<> cancel(Client& client, Runtime& runtime, Silent& silent, int& answered) {
  Scope scope(runtime.executor(0));
  scope.spawn("get", get(client, silent.peer.url("/slow"), answered));
  co_await wait_for(silent.asked);
  co_await scope.stop();
  co_await wait_for(silent.closed);
  CHECK(answered == 0);
  co_await get(client, silent.peer.url("/quick"), answered);
  CHECK(answered == 1);
}

Task<> cancel_at_once(Client& client, Runtime& runtime, Silent& silent, int& answered) {
  for (int i = 0; i < 20; ++i) {
    Scope scope(runtime.executor(0));
    for (int turn = 0; turn < 3; ++turn)
      scope.spawn("get", get(client, silent.peer.url("/quick"), answered));
    for (int turn = 0; turn < i; ++turn) co_await sleep_for(std::chrono::microseconds(20));
    co_await scope.stop();
  }
  co_await get(client, silent.peer.url("/quick"), answered);
}

Task<> stop_when_asked(Runtime& runtime, Silent& silent) {
  co_await wait_for(silent.asked);
  runtime.stop();
}

}  // namespace

TEST_CASE("hundreds of calls from two threads are all answered") {
  const TestPeer peer([](TestConnection& connection) {
    while (!connection.read_request().empty()) connection.write(ok);
  });
  Runtime runtime(2, 1);
  Client client(runtime, {});
  int answered[2] = {0, 0};
  Scope other(runtime.executor(1));
  other.spawn("get", get_many(client, runtime, 1, peer.url(), answered[1]));
  run(runtime, get_many(client, runtime, 0, peer.url(), answered[0]));
  CHECK(answered[0] == 200);
  CHECK(answered[1] == 200);
  CHECK(peer.connections() <= 64);  // 32 a host and thread
}

TEST_CASE("cancelling the task that waits ends the transfer, and the client goes on") {
  Silent silent;
  Runtime runtime(1, 1);
  Client client(runtime, {});
  int answered = 0;
  run(runtime, cancel(client, runtime, silent, answered));
}

TEST_CASE("a transfer may be cancelled at any moment of its life") {
  Silent silent;
  Runtime runtime(1, 1);
  Client client(runtime, {});
  int answered = 0;
  run(runtime, cancel_at_once(client, runtime, silent, answered));
  CHECK(answered >= 1);
}

TEST_CASE("a runtime may stop while calls wait") {
  Silent silent;
  int answered = 0;
  {
    Runtime runtime(1, 1);
    Client client(runtime, {});
    Scope scope(runtime.executor(0));
    for (int i = 0; i < 3; ++i) scope.spawn("get", get(client, silent.peer.url(), answered));
    scope.spawn("stop", stop_when_asked(runtime, silent));
    runtime.run();
  }
  CHECK(answered == 0);
}
