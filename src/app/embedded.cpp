#include "app/embedded.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "core/crypto.hpp"

namespace freehold::app {
namespace {

namespace fs = std::filesystem;

constexpr auto patience = std::chrono::seconds(30);
constexpr auto step = std::chrono::milliseconds(20);

void give_to_servers(const fs::path& path) {
  const auto account = unprivileged_account();
  if (account && chown(path.c_str(), account->uid, account->gid) != 0)
    throw std::runtime_error(fmt::format("cannot hand {} to {}: {}", path.string(), account->name,
                                         std::strerror(errno)));
}

void make_private(const fs::path& path) {
  fs::create_directories(path);
  fs::permissions(path, fs::perms::owner_all);
  give_to_servers(path);
}

// Whether a stranger to root may walk down to `path`.
bool open_to_servers(const fs::path& path) {
  for (fs::path at = path; at.has_relative_path(); at = at.parent_path()) {
    if (!fs::exists(at)) continue;
    if ((fs::status(at).permissions() & fs::perms::others_exec) == fs::perms::none) return false;
  }
  return true;
}

std::string short_hash(const fs::path& path) {
  return to_hex(view(sha256(path.string()))).substr(0, 10);
}

fs::path program(std::string_view name, std::initializer_list<const char*> places) {
  for (const char* place : places) {
    const fs::path path = fs::path(place) / name;
    if (access(path.c_str(), X_OK) == 0) return path;
  }
  throw std::runtime_error(fmt::format(
      "{} is not installed; ./dev up installs it (apt install postgresql-15 redis-server)", name));
}

fs::path postgres_program(std::string_view name) {
  return program(name, {"/usr/lib/postgresql/15/bin", "/usr/lib/postgresql/16/bin",
                        "/usr/lib/postgresql/17/bin", "/usr/bin"});
}

std::string tail_of(const fs::path& log) {
  std::ifstream file(log);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  return text.size() > 2000 ? text.substr(text.size() - 2000) : text;
}

bool redis_answers(const fs::path& socket_path) {
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, socket_path.c_str(), sizeof address.sun_path - 1);
  bool answers = connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  char reply[5] = {};
  answers = answers && write(fd, "PING\r\n", 6) == 6 && read(fd, reply, 5) == 5 &&
            std::string_view(reply, 5) == "+PONG";
  close(fd);
  return answers;
}

template <class Ready>
void wait_until(Child& child, const fs::path& log, Ready ready) {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (!ready()) {
    if (!child.running() || std::chrono::steady_clock::now() > until)
      throw std::runtime_error(
          fmt::format("it did not start; the end of {}:\n{}", log.string(), tail_of(log)));
    std::this_thread::sleep_for(step);
  }
}

std::optional<std::string> process_in(const fs::path& folder) {
  for (const auto& entry : fs::directory_iterator("/proc")) {
    std::error_code not_a_process;
    if (fs::read_symlink(entry.path() / "cwd", not_a_process) == folder)
      return entry.path().filename().string();
  }
  return {};
}

void initialise_cluster(const fs::path& data, const fs::path& log) {
  if (fs::exists(data / "PG_VERSION")) return;
  const int status = Child::run(
      {.words = {postgres_program("initdb"), "-D", data, "-U", "postgres", "--auth=trust",
                 "--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions"},
       .folder = data.parent_path(),
       .log = log,
       .parent_death_signal = SIGKILL});
  if (status != 0)
    throw std::runtime_error(
        fmt::format("initdb failed; the end of {}:\n{}", log.string(), tail_of(log)));
}

void create_database(const std::string& admin_url, const std::string& name) {
  const std::unique_ptr<PGconn, decltype(&PQfinish)> connection{
      PQconnectdb((admin_url + " dbname=postgres").c_str()), &PQfinish};
  const auto run = [&](const std::string& sql) {
    return std::unique_ptr<PGresult, decltype(&PQclear)>{PQexec(connection.get(), sql.c_str()),
                                                         &PQclear};
  };
  const auto found = run(fmt::format("select 1 from pg_database where datname = '{}'", name));
  if (PQntuples(found.get()) == 1) return;
  const auto made = run("create database " + name);
  if (PQresultStatus(made.get()) != PGRES_COMMAND_OK)
    throw std::runtime_error(PQerrorMessage(connection.get()));
}

}  // namespace

Folders make_folders(const fs::path& var) {
  Folders folders{.var = fs::absolute(var), .data = {}, .sockets = {}};
  if (fs::is_symlink(folders.var)) {
    folders.data = fs::read_symlink(folders.var);
  } else if (unprivileged_account() && !open_to_servers(folders.var.parent_path())) {
    folders.data = fs::path("/var/lib/freehold") / short_hash(folders.var);
    if (fs::exists(folders.var))
      throw std::runtime_error(fmt::format(
          "{} exists, but PostgreSQL's user cannot reach it; move it away", folders.var.string()));
    fs::create_directories(folders.data);
    fs::create_directory_symlink(folders.data, folders.var);
  } else {
    folders.data = folders.var;
  }
  make_private(folders.data);
  fs::permissions(folders.data,
                  fs::perms::owner_all | fs::perms::group_exec | fs::perms::others_exec);
  make_private(folders.data / "log");
  folders.sockets = fs::temp_directory_path() / ("freehold-" + short_hash(folders.data));
  make_private(folders.sockets);
  return folders;
}

void wait_for_last_servers(const Folders& folders) {
  for (const char* name : {"postgres", "redis"}) {
    const fs::path folder = fs::canonical(folders.data) / name;
    const auto until = std::chrono::steady_clock::now() + patience;
    while (const auto process = process_in(folder)) {
      if (std::chrono::steady_clock::now() > until)
        throw std::runtime_error(fmt::format(
            "process {} still works in {}; stop it and start again", *process, folder.string()));
      std::this_thread::sleep_for(step);
    }
  }
}

EmbeddedPostgres::EmbeddedPostgres(const Folders& folders) {
  const fs::path data = folders.data / "postgres";
  const fs::path log = folders.data / "log" / "postgres.log";
  make_private(data);
  initialise_cluster(data, log);
  admin_url_ = fmt::format("host={} port=5432 user=postgres", folders.sockets.string());
  url_ = fmt::format("host={} port=5432 dbname=freehold", folders.sockets.string());
  // A title for `ps` that follows each statement costs every short one, and nobody reads it here.
  server_ = Child::start(
      {.words = {postgres_program("postgres"), "-D", data, "-k", folders.sockets, "-c",
                 "listen_addresses=", "-c", "max_connections=120", "-c", "shared_buffers=128MB",
                 "-c", "log_min_messages=warning", "-c", "update_process_title=off"},
       .folder = data,
       .log = log,
       .parent_death_signal = SIGINT});  // SIGINT: a fast, clean shutdown
  wait_until(server_, log,
             [&] { return PQping((admin_url_ + " dbname=postgres").c_str()) == PQPING_OK; });
  create_database(admin_url_, "freehold");
  create_database(admin_url_, product_database);
  admin_url_ += " dbname=freehold";
}

void EmbeddedPostgres::stop() {
  server_.stop(SIGINT, std::chrono::seconds(20));
}

EmbeddedRedis::EmbeddedRedis(const Folders& folders) {
  const fs::path data = folders.data / "redis";
  const fs::path log = folders.data / "log" / "redis.log";
  const fs::path socket_path = folders.sockets / "redis.sock";
  make_private(data);
  // Nothing in Redis is the only copy of anything, so it keeps nothing on disk.
  server_ = Child::start({.words = {program("redis-server", {"/usr/bin", "/usr/local/bin"}),
                                    "--port", "0", "--unixsocket", socket_path, "--unixsocketperm",
                                    "700", "--dir", data, "--save", "", "--appendonly", "no",
                                    "--maxmemory", "256mb", "--maxmemory-policy", "allkeys-lru"},
                          .folder = data,
                          .log = log,
                          .parent_death_signal = SIGTERM});
  wait_until(server_, log, [&] { return redis_answers(socket_path); });
  url_ = "unix://" + socket_path.string();
}

void EmbeddedRedis::stop() {
  server_.stop(SIGTERM, std::chrono::seconds(5));
}

}  // namespace freehold::app
