#include "redis/test_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <thread>

#include "core/async.hpp"
#include "core/scope.hpp"

namespace freehold::redis {
namespace {

bool accepts(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
  const bool accepted =
      ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::close(socket);
  return accepted;
}

pid_t spawn(const std::vector<std::string>& command) {
  std::vector<char*> words;
  for (const auto& word : command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid != 0) return pid;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() == parent) ::execvp(words[0], words.data());
  ::_exit(127);
}

Task<> finish(Client& client, Runtime& runtime, Task<> task, std::exception_ptr& failure) {
  try {
    co_await std::move(task);
  } catch (...) {
    failure = std::current_exception();
  }
  client.close();
  runtime.release();
}

}  // namespace

TestServer::TestServer(std::vector<std::string> options) : options_(std::move(options)) {
  std::string folder = "/tmp/freehold-redis.XXXXXX";
  if (::mkdtemp(folder.data()) == nullptr) throw std::runtime_error("no temporary folder");
  folder_ = folder;
  start();
}

TestServer::~TestServer() {
  kill();
  std::filesystem::remove_all(folder_);
}

Config TestServer::config() const {
  // Generous, because a loaded machine is not what these tests are about.
  return {.url = "unix://" + socket(), .deadline = std::chrono::milliseconds(5'000)};
}

void TestServer::start() {
  std::vector<std::string> command{
      "redis-server", "--port", "0", "--unixsocket", socket(),        "--dir",
      folder_,        "--save", "",  "--logfile",    folder_ + "/log"};
  command.insert(command.end(), options_.begin(), options_.end());
  pid_ = spawn(command);
  wait_until_up();
}

void TestServer::wait_until_up() const {
  while (!accepts(socket())) {
    if (::waitpid(pid_, nullptr, WNOHANG) != 0)
      throw std::runtime_error("redis-server did not start");
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

void TestServer::kill() {
  if (pid_ == 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  pid_ = 0;
}

void TestServer::freeze() {
  ::kill(pid_, SIGSTOP);
}

void TestServer::thaw() {
  ::kill(pid_, SIGCONT);
}

int free_port() {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* any = reinterpret_cast<sockaddr*>(&address);
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  if (::bind(socket, any, size) != 0 || ::getsockname(socket, any, &size) != 0)
    throw std::runtime_error("no free port");
  ::close(socket);
  return ntohs(address.sin_port);
}

void run(Runtime& runtime, Client& client, Task<> task) {
  std::exception_ptr failure;
  Scope scope(runtime.executor(0));
  scope.spawn("test", finish(client, runtime, std::move(task), failure));
  runtime.run();
  if (failure) std::rethrow_exception(failure);
}

Task<> until(std::function<bool()> holds) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  while (!holds()) {
    if (std::chrono::steady_clock::now() > end) throw std::runtime_error("it did not come to pass");
    co_await sleep_for(std::chrono::milliseconds(1));
  }
}

}  // namespace freehold::redis
