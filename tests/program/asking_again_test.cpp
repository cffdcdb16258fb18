// What was said of who is asking is remembered and said again, but only while it is true.
#include <doctest/doctest.h>

#include "core/json.hpp"
#include "db/blocking_connection.hpp"
#include "tests/program/rows.hpp"
#include "tests/program/workspace.hpp"

using namespace freehold;
using namespace freehold::program;

namespace {

constexpr Duration bound = seconds(1);

struct World {
  World()
      : scratch(new_database()),
        program(settings_for(scratch.admin())),
        workspace(sign_up(program, scratch.admin(), "owner@acme.example", "Acme")) {}

  void run(const std::string& sql) { db::BlockingConnection(scratch.admin()).run(sql); }
  void advance(Duration by) { program.machine().advance(by); }
  // What a product is told, by header and by token: "200 acme owner, acme owner".
  std::string told(const http::Response& response) {
    const std::string token(response.header("Freehold-Assertion"));
    if (token.empty()) return fmt::format("{}", response.status);
    const json::object claims = claims_of(token);
    const auto claim = [&](std::string_view name) {
      const json::value* found = claims.if_contains(name);
      return found == nullptr ? std::string("none") : std::string(found->as_string());
    };
    const json::object body = json::parse(response.content()).as_object();
    CHECK(body.at("assertion") == json::string(token));
    return fmt::format("{} {} {}, {} {}", response.status, response.header("Freehold-Tenant-Slug"),
                       response.header("Freehold-Role"), claim("tenant_slug"), claim("role"));
  }
  std::string told(Visitor& visitor, const std::string& query = "") {
    return told(visitor.get("/api/v1/auth/verify" + query));
  }
  std::string told_by_key(const std::string& query = "") {
    return told(workspace.api(http::Method::get, "/api/v1/auth/verify" + query));
  }
  static json::object claims_of(const std::string& token) {
    const std::size_t dot = token.find('.') + 1;
    const auto text = from_base64url(token.substr(dot, token.rfind('.') - dot));
    return json::parse(*text).as_object();
  }

  test::ScratchDatabase scratch;
  Program program;
  Workspace workspace;
};

}  // namespace

TEST_CASE("a changed role of a person and of a key is told within a second") {
  World world;
  Visitor member = join(world.workspace, "ada@acme.example", "member");
  CHECK(world.told(member, "?tenant=acme") == "200 acme member, acme member");
  CHECK(world.told_by_key("?tenant=acme") == "200  admin,  admin");
  world.run("update tenancy.membership set role = 'viewer' where role = 'member'");
  world.run("update access.api_key set role = 'viewer'");
  world.advance(bound);
  CHECK(world.told(member, "?tenant=acme") == "200 acme viewer, acme viewer");
  CHECK(world.told_by_key("?tenant=acme") == "200  viewer,  viewer");
}

TEST_CASE("a revoked key, a removed member and an ended session are known within a second") {
  World world;
  Visitor member = join(world.workspace, "ada@acme.example", "member");
  CHECK(world.told(member) == "200 acme member, acme member");
  CHECK(world.told(world.workspace.owner) == "200 acme owner, acme owner");
  CHECK(world.told_by_key("?tenant=acme") == "200  admin,  admin");
  world.run("update access.api_key set revoked_at = now()");
  world.run("delete from tenancy.membership where role = 'member'");
  world.run(
      "update identity.session set revoked_at = now() where user_id = (select user_id from "
      "tenancy.membership where role = 'owner')");
  world.advance(bound);
  CHECK(world.told_by_key("?tenant=acme") == "401");
  CHECK(world.told(member) == "200  , none none");
  CHECK(world.told(member, "?tenant=acme") == "403");
  CHECK(world.told(world.workspace.owner) == "401");
}

TEST_CASE("a changed slug is known within a second, by its old and by its new name") {
  World world;
  Visitor& owner = world.workspace.owner;
  const std::string by_id = "?tenant=" + to_string(world.workspace.id());
  CHECK(world.told(owner) == "200 acme owner, acme owner");
  CHECK(world.told(owner, by_id) == "200 acme owner, acme owner");
  CHECK(world.told_by_key("?tenant=acme") == "200  admin,  admin");
  CHECK(world.told_by_key("?tenant=lynx") == "403");
  world.run("update tenancy.tenant set slug = 'lynx'");
  CHECK(world.told_by_key("?tenant=lynx") == "200  admin,  admin");  // it was not remembered
  world.advance(bound);
  CHECK(world.told(owner) == "200 lynx owner, lynx owner");
  CHECK(world.told(owner, by_id) == "200 lynx owner, lynx owner");
  CHECK(world.told(owner, "?tenant=acme") == "403");
  CHECK(world.told_by_key("?tenant=acme") == "403");
  CHECK(world.told_by_key("?tenant=lynx") == "200  admin,  admin");
}

TEST_CASE("somebody in two workspaces is told each by itself, however they alternate") {
  World world;
  Workspace other = sign_up(world.program, world.scratch.admin(), "owner@other.example", "Other");
  world.run(
      fmt::format("insert into tenancy.membership select '{}', gen_random_uuid(), m.user_id, "
                  "'viewer', m.joined_at from tenancy.membership m where m.tenant_id = '{}'",
                  other.tenant, world.workspace.tenant));
  world.advance(bound);
  Visitor& both = world.workspace.owner;
  for (int turn = 0; turn < 3; ++turn) {
    CHECK(world.told(both, "?tenant=acme") == "200 acme owner, acme owner");
    CHECK(world.told(both, "?tenant=other") == "200 other viewer, other viewer");
    CHECK(world.told(both) == "200  , none none");
    CHECK(world.told(other.owner, "?tenant=other") == "200 other owner, other owner");
    CHECK(world.told(other.owner, "?tenant=acme") == "403");
  }
}

TEST_CASE("a demand of a proxy's address is looked at each time, whatever was said before") {
  World world;
  Visitor viewer = join(world.workspace, "ada@acme.example", "viewer");
  CHECK(world.told(viewer) == "200 acme viewer, acme viewer");
  CHECK(world.told(viewer, "?permission=documents:write") == "403");
  CHECK(world.told(viewer, "?feature=no.such") == "403");
  CHECK(world.told(viewer, "?permission=documents:read") == "200 acme viewer, acme viewer");
}
