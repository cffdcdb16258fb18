// `freehold serve` as a process of its own, to be killed, and a client that speaks to it over the
// network.
#pragma once

#include <sys/types.h>

#include <string>
#include <utility>
#include <vector>

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

struct Heard {
  int status = 0;  // 0: the connection broke off before the whole answer was there
  std::string body;
};

// One request on a connection of its own.
Heard call(int port, std::string_view method, std::string_view target,
           const std::vector<std::pair<std::string, std::string>>& headers,
           std::string_view body = "");

}  // namespace freehold::program
