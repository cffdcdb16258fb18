// A byte stream to Redis: TCP, TLS over TCP, or a unix socket.
#pragma once

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "core/async.hpp"
#include "redis/redis.hpp"
#include "redis/target.hpp"

namespace freehold::redis {

// What every connection of a client is made from. Throws std::invalid_argument for a URL or a file
// that it cannot use.
struct Settings {
  explicit Settings(Config config);

  Config config;
  Target target;
  asio::ssl::context tls{asio::ssl::context::tls_client};
};

class Stream {
 public:
  Stream(const Executor& executor, Settings& settings);

  using Error = boost::system::error_code;

  Task<Error> connect();
  struct Read {
    Error error;
    std::size_t count;
  };
  Task<Read> read_some(std::span<char> into);
  // Writes everything; false when the stream broke, and read_some says why.
  Task<bool> write(std::string_view bytes);

  // Ends what waits above.
  void close();

 private:
  using Socket = asio::basic_stream_socket<asio::generic::stream_protocol, Executor>;

  Task<Error> connect_unix();
  Task<Error> connect_tcp();
  Task<Error> shake_hands();

  Settings& settings_;
  Socket socket_;
  std::optional<asio::ssl::stream<Socket&>> tls_;
};

}  // namespace freehold::redis
