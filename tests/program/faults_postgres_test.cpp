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

// "200 303 404": how each of these pages is answered.
std::string statuses(Visitor& visitor, const std::vector<std::string>& paths) {
  std::string text;
  for (const std::string& path : paths)
    text += fmt::format("{}{}", text.empty() ? "" : " ", visitor.get(path).status);
  return text;
}

std::string said(Visitor& visitor, const std::string& path) {
  const auto answer = visitor.get(path);
  return fmt::format("{} {}", answer.status, answer.content());
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

TEST_CASE(
    "while PostgreSQL is away, what is open to anyone is answered, to those with a session too, "
    "and "
    "the rest says why not") {
  db::TestServer& server = own_server();
  const std::string database = new_own_database();
  Program program(settings_for(database));
  Workspace workspace = sign_up(program, database, "ada@example.com", "Acme");
  Visitor stranger(program);
  Visitor staff = staff_member(program, "sam@staff.example");
  Visitor probe(program, Listener::staff);
  const std::string style = "/assets/" + between(stranger.get("/login").body, "\"/assets/", "\"");
  const std::vector<std::string> open{"/pricing", "/login", "/signup", "/forgot", style};
  const std::string documents = workspace.path("/documents");
  workspace.owner.get(documents);
  CHECK(workspace.owner.get("/pricing").body.contains("Your plan"));

  server.crash();
  CHECK(statuses(stranger, open) == "200 200 200 200 200");
  // Known for a second more, and led on to where nobody can be served.
  CHECK(statuses(workspace.owner, {"/pricing", "/login", style}) == "200 303 200");
  program.machine().advance(seconds(2));
  CHECK(statuses(workspace.owner, open) == "200 200 200 200 200");

  const auto page = workspace.owner.get(documents);
  CHECK(page.status == 503);
  CHECK(page.header("Retry-After") == "1");
  CHECK(page.body.contains("The database cannot be reached. Try again in a few seconds."));
  const auto form = workspace.owner.post("/theme", {{"theme", "dark"}});
  CHECK(form.status == 503);
  CHECK(code_of(workspace.api(http::Method::get, "/api/v1/plans")) ==
        "503 application/problem+json database_unavailable");
  CHECK(stranger.get(documents).header("Location").starts_with("/login"));

  for (Visitor* visitor : {&probe, &staff}) {
    CHECK(said(*visitor, "/healthz") == "200 ok\n");
    CHECK(said(*visitor, "/readyz") ==
          "503 the database does not answer as fh_app, fh_auth, fh_control, fh_staff, fh_worker\n");
    CHECK(statuses(*visitor, {"/metrics", "/login"}) == "200 200");
  }
  CHECK(staff.get("/tenants").status == 503);

  server.start();
  wait_until([&] { return readiness(program) == 200; });
  CHECK(workspace.owner.get(documents).status == 200);
  CHECK(staff.get("/tenants").status == 200);
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
