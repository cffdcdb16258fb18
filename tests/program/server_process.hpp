// `freehold serve` as a process of its own, to be killed.
#pragma once

#include <sys/types.h>

#include <string>

#include "app/settings.hpp"

namespace freehold::program {

class ServerProcess {
 public:
  // Returns when it serves. Settings as given; its log goes to nowhere.
  explicit ServerProcess(const app::Settings& settings);
  ~ServerProcess();

  void kill();  // SIGKILL

 private:
  std::string folder_;
  pid_t pid_ = 0;
};

}  // namespace freehold::program
