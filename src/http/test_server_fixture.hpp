// A server on a loopback port with threads of its own, and a client that blocks, for tests of what
// goes over the wire. Time for deadlines passes only by `server.pass_time`.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/asio/post.hpp>
#include <future>
#include <thread>

#include "core/async.hpp"
#include "core/scope.hpp"
#include "http/server.hpp"

namespace freehold::http {

class ServerFixture {
 public:
  explicit ServerFixture(Handle handle, Config config = {}, unsigned threads = 1,
                         Passing passing = {})
      : runtime(threads, 1),
        server(runtime, by_hand(std::move(config)), std::move(handle), std::move(passing)) {
    server.start();
    thread_ = std::jthread([this] { runtime.run(); });
  }

  ~ServerFixture() {
    if (!drained_) drain().get();
    runtime.release();
    thread_.join();
  }

  // Begins to drain; the future is ready when it has ended.
  std::future<void> drain() {
    drained_ = true;
    auto done = std::make_shared<std::promise<void>>();
    asio::post(runtime.executor(0), [this, done] { scope_.spawn("drain", wait(done)); });
    return done->get_future();
  }

  // Returns when what was posted to the first thread before has run.
  void wait_for_posted() {
    std::promise<void> passed;
    asio::post(runtime.executor(0), [&] { passed.set_value(); });
    passed.get_future().wait();
  }

  Runtime runtime;
  Server server;

 private:
  static Config by_hand(Config config) {
    config.tick = std::chrono::milliseconds(0);
    if (!config.listen.starts_with("unix:")) config.listen = "127.0.0.1:0";
    return config;
  }

  Task<> wait(std::shared_ptr<std::promise<void>> done) {
    co_await server.drain();
    done->set_value();
  }

  bool drained_ = false;
  Scope scope_{runtime.executor(0)};
  std::jthread thread_;
};

// A connection that waits up to five seconds for what it reads.
class WireClient {
 public:
  explicit WireClient(int port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(std::uint16_t(port));
    connect(reinterpret_cast<const sockaddr*>(&address), sizeof address);
  }
  explicit WireClient(const std::string& path)
      : fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    connect(reinterpret_cast<const sockaddr*>(&address), sizeof address);
  }
  ~WireClient() { ::close(fd_); }
  WireClient(const WireClient&) = delete;
  WireClient& operator=(const WireClient&) = delete;

  WireClient& send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto size = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (size <= 0) break;
      bytes.remove_prefix(std::size_t(size));
    }
    return *this;
  }

  void end_sending() { ::shutdown(fd_, SHUT_WR); }

  // The next whole answer as "200 body", or "closed", or "silence" after five seconds.
  std::string read_answer(bool of_head_request = false) {
    std::size_t end = 0;
    while ((end = in_.find("\r\n\r\n")) == in_.npos)
      if (const std::string_view stop = receive(); !stop.empty()) return std::string(stop);
    head = in_.substr(0, end + 2);
    in_.erase(0, end + 4);
    const std::string status = head.substr(9, 3);
    const std::size_t size = of_head_request ? 0 : content_length();
    while (in_.size() < size)
      if (const std::string_view stop = receive(); !stop.empty()) return std::string(stop);
    const std::string body = in_.substr(0, size);
    in_.erase(0, size);
    return body.empty() ? status : status + " " + body;
  }

  // All that comes up to `end`, and with it; "closed" or "silence" without it.
  std::string read_until(std::string_view end) {
    std::size_t at = 0;
    while ((at = in_.find(end)) == in_.npos)
      if (const std::string_view stop = receive(); !stop.empty()) return std::string(stop);
    std::string found = in_.substr(0, at + end.size());
    in_.erase(0, at + end.size());
    return found;
  }

  // What comes until the server closes.
  std::string read_rest() {
    while (receive().empty()) {
    }
    return std::exchange(in_, {});
  }

  // The head of the answer that was read last.
  std::string head;

 private:
  void connect(const sockaddr* address, socklen_t size) {
    const timeval patience{5, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (::connect(fd_, address, size) != 0) throw std::runtime_error("cannot connect");
  }

  std::size_t content_length() const {
    const std::size_t at = head.find("Content-Length: ");
    return at == head.npos ? 0 : std::stoul(head.substr(at + 16));
  }

  std::string_view receive() {
    char buffer[16 * 1024];
    const auto size = ::recv(fd_, buffer, sizeof buffer, 0);
    if (size == 0) return "closed";
    if (size < 0) return errno == EAGAIN ? "silence" : "reset";
    in_.append(buffer, std::size_t(size));
    return {};
  }

  int fd_;
  std::string in_;
};

}  // namespace freehold::http
