// What a node takes of the database server, and what `freehold config check` says of it.
#include <doctest/doctest.h>

#include <thread>

#include "app/config_check.hpp"
#include "db/blocking_connection.hpp"
#include "tests/program/rows.hpp"
#include "tests/program/workspace.hpp"

using namespace freehold;
using namespace freehold::program;

namespace {

int open_connections(const test::ScratchDatabase& scratch) {
  return std::stoi(rows(scratch.admin(),
                        "select count(*) from pg_stat_activity where datname = current_database() "
                        "and usename like 'fh\\_%'"));
}

}  // namespace

TEST_CASE("config check prints what a node takes of the server, role by role") {
  const auto scratch = new_database();
  const app::Checked checked = app::check_settings(settings_for(scratch.admin()));
  CHECK(checked.is_sound);
  CHECK(checked.report.starts_with(
      "Every setting can be read.\n"
      "A `freehold serve` or `freehold worker` keeps to 40 connections to PostgreSQL\n"
      "(database.budget; 2 http.threads), and to 7 more for a moment while it starts:\n"
      "               shared   own\n"
      "  fh_app            8     4\n"
      "  fh_control        4     6\n"
      "  fh_auth           4     2\n"
      "  fh_staff          2     2\n"
      "  fh_worker         2     4\n"
      "  fh_mover          0     2\n"
      "The server takes 200 connections, keeps 3 for its superuser, and has "));
}

TEST_CASE("config check refuses a budget that the server does not have, and says what to do") {
  const auto scratch = new_database();
  app::Settings settings = settings_for(scratch.admin());
  settings.database.pooler = db::Pooler::none;
  settings.database.budget = 500;
  const app::Checked too_large = app::check_settings(settings);
  CHECK_FALSE(too_large.is_sound);
  CHECK(too_large.report.ends_with(
      "That is too few for a node: lower database.budget, or raise max_connections.\n"));

  settings.database.budget = 40;
  const std::string limit = "alter database " + scratch.name() + " connection limit ";
  db::BlockingConnection(test::test_server()).run(limit + "30");  // of this database alone
  CHECK_FALSE(app::check_settings(settings).is_sound);
  db::BlockingConnection(test::test_server()).run(limit + "-1");
  CHECK(app::check_settings(settings).is_sound);

  settings.database.budget = 10;
  const app::Checked too_small = app::check_settings(settings);
  CHECK_FALSE(too_small.is_sound);
  CHECK(too_small.report ==
        "database.budget is 10: one connection for each pool is the least, 11 together\n");
}

TEST_CASE("a node keeps to its budget, whatever is asked of it at once") {
  const auto scratch = new_database();
  app::Settings settings = settings_for(scratch.admin());
  settings.database.url = scratch.admin();  // past a pooler, which has pools of its own
  settings.database.pooler = db::Pooler::none;
  settings.database.budget = 12;
  Program program(settings);
  Workspace acme = sign_up(program, scratch.admin(), "ada@example.com", "Acme");
  std::atomic<int> made = 0;
  {
    std::vector<std::jthread> callers;
    for (int i = 0; i < 24; ++i) {
      callers.emplace_back([&acme, &program, &made, i] {
        Visitor visitor(program);
        for (int n = 0; n < 8; ++n) {
          const auto made_one = visitor.send(
              acme.call(http::Method::post, "/api/v1/documents",
                        fmt::format(R"({{"title": "Note {} {}", "tags": []}})", i, n)));
          made += made_one.status == 201 ? 1 : 0;
          CHECK(visitor.get("/pricing").status == 200);
        }
      });
    }
  }
  CHECK(made > 0);
  CHECK(open_connections(scratch) <= 12);
}
