// A product that is played by hand: it takes connections, reads what came and says what it is told
// to. Waits up to five seconds for what it reads.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace freehold::gateway {

class Product {
 public:
  // One connection to it.
  class Call {
   public:
    explicit Call(int fd) : fd_(fd) {}
    ~Call() { close(); }
    Call(Call&& other) noexcept : fd_(std::exchange(other.fd_, -1)), in_(std::move(other.in_)) {}
    Call& operator=(Call&&) = delete;

    // All that came up to `end` and with it; "closed: …" when the connection ended before.
    std::string read_until(std::string_view end) {
      std::size_t at = 0;
      while ((at = in_.find(end)) == in_.npos)
        if (!receive()) return "closed: " + in_;
      std::string found = in_.substr(0, at + end.size());
      in_.erase(0, at + end.size());
      return found;
    }
    std::string read_head() { return read_until("\r\n\r\n"); }
    // Whether the other side has ended it, and nothing more came.
    bool is_over() { return !receive() && in_.empty(); }
    Call& say(std::string_view bytes) {
      while (!bytes.empty()) {
        const auto size = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (size <= 0) break;
        bytes.remove_prefix(std::size_t(size));
      }
      return *this;
    }
    void close() {
      if (fd_ >= 0) ::close(std::exchange(fd_, -1));
    }

   private:
    bool receive() {
      char buffer[16 * 1024];
      const auto size = ::recv(fd_, buffer, sizeof buffer, 0);
      if (size > 0) in_.append(buffer, std::size_t(size));
      return size > 0;
    }
    int fd_;
    std::string in_;
  };

  Product() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const timeval patience{5, 0};  // of accept
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* any = reinterpret_cast<sockaddr*>(&address);
    if (::bind(fd_, any, size) != 0 || ::listen(fd_, 16) != 0) throw std::runtime_error("bind");
    ::getsockname(fd_, any, &size);
    port = ntohs(address.sin_port);
  }
  ~Product() { stop(); }
  Product(const Product&) = delete;
  Product& operator=(const Product&) = delete;

  Call take() {
    const int fd = ::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) throw std::runtime_error("nobody called the product");
    const timeval patience{5, 0};
    ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    return Call(fd);
  }
  // Takes no connection any more.
  void stop() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }

  int port = 0;

 private:
  int fd_;
};

}  // namespace freehold::gateway
