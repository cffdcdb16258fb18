// What a product's backend asks and reports, for all of its customers, with a key of its own.
#include <doctest/doctest.h>

#include "app/parts.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "db/blocking_connection.hpp"
#include "tests/program/product.hpp"
#include "tests/program/rows.hpp"
#include "tests/program/workspace.hpp"

using namespace freehold;
using namespace freehold::program;

namespace {

struct World {
  World()
      : scratch(new_database()),
        program(settings_for(scratch.admin())),
        acme(sign_up(program, scratch.admin(), "owner@acme.example", "Acme")),
        other(sign_up(program, scratch.admin(), "owner@other.example", "Other")),
        staff(staff_member(program, "staff@freehold.example")),
        product(program) {}

  void override_for(const Workspace& workspace, const std::string& subject, const std::string& to) {
    const std::string tenant = "/tenants/" + to_string(workspace.id());
    staff.get(tenant + "/entitlements");
    const auto answer =
        staff.post(tenant + "/overrides",
                   {{"subject", subject}, {"value", to}, {"reason", "agreed with their owner"}});
    REQUIRE_MESSAGE(answer.status == 303, answer.body);
  }

  test::ScratchDatabase scratch;
  Program program;
  Workspace acme;
  Workspace other;
  Visitor staff;
  Product product;
};

json::object object_of(const http::Response& response) {
  REQUIRE_MESSAGE(response.status == 200, response.body);
  return json::parse(response.body).as_object();
}

std::string code_of(const http::Response& response) {
  return fmt::format("{} {}", response.status,
                     std::string_view(json::parse(response.body).at("code").as_string()));
}

std::string event(const Workspace& workspace, int quantity, const std::string& key,
                  const std::string& meter = "documents.api_calls") {
  return fmt::format(R"({{"tenant_id":"{}","meter":"{}","quantity":{},"idempotency_key":"{}"}})",
                     to_string(workspace.id()), meter, quantity, key);
}

// "allowed 3 of 10000", "refused limit_reached", one a line.
std::string decisions(const http::Response& response) {
  std::string lines;
  for (const json::value& each : object_of(response).at("data").as_array()) {
    const json::object& decided = each.as_object();
    if (decided.at("allowed").as_bool()) {
      lines += fmt::format("allowed {} of {}{}\n", decided.at("used").as_int64(),
                           decided.at("limit").is_null() ? -1 : decided.at("limit").as_int64(),
                           decided.at("duplicate").as_bool() ? ", counted before" : "");
    } else {
      lines += fmt::format("refused {}\n", std::string_view(decided.at("code").as_string()));
    }
  }
  return lines;
}

std::string report(World& world, const std::string& events) {
  return decisions(world.product.post("/api/v1/usage_events", R"({"events":[)" + events + "]}"));
}

}  // namespace

TEST_CASE("a product key opens what is made for products, and nothing that is a workspace's") {
  World world;
  const std::string acme = "/api/v1/tenants/" + to_string(world.acme.id()) + "/entitlements";
  CHECK(world.product.get(acme).status == 200);
  CHECK(code_of(world.product.get("/api/v1/documents")) == "403 workspace_key_required");
  CHECK(code_of(world.product.get("/api/v1/members")) == "403 workspace_key_required");
  CHECK(code_of(world.acme.api(http::Method::get, acme)) == "403 product_key_required");
  CHECK(code_of(world.product.get(
            "/api/v1/tenants/tenant_01m8h7bmwre5hrvqd3k9wkadtk/entitlements")) == "404 not_found");
  CHECK(code_of(world.product.get("/api/v1/tenants/acme/entitlements")) == "404 not_found");
  world.product.key.back() = world.product.key.back() == 'a' ? 'b' : 'a';
  CHECK(code_of(world.product.get(acme)) == "401 unauthenticated");
}

TEST_CASE("a revoked product key is refused within a second") {
  World world;
  const std::string acme = "/api/v1/tenants/" + to_string(world.acme.id()) + "/entitlements";
  CHECK(world.product.get(acme).status == 200);
  db::BlockingConnection(world.scratch.admin())
      .run("update access.product_key set revoked_at = now()");
  world.program.machine().advance(seconds(1));
  CHECK(code_of(world.product.get(acme)) == "401 unauthenticated");
}

TEST_CASE(
    "a product and the workspace's own key read the same entitlements, with every declared key") {
  World world;
  const std::string id = to_string(world.acme.id());
  const json::object seen = object_of(world.product.get("/api/v1/tenants/" + id + "/entitlements"));
  CHECK(seen == object_of(world.acme.api(http::Method::get, "/api/v1/entitlements")));
  CHECK(seen.at("tenant_id") == json::string(id));
  CHECK(seen.at("plan") == "pro");
  CHECK(seen.at("access") == "full");
  CHECK(seen.at("features") == json::object{{"documents.export", true}});
  CHECK(seen.at("limits") == json::object{{"documents.documents", 1000}});
  const json::object& calls = seen.at("meters").at("documents.api_calls").as_object();
  CHECK(calls.at("limit") == 10'000);
  CHECK(calls.at("used") == 0);
  CHECK(seen.at("next_change_at").is_string());  // the trial ends
  CHECK(seen.at("upgrade_url") == json::string("http://localhost:8080/upgrade/" + id));
}

TEST_CASE("usage is decided event by event, in order, and one that is wrong spoils no other") {
  World world;
  world.override_for(world.acme, "limit documents.api_calls", "200");
  world.program.machine().advance(seconds(5));  // no snapshot is older
  CHECK(
      report(
          world,
          event(world.acme, 80, "a") + "," + event(world.acme, 80, "b") + "," +
              event(world.acme, 80, "c") + "," + event(world.acme, 40, "d") + "," +
              event(world.acme, 80, "a") + "," + event(world.other, 4, "a") + "," +
              event(world.acme, 1, "e", "no.such") + "," + event(world.acme, 0, "f") + "," +
              event(world.acme, 1, "") +
              R"(,{"tenant_id":"tenant_01m8h7bmwre5hrvqd3k9wkadtk","meter":"documents.api_calls","quantity":1,"idempotency_key":"g"})") ==
      "allowed 80 of 200\n"
      "allowed 160 of 200\n"
      "refused limit_reached\n"
      "allowed 200 of 200\n"
      "allowed 80 of 200, counted before\n"
      "allowed 4 of 10000\n"
      "refused unknown_meter\n"
      "refused invalid\n"
      "refused invalid\n"
      "refused unknown_tenant\n");
  const auto refused = world.product.post("/api/v1/usage_events",
                                          R"({"events":[)" + event(world.acme, 1, "h") + "]}");
  const json::object decided = object_of(refused).at("data").at(0).as_object();
  CHECK(decided.at("upgrade").at("plan") == "pro");
  CHECK(decided.at("upgrade").at("url") ==
        json::string("http://localhost:8080/upgrade/" + to_string(world.acme.id())));
}

TEST_CASE("a batch that is none is refused whole and counts nothing") {
  World world;
  const auto send = [&](const std::string& body) {
    return code_of(world.product.post("/api/v1/usage_events", body));
  };
  std::string many;
  for (int i = 0; i < 501; ++i)
    many += (i == 0 ? "" : ",") + event(world.acme, 1, fmt::format("k{}", i));
  CHECK(send(R"({"events":[]})") == "422 invalid_input");
  CHECK(send(R"({"events":[)" + many + "]}") == "422 invalid_input");
  CHECK(send("{}") == "422 invalid_input");
  CHECK(send(R"({"events":[{"tenant_id":1}]})") == "422 invalid_input");
  CHECK(send("[") == "400 invalid_json");
  CHECK(value(world.scratch.admin(), "select count(*) from metering.event") == "0");
}

TEST_CASE(
    "a product writes into the audit log what its customers did, and the log shows who did it") {
  World world;
  const std::string path = "/api/v1/tenants/" + to_string(world.acme.id()) + "/audit_events";
  const std::string owner =
      value(world.scratch.admin(),
            "select user_id from identity.account where email = 'owner@acme.example'");
  const std::string user = to_typeid("user", *parse_uuid(owner));
  const auto written = world.product.post(
      path, R"({"action":"product.report_exported","user_id":")" + user +
                R"(","target_type":"report","target_id":"r1","target_name":"Sales",)"
                R"("changes":[{"field":"state","old_value":"draft","new_value":"sent"}]})");
  REQUIRE_MESSAGE(written.status == 201, written.body);
  world.product.post(path, R"({"action":"product.swept","target_type":"report","target_id":"r2"})");
  CHECK(rows(world.scratch.admin(),
             "select e.action, e.actor_type, e.target_id, p.target_name, p.actor_user_id is not "
             "null from audit.event e join audit.person p on p.event_id = e.id where e.action like "
             "'product.%' order by e.action") ==
        "product.report_exported user r1 Sales t\nproduct.swept product r2  f\n");
  const std::string page = world.acme.owner.get(world.acme.path("/audit?action=product.")).body;
  CHECK(page.contains("Product report exported"));
  CHECK(page.contains("The product"));
}

TEST_CASE("a product can neither speak in the program's name nor in that of a stranger") {
  World world;
  const std::string tenant = "/api/v1/tenants/" + to_string(world.acme.id());
  const std::string stranger = to_typeid("user", new_uuid(world.program.machine().now()));
  const auto act = [&](const std::string& action, const std::string& more) {
    return world.product
        .post(tenant + "/audit_events", R"({"action":")" + action + "\"," + more + "}")
        .status;
  };
  const std::string target = R"("target_type":"report","target_id":"r1")";
  CHECK(act("product.ok", target) == 201);
  for (const char* action :
       {"member.removed", "product", "product.", "product..x", "Product.x", ""})
    CHECK_MESSAGE(act(action, target) == 422, action);
  CHECK(act("product.ok", R"("target_type":"Report","target_id":"r1")") == 422);
  CHECK(act("product.ok", R"("target_type":"report","target_id":"")") == 422);
  CHECK(act("product.ok", target + R"(,"user_id":")" + stranger + "\"") == 422);
  const auto event = [&](const std::string& body) {
    return world.product.post(tenant + "/events", body).status;
  };
  CHECK(event(R"({"type":"product.opened","data":{"report":"r1"}})") == 201);
  CHECK(event(R"({"type":"plan.changed"})") == 422);
  CHECK(event(R"({"type":"product.opened","data":{"text":")" + std::string(9'000, 'x') + "\"}}") ==
        422);
  world.program.settle();
  const json::object feed = object_of(world.product.get("/api/v1/events?types=product.*"));
  CHECK(feed.at("data").as_array().size() == 1);
  CHECK(feed.at("data").at(0).at("data") == json::object{{"report", "r1"}});
}
