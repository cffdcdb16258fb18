#include "db/test_server.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "db/blocking_connection.hpp"

namespace freehold::db {
namespace {

const std::string programs = "/usr/lib/postgresql/15/bin/";

// PostgreSQL refuses to be run by root.
void become_postgres() {
  if (geteuid() != 0) return;
  const passwd* user = getpwnam("postgres");
  if (user == nullptr || setgid(user->pw_gid) != 0 || setuid(user->pw_uid) != 0) _exit(126);
}

pid_t launch(std::vector<std::string> words) {
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const pid_t child = fork();
  if (child != 0) return child;
  become_postgres();
  prctl(PR_SET_PDEATHSIG, SIGINT);
  const int nowhere = open("/dev/null", O_RDWR);
  for (int descriptor = 0; descriptor <= 2; ++descriptor) dup2(nowhere, descriptor);
  execv(arguments[0], arguments.data());
  _exit(127);
}

bool is_child_of(pid_t process, pid_t parent) {
  std::ifstream stat(fmt::format("/proc/{}/stat", process));
  std::string line;
  std::getline(stat, line);
  // "pid (name) state parent …"
  const auto at = line.rfind(") ");
  return at != std::string::npos && std::atoi(line.c_str() + at + 4) == parent;
}

std::vector<pid_t> children_of(pid_t parent) {
  std::vector<pid_t> children;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const pid_t process = std::atoi(entry.path().filename().c_str());
    if (process > 0 && is_child_of(process, parent)) children.push_back(process);
  }
  return children;
}

void wait_until_up(const std::string& conninfo) {
  for (int attempt = 0; attempt < 500; ++attempt) {
    try {
      BlockingConnection connection(conninfo);
      return;
    } catch (const ServerError&) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }
  throw std::runtime_error("the test's own PostgreSQL did not start");
}

}  // namespace

TestServer::TestServer() {
  folder_ = "/tmp/freehold-own.XXXXXX";  // short enough for a socket
  if (mkdtemp(folder_.data()) == nullptr) throw std::runtime_error("no temporary folder");
  if (geteuid() == 0) {
    const passwd* user = getpwnam("postgres");
    if (user == nullptr || chown(folder_.c_str(), user->pw_uid, user->pw_gid) != 0) {
      throw std::runtime_error("no user postgres");
    }
  }
  const pid_t initdb = launch({programs + "initdb", "-D", folder_ + "/data", "-U", "postgres", "-A",
                               "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"});
  int status = 0;
  waitpid(initdb, &status, 0);
  if (status != 0) throw std::runtime_error("initdb failed");
  start();
}

TestServer::~TestServer() {
  if (postmaster_ != 0) crash();
  std::filesystem::remove_all(folder_);
}

std::string TestServer::conninfo() const {
  return fmt::format("host={} user=postgres dbname=postgres", folder_);
}

void TestServer::start() {
  postmaster_ = launch({programs + "postgres", "-D", folder_ + "/data", "-k", folder_, "-c",
                        "listen_addresses=", "-c", "max_connections=60"});
  wait_until_up(conninfo());
}

void TestServer::signal_all(int signal) const {
  for (const pid_t child : children_of(postmaster_)) kill(child, signal);
  kill(postmaster_, signal);
}

void TestServer::crash() {
  // The postmaster first, so that it does not replace what is killed.
  kill(postmaster_, SIGSTOP);
  signal_all(SIGKILL);
  waitpid(postmaster_, nullptr, 0);
  postmaster_ = 0;
  std::filesystem::remove(folder_ + "/data/postmaster.pid");
}

void TestServer::pause() {
  signal_all(SIGSTOP);
}

void TestServer::resume() {
  signal_all(SIGCONT);
}

}  // namespace freehold::db
