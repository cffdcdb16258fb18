// One connection to a product. Private to the module.
#pragma once

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <chrono>
#include <string>
#include <vector>

#include "core/async.hpp"
#include "gateway/answer_reader.hpp"

namespace freehold::gateway {

using Socket = asio::basic_stream_socket<asio::generic::stream_protocol, Executor>;

class Line {
 public:
  explicit Line(Socket connected);

  // Whether all of it went out.
  Task<bool> send(std::string_view bytes);
  // Whether something came; false at the end of the connection.
  Task<bool> receive();

  // What has come and is not used yet.
  std::string_view waiting() const { return {in_.data() + begin_, end_ - begin_}; }
  void use(std::size_t size) { begin_ += size; }

  // Nothing has come that nobody asked for, and the other side has not ended it.
  bool is_quiet();
  void close();

  AnswerReader reader;
  std::string body;  // of the answer, as far as it was read and not passed on
  std::chrono::steady_clock::time_point last_used = {};

 private:
  Socket socket_;
  std::vector<char> in_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace freehold::gateway
