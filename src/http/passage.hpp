// A request on its way to another server: its body is read as it comes, the answer written as the
// other server gives it, so that neither is ever held whole.
//
//   passage.watch([&line] { line.close(); });
//   for (std::string_view piece; !(piece = co_await passage.read()).empty();) …send it on…
//   passage.begin({.status = 200, .fields = "Content-Type: text/plain\r\n", .length = 5});
//   passage.put("hello");
//   passage.end();
//
// No waiting is without an end. A client that is gone or too slow throws HangUp, here or at the
// next call; meanwhile the other server is let go by what `watch` was given.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/task.hpp"
#include "http/server.hpp"

namespace freehold::http {

class Connection;

class Passage {
 public:
  explicit Passage(Connection& connection);
  ~Passage();
  Passage(const Passage&) = delete;
  Passage& operator=(const Passage&) = delete;

  // --- the body of the request
  // How long it may be; throws Problem 413. Said once, before anything is read.
  void limit_body(std::uint64_t most);
  bool has_body() const;
  std::optional<std::uint64_t> length() const;  // nothing: it comes in chunks
  bool body_done() const;
  // The next piece, good until the next call; empty at the end. A body that breaks the grammar, or
  // is longer than it may be, throws the Problem.
  Task<std::string_view> read();
  // Ends a read() that waits: nobody needs the rest.
  void stop_reading();

  // --- the answer
  struct Head {
    int status = 200;
    std::string_view fields = {};  // whole lines, but for those of length and connection
    std::optional<std::uint64_t> length = {};  // nothing: until end()
    bool has_body = true;
  };
  void begin(const Head& head);
  void put(std::string_view piece);
  // Waits until the client has taken what was put.
  Task<> flush();
  void end();
  bool begun() const { return status_ != 0; }
  int status() const { return status_; }

  // From now on both directions are bytes: read() gives what the client sends, put() is sent as it
  // is.
  void become_tunnel(int status, std::string_view fields);
  // The answer has no end of its own: a drain of the server ends it.
  void end_when_drained();

  // --- the other server
  // Called at most once, on this thread, when the other server is given up on, for whatever reason:
  // it ends what waits for it.
  void watch(std::function<void()> let_go);
  // Gives up on it unless this is called again, or waited() is, within that time.
  void expect_within(std::chrono::milliseconds patience);
  void waited();

  enum class Ended { no, client_gone, too_late, draining };
  Ended ended() const { return ended_; }

 private:
  friend class Connection;
  using Time = std::chrono::steady_clock::time_point;

  // Four times a second: is the client still there, is anybody too late?
  void look();
  // Whether the connection goes on with another request.
  bool conclude();
  bool is_client_gone() const;
  void give_up(Ended why);
  Task<> receive();

  Connection& connection_;
  std::function<void()> let_go_;
  Time read_by_ = Time::max();
  Time write_by_ = Time::max();
  Time other_by_ = Time::max();
  std::optional<std::uint64_t> left_;  // of the length that was said
  int status_ = 0;
  Ended ended_ = Ended::no;
  bool in_chunks_ = false;
  bool tunnel_ = false;
  bool endless_ = false;
  bool complete_ = false;
  bool stopped_ = false;
  bool told_to_continue_ = false;
  bool keep_alive_ = false;
};

}  // namespace freehold::http
