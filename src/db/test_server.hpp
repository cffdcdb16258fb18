// A PostgreSQL of a test's own, to be crashed and started again.
#pragma once

#include <sys/types.h>

#include <string>

namespace freehold::db {

class TestServer {
 public:
  TestServer();   // made and started
  ~TestServer();  // stopped and removed

  std::string conninfo() const;  // as its superuser

  void start();
  // Kills every process of it, as a power cut does.
  void crash();
  // Holds every process of it still, and lets them go on.
  void pause();
  void resume();

 private:
  void signal_all(int signal) const;

  std::string folder_;
  pid_t postmaster_ = 0;
};

}  // namespace freehold::db
