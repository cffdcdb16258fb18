#include "http/listener.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/asio/ip/address.hpp>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <optional>
#include <stdexcept>

namespace freehold::http {
namespace {

constexpr int backlog = 4096;
constexpr std::string_view unix_scheme = "unix:";

// An address of the kernel's, of either family.
struct Address {
  sockaddr_storage storage{};
  socklen_t size = sizeof(sockaddr_storage);

  const sockaddr* raw() const { return reinterpret_cast<const sockaddr*>(&storage); }
  sockaddr* raw() { return reinterpret_cast<sockaddr*>(&storage); }
};

[[noreturn]] void fail(const std::string& address, std::string_view why) {
  throw std::runtime_error("cannot listen on " + address + ": " + std::string(why));
}

[[noreturn]] void fail(const std::string& address) {
  fail(address, std::strerror(errno));
}

Address unix_address(const std::string& listen) {
  const std::string path = listen.substr(unix_scheme.size());
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path) fail(listen, "the path is too long");
  path.copy(address.sun_path, path.size());
  Address made;
  std::memcpy(&made.storage, &address, sizeof address);
  made.size = sizeof address;
  return made;
}

Address ip_address(const std::string& listen) {
  const std::size_t colon = listen.rfind(':');
  if (colon == listen.npos) fail(listen, "it is not address:port");
  std::string host = listen.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  boost::system::error_code error;
  const auto ip = asio::ip::make_address(host, error);
  unsigned short port = 0;
  const char* end = listen.data() + listen.size();
  const auto parsed = std::from_chars(listen.data() + colon + 1, end, port);
  if (error || parsed.ec != std::errc() || parsed.ptr != end)
    fail(listen, "it is not address:port");
  Address made;
  if (ip.is_v4()) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    std::memcpy(&address.sin_addr, ip.to_v4().to_bytes().data(), sizeof address.sin_addr);
    std::memcpy(&made.storage, &address, sizeof address);
    made.size = sizeof address;
  } else {
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_port = htons(port);
    std::memcpy(&address.sin6_addr, ip.to_v6().to_bytes().data(), sizeof address.sin6_addr);
    std::memcpy(&made.storage, &address, sizeof address);
    made.size = sizeof address;
  }
  return made;
}

int port_of(const Address& address) {
  sockaddr_in in{};
  std::memcpy(&in, &address.storage, sizeof in);  // sockaddr_in6 has its port in the same place
  return ntohs(in.sin_port);
}

// A socket file that nobody listens on any more is left over from a crash.
void remove_stale(const Address& address, const std::string& path) {
  const int probe = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (probe < 0) return;
  if (::connect(probe, address.raw(), address.size) != 0 && errno == ECONNREFUSED)
    ::unlink(path.c_str());
  ::close(probe);
}

int bind_socket(const std::string& listen, const Address& address) {
  const int family = address.storage.ss_family;
  const int fd = ::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) fail(listen);
  const int on = 1;
  if (family != AF_UNIX) {
    ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    ::setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);  // accepted sockets inherit it
  }
  if (::bind(fd, address.raw(), address.size) == 0 && ::listen(fd, backlog) == 0) return fd;
  const int why = errno;
  ::close(fd);
  errno = why;
  fail(listen);
}

// SO_REUSEPORT would let a second server of the same user take half of the connections. A socket
// without it finds out whether somebody is there.
void check_free(const std::string& listen, const Address& address) {
  const int fd = ::socket(address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) fail(listen);
  const int on = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const int failed = ::bind(fd, address.raw(), address.size);
  const int why = errno;
  ::close(fd);
  errno = why;
  if (failed != 0) fail(listen);
}

std::string peer_of(const Address& address) {
  if (address.storage.ss_family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, &address.storage, sizeof in);
    return asio::ip::address_v4(ntohl(in.sin_addr.s_addr)).to_string();
  }
  if (address.storage.ss_family == AF_INET6) {
    sockaddr_in6 in{};
    std::memcpy(&in, &address.storage, sizeof in);
    asio::ip::address_v6::bytes_type bytes;
    std::memcpy(bytes.data(), &in.sin6_addr, bytes.size());
    const asio::ip::address_v6 ip(bytes);
    if (ip.is_v4_mapped()) return asio::ip::make_address_v4(asio::ip::v4_mapped, ip).to_string();
    return ip.to_string();
  }
  return "unix";
}

Listening listen_on_unix(const std::string& listen, const std::vector<Executor>& executors) {
  Listening made;
  made.unix_path = listen.substr(unix_scheme.size());
  const Address address = unix_address(listen);
  remove_stale(address, made.unix_path);
  const int fd = bind_socket(listen, address);
  made.sockets.emplace_back(executors.front(), fd);
  for (std::size_t i = 1; i < executors.size(); ++i) {
    const int copy = ::fcntl(fd, F_DUPFD_CLOEXEC, 0);
    if (copy < 0) fail(listen);
    made.sockets.emplace_back(executors[i], copy);
  }
  return made;
}

}  // namespace

Listening listen_on(const std::string& listen, const std::vector<Executor>& executors) {
  if (listen.starts_with(unix_scheme)) return listen_on_unix(listen, executors);
  Listening made;
  Address address = ip_address(listen);
  check_free(listen, address);
  for (const Executor& executor : executors) {
    const int fd = bind_socket(listen, address);
    made.sockets.emplace_back(executor, fd);
    // With port 0 the first socket finds one and the others share it.
    ::getsockname(fd, address.raw(), &address.size);
  }
  made.port = port_of(address);
  return made;
}

AcceptResult accept_one(Descriptor& listener, const Executor& executor,
                        std::optional<Accepted>& into) {
  if (!listener.is_open()) return AcceptResult::closed;
  Address peer;
  const int fd =
      ::accept4(listener.native_handle(), peer.raw(), &peer.size, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd < 0) {
    if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
      return AcceptResult::out_of_descriptors;
    return AcceptResult::none_waiting;
  }
  const asio::generic::stream_protocol protocol(peer.storage.ss_family, 0);
  into.emplace(Accepted{Socket(executor, protocol, fd), peer_of(peer)});
  boost::system::error_code ignored;
  into->socket.non_blocking(true, ignored);
  return AcceptResult::accepted;
}

}  // namespace freehold::http
