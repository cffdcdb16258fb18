// PostgreSQL is restarted under the program.
#include <doctest/doctest.h>

#include "core/json.hpp"
#include "tests/program/own_server.hpp"
#include "tests/program/rows.hpp"
#include "tests/program/workspace.hpp"

using namespace freehold;
using namespace freehold::program;

namespace {

int readiness(Program& program) {
  Visitor probe(program, Listener::staff);
  return probe.get("/readyz").status;
}

std::string code_of(const http::Response& response) {
  const json::value problem = json::parse(response.body);
  return fmt::format("{} {} {}", response.status, response.content_type,
                     std::string_view(problem.at("code").as_string()));
}

std::string letters(const std::string& database) {
  return value(database, "select count(*) from notify.mail where sent_at is not null");
}

}  // namespace

TEST_CASE("a restart of PostgreSQL is answered with 503, and everything recovers by itself") {
  db::TestServer& server = own_server();
  const std::string database = new_own_database();
  const app::Settings settings = settings_for(database);
  Program program(settings);
  Workspace workspace = sign_up(program, database, "ada@example.com", "Acme");
  program.work();
  CHECK(readiness(program) == 200);
  const std::string documents = workspace.path("/documents");
  CHECK(workspace.owner.get(documents).status == 200);

  server.crash();
  CHECK(readiness(program) == 503);
  const auto page = workspace.owner.get(documents);
  CHECK(page.status == 503);
  CHECK(page.body.contains("<h1"));
  CHECK(code_of(workspace.api(http::Method::get, "/api/v1/documents")) ==
        "503 application/problem+json database_unavailable");

  server.start();
  wait_until([&] { return readiness(program) == 200; });
  CHECK(workspace.owner.get(documents).status == 200);
  CHECK(workspace.api(http::Method::get, "/api/v1/documents").status == 200);

  // The worker goes on as well: a letter is asked for, and comes.
  const std::string before = letters(database);
  Visitor forgetful(program);
  forgetful.get("/forgot");
  CHECK(forgetful.post("/forgot", {{"email", "ada@example.com"}}).status == 303);
  wait_until([&] { return letters(database) != before; });
}

TEST_CASE("a PostgreSQL that hangs is answered with 503 in time, and taken back when it goes on") {
  db::TestServer& server = own_server();
  const std::string database = new_own_database();
  app::Settings settings = settings_for(database);
  settings.database.read_timeout = std::chrono::milliseconds(500);
  settings.database.acquire_timeout = std::chrono::milliseconds(500);
  Program program(settings);
  Workspace workspace = sign_up(program, database, "ada@example.com", "Acme");
  const std::string documents = workspace.path("/documents");
  CHECK(workspace.owner.get(documents).status == 200);

  server.pause();
  const auto began = std::chrono::steady_clock::now();
  CHECK(workspace.owner.get(documents).status == 503);
  CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds(8));

  server.resume();
  wait_until([&] { return readiness(program) == 200; });
  wait_until([&] { return workspace.owner.get(documents).status == 200; });
}
