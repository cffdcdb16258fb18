// A redis-server of a test's own, on a unix socket in a folder that goes with it, so that the test
// may kill it, freeze it and start it again.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "core/runtime.hpp"
#include "core/task.hpp"
#include "redis/redis.hpp"

namespace freehold::redis {

class TestServer {
 public:
  // Options as in redis.conf: {"--user", "app", "on", ">pw", "~*", "+@all"}. Returns when it
  // answers.
  explicit TestServer(std::vector<std::string> options = {});
  ~TestServer();
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;

  const std::string& folder() const { return folder_; }
  std::string socket() const { return folder_ + "/redis.sock"; }
  Config config() const;

  void kill();  // SIGKILL
  void start();
  void freeze();  // SIGSTOP: connections are accepted, nothing is answered
  void thaw();

 private:
  void wait_until_up() const;

  std::vector<std::string> options_;
  std::string folder_;
  pid_t pid_ = 0;
};

// A port on loopback that was free a moment ago.
int free_port();

// Runs `task` on io thread 0, closes the client, and throws what the task threw.
void run(Runtime& runtime, Client& client, Task<> task);

// Waits until the condition holds; throws after five seconds.
Task<> until(std::function<bool()> holds);

}  // namespace freehold::redis
