// `freehold serve` or `freehold worker` as a process of its own, to be stopped and killed.
#pragma once

#include <sys/types.h>

#include <string>

#include "app/settings.hpp"

namespace freehold::program {

// Settings of a process on this database, on ports that were free a moment ago.
app::Settings process_settings(const std::string& database);
int port_of(const http::Config& listener);

class ServerProcess {
 public:
  enum class Command { serve, worker };

  // `serve` returns when it serves. Settings as given; its log goes to nowhere.
  explicit ServerProcess(const app::Settings& settings, Command command = Command::serve);
  ~ServerProcess();

  void kill();  // SIGKILL
  // Asks it to end and waits; its exit status, or -1 when a signal ended it.
  int stop();

 private:
  std::string folder_;
  pid_t pid_ = 0;
};

}  // namespace freehold::program
