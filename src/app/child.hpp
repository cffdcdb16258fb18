// A child process that cannot outlive this one: the kernel sends it a signal when this process
// dies, whatever it died of.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace freehold::app {

// The user that servers run as when this process is root (PostgreSQL refuses to run as root).
struct Account {
  uid_t uid;
  gid_t gid;
  std::string name;
};
// `postgres` when it exists, else `nobody`; nothing when this process is not root.
std::optional<Account> unprivileged_account();

struct Command {
  std::vector<std::string> words;  // an absolute path and its arguments
  std::string folder;              // working directory
  std::string log;                 // file that output is appended to
  int parent_death_signal;         // what the kernel sends when this process dies
};

class Child {
 public:
  Child() = default;
  // Starts it in a session of its own, so that Ctrl-C in the terminal reaches only this process,
  // which then stops its children in order. Call from the main thread: the kernel's signal is tied
  // to the thread that forks. Throws std::runtime_error when it cannot be started.
  static Child start(const Command& command);
  // Runs it to its end; its exit status.
  static int run(const Command& command);

  Child(Child&& other) noexcept : pid_(std::exchange(other.pid_, -1)) {}
  Child& operator=(Child&& other) noexcept {
    std::swap(pid_, other.pid_);
    return *this;
  }
  ~Child();  // stops it the hard way when stop() was not called

  pid_t pid() const { return pid_; }
  bool running();
  // Sends `signal` and waits; kills after `patience`.
  void stop(int signal, std::chrono::seconds patience);

 private:
  explicit Child(pid_t pid) : pid_(pid) {}
  pid_t pid_ = -1;
};

}  // namespace freehold::app
