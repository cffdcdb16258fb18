// A database of a test's own, on the PostgreSQL server that FREEHOLD_TEST_PG names (a libpq keyword
// string of a superuser on a unix socket that it trusts: "host=/run/x user=postgres").
//
// Only tests look at it as that superuser. Databases are made, given roles and migrated by the role
// host_admin, which may do no more than the admin of a managed host (CREATEROLE and CREATEDB); the
// program works as its own roles. Where FREEHOLD_TEST_POOLER is set, it does so through that
// pooler.
#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "db/db.hpp"
#include "db/migrate.hpp"
#include "db/roles.hpp"

namespace freehold::test {

// FREEHOLD_TEST_PG. Throws std::runtime_error, which fails the test, when it is not set.
std::string test_server();

// A node's configuration for a database of that server, by the conninfo of ScratchDatabase; through
// the pooler if there is one. Any other conninfo is left as it is.
db::Config through_pooler(db::Config config);
// The same conninfo for who migrates there: host_admin. Of another server: left as it is.
std::string as_host_admin(const std::string& conninfo);

// The migrations of modules, db's own among them or not, as they are in the source tree:
// migrations_of({"db", "events"}).
std::vector<db::Migration> migrations_of(std::initializer_list<std::string_view> modules);

// `conninfo` for another database of the same server.
std::string in_database(const std::string& conninfo, std::string_view database);

class ScratchDatabase {
 public:
  // With roles and migrations in place: a clone of a template that is made once per server and list
  // of migrations, about 50 ms.
  explicit ScratchDatabase(std::span<const db::Migration> migrations);
  // A clone of another one as it is now. Nobody may be connected to that one.
  static ScratchDatabase clone_of(const ScratchDatabase& original);
  // Nothing in it, not even roles; owned by `owner`.
  static ScratchDatabase empty(std::string_view owner = "postgres");

  ScratchDatabase(ScratchDatabase&& other) noexcept;
  ScratchDatabase& operator=(ScratchDatabase&&) = delete;
  ~ScratchDatabase();  // drops it, whoever is still connected

  const std::string& name() const { return name_; }
  std::string admin() const;                    // as the superuser
  std::string host_admin() const;               // as who owns it and migrated it
  std::string as(std::string_view role) const;  // as "fh_app" and so on

 private:
  ScratchDatabase(std::string_view source, std::string_view owner);
  std::string name_;  // empty: moved from
};

}  // namespace freehold::test
