// Requests on their way through a server to a product and back, byte by byte.
#include "gateway/exchange.hpp"

#include <doctest/doctest.h>

#include "gateway/test_product.hpp"
#include "http/test_server_fixture.hpp"

using namespace freehold;
using namespace freehold::gateway;

namespace {

// A server that passes on what is below /p, and answers the rest itself.
class Hop {
 public:
  explicit Hop(http::Config config = {}) : server_(ours(), std::move(config), 1, passing()) {}
  ~Hop() {
    drain();
    pool_.reset();
  }

  http::WireClient client() { return http::WireClient(server_.server.port()); }
  void pass_time(int seconds) {
    server_.server.pass_time(std::chrono::seconds(seconds));
    server_.wait_for_posted();
  }
  // Clients that went away, and streams, are looked at as time passes.
  void drain() {
    if (std::exchange(drained_, true)) return;
    auto done = server_.drain();
    while (done.wait_for(std::chrono::milliseconds(1)) != std::future_status::ready) pass_time(0);
  }

  Product product;

 private:
  static http::Handle ours() {
    return [](http::Request& req) { return answer(req); };
  }
  static Task<http::Response> answer(http::Request& req) {
    co_return http::text(200, "ours " + req.body);
  }
  http::Passing passing() {
    return {
        .takes = [](const http::Request& req) { return req.path.starts_with("/p"); },
        .pass = [this](http::Request& req, http::Passage& passage) { return pass(req, passage); }};
  }
  Task<std::optional<http::Response>> pass(http::Request& req, http::Passage& passage) {
    const Executor executor = co_await asio::this_coro::executor;
    if (!pool_)
      pool_ = std::make_unique<Pool>(
          executor, UpstreamAddress{"127.0.0.1", std::to_string(product.port), ""});
    try {
      passage.limit_body(1000);
      Exchange exchange(config_, *pool_, req, passage);
      co_await exchange.run("", "product");
    } catch (const Problem& problem) {
      co_return http::problem_response(problem, req.id, "");
    }
    co_return std::nullopt;
  }

  Config config_;
  std::unique_ptr<Pool> pool_;
  http::ServerFixture server_;
  bool drained_ = false;
};

const std::string get = "GET /p HTTP/1.1\r\nHost: a\r\n\r\n";
const std::string ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

std::string post(std::string_view fields, std::string_view body = "") {
  return "POST /p HTTP/1.1\r\nHost: a\r\n" + std::string(fields) + "\r\n" + std::string(body);
}

std::string problem_code(const std::string& answer) {
  const std::size_t at = answer.find("\"code\":\"");
  return answer.substr(0, 4) + answer.substr(at + 8, answer.find('"', at + 8) - at - 8);
}

}  // namespace

TEST_CASE("an answer goes to the client as the product gave it") {
  Hop hop;
  auto client = hop.client();
  client.send(get);
  auto call = hop.product.take();
  CHECK(call.read_head().starts_with("GET /p HTTP/1.1\r\nHost: a\r\n"));
  call.say("HTTP/1.1 201 Created\r\nX-Theirs: 1\r\nContent-Length: 5\r\n\r\nhello");
  CHECK(client.read_answer() == "201 hello");
  CHECK(client.head.contains("X-Theirs: 1\r\nRequest-Id: "));
}

TEST_CASE("requests that follow each other share one connection to the product") {
  Hop hop;
  auto client = hop.client();
  client.send(get + get);
  auto call = hop.product.take();
  for (int i = 0; i < 2; ++i) {
    call.read_head();
    call.say(ok);
    CHECK(client.read_answer() == "200 ok");
  }
  client.send("POST /q HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nown" + get);
  CHECK(client.read_answer() == "200 ours own");
  call.read_head();
  call.say(ok);
  CHECK(client.read_answer() == "200 ok");
}

TEST_CASE("an answer without a length comes in chunks, and to HTTP/1.0 until the end") {
  Hop hop;
  auto client = hop.client();
  client.send(get);
  auto call = hop.product.take();
  call.read_head();
  call.say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nT: 1\r\n\r\n");
  client.read_answer(true);
  client.send("GET /q HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  CHECK(client.read_rest().starts_with("5\r\nhello\r\n0\r\n\r\nHTTP/1.1 200 OK"));
  auto old = hop.client();
  old.send("GET /p HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  call.read_head();
  call.say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
  old.read_answer(true);
  CHECK(old.read_rest() == "hello");
}

TEST_CASE("HEAD, 204 and 304 have no body, and lengths are passed on where they say something") {
  Hop hop;
  auto client = hop.client();
  client.send("HEAD /p HTTP/1.1\r\nHost: a\r\n\r\n");
  auto call = hop.product.take();
  call.read_head();
  call.say("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n");
  CHECK(client.read_answer(true) == "200");
  CHECK(client.head.contains("Content-Length: 500\r\n"));
  for (const char* status : {"204 No Content", "304 Not Modified"}) {
    client.send(get);
    call.read_head();
    call.say("HTTP/1.1 " + std::string(status) + "\r\nETag: \"a\"\r\n\r\n");
    CHECK(client.read_answer(true) == std::string(status).substr(0, 3));
    CHECK(!client.head.contains("Content-Length"));
    CHECK(!client.head.contains("Transfer-Encoding"));
  }
}

TEST_CASE("answers of the kind 1xx are kept from the client, the one that follows is not") {
  Hop hop;
  auto client = hop.client();
  client.send(get);
  auto call = hop.product.take();
  call.read_head();
  call.say("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n" + ok);
  CHECK(client.read_answer() == "200 ok");
}

TEST_CASE("a body goes to the product as it comes, by its length or in chunks") {
  Hop hop;
  auto client = hop.client();
  client.send(post("Content-Length: 10\r\n", "hello"));
  auto call = hop.product.take();
  CHECK(call.read_head().contains("Content-Length: 10\r\n"));
  CHECK(call.read_until("hello") == "hello");
  client.send("world");
  CHECK(call.read_until("world") == "world");
  call.say(ok);
  CHECK(client.read_answer() == "200 ok");
  client.send(post("Transfer-Encoding: chunked\r\n", "5;x\r\nhello\r\n0\r\nT: 1\r\n\r\n"));
  CHECK(call.read_head().contains("Transfer-Encoding: chunked\r\n"));
  CHECK(call.read_until("0\r\n\r\n") == "5\r\nhello\r\n0\r\n\r\n");
  call.say(ok);
  CHECK(client.read_answer() == "200 ok");
}

TEST_CASE("a client that waits for 100 is told to go on") {
  Hop hop;
  auto client = hop.client();
  client.send(post("Content-Length: 2\r\nExpect: 100-continue\r\n"));
  auto call = hop.product.take();
  CHECK(!call.read_head().contains("Expect"));
  CHECK(client.read_answer(true) == "100");
  client.send("hi");
  CHECK(call.read_until("hi") == "hi");
  call.say(ok);
  CHECK(client.read_answer() == "200 ok");
}

TEST_CASE("a body that is too long is refused, by its length before the product hears of it") {
  Hop hop;
  auto client = hop.client();
  client.send(post("Content-Length: 1001\r\n"));
  CHECK(problem_code(client.read_answer()) == "413 body_too_large");
  auto other = hop.client();
  other.send(post("Transfer-Encoding: chunked\r\n", "1F4\r\n" + std::string(500, 'x') + "\r\n"));
  auto call = hop.product.take();
  call.read_head();
  other.send("1F5\r\n" + std::string(501, 'x') + "\r\n0\r\n\r\n");
  CHECK(problem_code(other.read_answer()) == "413 body_too_large");
  CHECK(call.read_until("0\r\n\r\n").starts_with("closed: "));
}

TEST_CASE("what could be taken for two requests never reaches the product") {
  Hop hop;
  for (const char* fields :
       {"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
        "Content-Length: 4\r\nContent-Length: 5\r\n", "Transfer-Encoding: xchunked\r\n",
        "Transfer-Encoding : chunked\r\n", "Content-Length: 4\r\n X: folded\r\n"}) {
    auto client = hop.client();
    client.send(post(fields, "1\r\nZ\r\n0\r\n\r\nGET /p/admin HTTP/1.1\r\nHost: a\r\n\r\n"));
    const std::string status = client.read_answer().substr(0, 3);
    CHECK_MESSAGE((status == "400" || status == "501"), fields);
    CHECK(client.read_answer() == "closed");
  }
  auto client = hop.client();
  client.send(get);  // the first that the product hears of
  auto call = hop.product.take();
  CHECK(call.read_head().starts_with("GET /p HTTP/1.1\r\n"));
}

TEST_CASE("a chunked body that breaks the grammar breaks off what the product got") {
  Hop hop;
  auto client = hop.client();
  client.send(post("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n"));
  auto call = hop.product.take();
  call.read_head();
  client.send("nonsense\r\n\r\n");
  CHECK(client.read_answer().starts_with("400 "));
  CHECK(call.read_until("0\r\n\r\n").starts_with("closed: 5\r\nhello\r\n"));
}

TEST_CASE("a product that answers before it has the whole body is heard") {
  Hop hop;
  auto client = hop.client();
  client.send(post("Content-Length: 900\r\n", "hello"));
  auto call = hop.product.take();
  call.read_head();
  call.say("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
  CHECK(client.read_answer() == "403 no");
  CHECK(client.head.contains("Connection: close"));
  CHECK(client.read_answer() == "closed");
}

TEST_CASE("a product that is not there is a 502") {
  Hop hop;
  hop.product.stop();
  auto client = hop.client();
  client.send(get);
  CHECK(problem_code(client.read_answer()) == "502 upstream_unreachable");
  client.send("GET /q HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(client.read_answer() == "200 ours ");
}

TEST_CASE("a request that may be sent twice is, when the connection breaks before any answer") {
  Hop hop;
  auto client = hop.client();
  client.send(get);
  {
    auto first = hop.product.take();
    first.read_head();
  }
  auto second = hop.product.take();
  second.read_head();
  second.say(ok);
  CHECK(client.read_answer() == "200 ok");
}

TEST_CASE("a request is not sent a third time, nor after a byte of an answer") {
  Hop hop;
  auto client = hop.client();
  client.send(get);
  for (int i = 0; i < 2; ++i) hop.product.take().read_head();
  CHECK(problem_code(client.read_answer()) == "502 upstream_failed");
  client.send(get);
  {
    auto call = hop.product.take();
    call.read_head();
    call.say("HTTP/1.1 2");
  }
  CHECK(problem_code(client.read_answer()) == "502 upstream_failed");
}

TEST_CASE("what may not be sent twice is not") {
  Hop hop;
  auto client = hop.client();
  client.send(post("Content-Length: 2\r\n", "hi"));
  hop.product.take().read_until("hi");
  CHECK(problem_code(client.read_answer()) == "502 upstream_failed");
  auto other = hop.client();
  other.send(post(""));
  hop.product.take().read_head();
  CHECK(problem_code(other.read_answer()) == "502 upstream_failed");
}

TEST_CASE("an answer that is none, or changes the protocol unasked, is a 502") {
  Hop hop;
  for (const char* said :
       {"SSH-2.0-OpenSSH\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"}) {
    auto client = hop.client();
    client.send(get);
    auto call = hop.product.take();
    call.read_head();
    call.say(said);
    CHECK_MESSAGE(problem_code(client.read_answer()) == "502 upstream_failed", said);
  }
}

TEST_CASE("a product that does not answer in time is a 504, and its connection is ended") {
  Hop hop;
  auto client = hop.client();
  client.send(get);
  auto call = hop.product.take();
  call.read_head();
  hop.pass_time(59);
  hop.pass_time(2);
  CHECK(problem_code(client.read_answer()) == "504 upstream_timeout");
  CHECK(call.is_over());
}

TEST_CASE("an answer that breaks off or stands still ends without its end") {
  Hop hop;
  const std::string begun = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhell";
  {
    auto client = hop.client();
    client.send(get);
    auto call = hop.product.take();
    call.read_head();
    call.say(begun);
    client.read_answer(true);
    call.close();
    CHECK(client.read_rest() == "hell");
  }
  auto client = hop.client();
  client.send(get);
  auto call = hop.product.take();
  call.read_head();
  call.say(begun);
  client.read_answer(true);
  hop.pass_time(61);
  CHECK(client.read_rest() == "hell");
  CHECK(call.is_over());
}

TEST_CASE("a client that goes away ends what the product does for it") {
  Hop hop;
  Product::Call call = [&] {
    auto client = hop.client();
    client.send(get);
    auto taken = hop.product.take();
    taken.read_head();
    return taken;
  }();
  hop.pass_time(1);
  CHECK(call.is_over());
}

TEST_CASE("a client that stops in the middle of a body is not waited for") {
  Hop hop;
  auto client = hop.client();
  client.send(post("Content-Length: 10\r\n", "hello"));
  auto call = hop.product.take();
  call.read_until("hello");
  hop.pass_time(31);
  CHECK(call.is_over());
  CHECK(client.read_answer() == "closed");
}

TEST_CASE("events reach the client one by one, and draining ends the stream") {
  Hop hop;
  auto client = hop.client();
  client.send(get);
  auto call = hop.product.take();
  call.read_head();
  call.say(
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
  client.read_answer(true);
  hop.pass_time(599);  // longer than an answer may stand still otherwise
  call.say("9\r\ndata: 1\n\n\r\n");
  CHECK(client.read_until("1\n\n\r\n") == "9\r\ndata: 1\n\n\r\n");
  hop.drain();
  CHECK(client.read_rest() == "0\r\n\r\n");
  CHECK(call.is_over());
}

TEST_CASE("a WebSocket is a tunnel until one side ends it") {
  const std::string ask =
      "GET /p HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n"
      "Sec-WebSocket-Key: x\r\n\r\n";
  const std::string agreed =
      "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
      "Sec-WebSocket-Accept: y\r\n\r\nfirst";
  Hop hop;
  auto client = hop.client();
  client.send(ask + "early");
  auto call = hop.product.take();
  CHECK(call.read_head().contains("Connection: Upgrade\r\nUpgrade: websocket\r\n"));
  call.say(agreed);
  CHECK(client.read_answer(true) == "101");
  CHECK(client.head.contains("Sec-WebSocket-Accept: y\r\n"));
  CHECK(client.head.contains("Upgrade: websocket\r\n"));
  CHECK(call.read_until("early") == "early");
  hop.pass_time(599);
  client.send("\x81\x02hi");
  CHECK(call.read_until("hi") == "\x81\x02hi");
  hop.pass_time(599);
  call.say("last");
  call.close();
  CHECK(client.read_rest() == "firstlast");
  auto silent = hop.client();
  silent.send(ask);
  auto other = hop.product.take();
  other.read_head();
  other.say(agreed);
  CHECK(silent.read_answer(true) == "101");
  hop.pass_time(601);
  CHECK(silent.read_rest() == "first");
  CHECK(other.is_over());
}

TEST_CASE("another protocol than a WebSocket is not asked for") {
  Hop hop;
  auto client = hop.client();
  client.send(
      "GET /p HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\n"
      "Upgrade: h2c\r\nHTTP2-Settings: x\r\n\r\n");
  auto call = hop.product.take();
  const std::string head = call.read_head();
  CHECK(!head.contains("h2c"));
  CHECK(!head.contains("HTTP2-Settings"));
  call.say(ok);
  CHECK(client.read_answer() == "200 ok");
}
