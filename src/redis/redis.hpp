// Redis 7 (or Valkey): cache, rate limits and hints, never the only copy of anything.
//
// Each io thread has one connection on which every command of that thread travels, pipelined: a
// call costs no connection and no lock. One more connection per process listens to channels.
// Everything has a deadline, and a Redis that is away fails calls at once, so that no request waits
// for it: the caller catches Unavailable and does without.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/runtime.hpp"
#include "core/task.hpp"

namespace freehold::redis {

// Redis is down or too slow, or broke off. The command may or may not have been carried out.
struct Unavailable : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// A reply is of another kind than the caller asked for, or an error ("WRONGTYPE Operation …").
struct UnexpectedReply : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// What Redis said. Maps come as a list of keys and values in turn, sets as a list, big numbers and
// verbatim strings as text.
struct Reply {
  struct Nil {
    friend bool operator==(const Nil&, const Nil&) = default;
  };
  struct Error {
    std::string message;
    friend bool operator==(const Error&, const Error&) = default;
  };
  using List = std::vector<Reply>;

  std::variant<Nil, bool, std::int64_t, double, std::string, Error, List> value;

  bool is_nil() const { return std::holds_alternative<Nil>(value); }
  // The message, or nullptr when it is no error.
  const std::string* error() const;
  // Each throws UnexpectedReply when the reply is of another kind.
  std::int64_t integer() const;
  const std::string& text() const;
  const List& list() const;

  friend bool operator==(const Reply&, const Reply&) = default;
};

// A Lua script. It travels as its hash; its text only when the server does not know it yet.
class Script {
 public:
  explicit Script(std::string text);
  const std::string& text() const { return text_; }
  const std::string& sha1() const { return sha1_; }  // 40 hexadecimal digits

 private:
  std::string text_;
  std::string sha1_;
};

struct Config {
  // redis://[user:password@]host[:port], rediss:// (TLS, certificate verified), or
  // unix://[user:password@]/path. Only database 0: Redis Cluster has no other. Empty: there is no
  // Redis, and every call fails at once.
  std::string url = "redis://127.0.0.1:6379";
  // PEM file of the authorities that rediss:// trusts; the system's when empty.
  std::string ca_file{};
  // How long a call waits for its reply. Shorter than what its caller can bear: when it is over,
  // the caller does without Redis.
  std::chrono::milliseconds deadline{50};
  // For name look-up, connection, TLS and log-in together; only the background waits for it.
  std::chrono::milliseconds connect_timeout{2'000};
  // A connection that has answered nothing for so long past a deadline is given up.
  std::chrono::milliseconds stall_timeout{1'000};
  // The listening connection that has heard nothing for so long asks for a sign of life, and is
  // given up when none comes for as long again.
  std::chrono::milliseconds silence_timeout{5'000};
};

// Made before the runtime runs; connects when it does, and again whenever the connection breaks
// (after 50 ms, doubling to 1 s). command and eval are called on an io thread.
class Client {
 public:
  // Throws std::invalid_argument, without the password, for a URL that it cannot use.
  Client(Runtime& runtime, Config config);
  ~Client();

  // Sends one command: {"SET", key, value, "PX", "1000"}. An error of the command itself is a
  // reply; a server that cannot serve (loading, a read-only replica, out of memory) is Unavailable.
  Task<Reply> command(std::vector<std::string> words);
  // Runs a script in one round trip, two when the server does not know it yet, within one deadline.
  Task<Reply> eval(const Script& script, std::vector<std::string> keys,
                   std::vector<std::string> args);

  // Calls `handle` for every message that is published on the channel, on io thread 0. Messages
  // that are published while the connection is broken are lost: see on_reconnect.
  void subscribe(std::string channel, std::function<void(std::string_view message)> handle);
  // Called on io thread 0 each time the subscriptions are in place, the first time included: from
  // then on messages arrive, and any from before may have been missed.
  void on_reconnect(std::function<void()> handle);

  // True while every thread has a working connection. From any thread.
  bool up() const;

  // Ends the connections, so that the runtime can end. Calls fail from then on. From any thread.
  void close();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace freehold::redis
