// What keeps a node with a gateway from starting.
#include <doctest/doctest.h>

#include "tests/program/program.hpp"

using namespace freehold;
using namespace freehold::program;

namespace {

// Why a node with these routes does not start; "" when it does.
std::string refusal_of(const std::string& database, std::vector<gateway::RouteConfig> routes) {
  app::Settings settings = settings_for(database);
  settings.gateway.routes = std::move(routes);
  try {
    const Program program(settings);
  } catch (const std::exception& error) {
    return error.what();
  }
  return "";
}

const std::string to = "http://127.0.0.1:3000";

}  // namespace

TEST_CASE("routes name what modules declare and plans know, and no address of Freehold's") {
  const auto scratch = new_database();
  const std::string& database = scratch.admin();
  CHECK(refusal_of(database,
                   {{.path = "/", .to = to},
                    {.path = "/t", .to = to, .permission = "documents:read"},
                    {.path = "/api/v1/mine", .to = to, .who = "member", .rate = "api"}}) == "");
  CHECK(
      refusal_of(database, {{.path = "/a", .to = to, .permission = "documents:raed"},
                            {.path = "/b", .to = to, .who = "member", .feature = "documents.exprt"},
                            {.path = "/c", .to = to, .who = "member", .meter = "documents.calls"},
                            {.path = "/d", .to = to, .who = "member", .rate = "fast"},
                            {.path = "/login", .to = to},
                            {.path = "/api/v1/documents", .to = to},
                            {.path = "/t/acme/team", .to = to}}) ==
      "gateway: the route of /a: there is no permission \"documents:raed\"\n"
      "gateway: the route of /b: there is no feature \"documents.exprt\"\n"
      "gateway: the route of /c: there is no meter \"documents.calls\"\n"
      "gateway: the route of /d: there is no rate \"fast\"\n"
      "gateway: the route of /login: Freehold answers this address itself\n"
      "gateway: the route of /api/v1/documents: Freehold answers this address itself\n"
      "gateway: the route of /t/acme/team: Freehold answers this address itself");
  CHECK(refusal_of(database, {{.host = "docs.example.com", .path = "/login", .to = to}}) == "");
}
