// One connection: reads requests, has them answered in their order, writes the answers. Private to
// the module; server.cpp makes them.
#pragma once

#include <array>
#include <atomic>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <chrono>
#include <string>
#include <vector>

#include "core/async.hpp"
#include "http/server.hpp"
#include "http/wire.hpp"

namespace freehold::http {

using Socket = asio::basic_stream_socket<asio::generic::stream_protocol, Executor>;
using Deadline = std::chrono::steady_clock::time_point;

class Connection;
class Passage;

// What the connections of one io thread share. Only that thread touches it, but for the counters.
struct Lane {
  const Config& config;
  const Handle& handle;
  const Passing& passing;
  Deadline now = std::chrono::steady_clock::now();  // as of the last tick
  std::string date = {};                            // RFC 9110 Date, as of the last tick
  bool draining = false;
  std::vector<Connection*> connections = {};
  std::atomic<std::uint64_t> requests = 0;
  std::atomic<std::uint64_t> refused = 0;
};

class Connection {
 public:
  Connection(Lane& lane, Socket socket, std::string peer);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Until the client or the server ends it.
  Task<> run();
  // Says that the server is full, and nothing else.
  Task<> turn_away();

  // Ends what has waited beyond its deadline.
  void check_deadline();
  // Closes it when it waits between two requests; whether it did.
  bool close_if_idle();
  // Closes it wherever it is.
  void close();

 private:
  friend class Passage;
  enum class Phase { idle, head, body, answering, passing, writing, lingering };
  enum class Step { read, answer, pass };

  void enter(Phase phase);

  // Goes on with the bytes that are there: a whole request to answer, or more to read.
  Step advance();
  void begin_message();
  // What becomes of a request whose head alone has come, where some are passed on.
  Step choose();
  void make_room();
  void receive(const boost::system::error_code& error, std::size_t size);

  // Has the request answered, here or by another server; whether the connection goes on.
  Task<bool> answer();
  Task<bool> pass();
  void put(Response response);
  void put_failure(std::string_view reason);
  void refuse(const Refusal& refusal);
  bool is_full() const;

  // What is left to send; the first try without waiting.
  std::array<asio::const_buffer, 2> unsent() const;
  bool sent(std::size_t size);
  bool send_now();
  Task<bool> send();
  Task<> linger();
  // Sends the pieces of a body until it ends or nobody takes them.
  Task<> stream(std::function<Task<std::string>()> pieces);

  Lane& lane_;
  Socket socket_;
  std::string peer_;
  RequestReader reader_;
  Request request_;
  std::vector<char> in_;
  std::size_t in_begin_ = 0;
  std::size_t in_end_ = 0;
  std::string out_;                            // heads and small bodies of one or more answers
  std::function<Task<std::string>()> pieces_;  // of the body that is being answered, if it has any
  Response large_;                             // its body follows out_ without being copied
  std::size_t sent_ = 0;
  Passage* passage_ = nullptr;  // while the request is passed on
  Phase phase_ = Phase::answering;
  Deadline deadline_;
  bool reading_message_ = false;
  bool chosen_ = false;  // that it is answered here
  bool told_to_continue_ = false;
  bool closing_ = false;
  bool lingers_ =
      false;  // the client may still be sending: closing at once would reset what it reads
  bool expired_ = false;
};

}  // namespace freehold::http
