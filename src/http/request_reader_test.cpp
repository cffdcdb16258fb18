#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "http/wire.hpp"

using namespace freehold;
using namespace freehold::http;

namespace {

struct Outcome {
  std::string text;
  std::size_t used = 0;
};

std::string print(const RequestReader& reader, const Request& request) {
  if (reader.refusal())
    return std::to_string(reader.refusal()->status) + " " + std::string(reader.refusal()->code);
  if (!reader.done()) return reader.head_done() ? "body to come" : "head to come";
  std::string text = std::string(name_of(request.method)) + " " + request.path;
  for (const auto& [name, value] : request.query.items()) text += " " + name + "=" + value;
  if (!request.host.empty()) text += " host " + request.host;
  if (!request.body.empty()) text += " body " + request.body;
  return text + (reader.keep_alive() ? "" : ", close");
}

// Feeds the bytes as they would come from the network, cut at the given places.
Outcome read_cut(std::string_view bytes, const std::vector<std::size_t>& cuts,
                 ReadLimits limits = {}) {
  RequestReader reader(limits);
  Request request;
  reader.begin(request);
  Outcome outcome;
  std::size_t come = 0;
  const auto go_on = [&] {
    outcome.used += reader.feed(bytes.substr(outcome.used, come - outcome.used));
  };
  for (const std::size_t cut : cuts) {
    come = std::max(come, std::min(cut, bytes.size()));
    if (!reader.done() && !reader.refusal()) go_on();
  }
  come = bytes.size();
  if (!reader.done() && !reader.refusal()) go_on();
  outcome.text = print(reader, request);
  return outcome;
}

std::string read(std::string_view bytes, ReadLimits limits = {}) {
  return read_cut(bytes, {}, limits).text;
}

// A request with these fields, each with its line end, after a Host.
std::string with(std::string_view fields, std::string_view body = "") {
  return "POST /f HTTP/1.1\r\nHost: a\r\n" + std::string(fields) + "\r\n" + std::string(body);
}

}  // namespace

TEST_CASE("a request is read into method, path, query, host and body") {
  CHECK(read("GET / HTTP/1.1\r\nHost: app.example.com\r\n\r\n") == "GET / host app.example.com");
  CHECK(read("GET /a%20b?x=1&y HTTP/1.1\r\nHost: a\r\n\r\n") == "GET /a b x=1 y= host a");
  CHECK(read(with("Content-Length: 5\r\n", "hello")) == "POST /f host a body hello");
  CHECK(read(with("Content-Length: 0\r\n")) == "POST /f host a");
  CHECK(read(with("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n1;x=y\r\n!\r\n0\r\n\r\n")) ==
        "POST /f host a body hello!");
  CHECK(read("GET http://b.example/x HTTP/1.1\r\nHost: a\r\n\r\n") == "GET /x host b.example");
  CHECK(read("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n") == "OPTIONS * host a");
  CHECK(read("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n") == "GET / host a, close");
  CHECK(read("GET / HTTP/1.0\r\n\r\n") == "GET /, close");
  CHECK(read("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n") == "GET /");
}

TEST_CASE("what is not there yet is waited for") {
  CHECK(read("GET / HT") == "head to come");
  CHECK(read("GET / HTTP/1.1\r\nHost: a\r\n") == "head to come");
  CHECK(read(with("Content-Length: 5\r\n", "hel")) == "body to come");
  CHECK(read(with("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\n")) == "body to come");
}

TEST_CASE("a message whose length could be understood in two ways is refused") {
  const auto refused = [](std::string_view fields,
                          std::string_view body = "5\r\nhello\r\n0\r\n\r\n") {
    return read(with(fields, body));
  };
  CHECK(refused("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n") == "400 ambiguous_length");
  CHECK(refused("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n") == "400 ambiguous_length");
  CHECK(refused("Content-Length: 5\r\nContent-Length: 5\r\n") == "400 ambiguous_length");
  CHECK(refused("Content-Length: 5\r\nContent-Length: 6\r\n") == "400 ambiguous_length");
  CHECK(refused("Content-Length: 5, 5\r\n") == "400 ambiguous_length");
  CHECK(refused("Content-Length: +5\r\n") == "400 ambiguous_length");
  CHECK(refused("Content-Length: -5\r\n") == "400 ambiguous_length");
  CHECK(refused("Content-Length: 0x5\r\n") == "400 ambiguous_length");
  CHECK(refused("Content-Length:\r\n") == "400 ambiguous_length");
  CHECK(refused("Content-Length: 99999999999999999999\r\n") == "400 ambiguous_length");
  CHECK(refused("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n") ==
        "400 ambiguous_length");
  CHECK(refused("Transfer-Encoding: gzip, chunked\r\n") == "501 unknown_transfer_coding");
  CHECK(refused("Transfer-Encoding: chunked, identity\r\n") == "501 unknown_transfer_coding");
  CHECK(refused("Transfer-Encoding: xchunked\r\n") == "501 unknown_transfer_coding");
  CHECK(refused("Transfer-Encoding : chunked\r\n") == "400 bad_request");
  CHECK(read("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n") == "400 ambiguous_length");
}

TEST_CASE("broken chunks are refused") {
  const auto refused = [](std::string_view body) {
    return read(with("Transfer-Encoding: chunked\r\n", body));
  };
  CHECK(refused("x\r\n") == "400 bad_request");
  CHECK(refused("-1\r\n") == "400 bad_request");
  CHECK(refused("5\nhello\n0\n\n\r\n") == "400 bad_request");
  CHECK(refused("5\r\nhelloX\r\n0\r\n\r\n") == "400 bad_request");
  CHECK(refused("ffffffffffffffff1\r\n") == "400 bad_request");
  CHECK(refused("5 x\r\nhello\r\n0\r\n\r\n") == "400 bad_request");
}

TEST_CASE("a head that breaks the grammar is refused") {
  CHECK(read("\x16\x03\x01\x02") == "400 bad_request");  // TLS
  CHECK(read("GET  / HTTP/1.1\r\n\r\n") == "400 bad_request");
  CHECK(read("GET /\r\n\r\n") == "400 bad_request");
  CHECK(read("GET / HTTP/1.1\nHost: a\n\n") == "400 bad_request");
  CHECK(read("GET / HTTP/1.1 \r\nHost: a\r\n\r\n") == "400 bad_request");
  CHECK(read("GET / http/1.1\r\nHost: a\r\n\r\n") == "400 bad_request");
  CHECK(read("G\"T / HTTP/1.1\r\nHost: a\r\n\r\n") == "400 bad_request");
  CHECK(read(with("Bad Name: 1\r\n")) == "400 bad_request");
  CHECK(read(with(": 1\r\n")) == "400 bad_request");
  CHECK(read(with("X: a\rb\r\n")) == "400 bad_request");
  CHECK(read(with(std::string_view("X: a\0b\r\n", 8))) == "400 bad_request");
  CHECK(read(with("X: a\x7f\r\n")) == "400 bad_request");
}

TEST_CASE("folded lines are refused, wherever the fold is") {
  CHECK(read(with("X: a\r\n b\r\n")) == "400 bad_request");
  CHECK(read(with("X: a\r\n\tb\r\n")) == "400 bad_request");
  CHECK(read(with("X:\r\n b\r\n")) == "400 bad_request");
  CHECK(read(with("X: a\r\n \r\n")) == "400 bad_request");
  CHECK(read(with("X:\r\n \r\n")) == "400 bad_request");
}

TEST_CASE("a target, host or method that we do not serve is refused") {
  CHECK(read("GET /../etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n") == "400 invalid_target");
  CHECK(read("GET /?a=%zz HTTP/1.1\r\nHost: a\r\n\r\n") == "400 invalid_target");
  CHECK(read("GET * HTTP/1.1\r\nHost: a\r\n\r\n") == "400 invalid_target");
  CHECK(read("GET / HTTP/1.1\r\n\r\n") == "400 invalid_host");
  CHECK(read("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n") == "400 invalid_host");
  CHECK(read("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n") == "400 invalid_host");
  CHECK(read("CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n") == "501 unknown_method");
  CHECK(read("BREW / HTTP/1.1\r\nHost: a\r\n\r\n") == "501 unknown_method");
  CHECK(read("get / HTTP/1.1\r\nHost: a\r\n\r\n") == "501 unknown_method");
  CHECK(read("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") == "505 unknown_version");
  CHECK(read("GET / HTTP/0.9\r\n\r\n") == "505 unknown_version");
  CHECK(read(with("Expect: tea\r\n")) == "417 unknown_expectation");
}

TEST_CASE("heads, fields and bodies have limits") {
  const ReadLimits limits{.head = 400, .fields = 5, .body = 10};
  const std::string long_text(300, 'x');
  CHECK(read("GET /" + std::string(400, 'x'), limits) == "414 target_too_long");
  CHECK(read(with("A: " + long_text + "\r\n"), limits) == "POST /f host a");
  CHECK(read(with("A: " + long_text + "\r\nB: " + long_text + "\r\n"), limits) ==
        "431 head_too_large");
  CHECK(read("GET / HTTP/1.1\r\nA: " + long_text + long_text, limits) == "431 head_too_large");
  CHECK(read(with("A: 1\r\nB: 2\r\nC: 3\r\nD: 4\r\n"), limits) == "POST /f host a");
  CHECK(read(with("A: 1\r\nB: 2\r\nC: 3\r\nD: 4\r\nE: 5\r\n"), limits) == "431 head_too_large");
  CHECK(read(with("Content-Length: 10\r\n", "0123456789"), limits) ==
        "POST /f host a body 0123456789");
  CHECK(read(with("Content-Length: 11\r\n"), limits) == "413 body_too_large");
  CHECK(read(with("Transfer-Encoding: chunked\r\n", "6\r\n012345\r\n5\r\n"), limits) ==
        "413 body_too_large");
  const std::string padding(500, 'y');
  CHECK(read(with("Transfer-Encoding: chunked\r\n", "1;" + padding), limits) == "400 bad_request");
  CHECK(read(with("Transfer-Encoding: chunked\r\n", "0\r\nX: " + padding), limits) ==
        "400 bad_request");
}

TEST_CASE("trailers are read and dropped") {
  RequestReader reader({});
  Request request;
  reader.begin(request);
  reader.feed(with("Transfer-Encoding: chunked\r\n",
                   "1\r\na\r\n0\r\nCookie: fh_sid=stolen\r\nHost: b\r\n\r\n"));
  CHECK(print(reader, request) == "POST /f host a body a");
  CHECK(request.header("Cookie") == "");
}

TEST_CASE("wherever the network cuts a message, it is read the same") {
  const std::vector<std::string> messages{
      "GET /a?b=c HTTP/1.1\r\nHost: a\r\nX-Long: " + std::string(100, 'x') + "\r\n\r\nGET /next",
      with("Content-Length: 11\r\n", "hello world"),
      with("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n6\r\n world\r\n0\r\nT: 1\r\n\r\nmore"),
      with("X: a\r\n b\r\n"),
      with("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
      "GET / HTTP/2.0\r\n\r\n",
  };
  rc::check("cuts do not matter", [&] {
    const auto& message = messages[*rc::gen::inRange<std::size_t>(0, messages.size())];
    auto cuts = *rc::gen::container<std::vector<std::size_t>>(
        rc::gen::inRange<std::size_t>(0, message.size()));
    std::ranges::sort(cuts);
    const Outcome whole = read_cut(message, {});
    const Outcome cut = read_cut(message, cuts);
    RC_ASSERT(cut.text == whole.text);
    if (whole.text[0] != '4' && whole.text[0] != '5') RC_ASSERT(cut.used == whole.used);
  });
}

TEST_CASE("a chunked body may come byte by byte") {
  const std::string message = with("Transfer-Encoding: chunked\r\n", "1\r\na\r\n0\r\n\r\n");
  std::vector<std::size_t> cuts;
  for (std::size_t i = 0; i < message.size(); ++i) cuts.push_back(i);
  CHECK(read_cut(message, cuts).text == "POST /f host a body a");
}

TEST_CASE("a message ends where the next begins") {
  const Outcome first = read_cut("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\n", {});
  CHECK(first.text == "GET /1 host a");
  CHECK(first.used == std::string_view("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n").size());
}

TEST_CASE("what proxies forwarded in several lines is one list in their order") {
  RequestReader reader({});
  Request request;
  reader.begin(request);
  const std::string bytes = with(
      "X-Forwarded-For: 203.0.113.9\r\nAccept: */*\r\nx-forwarded-for: 198.51.100.2, 10.0.0.1\r\n");
  reader.feed(bytes);
  CHECK(reader.done());
  CHECK(request.header("X-Forwarded-For") == "203.0.113.9, 198.51.100.2, 10.0.0.1");
}

TEST_CASE("a reader may stop behind the head until it is said how long the body may be") {
  const auto read_first = [](std::string_view fields, std::string_view body, std::uint64_t most) {
    RequestReader reader({.head_first = true});
    Request request;
    reader.begin(request);
    const std::string bytes = with(fields, body);
    const std::size_t head = reader.feed(bytes);
    CHECK(head == bytes.size() - body.size());
    CHECK(reader.head_done());
    CHECK(request.body.empty());
    reader.limit_body(most);
    if (!reader.refusal()) reader.feed(std::string_view(bytes).substr(head));
    return print(reader, request);
  };
  CHECK(read_first("Content-Length: 5\r\n", "hello", 5) == "POST /f host a body hello");
  CHECK(read_first("Content-Length: 5\r\n", "hello", 4) == "413 body_too_large");
  CHECK(read_first("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\n\r\n", 5) ==
        "POST /f host a body hello");
  CHECK(read_first("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\n\r\n", 4) ==
        "413 body_too_large");
  CHECK(read_first("", "", 0) == "POST /f host a");
}
