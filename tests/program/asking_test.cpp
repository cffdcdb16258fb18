// Who is asking: what a product beside this program is told, and for how long it may believe it.
#include <doctest/doctest.h>

#include <thread>

#include "app/parts.hpp"
#include "core/jose.hpp"
#include "core/json.hpp"
#include "db/blocking_connection.hpp"
#include "tests/program/rows.hpp"
#include "tests/program/workspace.hpp"

using namespace freehold;
using namespace freehold::program;

namespace {

app::Settings with_product(app::Settings settings) {
  settings.product_audience = "https://product.example.com";
  settings.return_urls = {"https://product.example.com/welcome"};
  return settings;
}

struct World {
  World()
      : scratch(new_database()),
        program(with_product(settings_for(scratch.admin()))),
        workspace(sign_up(program, scratch.admin(), "owner@acme.example", "Acme")) {
    db::BlockingConnection(scratch.admin()).run("update access.api_key set expires_at = null");
  }

  http::Response verify(Visitor& visitor, const std::string& query = "") {
    return visitor.get("/api/v1/auth/verify" + query);
  }
  json::object keys() {
    const auto response = Visitor(program).get("/.well-known/jwks.json");
    REQUIRE(response.status == 200);
    return json::parse(response.content()).as_object();
  }
  std::size_t published() { return keys().at("keys").as_array().size(); }

  test::ScratchDatabase scratch;
  Program program;
  Workspace workspace;
};

std::vector<jose::KnownKey> known(const json::object& jwks) {
  std::vector<jose::KnownKey> keys;
  for (const json::value& jwk : jwks.at("keys").as_array()) {
    const auto text = [&](std::string_view name) { return std::string(jwk.at(name).as_string()); };
    auto key = PublicKey::from_point(*from_base64url(text("x")), *from_base64url(text("y")));
    REQUIRE(key);
    keys.push_back({text("kid"), std::move(*key)});
  }
  return keys;
}

std::string header_of(const http::Response& response, std::string_view name) {
  return std::string(response.header(name));
}

// The claims, as whoever has the public keys reads them; a reason when they do not hold.
std::variant<json::object, jose::Refused> claims_of(World& world, const std::string& token) {
  const jose::Expected expected{"at+jwt", base_url, "https://product.example.com",
                                world.program.machine().now()};
  return jose::verify(token, known(world.keys()), expected);
}

json::object trusted_claims(World& world, const std::string& token) {
  auto claims = claims_of(world, token);
  REQUIRE_MESSAGE(std::holds_alternative<json::object>(claims),
                  std::get_if<jose::Refused>(&claims)->reason);
  return std::get<json::object>(std::move(claims));
}

std::string problem_of(const http::Response& response) {
  return fmt::format("{} {}", response.status,
                     std::string_view(json::parse(response.content()).at("code").as_string()));
}

std::string kid_of(const std::string& token) {
  const auto header = from_base64url(token.substr(0, token.find('.')));
  return std::string(json::parse(*header).at("kid").as_string());
}

}  // namespace

TEST_CASE("a person's assertion says who they are, where, and what they may do there") {
  World world;
  const auto response = world.verify(world.workspace.owner);
  REQUIRE_MESSAGE(response.status == 200, response.content());
  json::object claims = trusted_claims(world, header_of(response, "Freehold-Assertion"));
  CHECK(claims.at("exp").as_int64() - claims.at("iat").as_int64() == 60);
  CHECK(claims.at("jti").as_string().size() == 22);
  CHECK(claims.at("tenant_id") == claims.at("org_id"));
  CHECK(claims.at("permissions").as_array().size() > 5);
  const json::object body = json::parse(response.content()).as_object();
  CHECK(body.at("assertion") == json::string(header_of(response, "Freehold-Assertion")));
  CHECK(body.at("user_id") == claims.at("sub"));
  CHECK(body.at("session_id") == claims.at("sid"));
  CHECK(body.at("permissions") == claims.at("permissions"));
  for (const char* changing : {"iat", "exp", "jti", "org_id", "permissions", "sub", "sid"})
    claims.erase(changing);
  CHECK(claims == json::object{{"client_id", "freehold"},
                               {"tenant_id", to_string(world.workspace.id())},
                               {"tenant_slug", "acme"},
                               {"role", "owner"},
                               {"ent", 1},
                               {"email", "owner@acme.example"},
                               {"name", "owner"},
                               {"iss", "http://localhost:8080"},
                               {"aud", "https://product.example.com"}});
  CHECK(header_of(response, "Freehold-Tenant") == to_string(world.workspace.id()));
  CHECK(header_of(response, "Freehold-Tenant-Slug") == "acme");
  CHECK(header_of(response, "Freehold-Role") == "owner");
  CHECK(header_of(response, "Freehold-Entitlement-Version") == "1");
  CHECK(header_of(response, "Freehold-Permissions").contains("documents:write"));
  CHECK(response.fixed_headers.contains("no-store"));
}

TEST_CASE("a program's assertion says which key it has") {
  World world;
  const auto response = world.workspace.api(http::Method::get, "/api/v1/auth/verify");
  REQUIRE_MESSAGE(response.status == 200, response.content());
  const json::object claims = trusted_claims(world, header_of(response, "Freehold-Assertion"));
  CHECK(claims.at("sub").as_string().starts_with("key_"));
  CHECK(header_of(response, "Freehold-Key") == std::string(claims.at("sub").as_string()));
  CHECK(claims.at("tenant_id") == json::string(to_string(world.workspace.id())));
  CHECK_FALSE(claims.contains("sid"));
  CHECK_FALSE(claims.contains("email"));
  CHECK(header_of(response, "Freehold-User") == "");
}

TEST_CASE("whoever is not logged in is refused, with the log-in that leads back") {
  World world;
  Visitor stranger(world.program);
  auto response = world.verify(stranger);
  CHECK(problem_of(response) == "401 unauthenticated");
  CHECK(header_of(response, "Freehold-Login-Url") == base_url + "/login");
  CHECK(header_of(response, "Freehold-Assertion") == "");

  auto request = stranger.request(http::Method::get, "/api/v1/auth/verify");
  request.add_header("X-Original-URI", "/reports?page=2");
  response = stranger.send(std::move(request));
  CHECK(header_of(response, "Freehold-Login-Url") == base_url + "/login?next=/reports%3Fpage%3D2");

  stranger.cookies["fh_sid"] = std::string(43, 'x');
  CHECK(problem_of(world.verify(stranger)) == "401 unauthenticated");
  auto with_key = stranger.request(http::Method::get, "/api/v1/auth/verify");
  with_key.add_header("Authorization", "Bearer fh_ak_live_wrong");
  CHECK(problem_of(stranger.send(std::move(with_key))) == "401 unauthenticated");
}

TEST_CASE(
    "another's workspace, a missing permission and a missing feature are 403, as proxies know") {
  World world;
  Workspace other = sign_up(world.program, world.scratch.admin(), "owner@other.example", "Other");
  Visitor& owner = world.workspace.owner;
  const std::string other_id = to_string(other.id());
  CHECK(problem_of(world.verify(owner, "?tenant=other")) == "403 not_a_member");
  CHECK(problem_of(world.verify(owner, "?tenant=" + other_id)) == "403 not_a_member");
  CHECK(problem_of(world.verify(owner, "?tenant=nobody")) == "403 not_a_member");
  CHECK(world.verify(owner, "?tenant=" + to_string(world.workspace.id())).status == 200);
  CHECK(problem_of(world.workspace.api(http::Method::get, "/api/v1/auth/verify?tenant=other")) ==
        "403 not_a_member");

  Visitor viewer = join(world.workspace, "viewer@acme.example", "viewer");
  CHECK(world.verify(viewer, "?permission=documents:read").status == 200);
  CHECK(problem_of(world.verify(viewer, "?permission=documents:write")) == "403 forbidden");
  CHECK(problem_of(world.verify(viewer, "?permission=no:such")) == "403 forbidden");
  CHECK(world.verify(viewer, "?feature=documents.export").status == 200);
  CHECK(problem_of(world.verify(viewer, "?feature=no.such")) == "403 not_in_plan");
}

TEST_CASE("the workspace is read from the address that the proxy was asked for") {
  World world;
  Workspace other = sign_up(world.program, world.scratch.admin(), "owner@other.example", "Other");
  Visitor both = join(world.workspace, "both@acme.example", "member");
  CHECK(header_of(world.verify(both), "Freehold-Tenant-Slug") == "acme");
  const auto asked_for = [&](std::string_view header, const std::string& uri) {
    auto request = both.request(http::Method::get, "/api/v1/auth/verify");
    request.add_header(header, uri);
    const auto response = both.send(std::move(request));
    return fmt::format("{} {}", response.status, response.header("Freehold-Tenant-Slug"));
  };
  CHECK(asked_for("X-Original-URI", "/t/acme/reports?x=1") == "200 acme");
  CHECK(asked_for("X-Forwarded-Uri", "/t/acme") == "200 acme");
  CHECK(asked_for("X-Forwarded-Uri", "/t/other/reports") == "403 ");
  CHECK(asked_for("X-Forwarded-Uri", "/reports") == "200 acme");
}

TEST_CASE("a person of several workspaces who names none is known without one") {
  World world;
  Workspace other = sign_up(world.program, world.scratch.admin(), "owner@other.example", "Other");
  db::BlockingConnection(world.scratch.admin())
      .run(fmt::format("insert into tenancy.membership select '{}', gen_random_uuid(), m.user_id, "
                       "'member', m.joined_at from tenancy.membership m where m.tenant_id = '{}'",
                       other.tenant, world.workspace.tenant));
  world.program.machine().advance(seconds(2));
  const auto response = world.verify(world.workspace.owner);
  REQUIRE(response.status == 200);
  const json::object claims = trusted_claims(world, header_of(response, "Freehold-Assertion"));
  CHECK_FALSE(claims.contains("tenant_id"));
  CHECK_FALSE(claims.contains("role"));
  CHECK(claims.at("email") == "owner@acme.example");
  CHECK(problem_of(world.verify(world.workspace.owner, "?feature=documents.export")) ==
        "403 not_a_member");
}

TEST_CASE(
    "a removed member gets no assertion after a second, and the last one ends within 60 more") {
  World world;
  Visitor member = join(world.workspace, "ada@acme.example", "member");
  const std::string token = header_of(world.verify(member, "?tenant=acme"), "Freehold-Assertion");
  db::BlockingConnection(world.scratch.admin())
      .run(fmt::format("delete from tenancy.membership where tenant_id = "
                       "'{}' and role = 'member'",
                       world.workspace.tenant));
  world.program.machine().advance(seconds(1));
  CHECK(problem_of(world.verify(member, "?tenant=acme")) == "403 not_a_member");
  world.program.machine().advance(seconds(57));
  CHECK(std::holds_alternative<json::object>(claims_of(world, token)));
  world.program.machine().advance(seconds(3));
  CHECK(std::get<jose::Refused>(claims_of(world, token)).reason == "expired");
}

TEST_CASE("an assertion is handed out again for ten seconds, but never after something changed") {
  World world;
  Visitor& owner = world.workspace.owner;
  const auto token = [&] { return header_of(world.verify(owner), "Freehold-Assertion"); };
  const std::string first = token();
  world.program.machine().advance(seconds(9));
  CHECK(token() == first);
  world.program.machine().advance(seconds(1));
  const std::string second = token();
  CHECK(second != first);

  Visitor staff = staff_member(world.program, "staff@freehold.example");
  const std::string tenant = "/tenants/" + to_string(world.workspace.id());
  staff.get(tenant + "/entitlements");
  staff.post(tenant + "/overrides",
             {{"subject", "plan business"}, {"value", ""}, {"reason", "agreed with their owner"}});
  world.program.machine().advance(seconds(5));  // no snapshot is older
  CHECK(trusted_claims(world, token()).at("ent").as_int64() == 2);
}

TEST_CASE("a successor is published two days before it signs, and a retired key for an hour") {
  World world;
  Visitor stranger(world.program);
  auto& machine = world.program.machine();
  const auto token = [&] {
    return header_of(world.workspace.api(http::Method::get, "/api/v1/auth/verify"),
                     "Freehold-Assertion");
  };
  const std::string first = kid_of(token());
  CHECK(world.published() == 1);
  machine.advance(days(87) + hours(23));
  CHECK(kid_of(token()) == first);
  CHECK(world.published() == 1);
  machine.advance(hours(1) + minutes(30));
  CHECK(kid_of(token()) == first);
  CHECK(world.published() == 2);
  machine.advance(days(2));
  const std::string last_of_first = token();
  const std::string second = kid_of(last_of_first);
  CHECK(second != first);
  CHECK(world.published() == 2);
  CHECK(std::holds_alternative<json::object>(claims_of(world, last_of_first)));
  machine.advance(hours(1));
  CHECK(world.published() == 1);
  CHECK(kid_of(token()) == second);
}

TEST_CASE("an installation that slept for years signs again with a new key") {
  World world;
  world.verify(world.workspace.owner);
  world.program.machine().advance(days(800));
  const auto response = world.workspace.api(http::Method::get, "/api/v1/auth/verify");
  REQUIRE_MESSAGE(response.status == 200, response.content());
  CHECK(world.published() == 1);
  trusted_claims(world, header_of(response, "Freehold-Assertion"));
}

TEST_CASE("keys that were withdrawn prove nothing any more") {
  World world;
  const std::string token = header_of(world.verify(world.workspace.owner), "Freehold-Assertion");
  world.program.run([&] { return world.program.parts().signing_keys.replace(); });
  world.program.machine().advance(seconds(10));  // every thread has asked again
  CHECK(std::get<jose::Refused>(claims_of(world, token)).reason == "unknown key");
  trusted_claims(world, header_of(world.verify(world.workspace.owner), "Freehold-Assertion"));
}

TEST_CASE("the private keys are sealed in the database, and several nodes make one") {
  const auto scratch = new_database();
  const app::Settings settings = with_product(settings_for(scratch.admin()));
  std::vector<std::unique_ptr<Program>> nodes;
  for (int i = 0; i < 3; ++i) {
    app::Settings own = settings;
    own.database.budget = 14;
    own.public_listener.listen = fmt::format("127.0.0.1:{}", free_port());
    nodes.push_back(std::make_unique<Program>(own));
  }
  std::vector<std::thread> askers;
  std::vector<std::string> answers(nodes.size());
  for (std::size_t i = 0; i < nodes.size(); ++i)
    askers.emplace_back(
        [&, i] { answers[i] = Visitor(*nodes[i]).get("/.well-known/jwks.json").content(); });
  for (auto& asker : askers) asker.join();
  CHECK(answers[0] == answers[1]);
  CHECK(answers[1] == answers[2]);
  CHECK(value(scratch.admin(), "select count(*) from identity.signing_key") == "1");
  // PKCS #8 of a P-256 key names its algorithm in these bytes.
  CHECK(value(scratch.admin(),
              "select count(*) from identity.signing_key where position("
              "'\\x2a8648ce3d0201'::bytea in sealed_key) > 0") == "0");
}

TEST_CASE("a log-in for a product leads back to it, with workspace and state") {
  World world;
  Visitor visitor(world.program);
  const std::string link = "/login?return_to=https%3A%2F%2Fproduct.example.com%2Fwelcome&state=s1";
  const std::string select = "/select?return_to=https%3A//product.example.com/welcome&state=s1";
  const std::string welcome = "https://product.example.com/welcome?tenant=acme&state=s1";
  const auto page = visitor.get(link);
  CHECK(page.status == 200);
  CHECK(page.fixed_headers.contains("https://product.example.com"));
  const FormFields form{{"email", "owner@acme.example"},
                        {"password", password},
                        {"return_to", "https://product.example.com/welcome"},
                        {"state", "s1"}};
  const auto answer = visitor.post("/login", form);
  CHECK(header_of(answer, "Location") == select);
  CHECK(header_of(visitor.get(select), "Location") == welcome);
  CHECK(header_of(visitor.get(link), "Location") == select);  // logged in already

  const auto elsewhere = visitor.get("/login?return_to=https%3A%2F%2Fevil.example%2F");
  CHECK(elsewhere.status == 400);
  CHECK(header_of(elsewhere, "Location") == "");
  CHECK(visitor.get("/select?return_to=https%3A%2F%2Fevil.example%2F").status == 400);

  Visitor stranger(world.program);
  CHECK(header_of(stranger.get(select), "Location") ==
        "/login?return_to=https%3A//product.example.com/welcome&state=s1");
}

TEST_CASE("a product's link logs nobody out by itself; its form does, and leads back") {
  World world;
  Visitor& owner = world.workspace.owner;
  const auto page =
      owner.get("/logout?return_to=https%3A%2F%2Fproduct.example.com%2Fwelcome&state=bye");
  CHECK(page.status == 200);
  CHECK(world.verify(owner).status == 200);
  const auto answer = owner.post(
      "/logout", {{"return_to", "https://product.example.com/welcome"}, {"state", "bye"}});
  CHECK(header_of(answer, "Location") == "https://product.example.com/welcome?state=bye");
  world.program.machine().advance(seconds(1));
  CHECK(world.verify(owner).status == 401);
  CHECK(owner.get("/logout?return_to=https%3A%2F%2Fevil.example").status == 400);
}
