// The HTTP/1.1 server (RFC 9112): Beast's parser, our own response writer, one listener per io
// thread with SO_REUSEPORT.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/runtime.hpp"
#include "core/task.hpp"
#include "http/request.hpp"

namespace freehold::http {

struct Config {
  // address:port, [address]:port, port 0 for any, or unix:/path
  std::string listen = "127.0.0.1:8080";
  // CIDRs whose X-Forwarded-For and -Proto count; "unix" for whoever may open a unix socket. The
  // edge looks at them: pass them on in Site.
  std::vector<std::string> trusted_proxies = {};
  std::string errors_url = {};  // where the page of each code is: see problem_response
  std::size_t head_limit = 16 * 1024;
  std::size_t body_limit = 1024 * 1024;    // beyond it 413 before the route's own limit is known
  std::chrono::seconds head_timeout{10};   // from the first byte to the end of the head
  std::chrono::seconds body_timeout{30};   // from the end of the head to the end of the body
  std::chrono::seconds idle_timeout{75};   // between requests of a connection
  std::chrono::seconds write_timeout{30};  // without the client taking a single byte
  std::chrono::seconds drain_timeout{25};
  std::size_t max_connections = 10'000;  // per node; beyond it idle ones go, and then 503
  // How often the deadlines above are looked at, so that a request sets no timer of its own. Zero:
  // only by Server::pass_time, for tests.
  std::chrono::milliseconds tick{250};
};

// Answers every request; what it throws becomes a 500 and is logged. Heads too large (431), bodies
// too large (413), slow clients (408), bad syntax (400) are answered by the server itself.
using Handle = std::function<Task<Response>(Request&)>;

class Passage;  // http/passage.hpp

// Requests that are not answered here but passed on to another server while they arrive.
struct Passing {
  // Asked when the head of a request has come. Whoever passes it on reads its body.
  std::function<bool(const Request&)> takes = {};
  // Gives an answer of our own, or nothing once that of the other server has been written.
  std::function<Task<std::optional<Response>>(Request&, Passage&)> pass = {};
};

// Thrown by a handler: the connection is closed without an answer. For stand-ins of other services
// that simulate an answer that was lost.
struct HangUp {};

class Server {
 public:
  Server(Runtime& runtime, Config config, Handle handle, Passing passing = {});
  ~Server();

  // Binds; throws std::runtime_error with the address when it cannot. Accepting begins when the
  // runtime runs.
  void start();
  int port() const;  // after start(); useful with port 0

  // Graceful: stops accepting, answers what is in hand with `Connection: close`, closes idle
  // connections at once, and the rest after drain_timeout. Called on an io thread.
  Task<> drain();

  struct Stats {
    std::size_t connections;  // open now
    std::uint64_t requests;   // answered by the handler
    std::uint64_t
        refused;  // answered by the server itself: bad syntax, too large, too slow, too many
  };
  Stats stats() const;

  // Moves the clock of the deadlines forward on every thread; only where `tick` is zero.
  void pass_time(std::chrono::seconds by);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace freehold::http
