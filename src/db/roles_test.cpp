#include "db/roles.hpp"

#include <doctest/doctest.h>

#include <thread>

#include "db/blocking_connection.hpp"
#include "tests/support/scratch_database.hpp"

using namespace freehold;
using namespace freehold::db;
using freehold::test::ScratchDatabase;

namespace {

std::string asked(const std::string& conninfo, const std::string& sql) {
  BlockingConnection connection(conninfo);
  std::string text;
  for (const TextRow& row : connection.run(sql)) text += fmt::format("{}\n", fmt::join(row, " "));
  return text;
}

std::string answer_of(const std::string& conninfo, const std::string& sql) {
  BlockingConnection connection(conninfo);
  const std::vector<Reply> replies = connection.ask_each(std::array{sql});
  return replies[0].sqlstate.empty() ? "ok" : replies[0].message;
}

}  // namespace

TEST_CASE("the roles are plain ones, and preparing twice is preparing once") {
  const ScratchDatabase database = ScratchDatabase::empty();
  ensure_roles(database.admin(), {});
  ensure_roles(database.admin(), {});

  CHECK(asked(database.admin(),
              "select rolname, rolcanlogin, rolinherit, rolsuper, rolbypassrls, rolcreaterole,"
              "       rolcreatedb, rolreplication"
              "  from pg_roles where rolname like 'fh\\_%' and rolname not like 'fh\\_test%'"
              " order by rolname") ==
        "fh_app t f f f f f f\n"
        "fh_auth t f f f f f f\n"
        "fh_control t f f f f f f\n"
        "fh_mover t f f f f f f\n"
        "fh_owner f f f f f f f\n"
        "fh_product f f f f f f f\n"
        "fh_staff t f f f f f f\n"
        "fh_worker t f f f f f f\n");
}

TEST_CASE("the ground rules close what an injected statement could use") {
  const ScratchDatabase database = ScratchDatabase::empty();
  ensure_roles(database.admin(), {});
  const std::string app = database.as("fh_app");

  CHECK(answer_of(app, "select set_config('app.current_tenant', '', true)") ==
        "permission denied for function set_config");
  CHECK(answer_of(app, "update pg_settings set setting = 'off' where name = 'row_security'") ==
        "permission denied for function set_config");
  CHECK(answer_of(app, "do 'begin end'") == "permission denied for language plpgsql");
  CHECK(answer_of(app, "create temporary table t (i int)") ==
        "permission denied to create temporary tables in database \"" + database.name() + "\"");
  CHECK(answer_of(app, "create table public.t (i int)") == "permission denied for schema public");
  CHECK(answer_of(app, "create schema s") == "permission denied for database " + database.name());
  CHECK(answer_of(app, "set role fh_owner") == "permission denied to set role \"fh_owner\"");
}

TEST_CASE("fh_owner can write functions, and they are nobody's to call") {
  const ScratchDatabase database = ScratchDatabase::empty();
  ensure_roles(database.admin(), {});

  CHECK(asked(database.admin(),
              "set role fh_owner; create schema s;"
              "create function s.f() returns int language plpgsql as 'begin return 1; end';"
              "select has_function_privilege('public', 's.f()', 'execute'), s.f()") == "f 1\n");
}

TEST_CASE("nodes that start together do not disturb each other") {
  const ScratchDatabase database = ScratchDatabase::empty();
  const Passwords passwords = passwords_of(Secret("a master key"));
  {
    const auto start = [&] { ensure_roles(database.admin(), passwords); };
    const std::array<std::jthread, 4> nodes = {std::jthread(start), std::jthread(start),
                                               std::jthread(start), std::jthread(start)};
  }
  CHECK(answer_of(database.as("fh_app"), "select 1") == "ok");
}

TEST_CASE("the server keeps a SCRAM verifier and never saw the password") {
  const ScratchDatabase database = ScratchDatabase::empty();
  const Passwords passwords = passwords_of(Secret("a master key"));
  ensure_roles(database.admin(), passwords);

  CHECK(asked(database.admin(),
              "select rolname, rolpassword like 'SCRAM-SHA-256$4096:%' from pg_authid"
              " where rolname in ('fh_app', 'fh_mover', 'fh_owner') order by 1") ==
        "fh_app t\nfh_mover t\nfh_owner \n");
}

TEST_CASE("each role has its own password, the same on every node") {
  const Passwords passwords = passwords_of(Secret("a master key"));
  CHECK(passwords.size() == login_roles.size());
  CHECK(passwords.at("fh_app").reveal() != passwords.at("fh_auth").reveal());
  CHECK(passwords.at("fh_app").reveal() ==
        passwords_of(Secret("a master key")).at("fh_app").reveal());
  CHECK(passwords.at("fh_app").reveal() != passwords_of(Secret("another")).at("fh_app").reveal());
  CHECK(passwords.at("fh_app").reveal().size() == 43);
  CHECK(passwords_of(Secret()).empty());
}

TEST_CASE("an address is rewritten for a role, whichever way it is written") {
  Passwords passwords;
  passwords.emplace("fh_app", Secret("it's\\secret"));

  CHECK(conninfo_as("host=/run/pg user=postgres password=x dbname=shop", "fh_auth", passwords) ==
        "dbname='shop' host='/run/pg' user='fh_auth'");
  CHECK(conninfo_as("postgresql://admin:pw@db.example:6432/shop?sslmode=require", "fh_app",
                    passwords) ==
        "dbname='shop' host='db.example' password='it\\'s\\\\secret' port='6432' "
        "sslmode='require' user='fh_app'");
}
