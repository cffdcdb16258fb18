#include "db/migrate.hpp"

#include <doctest/doctest.h>

#include <thread>

#include "db/blocking_connection.hpp"
#include "tests/support/scratch_database.hpp"

using namespace freehold;
using namespace freehold::db;
using freehold::test::ScratchDatabase;

namespace {

const MigrateOptions hasty{.lock_timeout = std::chrono::milliseconds(30),
                           .attempts = 2,
                           .pause = std::chrono::milliseconds(1)};

std::vector<Migration> ground() {
  return test::migrations_of({"db"});
}

// db's own migrations and these.
std::vector<Migration> list_of(std::initializer_list<Migration> more) {
  std::vector<Migration> list = ground();
  list.insert(list.end(), more);
  return list;
}

std::string error_of(const ScratchDatabase& database, const std::vector<Migration>& list) {
  try {
    migrate(database.admin(), list, hasty);
  } catch (const MigrationError& error) {
    return error.what();
  }
  return "no error";
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

EmbeddedFile embedded_file(std::string_view path, std::string_view body) {
  EmbeddedFile file{};
  file.path = path;
  file.body = body;
  return file;
}

std::string asked(const ScratchDatabase& database, const std::string& sql) {
  BlockingConnection connection(database.admin());
  std::string text;
  for (const TextRow& row : connection.run(sql)) text += fmt::format("{}\n", fmt::join(row, " "));
  return text;
}

}  // namespace

TEST_CASE("migrations run by module, then both, control, data, then number, and once") {
  const ScratchDatabase database(ground());
  const std::vector<Migration> list = list_of({
      {"beta", "data", 1, "two", "create table beta.two (id int)"},
      {"beta", "control", 2, "three", "create table beta.three (id int)"},
      {"beta", "control", 1, "one", "create schema beta; create table beta.one (id int)"},
      {"alpha", "both", 1, "first", "create schema alpha"},
  });

  CHECK(joined(migrate(database.admin(), list)) ==
        "beta/control/0001_one.sql\n"
        "beta/control/0002_three.sql\n"
        "beta/data/0001_two.sql\n"
        "alpha/both/0001_first.sql\n");
  CHECK(migrate(database.admin(), list).empty());
  CHECK(asked(database,
              "select tablename, tableowner from pg_tables where schemaname = 'beta' "
              "order by 1") == "one fh_owner\nthree fh_owner\ntwo fh_owner\n");
}

TEST_CASE("an empty database is brought up from nothing") {
  const ScratchDatabase database = ScratchDatabase::empty();
  ensure_roles(database.admin(), {});

  CHECK(joined(migrate(database.admin(), ground())) ==
        "db/control/0001_fh.sql\n"
        "db/control/0002_table_classes.sql\n"
        "db/control/0003_own_tables.sql\n"
        "db/control/0004_tenant_ids.sql\n");
  CHECK(asked(database,
              "select module, plane, number, name, length(sha256) from fh.migration "
              "order by number") ==
        "db control 1 fh 64\n"
        "db control 2 table_classes 64\n"
        "db control 3 own_tables 64\n"
        "db control 4 tenant_ids 64\n");
}

TEST_CASE("a failure names file and line, keeps what was done, and the next run goes on") {
  const ScratchDatabase database(ground());
  const Migration good{"beta", "control", 1, "one", "create schema beta"};
  const Migration bad{"beta", "control", 2, "two",
                      "create table beta.two (id int);\n\n"
                      "-- a mistake\n"
                      "insert into beta.two\nvalues (1),\n  (nothing);\n"};

  CHECK(error_of(database, list_of({good, bad})) ==
        "beta/control/0002_two.sql:6: column \"nothing\" does not exist (42703)");
  CHECK(asked(database, "select to_regclass('beta.two') is null") == "t\n");

  const Migration mended{"beta", "control", 2, "two", "create table beta.two (id int)"};
  CHECK(joined(migrate(database.admin(), list_of({good, mended}))) ==
        "beta/control/0002_two.sql\n");
}

TEST_CASE("a failure that PostgreSQL has no position for names the statement's line") {
  const ScratchDatabase database(ground());

  CHECK(error_of(database, list_of({{"beta", "control", 1, "one",
                                     "create schema beta;\n"
                                     "create table beta.one (id int primary key);\n"
                                     "insert into beta.one\n  values (1), (1);"}})) ==
        "beta/control/0001_one.sql:3: duplicate key value violates unique constraint \"one_pkey\" "
        "(23505) Key (id)=(1) already exists.");
}

TEST_CASE("migrations are found among the embedded files by their path") {
  const std::array files = {embedded_file("src/beta/migrations/control/0002_two.sql", "two"),
                            embedded_file("product/alpha/migrations/data/0010_ten_more.sql", "ten"),
                            embedded_file("src/beta/migrations/both/0001_one.sql", "one")};
  const std::array<std::string_view, 2> modules = {"alpha", "beta"};

  std::string found;
  for (const Migration& m : migrations_of(files, modules))
    found += fmt::format("{} {} {} {} {}\n", m.module, m.plane, m.number, m.name, m.sql);
  CHECK(found ==
        "alpha data 10 ten_more ten\n"
        "beta control 2 two two\n"
        "beta both 1 one one\n");

  const std::array strays = {embedded_file("src/beta/migrations/control/2_two.sql", "")};
  CHECK_THROWS_WITH_AS(migrations_of(strays, modules),
                       "src/beta/migrations/control/2_two.sql: a migration is named "
                       "migrations/both|control|data/NNNN_what_it_does.sql",
                       MigrationError);
}

TEST_CASE("an applied migration must not be edited") {
  const ScratchDatabase database(ground());
  migrate(database.admin(), list_of({{"beta", "control", 1, "one", "create schema beta"}}));

  CHECK(error_of(database, list_of({{"beta", "control", 1, "one", "create schema beta2"}})) ==
        "beta/control/0001_one.sql was edited after it had been applied to this database. Put its "
        "text back as it was, and make the change in a new migration.");
}

TEST_CASE("a database of a newer version is refused, with what to do") {
  const ScratchDatabase database(ground());
  migrate(database.admin(), list_of({{"beta", "control", 1, "one", "create schema beta"}}));

  CHECK(error_of(database, list_of({})) ==
        "beta/control/0001_one.sql has been applied to this database, and this program does not "
        "know it: a newer version of the program prepared the database. Start that version or a "
        "later one; going back to this version takes a restore of a backup from before the "
        "upgrade.");
}

TEST_CASE("numbers are unique and only grow") {
  const ScratchDatabase database(ground());
  const Migration second{"beta", "control", 2, "two", "create schema beta"};
  migrate(database.admin(), list_of({second}));

  CHECK(error_of(database, list_of({{"beta", "control", 1, "one", "select 1"}, second})) ==
        "beta/control/0001_one.sql has not been applied, but the later beta/control/0002_two.sql "
        "has. Give it the next free number.");
  CHECK(error_of(database, list_of({second, {"beta", "control", 2, "other", "select 1"}})) ==
        "beta/control/0002_two.sql and beta/control/0002_other.sql have the same number");
}

TEST_CASE("a migration may not end its own transaction") {
  const ScratchDatabase database(ground());

  CHECK(
      error_of(database, list_of({{"beta", "control", 1, "one", "create schema beta; commit"}})) ==
      "beta/control/0001_one.sql ends its transaction; take the commit or rollback out");
}

TEST_CASE("a migration that would silently change no tenant's rows is refused") {
  const ScratchDatabase database(ground());

  CHECK(
      error_of(database, list_of({{"beta", "control", 1, "one",
                                   "create schema beta;\n"
                                   "create table beta.one (tenant_id uuid primary key, n int);\n"
                                   "select fh.protect('beta.one', 'tenant');\n"
                                   "update beta.one set n = 1;"}})) ==
      "beta/control/0001_one.sql:4: a migration sees no rows of beta.one, which is a tenant table: "
      "change them in a job that enters one tenant after the other");
}

TEST_CASE("nodes that start together apply each migration once") {
  const ScratchDatabase database(ground());
  std::vector<Migration> list = list_of({{"beta", "control", 1, "one",
                                          "create schema beta; create table beta.one (n int); "
                                          "select pg_sleep(0.05)"}});
  for (int number = 2; number < 8; ++number)
    list.push_back({"beta", "control", number, "count", "insert into beta.one values (1)"});

  std::array<std::size_t, 4> applied{};
  std::vector<std::jthread> nodes;
  nodes.reserve(applied.size());
  for (std::size_t& count : applied)
    nodes.emplace_back([&] { count = migrate(database.admin(), list).size(); });
  nodes.clear();

  CHECK(applied[0] + applied[1] + applied[2] + applied[3] == 7);
  CHECK(asked(database, "select count(*) from beta.one") == "6\n");
}

TEST_CASE("a table in use is waited for, and named when it stays in use") {
  const ScratchDatabase database(ground());
  const std::vector<Migration> list = list_of({
      {"beta", "control", 1, "one", "create schema beta; create table beta.one (id int)"},
      {"beta", "control", 2, "wider", "select 1;\nalter table beta.one add column n int"},
  });
  migrate(database.admin(), std::span(list).first(list.size() - 1));

  BlockingConnection reader(database.admin());
  reader.run("begin; lock table beta.one in access share mode");
  CHECK(error_of(database, list) ==
        "beta/control/0002_wider.sql:2: canceling statement due to lock timeout (55P03): the table "
        "stayed in use; end the long transaction that uses it, then start again");

  reader.run("commit");
  CHECK(error_of(database, list) == "no error");
}

TEST_CASE("an index is built outside a transaction, and an invalid leftover is built again") {
  const ScratchDatabase database(ground());
  const std::vector<Migration> list = list_of({
      {"beta", "control", 1, "one",
       "create schema beta; create table beta.one (id int); insert into beta.one values (1), (1)"},
      {"beta", "control", 2, "index",
       "-- No two may be alike.\n"
       "-- freehold: no-transaction\n"
       "create index concurrently if not exists one_plain on beta.one (id);\n"
       "create unique index concurrently if not exists one_id on beta.one (id);\n"},
  });
  const std::string indexes =
      "select indexrelid::regclass, indisvalid from pg_index where indrelid = 'beta.one'::regclass "
      "order by 1";

  CHECK(error_of(database, list) ==
        "beta/control/0002_index.sql:4: could not create unique index \"one_id\" (23505) Key "
        "(id)=(1) is duplicated.");
  CHECK(asked(database, indexes) == "beta.one_plain t\nbeta.one_id f\n");

  asked(database, "delete from beta.one where ctid = (select max(ctid) from beta.one)");
  CHECK(joined(migrate(database.admin(), list)) == "beta/control/0002_index.sql\n");
  CHECK(asked(database, indexes) == "beta.one_plain t\nbeta.one_id t\n");
}

TEST_CASE("what runs outside a transaction has to be repeatable") {
  const ScratchDatabase database(ground());

  CHECK(error_of(database, list_of({{"beta", "control", 1, "index",
                                     "-- freehold: no-transaction\n\n"
                                     "create index concurrently one_id on beta.one (id);"}})) ==
        "beta/control/0001_index.sql:3: a statement outside a transaction has to be repeatable: "
        "write `create index concurrently if not exists` or `drop index concurrently if exists`");
}
