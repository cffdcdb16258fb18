// A product with tables of its own, for tests: a database without Freehold, a role that migrates
// and owns, a role that serves.
#pragma once

#include <unistd.h>

#include "db/blocking_connection.hpp"
#include "db/roles.hpp"
#include "own_tables/own_tables.hpp"
#include "tests/support/scratch_database.hpp"

namespace freehold::own_tables {

inline constexpr std::string_view acme = "00000000-0000-0000-0000-00000000000a";
inline constexpr std::string_view bolt = "00000000-0000-0000-0000-00000000000b";

// Roles belong to the whole server; these are this process's.
struct TestRoles {
  std::string owner = fmt::format("fh_test_owner_{}", getpid());
  std::string app = fmt::format("fh_test_product_{}", getpid());

  TestRoles() { run(fmt::format("create role {} login createrole", owner)); }
  ~TestRoles() {
    for (const std::string& role : {app, owner}) run(fmt::format("drop role if exists {}", role));
  }

  static void run(const std::string& sql) {
    db::BlockingConnection connection(test::test_server());
    connection.run(sql);
  }
};

class TestProduct {
 public:
  TestProduct() { as_admin(fmt::format("create schema shop authorization {}", roles_.owner)); }
  explicit TestProduct(test::ScratchDatabase database) : database_(std::move(database)) {
    as_admin(fmt::format("create schema shop authorization {}", roles_.owner));
  }

  const std::string& owner() const { return roles_.owner; }
  const std::string& app() const { return roles_.app; }
  const test::ScratchDatabase& database() const { return database_; }

  Request request(std::vector<std::string> tables) const {
    return {.dsn = database_.admin(), .schema = "shop", .role = app(), .tables = std::move(tables)};
  }

  std::string plan(const Request& request) const {
    return answer([&] { return own_tables::plan(request, ground()); });
  }
  std::string protect(const Request& request) const {
    return answer([&] { return own_tables::protect(request, ground()); });
  }

  // The first value, or the SQLSTATE and the message.
  std::string as_admin(const std::string& sql) const { return ask(database_.admin(), sql); }
  std::string as_owner(const std::string& sql) const {
    return ask(database_.as(roles_.owner), sql);
  }
  std::string as_app(const std::string& sql) const { return ask(database_.as(roles_.app), sql); }

  static std::string ask(const std::string& conninfo, const std::string& sql) {
    db::BlockingConnection connection(conninfo);
    try {
      const db::TextRows rows = connection.run(sql);
      return rows.empty() || rows[0].empty() ? "" : rows[0][0];
    } catch (const db::ServerError& error) {
      return fmt::format("{} {}", error.sqlstate, error.what());
    }
  }

  static std::vector<db::Migration> ground() { return test::migrations_of({"db"}); }

 private:
  template <class Act>
  static std::string answer(Act act) {
    try {
      return act();
    } catch (const Refused& reasons) {
      return fmt::format("refused: {}", reasons.what());
    }
  }

  TestRoles roles_;
  test::ScratchDatabase database_ = test::ScratchDatabase::empty();
};

inline std::string in_tenant(std::string_view tenant, std::string_view sql) {
  return fmt::format("begin; select fh.enter('{}'); {}; commit", tenant, sql);
}

}  // namespace freehold::own_tables
