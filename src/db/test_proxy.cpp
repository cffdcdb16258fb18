#include "db/test_proxy.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <stdexcept>

#include "db/conninfo.hpp"

namespace freehold::db {
namespace {

constexpr int turn_ms = 10;

sockaddr_un address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) throw std::runtime_error("socket path too long");
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

int make_socket() {
  const int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) throw std::runtime_error("no socket");
  return descriptor;
}

void require(bool is_ok, const char* what) {
  if (!is_ok) throw std::runtime_error(fmt::format("{}: {}", what, std::strerror(errno)));
}

std::uint32_t length_at(std::string_view bytes, std::size_t at) {
  std::uint32_t length = 0;
  std::memcpy(&length, bytes.data() + at, 4);
  return std::byteswap(length);
}

void send_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    bytes.remove_prefix(std::size_t(sent));
  }
}

std::string refusal() {
  using namespace std::string_literals;
  const std::string fields = "SFATAL\0C08P01\0Munsupported startup parameter: options\0\0"s;
  const std::uint32_t length = std::byteswap(std::uint32_t(fields.size() + 4));
  return "E" + std::string(reinterpret_cast<const char*>(&length), 4) + fields;
}

}  // namespace

TestProxy::TestProxy(const std::string& conninfo) {
  Conninfo parts = parse_conninfo(conninfo);
  const std::string port = parts.contains("port") ? parts["port"] : "5432";
  server_path_ = parts["host"] + "/.s.PGSQL." + port;
  folder_ = std::filesystem::temp_directory_path() / "freehold-proxy.XXXXXX";
  require(mkdtemp(folder_.data()) != nullptr, "temporary folder");
  parts["host"] = folder_;
  url_ = to_string(parts);

  listener_ = make_socket();
  const sockaddr_un address = address_of(folder_ + "/.s.PGSQL." + port);
  require(bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0,
          "bind");
  require(listen(listener_, 64) == 0, "listen");
  thread_ = std::jthread([this] { serve(); });
}

TestProxy::~TestProxy() {
  is_ending_ = true;
  thread_.join();
  close(listener_);
  for (const auto& [descriptor, client] : clients_) close(descriptor);
  std::filesystem::remove_all(folder_);
}

std::string TestProxy::take_log() {
  const std::lock_guard lock(mutex_);
  is_client_turn_ = true;
  return std::exchange(log_, {});
}

void TestProxy::serve() {
  while (!is_ending_) {
    std::vector<pollfd> polled{{listener_, POLLIN, 0}};
    for (const auto& [descriptor, client] : clients_) polled.push_back({descriptor, POLLIN, 0});
    if (poll(polled.data(), polled.size(), turn_ms) <= 0) continue;
    for (const pollfd& entry : polled) {
      if (entry.revents == 0) continue;
      if (entry.fd == listener_) {
        accept_client();
      } else if (clients_.contains(entry.fd)) {
        pass(entry.fd);
      }
    }
  }
}

void TestProxy::accept_client() {
  const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
  if (client < 0) return;
  ++attempts_;
  if (is_away_) {
    close(client);
    return;
  }
  const int server = make_socket();
  const sockaddr_un address = address_of(server_path_);
  if (connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    close(client);
    close(server);
    return;
  }
  clients_[client] = {.other = server, .is_client = true};
  clients_[server] = {.other = client, .is_client = false};
}

void TestProxy::pass(int descriptor) {
  std::array<char, 65536> buffer;
  const ssize_t got = recv(descriptor, buffer.data(), buffer.size(), 0);
  if (got <= 0) return close_pair(descriptor);
  const std::string_view bytes(buffer.data(), std::size_t(got));
  const Client& client = clients_[descriptor];
  if (client.is_client && !inspect(descriptor, bytes)) return close_pair(descriptor);
  if (!client.is_client) {
    const std::lock_guard lock(mutex_);
    is_client_turn_ = true;
  }
  send_all(client.other, bytes);
}

// False when the connection is to be closed instead.
bool TestProxy::inspect(int descriptor, std::string_view bytes) {
  Client& client = clients_[descriptor];
  client.unparsed += bytes;
  if (!client.is_logged_in) return inspect_start(descriptor, client);
  std::string& left = client.unparsed;
  while (left.size() >= 5 && left.size() > length_at(left, 1)) {
    const char type = left[0];
    left.erase(0, length_at(left, 1) + 1);
    if (type == 'X') continue;
    if (type == 'S' && syncs_to_cut_ > 0 && --syncs_to_cut_ == 0) return false;
    const std::lock_guard lock(mutex_);
    if (is_client_turn_ && !log_.empty()) log_ += '\n';
    is_client_turn_ = false;
    log_ += type;
  }
  return true;
}

// The start-up packet has no letter in front.
bool TestProxy::inspect_start(int descriptor, Client& client) {
  if (client.unparsed.size() < 4 || client.unparsed.size() < length_at(client.unparsed, 0)) {
    return true;
  }
  if (refuses_options_ && client.unparsed.contains(std::string("options\0", 8))) {
    send_all(descriptor, refusal());
    return false;
  }
  client.is_logged_in = true;
  client.unparsed.clear();
  return true;
}

void TestProxy::close_pair(int descriptor) {
  const int other = clients_[descriptor].other;
  clients_.erase(descriptor);
  clients_.erase(other);
  close(descriptor);
  close(other);
}

}  // namespace freehold::db
