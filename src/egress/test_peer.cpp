#include "egress/test_peer.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "core/async.hpp"
#include "core/scope.hpp"

namespace freehold::egress {
namespace {

Task<> finish(Runtime& runtime, Task<> task, std::exception_ptr& failure) {
  try {
    co_await std::move(task);
  } catch (...) {
    failure = std::current_exception();
  }
  runtime.release();
}

}  // namespace

TestConnection::TestConnection(int socket, SSL_CTX* tls) : socket_(socket), context_(tls) {}

TestConnection::~TestConnection() {
  if (tls_ != nullptr) SSL_free(tls_);
}

bool TestConnection::start_tls() {
  tls_ = SSL_new(context_);
  SSL_set_fd(tls_, socket_);
  return SSL_accept(tls_) == 1;
}

void TestConnection::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto count = tls_ != nullptr ? SSL_write(tls_, bytes.data(), int(bytes.size()))
                                       : ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return;
    bytes.remove_prefix(std::size_t(count));
  }
}

bool TestConnection::fill() {
  char bytes[16 * 1024];
  const auto count = tls_ != nullptr ? SSL_read(tls_, bytes, sizeof bytes)
                                     : ::recv(socket_, bytes, sizeof bytes, 0);
  if (count > 0) buffer_.append(bytes, std::size_t(count));
  return count > 0;
}

std::string TestConnection::read_through(std::string_view end) {
  std::size_t at;
  while ((at = buffer_.find(end)) == std::string::npos) {
    if (!fill()) return {};
  }
  auto text = buffer_.substr(0, at + end.size());
  buffer_.erase(0, text.size());
  return text;
}

std::string TestConnection::read_request() {
  auto head = read_through("\r\n\r\n");
  const auto field = head.find("Content-Length: ");
  const auto length = field == std::string::npos ? 0 : std::stoul(head.substr(field + 16));
  while (buffer_.size() < length) {
    if (!fill()) return {};
  }
  auto request = head + buffer_.substr(0, length);
  buffer_.erase(0, length);
  return request;
}

void TestConnection::wait_until_closed() {
  while (fill()) buffer_.clear();
}

TestCertificate::TestCertificate() : folder_("/tmp/freehold-cert.XXXXXX") {
  if (::mkdtemp(folder_.data()) == nullptr) throw std::runtime_error("no temporary folder");
  const auto command = fmt::format(
      "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=test "
      "-addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout {} -out {} 2>/dev/null",
      key_file(), file());
  context_ = SSL_CTX_new(TLS_server_method());
  if (std::system(command.c_str()) != 0 ||
      SSL_CTX_use_certificate_file(context_, file().c_str(), SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_use_PrivateKey_file(context_, key_file().c_str(), SSL_FILETYPE_PEM) != 1)
    throw std::runtime_error("no certificate");
}

TestCertificate::~TestCertificate() {
  SSL_CTX_free(context_);
  std::filesystem::remove_all(folder_);
}

TestPeer::TestPeer(Script script, const TestCertificate* certificate)
    : script_(std::move(script)), tls_(certificate == nullptr ? nullptr : certificate->context()) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* any = reinterpret_cast<sockaddr*>(&address);
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (::bind(listener_, any, size) != 0 || ::listen(listener_, 512) != 0 ||
      ::getsockname(listener_, any, &size) != 0)
    throw std::runtime_error("cannot listen on loopback");
  port_ = ntohs(address.sin_port);
  acceptor_ = std::jthread([this] { accept(); });
}

TestPeer::~TestPeer() {
  ending_ = true;
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  {
    const std::lock_guard guard(mutex_);
    for (const int socket : sockets_) ::shutdown(socket, SHUT_RDWR);
  }
  threads_.clear();
  ::close(listener_);
}

std::string TestPeer::url(std::string_view path) const {
  return fmt::format("{}://localhost:{}{}", tls_ != nullptr ? "https" : "http", port_, path);
}

void TestPeer::accept() {
  while (!ending_) {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) continue;
    ++accepted_;
    const std::lock_guard guard(mutex_);
    sockets_.push_back(socket);
    threads_.emplace_back([this, socket] {
      {
        TestConnection connection(socket, tls_);
        script_(connection);
      }
      const std::lock_guard closing(mutex_);
      std::erase(sockets_, socket);
      ::close(socket);
    });
  }
}

void run(Runtime& runtime, Task<> task) {
  std::exception_ptr failure;
  Scope scope(runtime.executor(0));
  scope.spawn("test", finish(runtime, std::move(task), failure));
  runtime.run();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace freehold::egress
