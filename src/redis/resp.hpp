// The wire format, RESP2 and RESP3: https://redis.io/docs/latest/develop/reference/protocol-spec/
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "redis/redis.hpp"

namespace freehold::redis::resp {

// Bytes that are not the protocol, or beyond a limit. The connection cannot go on.
struct Malformed : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// A command as an array of bulk strings.
void append_command(std::string& out, std::span<const std::string> words);

// One reply, or a push (a message of a channel), which answers no command.
struct Frame {
  Reply reply;
  bool push = false;
};

// Turns bytes, in whatever pieces they arrive, into frames.
class Parser {
 public:
  static constexpr std::size_t max_depth = 8;
  static constexpr std::int64_t max_bulk = 16 * 1024 * 1024;
  static constexpr std::int64_t max_items = 100'000;  // of one frame, all levels together
  static constexpr std::size_t max_frame = 64 * 1024 * 1024;
  static constexpr std::size_t max_line = 64 * 1024;

  // Where the next bytes go, and how many went there.
  std::span<char> room();
  void received(std::size_t count) { end_ += count; }

  // The next whole frame; nothing until more bytes have arrived. Throws Malformed, after which the
  // parser is spent.
  std::optional<Frame> next();

 private:
  struct Opening {  // the head of a list
    char type;
    std::int64_t count;
  };
  struct Open {  // a list whose items are still arriving
    char type;
    std::int64_t left;
    Reply::List items;
  };
  using Token = std::variant<Reply, Opening>;

  std::optional<Token> next_token();
  std::optional<std::string_view> next_line();
  std::optional<Token> bulk(char type, std::string_view line);
  Opening opening(char type, std::string_view line) const;
  void consume(std::size_t count);
  void unread(std::size_t count);
  void open(Opening opening);
  std::optional<Frame> finish(Reply reply);

  std::string buffer_;
  std::size_t begin_ = 0;  // unread bytes lie in [begin_, end_)
  std::size_t end_ = 0;
  std::vector<Open> open_;
  std::int64_t items_ = 0;  // of the frame at hand
  std::size_t bytes_ = 0;
};

}  // namespace freehold::redis::resp
