#include "app/child.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <stdexcept>
#include <thread>

namespace freehold::app {
namespace {

constexpr int could_not_start = 127;

// Between fork and exec only calls that are safe in a child of a threaded process.
[[noreturn]] void become(const Command& command, char* const* words,
                         const std::optional<Account>& account, pid_t parent) {
  setsid();
  if (account) {
    const bool dropped = setgroups(0, nullptr) == 0 &&
                         setresgid(account->gid, account->gid, account->gid) == 0 &&
                         setresuid(account->uid, account->uid, account->uid) == 0;
    if (!dropped) _exit(could_not_start);
  }
  // After the change of user, which would clear it.
  prctl(PR_SET_PDEATHSIG, command.parent_death_signal);
  if (getppid() != parent) _exit(could_not_start);
  const int log = open(command.log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0640);
  const int nothing = open("/dev/null", O_RDONLY);
  dup2(nothing, STDIN_FILENO);
  if (log >= 0) dup2(log, STDOUT_FILENO), dup2(log, STDERR_FILENO);
  for (int fd = 3; fd < 1024; ++fd) close(fd);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  if (!command.folder.empty() && chdir(command.folder.c_str()) != 0) _exit(could_not_start);
  execv(words[0], words);
  _exit(could_not_start);
}

pid_t launch(const Command& command) {
  std::vector<char*> words;
  for (const std::string& word : command.words) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  const auto account = unprivileged_account();
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid < 0)
    throw std::runtime_error(
        fmt::format("cannot start {}: {}", command.words[0], std::strerror(errno)));
  if (pid == 0) become(command, words.data(), account, parent);
  return pid;
}

}  // namespace

std::optional<Account> unprivileged_account() {
  if (geteuid() != 0) return {};
  for (const char* name : {"postgres", "nobody"}) {
    if (const passwd* entry = getpwnam(name)) return Account{entry->pw_uid, entry->pw_gid, name};
  }
  throw std::runtime_error(
      "there is neither a user postgres nor a user nobody to run PostgreSQL as");
}

Child Child::start(const Command& command) {
  return Child{launch(command)};
}

int Child::run(const Command& command) {
  const pid_t pid = launch(command);
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

Child::~Child() {
  if (pid_ > 0) stop(SIGKILL, std::chrono::seconds(5));
}

bool Child::running() {
  if (pid_ <= 0) return false;
  if (waitpid(pid_, nullptr, WNOHANG) == 0) return true;
  pid_ = -1;
  return false;
}

void Child::stop(int signal, std::chrono::seconds patience) {
  if (!running()) return;
  kill(pid_, signal);
  const auto until = std::chrono::steady_clock::now() + patience;
  while (running() && std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  if (!running()) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

}  // namespace freehold::app
