#include "tests/program/server_process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "tests/program/http_call.hpp"
#include "tests/program/program.hpp"

namespace freehold::program {
namespace {

void write_settings(const std::string& path, const app::Settings& settings) {
  std::ofstream(path) << fmt::format(
      "[product]\ntemplates = \"{}\"\n[http]\nlisten = \"{}\"\nbase_url = \"{}\"\n[staff]\nlisten "
      "= \"{}\"\n"
      "[database]\nurl = \"{}\"\nadmin_url = \"{}\"\npooler = \"{}\"\n[redis]\nurl = "
      "\"{}\"\n[security]\nmaster_key = \"{}\"\n"
      "[billing]\nstripe_url = \"{}\"\n[worker]\nlisten = \"{}\"\n[dev]\nclock_file = \"{}\"\n",
      settings.templates_folder, settings.public_listener.listen, settings.base_url,
      settings.staff_listener.listen, settings.database.url, settings.admin_url,
      settings.database.pooler == db::Pooler::none ? "none" : "transaction", settings.redis_url,
      settings.master_key.reveal(), settings.stripe_url, settings.worker_listener.listen,
      settings.clock_file);
}

pid_t launch(const std::string& settings_file, const char* command) {
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child != 0) return child;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(127);
  const int nowhere = ::open("/dev/null", O_RDWR);
  for (int descriptor = 0; descriptor <= 2; ++descriptor) ::dup2(nowhere, descriptor);
  ::execl(FREEHOLD_BINARY, FREEHOLD_BINARY, "--config", settings_file.c_str(), command, nullptr);
  ::_exit(127);
}

}  // namespace

app::Settings process_settings(const std::string& database) {
  app::Settings settings = settings_for(database);
  settings.database.master_key = settings.master_key;  // the passwords of its roles follow from it
  settings.staff_listener.listen = fmt::format("127.0.0.1:{}", free_port());
  return settings;
}

int port_of(const http::Config& listener) {
  return std::stoi(listener.listen.substr(listener.listen.rfind(':') + 1));
}

ServerProcess::ServerProcess(const app::Settings& settings, Command command) {
  folder_ = "/tmp/freehold-serve.XXXXXX";
  if (::mkdtemp(folder_.data()) == nullptr) throw std::runtime_error("no temporary folder");
  const std::string file = folder_ + "/freehold.toml";
  write_settings(file, settings);
  pid_ = launch(file, command == Command::serve ? "serve" : "worker");
  if (command == Command::worker) return;
  wait_until([&] {
    if (::waitpid(pid_, nullptr, WNOHANG) != 0) throw std::runtime_error("freehold serve ended");
    return call(port_of(settings.public_listener), "GET", "/login", {}).status == 200;
  });
}

ServerProcess::~ServerProcess() {
  kill();
  std::filesystem::remove_all(folder_);
}

void ServerProcess::kill() {
  if (pid_ == 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  pid_ = 0;
}

int ServerProcess::stop() {
  ::kill(pid_, SIGTERM);
  int status = 0;
  ::waitpid(pid_, &status, 0);
  pid_ = 0;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace freehold::program
