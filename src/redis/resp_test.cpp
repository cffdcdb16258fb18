#include "redis/resp.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "redis/resp_encode.hpp"

using namespace freehold::redis;
using resp::Parser;

namespace {

void feed(Parser& parser, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto room = parser.room();
    const auto count = std::min(room.size(), bytes.size());
    std::copy_n(bytes.begin(), count, room.begin());
    parser.received(count);
    bytes.remove_prefix(count);
  }
}

// Frames as text, one a line; then what was wrong.
std::string read(std::string_view bytes, std::size_t piece = std::string_view::npos) {
  Parser parser;
  std::string outcome;
  try {
    for (std::size_t at = 0; at < bytes.size(); at += std::min(piece, bytes.size() - at)) {
      feed(parser, bytes.substr(at, piece));
      while (const auto frame = parser.next())
        outcome += (frame->push ? "push " : "") + describe(frame->reply) + "\n";
    }
  } catch (const resp::Malformed& malformed) {
    outcome += std::string("malformed: ") + malformed.what() + "\n";
  }
  return outcome;
}

rc::Gen<Reply> any_reply(int depth);

rc::Gen<Reply> any_list(int depth) {
  return rc::gen::map(rc::gen::resize(4, rc::gen::container<Reply::List>(any_reply(depth))),
                      [](Reply::List items) { return Reply{std::move(items)}; });
}

rc::Gen<Reply> any_scalar() {
  const auto line = rc::gen::container<std::string>(rc::gen::inRange<char>(32, 126));
  return rc::gen::oneOf(
      rc::gen::just(Reply{}),
      rc::gen::map(rc::gen::arbitrary<bool>(), [](bool value) { return Reply{value}; }),
      rc::gen::map(rc::gen::arbitrary<std::int64_t>(), [](auto value) { return Reply{value}; }),
      rc::gen::map(rc::gen::arbitrary<double>(), [](double value) { return Reply{value}; }),
      rc::gen::map(rc::gen::arbitrary<std::string>(), [](auto text) { return Reply{text}; }),
      rc::gen::map(line, [](auto text) { return Reply{Reply::Error{text}}; }));
}

rc::Gen<Reply> any_reply(int depth) {
  if (depth == 0) return any_scalar();
  return rc::gen::weightedOneOf<Reply>({{3, any_scalar()}, {1, any_list(depth - 1)}});
}

}  // namespace

TEST_CASE("each type of RESP2 and RESP3 becomes a reply") {
  CHECK(read("+OK\r\n"
             "-ERR no\r\n"
             ":-42\r\n"
             "$5\r\nhe\r\no\r\n"
             "$0\r\n\r\n"
             "$-1\r\n"
             "*-1\r\n"
             "_\r\n"
             "#t\r\n#f\r\n"
             ",1.5\r\n,inf\r\n"
             "(12345678901234567890\r\n"
             "!3\r\nERR\r\n"
             "=8\r\ntxt:text\r\n"
             "*2\r\n:1\r\n*1\r\n$1\r\na\r\n"
             "*0\r\n"
             "%1\r\n+key\r\n:1\r\n"
             "~1\r\n:7\r\n"
             "|1\r\n+ttl\r\n:3\r\n+value\r\n"
             "*2\r\n|1\r\n+ttl\r\n*1\r\n:3\r\n:1\r\n:2\r\n"
             ">2\r\n+message\r\n+hello\r\n") ==
        "'OK'\nerror 'ERR no'\n-42\n'he\r\no'\n''\nnil\nnil\nnil\ntrue\nfalse\n1.5\ninf\n"
        "'12345678901234567890'\nerror 'ERR'\n'text'\n[1 ['a']]\n[]\n['key' 1]\n[7]\n'value'\n"
        "[1 2]\npush ['message' 'hello']\n");
}

TEST_CASE("what is not the protocol ends the connection, after the frames before it") {
  CHECK(read(":1\r\n?\r\n") == "1\nmalformed: an unknown type\n");
  CHECK(read(":1\n") == "malformed: a line end without CR\n");
  CHECK(read("\r\n") == "malformed: an empty line\n");
  CHECK(read(":1x\r\n") == "malformed: not a number: 1x\n");
  CHECK(read(":\r\n") == "malformed: not a number: \n");
  CHECK(read("#y\r\n") == "malformed: not a boolean\n");
  CHECK(read("_x\r\n") == "malformed: a nil with content\n");
  CHECK(read("$2\r\nabc\r\n") == "malformed: a string longer than its length\n");
  CHECK(read("$-2\r\n") == "malformed: a string beyond the limit\n");
  CHECK(read("=3\r\nabc\r\n") == "malformed: a verbatim string without its format\n");
  CHECK(read("*-2\r\n") == "malformed: a list beyond the limit\n");
  CHECK(read(">0\r\n") == "malformed: an empty push\n");
  CHECK(read("*1\r\n>1\r\n:1\r\n") == "malformed: a push inside a reply\n");
}

TEST_CASE("replies stay within their limits") {
  CHECK(read("*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n") == "[[[[[[[[1]]]]]]]]\n");
  CHECK(read("*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n") ==
        "malformed: lists nested too deep\n");
  CHECK(read("*100001\r\n") == "malformed: a list beyond the limit\n");
  CHECK(read("*99999\r\n*2\r\n") == "malformed: a reply of too many items\n");
  CHECK(read("$16777217\r\n") == "malformed: a string beyond the limit\n");
  CHECK(read("+" + std::string(70'000, 'a')) == "malformed: a line without end\n");
  CHECK(read("+" + std::string(70'000, 'a') + "\r\n") == "malformed: a long line\n");

  const std::string largest = "$16777216\r\n" + std::string(16'777'216, 'a') + "\r\n";
  CHECK(read("*4\r\n" + largest + largest + largest + largest) ==
        "malformed: a reply beyond the limit\n");
  std::string three = "*3\r\n";
  for (int i = 0; i < 3; ++i) three += largest;
  CHECK(read(three + "+next\r\n", 100'000).ends_with("\n'next'\n"));
}

TEST_CASE("the parser gives back what was encoded, in whatever pieces it arrives") {
  CHECK(rc::check([] {
    const auto replies = *rc::gen::container<std::vector<Reply>>(any_reply(5));
    const auto piece = *rc::gen::inRange<std::size_t>(1, 40);
    std::string bytes, expected;
    for (const auto& reply : replies) {
      encode(bytes, reply);
      expected += describe(reply) + "\n";
    }
    RC_ASSERT(read(bytes, piece) == expected);
  }));
}

TEST_CASE("a command is an array of binary-safe words") {
  std::string bytes;
  resp::append_command(bytes, std::vector<std::string>{"SET", "a\r\nb", ""});
  CHECK(bytes == "*3\r\n$3\r\nSET\r\n$4\r\na\r\nb\r\n$0\r\n\r\n");
}
