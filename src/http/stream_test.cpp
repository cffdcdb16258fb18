// Bodies that come piece by piece, over the wire.
#include <doctest/doctest.h>

#include <atomic>
#include <set>

#include "http/sse.hpp"
#include "http/test_server_fixture.hpp"

using namespace freehold;
using namespace freehold::http;

namespace {

// Gives its pieces one after the other, then ends, fails, or goes on until it is stopped.
struct Source {
  std::vector<std::string> pieces = {};
  bool fails = false;
  bool endless = false;
  std::atomic<int> asked = 0;

  Task<std::string> next() {
    const auto at = std::size_t(asked++);
    if (at < pieces.size()) co_return pieces[at];
    if (fails) throw std::runtime_error("the source is gone");
    if (!endless) co_return std::string();
    co_await sleep_for(std::chrono::milliseconds(1));
    co_return ": quiet\n\n";
  }

  Task<Response> answer(Request&) {
    Response response = event_stream([this] { return next(); });
    co_return response;
  }
  Handle handle() {
    return [this](Request& request) { return answer(request); };
  }
};

const std::string get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

// All that comes until the server closes.
std::string all_of(ServerFixture& fixture, const std::string& request) {
  WireClient client(fixture.server.port());
  client.send(request);
  client.read_answer(true);
  return client.head.substr(0, client.head.find("\r\n")) + "\n" + client.read_rest();
}

}  // namespace

TEST_CASE("pieces are sent as chunks, and an empty piece ends the body and the connection") {
  Source source{.pieces = {"one", std::string(20, 'x')}};
  ServerFixture fixture(source.handle());
  CHECK(all_of(fixture, get) ==
        "HTTP/1.1 200 OK\n3\r\none\r\n14\r\nxxxxxxxxxxxxxxxxxxxx\r\n0\r\n\r\n");
}

TEST_CASE("a client of HTTP/1.0 gets the pieces until the connection ends") {
  Source source{.pieces = {"one", "two"}};
  ServerFixture fixture(source.handle());
  CHECK(all_of(fixture, "GET / HTTP/1.0\r\n\r\n") == "HTTP/1.1 200 OK\nonetwo");
}

TEST_CASE("HEAD is answered without asking for a piece") {
  Source source{.pieces = {"one"}};
  ServerFixture fixture(source.handle());
  CHECK(all_of(fixture, "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n") == "HTTP/1.1 200 OK\n");
  CHECK(source.asked == 0);
}

TEST_CASE("a source that fails ends the connection without the end of the body") {
  Source source{.pieces = {"one"}, .fails = true};
  ServerFixture fixture(source.handle());
  CHECK(all_of(fixture, get) == "HTTP/1.1 200 OK\n3\r\none\r\n");
}

TEST_CASE("a client that goes away is noticed by writing, and its source is asked no more") {
  Source source{.endless = true};
  ServerFixture fixture(source.handle());
  {
    WireClient client(fixture.server.port());
    client.send(get);
    client.read_answer(true);
  }
  while (fixture.server.stats().connections > 0) std::this_thread::yield();
  const int asked = source.asked;
  fixture.wait_for_posted();
  CHECK(source.asked == asked);
}

TEST_CASE("draining ends a stream with its next piece") {
  Source source{.endless = true};
  ServerFixture fixture(source.handle());
  WireClient client(fixture.server.port());
  client.send(get);
  client.read_answer(true);
  auto drained = fixture.drain();
  CHECK(client.read_rest().ends_with("0\r\n\r\n"));
  drained.get();
}

TEST_CASE("an event says its id, type and data, and nothing that is empty") {
  std::string text;
  append_event(text, {.id = "7", .type = "plan.changed", .data = R"({"to":"pro"})"});
  append_event(text, {.data = "{}"});
  CHECK(text == "id: 7\nevent: plan.changed\ndata: {\"to\":\"pro\"}\n\ndata: {}\n\n");
}

TEST_CASE("those who lost the same server are told to come back at different times") {
  std::set<std::string> drawn;
  for (int i = 0; i < 50; ++i) {
    std::string text;
    append_retry(text);
    REQUIRE(text.starts_with("retry: "));
    const int milliseconds = std::stoi(text.substr(7));
    CHECK(milliseconds >= 1'000);
    CHECK(milliseconds < 3'000);
    drawn.insert(text);
  }
  CHECK(drawn.size() > 40);
}
