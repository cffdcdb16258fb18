// One connection to Redis from its opening to its end: greeted, written to through a buffer, read
// frame by frame. Who has lost it makes a new one.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "core/async.hpp"
#include "redis/resp.hpp"
#include "redis/stream.hpp"

namespace freehold::redis {

class Link {
 public:
  Link(const Executor& executor, Settings& settings);

  // Connects and logs in, within the connect timeout. Throws Unavailable or what the network
  // throws.
  Task<> open();

  // Puts a command behind those before it; allowed before open() has ended.
  void send(std::span<const std::string> words);
  std::size_t unsent() const { return outgoing_.size(); }

  // Writes what was sent until the link is closed or breaks; a break closes it.
  Task<> write();

  // Waits for bytes. Throws Unavailable, with the reason, when the link breaks or is closed.
  Task<> read();
  // The next frame among the bytes that were read. Throws resp::Malformed.
  std::optional<resp::Frame> next() { return parser_.next(); }

  // The first reason stays.
  void close(std::string reason);

 private:
  Task<> connect();
  Task<Reply> ask(std::vector<std::string> words);
  Task<> log_in_the_old_way();

  Executor executor_;
  Settings& settings_;
  Stream stream_;
  resp::Parser parser_;
  std::string outgoing_;
  Timer written_to_;    // cancelled when there is something to write, or nothing ever again
  std::string reason_;  // why it was closed
  bool closed_ = false;
};

}  // namespace freehold::redis
