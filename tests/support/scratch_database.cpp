#include "tests/support/scratch_database.hpp"

#include <unistd.h>

#include <cstdlib>

#include "db/blocking_connection.hpp"
#include "tests/support/source_files.hpp"

namespace freehold::test {
namespace {

constexpr std::int64_t template_lock = 727274;

constexpr std::string_view host_role = "host_admin";

std::string maintenance() {
  return in_database(test_server(), "postgres");
}

std::string next_name() {
  static std::atomic<int> count = 0;
  return fmt::format("fh_scratch_{}_{}", getpid(), ++count);
}

bool exists(db::BlockingConnection& connection, const std::string& database) {
  return !connection.run("select 1 from pg_database where datname = $1", {database}).empty();
}

std::string template_of(std::span<const db::Migration> migrations) {
  std::string all;
  for (const db::Migration& migration : migrations)
    all += fmt::format("{}/{}/{}\n{}\n", migration.module, migration.plane, migration.number,
                       migration.sql);
  const std::string name = "fh_template_" + to_hex(view(sha256(all))).substr(0, 16);

  db::BlockingConnection connection(as_host_admin(maintenance()));
  db::lock_until_closed(connection, template_lock);
  if (exists(connection, name)) return name;
  // Renamed when it is done, so that a half-made one is never taken for a template.
  const std::string draft = name + "_draft";
  connection.run(fmt::format("drop database if exists {}", draft));
  connection.run(fmt::format("create database {}", draft));
  const std::string admin = as_host_admin(in_database(test_server(), draft));
  db::ensure_roles(admin, {});
  db::migrate(admin, migrations);
  connection.run(fmt::format("alter database {} rename to {}", draft, name));
  return name;
}

}  // namespace

std::string test_server() {
  const char* conninfo = std::getenv("FREEHOLD_TEST_PG");
  if (conninfo != nullptr && *conninfo != '\0') return conninfo;
  throw std::runtime_error(
      "FREEHOLD_TEST_PG is not set: this test needs PostgreSQL. Run ./dev test, which starts one.");
}

std::string as_host_admin(const std::string& conninfo) {
  if (!conninfo.starts_with(test_server())) return conninfo;
  return db::conninfo_as(conninfo, host_role, {});
}

db::Config through_pooler(db::Config config) {
  const char* pooler = std::getenv("FREEHOLD_TEST_POOLER");
  const std::string server = test_server();
  if (pooler == nullptr || *pooler == '\0' || !config.url.starts_with(server)) return config;
  config.url.replace(0, server.size(), pooler);
  config.pooler = db::Pooler::transaction;
  return config;
}

std::vector<db::Migration> migrations_of(std::initializer_list<std::string_view> modules) {
  std::vector<std::string> paths;
  for (const std::string_view module : modules) {
    std::ranges::copy(sources_below(fmt::format("src/{}/migrations", module)),
                      std::back_inserter(paths));
    std::ranges::copy(sources_below(fmt::format("product/{}/migrations", module)),
                      std::back_inserter(paths));
  }
  std::deque<std::string> bodies;
  std::vector<EmbeddedFile> files;
  for (const std::string& path : paths) {
    EmbeddedFile& file = files.emplace_back();
    file.path = path;
    file.body = bodies.emplace_back(read_source(path));
  }
  return db::migrations_of(files, modules);
}

std::string in_database(const std::string& conninfo, std::string_view database) {
  return fmt::format("{} dbname='{}'", conninfo, database);
}

ScratchDatabase::ScratchDatabase(std::string_view source, std::string_view owner)
    : name_(next_name()) {
  db::BlockingConnection connection(maintenance());
  connection.run(fmt::format("create database {} template {} owner {}", name_, source, owner));
  // A template's rules for the database itself are not copied.
  if (source != "template0") db::ensure_roles(host_admin(), {});
}

ScratchDatabase::ScratchDatabase(std::span<const db::Migration> migrations)
    : ScratchDatabase(template_of(migrations), host_role) {}

ScratchDatabase ScratchDatabase::clone_of(const ScratchDatabase& original) {
  return {original.name_, host_role};
}

ScratchDatabase ScratchDatabase::empty(std::string_view owner) {
  return {"template0", owner};
}

ScratchDatabase::ScratchDatabase(ScratchDatabase&& other) noexcept
    : name_(std::exchange(other.name_, {})) {}

ScratchDatabase::~ScratchDatabase() {
  if (name_.empty()) return;
  try {
    db::BlockingConnection connection(maintenance());
    connection.run(fmt::format("drop database {} with (force)", name_));
  } catch (const db::ServerError& error) {
    fmt::print(stderr, "{} is left behind: {}\n", name_, error.what());
  }
}

std::string ScratchDatabase::admin() const {
  return in_database(test_server(), name_);
}

std::string ScratchDatabase::host_admin() const {
  return as_host_admin(admin());
}

std::string ScratchDatabase::as(std::string_view role) const {
  return db::conninfo_as(admin(), role, {});
}

}  // namespace freehold::test
