// The other side of a test: a server on loopback whose connections follow a script, line by line,
// each on a thread of its own.
#pragma once

#include <openssl/ssl.h>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "core/runtime.hpp"
#include "core/task.hpp"

namespace freehold::egress {

// One accepted connection. What is read of a closed one is empty.
class TestConnection {
 public:
  TestConnection(int socket, SSL_CTX* tls);
  ~TestConnection();

  bool start_tls();  // false when the client does not trust us
  void write(std::string_view bytes);
  // Up to and with `end`.
  std::string read_through(std::string_view end);
  // Head and body of an HTTP request.
  std::string read_request();
  void wait_until_closed();

 private:
  friend class TestPeer;
  bool fill();

  int socket_;
  SSL_CTX* context_;
  SSL* tls_ = nullptr;
  std::string buffer_;
};

// A certificate for localhost and 127.0.0.1, signed by itself, in files of its own.
class TestCertificate {
 public:
  TestCertificate();
  ~TestCertificate();
  std::string file() const { return folder_ + "/cert.pem"; }
  std::string key_file() const { return folder_ + "/key.pem"; }
  SSL_CTX* context() const { return context_; }

 private:
  std::string folder_;
  SSL_CTX* context_;
};

class TestPeer {
 public:
  using Script = std::function<void(TestConnection&)>;

  explicit TestPeer(Script script, const TestCertificate* certificate = nullptr);
  ~TestPeer();

  int port() const { return port_; }
  std::string url(std::string_view path = "/") const;
  int connections() const { return accepted_; }

 private:
  void accept();

  Script script_;
  SSL_CTX* tls_;
  int listener_;
  int port_ = 0;
  std::atomic<int> accepted_ = 0;
  std::atomic<bool> ending_ = false;
  std::mutex mutex_;
  std::vector<int> sockets_;           // open ones
  std::vector<std::jthread> threads_;  // one a connection
  std::jthread acceptor_;
};

// Runs `task` on io thread 0 and throws what it threw.
void run(Runtime& runtime, Task<> task);

}  // namespace freehold::egress
