#include "db/test_server.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
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

void run(std::vector<std::string> words) {
  const std::string program = words[0];
  int status = 0;
  waitpid(launch(std::move(words)), &status, 0);
  if (status != 0) throw std::runtime_error(program + " failed");
}

int free_port() {
  const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* any = reinterpret_cast<sockaddr*>(&address);
  if (bind(descriptor, any, size) != 0 || getsockname(descriptor, any, &size) != 0) {
    throw std::runtime_error("no free port");
  }
  close(descriptor);
  return ntohs(address.sin_port);
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

// Up to a minute: after a crash it syncs its whole folder first, on a disk that others use too.
void wait_until_up(const std::string& conninfo) {
  for (int attempt = 0; attempt < 3'000; ++attempt) {
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

TestServer::TestServer(Listen listen) : port_(listen == Listen::also_on_tcp ? free_port() : 0) {
  folder_ = "/tmp/freehold-own.XXXXXX";  // short enough for a socket
  if (mkdtemp(folder_.data()) == nullptr) throw std::runtime_error("no temporary folder");
  if (geteuid() == 0) {
    const passwd* user = getpwnam("postgres");
    if (user == nullptr || chown(folder_.c_str(), user->pw_uid, user->pw_gid) != 0) {
      throw std::runtime_error("no user postgres");
    }
  }
  run({programs + "initdb", "-D", folder_ + "/data", "-U", "postgres", "--auth-local=trust",
       "--auth-host=scram-sha-256", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"});
  if (port_ != 0) make_certificate();
  start();
}

TestServer::~TestServer() {
  if (postmaster_ != 0) crash();
  std::filesystem::remove_all(folder_);
}

std::string TestServer::conninfo() const {
  return fmt::format("host={} port={} user=postgres dbname=postgres", folder_,
                     port_ == 0 ? 5432 : port_);
}

std::string TestServer::tcp_url() const {
  return fmt::format(
      "postgres://localhost:{}/postgres?sslmode=verify-full&sslrootcert={}/data/server.crt", port_,
      folder_);
}

void TestServer::make_certificate() const {
  run({"/usr/bin/openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
       "/CN=localhost", "-keyout", folder_ + "/data/server.key", "-out",
       folder_ + "/data/server.crt"});
}

void TestServer::start() {
  std::vector<std::string> words{
      programs + "postgres", "-D", folder_ + "/data", "-k", folder_, "-c",
      "max_connections=60",  "-c"};
  if (port_ == 0) {
    words.push_back("listen_addresses=");
  } else {
    for (const std::string& word :
         {std::string("listen_addresses=127.0.0.1"), std::string("-c"),
          fmt::format("port={}", port_), std::string("-c"), std::string("ssl=on")}) {
      words.push_back(word);
    }
  }
  postmaster_ = launch(std::move(words));
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
