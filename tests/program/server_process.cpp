#include "tests/program/server_process.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "tests/program/program.hpp"

namespace freehold::program {
namespace {

int port_of(std::string_view listen) {
  return std::stoi(std::string(listen.substr(listen.rfind(':') + 1)));
}

void write_settings(const std::string& path, const app::Settings& settings) {
  std::ofstream(path) << fmt::format(
      "[http]\nlisten = \"{}\"\nbase_url = \"{}\"\n[staff]\nlisten = \"{}\"\n"
      "[database]\nurl = \"{}\"\n[redis]\nurl = \"{}\"\n[security]\nmaster_key = \"{}\"\n"
      "[billing]\nstripe_url = \"{}\"\n",
      settings.public_listener.listen, settings.base_url, settings.staff_listener.listen,
      settings.database.url, settings.redis_url, settings.master_key.reveal(), settings.stripe_url);
}

pid_t launch(const std::string& settings_file) {
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child != 0) return child;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(127);
  const int nowhere = ::open("/dev/null", O_RDWR);
  for (int descriptor = 0; descriptor <= 2; ++descriptor) ::dup2(nowhere, descriptor);
  ::execl(FREEHOLD_BINARY, FREEHOLD_BINARY, "--config", settings_file.c_str(), "serve", nullptr);
  ::_exit(127);
}

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

ServerProcess::ServerProcess(const app::Settings& settings) {
  folder_ = "/tmp/freehold-serve.XXXXXX";
  if (::mkdtemp(folder_.data()) == nullptr) throw std::runtime_error("no temporary folder");
  const std::string file = folder_ + "/freehold.toml";
  write_settings(file, settings);
  pid_ = launch(file);
  wait_until([&] {
    if (::waitpid(pid_, nullptr, WNOHANG) != 0) throw std::runtime_error("freehold serve ended");
    return call(port_of(settings.public_listener.listen), "GET", "/login", {}).status == 200;
  });
}

ServerProcess::~ServerProcess() {
  kill();
  std::filesystem::remove_all(folder_);
}

void ServerProcess::kill() {
  if (pid_ == 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  pid_ = 0;
}

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
