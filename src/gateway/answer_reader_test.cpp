#include "gateway/answer_reader.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace freehold::gateway;

namespace {

std::string print(const AnswerReader& reader, const std::string& body) {
  if (reader.failed()) return "failed";
  if (!reader.head_done()) return "head to come";
  std::string text = fmt::format("{}", reader.status());
  if (reader.length()) text += fmt::format(" length {}", *reader.length());
  if (!body.empty()) text += " body " + body;
  if (!reader.done()) text += ", more to come";
  return text + (reader.keep_alive() ? "" : ", close");
}

// As the bytes come from the network, cut at `cut`; `ended`: and then the connection ends.
std::string read(std::string_view bytes, bool ended = false, std::size_t cut = 0,
                 bool to_head = false) {
  AnswerReader reader;
  std::string body;
  reader.begin(to_head);
  std::size_t used = 0;
  for (const std::size_t come : {cut, bytes.size()})
    used += reader.feed(bytes.substr(used, come - used), body);
  if (ended) reader.feed_end();
  return print(reader, body);
}

std::string with(std::string_view fields, std::string_view body = "") {
  return fmt::format("HTTP/1.1 200 OK\r\n{}\r\n{}", fields, body);
}

std::string fields_of(std::string_view bytes) {
  AnswerReader reader;
  std::string body;
  reader.begin(false);
  reader.feed(bytes, body);
  return reader.fields();
}

}  // namespace

TEST_CASE("an answer ends by its length, its last chunk, or with the connection") {
  CHECK(read(with("Content-Length: 5\r\n", "hello")) == "200 length 5 body hello");
  CHECK(read(with("Content-Length: 0\r\n")) == "200 length 0");
  CHECK(read(with("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\nX: y\r\n\r\n")) ==
        "200 body hello");
  CHECK(read(with("", "hello")) == "200 body hello, more to come, close");
  CHECK(read(with("", "hello"), true) == "200 body hello, close");
  CHECK(read("HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx") == "200 length 1 body x, close");
}

TEST_CASE("an answer that ends before its end has failed") {
  CHECK(read("", true) == "failed");
  CHECK(read("HTTP/1.1 200", true) == "failed");
  CHECK(read(with("Content-Length: 5\r\n", "hel"), true) == "failed");
  CHECK(read(with("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n"), true) == "failed");
}

TEST_CASE("answers without a body have none, whatever their fields say") {
  CHECK(read("HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n") == "204 length 5");
  CHECK(read("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n") == "304 length 5");
  CHECK(read(with("Content-Length: 5\r\n"), false, 0, true) == "200 length 5");
  CHECK(read(with("Transfer-Encoding: chunked\r\n"), false, 0, true) == "200");
  CHECK(read("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n") == "103");
}

TEST_CASE("an answer that could be understood in two ways has failed") {
  for (const char* fields :
       {"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
        "Content-Length: 5\r\nContent-Length: 5\r\n", "Content-Length: 5, 5\r\n",
        "Content-Length: +5\r\n", "Content-Length: 99999999999999999999\r\n",
        "Transfer-Encoding: gzip, chunked\r\n", "Transfer-Encoding: xchunked\r\n"})
    CHECK_MESSAGE(read(with(fields, "5\r\nhello\r\n0\r\n\r\n")) == "failed", fields);
  CHECK(read("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n") == "failed");
  CHECK(read("SSH-2.0-OpenSSH\r\n\r\n") == "failed");
  CHECK(read(with("Transfer-Encoding: chunked\r\n", "x\r\n")) == "failed");
}

TEST_CASE("a head larger than it may be has failed") {
  CHECK(read(with("X: " + std::string(70'000, 'x') + "\r\n")) == "failed");
  std::string fields;
  for (int i = 0; i < 250; ++i) fields += fmt::format("X-{}: 1\r\n", i);
  CHECK(read(with(fields)) == "failed");
}

TEST_CASE("wherever the bytes are cut, the answer is the same") {
  const std::string bytes = with("A: b\r\nTransfer-Encoding: chunked\r\n",
                                 "5;x=y\r\nhello\r\n6\r\n world\r\n0\r\nT: 1\r\n\r\n");
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut)
    CHECK_MESSAGE(read(bytes, false, cut) == "200 body hello world", cut);
}

TEST_CASE("what belongs to the product's connection does not go on to the client") {
  CHECK(fields_of(with("Connection: close, X-Hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\n"
                       "Content-Length: 0\r\nRequest-Id: theirs\r\nSet-Cookie: a=1\r\n"
                       "Set-Cookie: b=2\r\nContent-Type: text/plain\r\n")) ==
        "Set-Cookie: a=1\r\nSet-Cookie: b=2\r\nContent-Type: text/plain\r\n");
}
