// A PostgreSQL of a test's own, to be crashed and started again. On a unix socket it trusts
// everybody; on loopback, if asked to listen there, it wants TLS and passwords.
#pragma once

#include <sys/types.h>

#include <string>

namespace freehold::db {

class TestServer {
 public:
  enum class Listen { on_socket, also_on_tcp };

  explicit TestServer(Listen listen = Listen::on_socket);  // made and started
  ~TestServer();                                           // stopped and removed

  std::string conninfo() const;  // as its superuser, on the socket
  // By host name, with a certificate to be checked; no user, no password.
  std::string tcp_url() const;

  void start();
  // Kills every process of it, as a power cut does.
  void crash();
  // Holds every process of it still, and lets them go on.
  void pause();
  void resume();

 private:
  void make_certificate() const;
  void signal_all(int signal) const;

  std::string folder_;
  int port_ = 0;  // on loopback; 0: only on the socket
  pid_t postmaster_ = 0;
};

}  // namespace freehold::db
