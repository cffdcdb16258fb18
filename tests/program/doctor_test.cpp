// The tables of all modules together, held against the isolation report.
#include "db/doctor.hpp"

#include <doctest/doctest.h>

#include <set>

#include "app/commands.hpp"
#include "app/modules.hpp"
#include "app/prepare.hpp"
#include "db/blocking_connection.hpp"
#include "tests/program/program.hpp"
#include "tests/program/rows.hpp"
#include "tests/support/source_files.hpp"

using namespace freehold;
using namespace freehold::program;

namespace {

app::Settings settings_of(const test::ScratchDatabase& database) {
  app::Settings settings = settings_for(database.admin());
  settings.master_key = {};
  return settings;
}

struct Kind {
  std::string description;
  std::string_view rule;
  std::string_view sql;      // {} is the table
  std::string_view classes;  // of the tables that it is made in, for a regular expression of SQL
};

// Every class that rows of more than one tenant lie in.
constexpr std::string_view shared = "^(tenant|queue|directory|rollup|private)$";

const Kind kinds[] = {
    {"row level security is off", "table.rls_off", "alter table {} disable row level security",
     shared},
    {"the owner is exempt", "table.rls_not_forced", "alter table {} no force row level security",
     shared},
    {"it belongs to somebody else", "table.wrong_owner", "alter table {} owner to postgres",
     shared},
    {"it may be emptied", "grant.excess", "grant truncate on {} to fh_control", shared},
    {"everybody may read it", "grant.public", "grant select on {} to public", shared},
    {"every row is in sight", "policy.using", "alter policy tenant on {} using (true)", "^tenant$"},
    {"it has no policy", "policy.missing", "drop policy tenant on {}", "^tenant$"},
    {"its class is not known", "table.unclassified",
     "delete from fh.table_class where table_name = '{}'", shared},
};

std::vector<std::string> tables_of(const std::string& admin, std::string_view classes) {
  std::vector<std::string> found;
  db::BlockingConnection connection(admin);
  for (const auto& row : connection.run(fmt::format(
           "select table_name from fh.table_class where class ~ '{}' order by 1", classes)))
    found.push_back(row.at(0));
  return found;
}

// The tables among `tables` that no finding of this rule names.
std::vector<std::string> overlooked(const std::vector<db::Finding>& findings, std::string_view rule,
                                    const std::vector<std::string>& tables) {
  std::set<std::string> named;
  for (const db::Finding& finding : findings)
    if (finding.rule == rule) named.insert(finding.object.substr(0, finding.object.find(':')));
  std::vector<std::string> missing;
  for (const std::string& table : tables)
    if (!named.contains(table)) missing.push_back(table);
  return missing;
}

}  // namespace

TEST_CASE("an empty database becomes the program's, and a second time nothing is left to do") {
  const auto database = test::ScratchDatabase::empty("host_admin");
  const app::Settings settings = settings_of(database);
  CHECK(app::prepare_database(settings).size() == app::all_migrations().size());
  const Digests before = digests(database.admin());
  CHECK(app::prepare_database(settings) == std::vector<std::string>{});
  CHECK(fmt::format("{}", fmt::join(differences(before, digests(database.admin())), " ")) == "");
}

TEST_CASE("the program's own database has no finding but what a managed host does not let it do") {
  const auto database = new_database();
  std::string found;
  for (const db::Finding& finding : db::examine(settings_of(database).admin_url, {}))
    found += finding.rule + "\n";
  CHECK(found == "host.do_blocks\nhost.set_config\n");
  CHECK(app::examine_database(settings_of(database)).safe);
}

TEST_CASE(
    "a database with a hole is reported by the doctor, and no server or worker starts on it") {
  const auto database = new_database();
  const app::Settings settings = settings_of(database);
  CHECK(app::doctor(settings) == 0);
  db::BlockingConnection(database.admin())
      .run("alter table documents.document disable row level security");
  CHECK(app::doctor(settings) == 1);
  CHECK(app::serve(settings) == 1);
  CHECK(app::work(settings) == 1);
}

TEST_CASE("every module's tables are found in the migrations, and every table has a class") {
  const auto database = new_database();
  const std::string admin = database.admin();
  CHECK(rows(admin, "select table_name from fh.table_class where class = 'tenant' limit 1") != "");
  CHECK(rows(admin, R"(
    select c.oid::regclass
      from pg_class c
      join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p')
       and n.nspname !~ '^pg_|^information_schema$'
       and not c.relispartition
       and c.oid::regclass::text not in (select table_name from fh.table_class))") == "");
}

TEST_CASE("a mistake in any table of any module is found") {
  const auto original = new_database();
  for (const Kind& kind : kinds) {
    CAPTURE(kind.description);
    const auto database = test::ScratchDatabase::clone_of(original);
    const auto tables = tables_of(database.admin(), kind.classes);
    REQUIRE(!tables.empty());
    {
      db::BlockingConnection connection(database.admin());
      for (const std::string& table : tables)
        connection.run(fmt::format(fmt::runtime(kind.sql), table));
    }
    const auto findings = db::examine(database.admin(), {});
    CHECK(fmt::format("{}", fmt::join(overlooked(findings, kind.rule, tables), " ")) == "");
  }
}
