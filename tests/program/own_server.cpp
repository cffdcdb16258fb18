#include "tests/program/own_server.hpp"

#include "app/prepare.hpp"
#include "db/blocking_connection.hpp"
#include "tests/program/program.hpp"

namespace freehold::program {
namespace {

std::string in(const std::string& name) {
  return test::in_database(own_server().conninfo(), name);
}

// Migrated once; the others are copies of it.
std::string migrated() {
  db::BlockingConnection(own_server().conninfo()).run("create database original");
  app::Settings settings = settings_for(in("original"));
  settings.database.master_key = settings.master_key;
  app::prepare_database(settings);
  return "original";
}

}  // namespace

db::TestServer& own_server() {
  static db::TestServer server;
  return server;
}

std::string new_own_database() {
  static const std::string original = migrated();
  static int count = 0;
  const std::string name = fmt::format("copy_{}", ++count);
  db::BlockingConnection(own_server().conninfo())
      .run(fmt::format("create database {} template {}", name, original));
  // A template's rules for the database itself are not copied.
  const app::Settings settings = settings_for(in(name));
  db::ensure_roles(in(name), db::passwords_of(settings.master_key));
  return in(name);
}

}  // namespace freehold::program
