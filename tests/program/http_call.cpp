#include "tests/program/http_call.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace freehold::program {
namespace {

int connected_to(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(std::uint16_t(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const timeval patience{10, 0};
  ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
    return socket;
  ::close(socket);
  return -1;
}

std::string everything_from(int socket) {
  std::string text;
  char buffer[4096];
  for (ssize_t n; (n = ::read(socket, buffer, sizeof buffer)) > 0;)
    text.append(buffer, std::size_t(n));
  return text;
}

// The answer, if all of it is there: as many bytes as its head says.
Heard heard_in(const std::string& text) {
  const auto end = text.find("\r\n\r\n");
  const auto length = text.find("Content-Length: ");
  if (end == std::string::npos || length == std::string::npos || length > end) return {};
  Heard heard{std::stoi(text.substr(9, 3)), text.substr(end + 4)};
  if (heard.body.size() != std::stoul(text.substr(length + 16))) return {};
  return heard;
}

}  // namespace

Heard call(int port, std::string_view method, std::string_view target,
           const std::vector<std::pair<std::string, std::string>>& headers, std::string_view body) {
  std::string text = fmt::format(
      "{} {} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
      "Content-Length: {}\r\n",
      method, target, body.size());
  for (const auto& [name, value] : headers) text += fmt::format("{}: {}\r\n", name, value);
  text += fmt::format("\r\n{}", body);
  const int socket = connected_to(port);
  if (socket < 0) return {};
  const bool sent = ::send(socket, text.data(), text.size(), MSG_NOSIGNAL) == ssize_t(text.size());
  const Heard heard = sent ? heard_in(everything_from(socket)) : Heard{};
  ::close(socket);
  return heard;
}

}  // namespace freehold::program
