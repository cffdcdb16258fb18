#include <doctest/doctest.h>

#include <cstdlib>

#include "core/async.hpp"
#include "core/scope.hpp"
#include "egress/egress.hpp"
#include "egress/test_peer.hpp"

using namespace freehold;
using namespace freehold::egress;
using namespace std::chrono_literals;

namespace {

const std::string ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

std::string say(const Failure& failure) {
  static constexpr const char* kinds[] = {"resolve",   "connect",     "tls",   "timeout",
                                          "too_large", "not_allowed", "closed"};
  return fmt::format("{}{}", kinds[int(failure.kind)],
                     failure.request_may_have_arrived ? ", may have arrived" : "");
}

Task<std::string> outcome(Client& client, Call call) {
  try {
    const auto answer = co_await client.send(std::move(call));
    std::string text = std::to_string(answer.status);
    for (const auto& [name, value] : answer.headers) text += fmt::format("|{}: {}", name, value);
    co_return text + "|" + answer.body;
  } catch (const Failure& failure) {
    co_return say(failure);
  }
}

Task<> collect(Client& client, std::vector<Call> calls, std::vector<std::string>& outcomes) {
  for (auto& call : calls) outcomes.push_back(co_await outcome(client, std::move(call)));
}

// Makes the calls one after the other.
std::vector<std::string> outcomes(std::vector<Call> calls, Config config = {}) {
  Runtime runtime(1, 1);
  Client client(runtime, std::move(config));
  std::vector<std::string> texts;
  run(runtime, collect(client, std::move(calls), texts));
  return texts;
}

std::string outcome(Call call, Config config = {}) {
  return outcomes({std::move(call)}, std::move(config)).front();
}

// What the peer answers, whatever is asked; the connection stays open.
TestPeer::Script answering(std::string answer) {
  return [answer = std::move(answer)](TestConnection& connection) {
    while (!connection.read_request().empty()) connection.write(answer);
  };
}

struct Requests {
  std::mutex mutex;
  std::vector<std::string> texts;

  void add(std::string text) {
    const std::lock_guard guard(mutex);
    texts.push_back(std::move(text));
  }
  std::vector<std::string> all() {
    const std::lock_guard guard(mutex);
    return texts;
  }
};

// Every request until the connection ends, each answered with `answer`.
TestPeer::Script recording(Requests& requests, std::string answer = ok) {
  return [&requests, answer = std::move(answer)](TestConnection& connection) {
    for (auto request = connection.read_request(); !request.empty();
         request = connection.read_request()) {
      requests.add(std::move(request));
      connection.write(answer);
    }
  };
}

// Answers the first request of a connection and hangs up on the second.
TestPeer::Script hanging_up(Requests& requests) {
  return [&requests](TestConnection& connection) {
    requests.add(connection.read_through("\r\n"));
    if (connection.read_request().empty()) return;
    connection.write(ok);
    if (auto line = connection.read_through("\r\n"); !line.empty()) requests.add(line);
  };
}

}  // namespace

TEST_CASE("a request travels as it was given, and nothing is added but Host, User-Agent, Accept") {
  Requests requests;
  const TestPeer peer(recording(requests));
  const auto url = peer.url("/v1/things?a=b%20c");
  const auto texts = outcomes({
      {.url = url},
      {.method = "POST", .url = url, .headers = {{"X-Empty", ""}}, .body = "a=1"},
      {.method = "POST", .url = url},
      {.method = "DELETE", .url = url},
      {.method = "PATCH",
       .url = url,
       .headers = {{"Content-Type", "application/json"}, {"Idempotency-Key", "k"}},
       .body = "{}"},
  });
  CHECK(texts == std::vector<std::string>(5, "200|Content-Length: 2|ok"));
  const auto head = fmt::format(
      "/v1/things?a=b%20c HTTP/1.1\r\nHost: localhost:{}\r\n"
      "User-Agent: Freehold\r\nAccept: */*\r\n",
      peer.port());
  CHECK(
      requests.texts ==
      std::vector<std::string>{
          "GET " + head + "\r\n",
          "POST " + head + "X-Empty:\r\nContent-Length: 3\r\n\r\na=1",
          "POST " + head + "Content-Length: 0\r\n\r\n",
          "DELETE " + head + "\r\n",
          "PATCH " + head +
              "Content-Type: application/json\r\nIdempotency-Key: k\r\nContent-Length: 2\r\n\r\n{}",
      });
}

TEST_CASE("answers of every shape are read") {
  const auto read = [](std::string answer, std::string method = "GET") {
    const TestPeer peer(answering(std::move(answer)));
    return outcome({.method = std::move(method), .url = peer.url()});
  };
  CHECK(read("HTTP/1.1 200 OK\r\nTransfer-Encoding: "
             "chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n") ==
        "200|Transfer-Encoding: chunked|abcde");
  CHECK(read("HTTP/1.1 204 No Content\r\nX-A:  b \r\nx-a: c\r\n\r\n") == "204|X-A: b|x-a: c|");
  CHECK(read("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "HEAD") == "200|Content-Length: 5|");
  CHECK(read("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + ok) == "200|Content-Length: 2|ok");
  CHECK(read("HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n") == "500|Content-Length: 0|");
  CHECK(read("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n") ==
        "302|Location: http://127.0.0.1:1/|Content-Length: 0|");
}

TEST_CASE("a header of an answer is found in any case") {
  const Answer answer{200, {{"Retry-After", "3"}, {"retry-after", "4"}}, ""};
  CHECK(answer.header("retry-AFTER") == "3");
  CHECK(answer.header("Retry") == "");
}

TEST_CASE("calls one after the other share a connection") {
  const TestPeer peer(answering(ok));
  outcomes(std::vector<Call>(5, {.url = peer.url()}));
  CHECK(peer.connections() == 1);
}

TEST_CASE("a kept connection that breaks repeats what may be repeated, and only that") {
  const auto second = [](Call call) {
    Requests requests;
    const TestPeer peer(hanging_up(requests));
    call.url = peer.url();
    const auto texts = outcomes({{.method = "OPTIONS", .url = peer.url()}, call});
    const auto seen = std::ranges::count(requests.all(), call.method + " / HTTP/1.1\r\n");
    return fmt::format("{}, seen {} times", texts[1], seen);
  };
  CHECK(second({.method = "GET"}) == "200|Content-Length: 2|ok, seen 2 times");
  CHECK(second({.method = "PUT", .body = "x"}) == "200|Content-Length: 2|ok, seen 2 times");
  CHECK(second({.method = "POST", .headers = {{"Idempotency-Key", "k"}}, .body = "x"}) ==
        "200|Content-Length: 2|ok, seen 2 times");
  CHECK(second({.method = "POST", .body = "x"}) == "closed, may have arrived, seen 1 times");
  // Without a body it has a connection of its own.
  CHECK(second({.method = "POST"}) == "200|Content-Length: 2|ok, seen 1 times");
}

TEST_CASE("each failure says whether the request may have arrived") {
  const TestPeer silent([](TestConnection& connection) { connection.wait_until_closed(); });
  const TestPeer hanging([](TestConnection& connection) { connection.read_request(); });
  const TestPeer odd(answering("hello\r\n\r\n"));
  const TestPeer half([](TestConnection& connection) {
    connection.read_request();
    connection.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhal");
  });
  const auto silent_tls = fmt::format("https://localhost:{}/", silent.port());
  const TestPeer plain([](TestConnection& connection) {
    connection.write(ok);
    connection.wait_until_closed();
  });
  const auto plain_tls = fmt::format("https://localhost:{}/", plain.port());

  CHECK(outcome({.url = "http://no-such-name.invalid/"}) == "resolve");
  CHECK(outcome({.url = "http://127.0.0.1:1/"}) == "connect");
  CHECK(outcome({.url = silent.url(), .timeout = 50ms}) == "timeout, may have arrived");
  CHECK(outcome({.url = silent_tls, .connect_timeout = 50ms}) == "timeout");
  CHECK(outcome({.url = silent_tls, .timeout = 50ms}) == "timeout");
  CHECK(outcome({.url = plain_tls}) == "tls");
  CHECK(outcome({.url = hanging.url()}) == "closed, may have arrived");
  CHECK(outcome({.url = half.url()}) == "closed, may have arrived");
  CHECK(outcome({.url = odd.url()}) == "closed, may have arrived");
}

TEST_CASE("an answer above the limit is cut off, whether it says its length or not") {
  const auto read = [](std::string answer) {
    const TestPeer peer(answering(std::move(answer)));
    return outcome({.url = peer.url(), .answer_limit = 1'000});
  };
  const std::string body(2'000, 'x');
  CHECK(read("HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n" + body) ==
        "too_large, may have arrived");
  CHECK(read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7d0\r\n" + body) ==
        "too_large, may have arrived");
  CHECK(read("HTTP/1.1 200 OK\r\nX: " + body + "\r\n\r\n") == "too_large, may have arrived");
  CHECK(read(ok) == "200|Content-Length: 2|ok");
}

TEST_CASE("certificates are verified") {
  const TestCertificate certificate;
  const TestPeer peer(
      [](TestConnection& connection) {
        if (connection.start_tls()) answering(ok)(connection);
      },
      &certificate);
  const Config trusting{.ca_file = certificate.file()};
  CHECK(outcome({.url = peer.url()}, trusting) == "200|Content-Length: 2|ok");
  CHECK(outcome({.url = peer.url()}) == "tls");
  CHECK(outcome({.url = fmt::format("https://127.0.0.2:{}/", peer.port())}, trusting) == "connect");
}

TEST_CASE("what must not be sent is not sent") {
  Requests requests;
  const TestPeer peer(recording(requests));
  const auto url = peer.url();
  for (const auto* wrong :
       {"", "localhost", "//localhost/", "ftp://localhost/", "file:///etc/hosts",
        "gopher://localhost/", "http://user:pass@localhost/", "http:///", "http://local host/",
        "javascript:alert(1)"}) {
    CHECK_MESSAGE(outcome({.url = wrong}) == "not_allowed", std::string(wrong));
  }
  CHECK(outcome({.method = "GET /\r\nX: y", .url = url}) == "not_allowed");
  CHECK(outcome({.url = url, .headers = {{"X", "a\r\nY: b"}}}) == "not_allowed");
  CHECK(outcome({.url = url, .headers = {{"X: y\r\nZ", "a"}}}) == "not_allowed");
  CHECK(outcome({.url = url, .headers = {{"", "a"}}}) == "not_allowed");
  CHECK(outcome({.url = url, .headers = {{"Content-Length", "7"}}}) == "not_allowed");
  CHECK(requests.all().empty());
}

TEST_CASE("a guarded call reaches public addresses only, however they are written") {
  const TestPeer peer(answering(ok));
  const auto at = [&](std::string_view host) {
    return Call{.url = fmt::format("http://{}:{}/", host, peer.port()), .guarded = true};
  };
  for (const auto* host : {"127.0.0.1", "localhost", "2130706433", "0x7f.1", "127.1", "0177.0.0.1",
                           "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "LOCALHOST"}) {
    CHECK_MESSAGE(outcome(at(host)) == "not_allowed", std::string(host));
  }
  CHECK(peer.connections() == 0);
  CHECK(outcome(at("127.0.0.1"), {.allow_cidrs = {"127.0.0.0/8"}}) == "200|Content-Length: 2|ok");
}

TEST_CASE("a guarded call does not use a connection that was opened unguarded") {
  const TestPeer peer(answering(ok));
  CHECK(
      outcomes({{.url = peer.url()}, {.url = peer.url(), .guarded = true}, {.url = peer.url()}}) ==
      std::vector<std::string>{"200|Content-Length: 2|ok", "not_allowed",
                               "200|Content-Length: 2|ok"});
  CHECK(peer.connections() == 1);
}

TEST_CASE("proxies of the environment are not used") {
  ::setenv("http_proxy", "http://127.0.0.1:1", 1);
  ::setenv("ALL_PROXY", "http://127.0.0.1:1", 1);
  const TestPeer peer(answering(ok));
  CHECK(outcome({.url = peer.url()}) == "200|Content-Length: 2|ok");
  ::unsetenv("http_proxy");
  ::unsetenv("ALL_PROXY");
}
