// A node with things of two tenants, for tests of requests that are sent twice.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "core/async.hpp"
#include "core/json.hpp"
#include "http/edge.hpp"
#include "http/edge_fixture.hpp"
#include "tests/support/world.hpp"

namespace freehold::http {

inline const db::TenantQuery<void, std::string> insert_control{"http_test.insert_control", R"(
  insert into things.control_thing (tenant_id, name) values ($1, $2))"};

// A name that no thing had before, so that carrying a request out twice shows.
inline std::string next_name() {
  static std::atomic<int> number = 0;
  return "thing-" + std::to_string(++number);
}

inline Request post(std::string_view target, std::string_view key, std::string body = "{}") {
  Request made =
      request(Method::post, target, {{"Content-Type", "application/json"}}, std::move(body));
  if (!key.empty()) made.add_header("Idempotency-Key", key);
  return made;
}

inline const TenantId acme{*parse_uuid("019aab00-0000-7000-8000-000000000001")};
inline const TenantId globex{*parse_uuid("019aab00-0000-7000-8000-000000000002")};

// Who asks: the tenant and the person are named in headers of the test's own.
inline Task<std::optional<Response>> name_caller(Request& request, const Route&) {
  const TenantId tenant = request.header("X-Tenant") == "globex" ? globex : acme;
  const UserId user{request.header("X-User") == "bob" ? globex.uuid : acme.uuid};
  request.actor_ = ActorMint::user(tenant, user, "owner", {}, {});
  co_return std::nullopt;
}

class RepeatFixture {
 public:
  explicit RepeatFixture(const std::function<void(Router&)>& add_routes) {
    world.rows(R"(
      set role fh_owner;
      create schema things;
      create table things.control_thing (tenant_id uuid not null, name text not null,
        constraint control_names_are_unique primary key (tenant_id, name));
      create table things.data_thing (tenant_id uuid not null, name text not null,
        constraint data_names_are_unique primary key (tenant_id, name));
      set fh.plane = 'control';
      select fh.protect('things.control_thing', 'tenant');
      set fh.plane = 'data';
      select fh.protect('things.data_thing', 'tenant');
    )");
    for (const TenantId& tenant : {acme, globex})
      world.rows("select fh.create_tenant('" + to_string(tenant.uuid) + "')");
    add_routes(router_);
    Hooks hooks;
    hooks.guard = name_caller;
    hooks.log = [](std::string_view) {};
    hooks.problem_of = [](std::string_view constraint) -> std::optional<Problem> {
      if (constraint != "data_names_are_unique") return {};
      return Problem::conflict("name_taken", "The name is taken.");
    };
    edge_.emplace(EdgeParts{world.runtime(), router_, &world.database(), world.clocks()},
                  Site{.key = Secret("test")}, std::move(hooks));
  }

  Edge& edge() { return *edge_; }

  Response answer(Request request) {
    Response response;
    world.run([&](db::Database&) { return ask(*edge_, request, response); });
    return response;
  }

  std::string say(Request request) { return said(answer(std::move(request))); }

  // All at once; what each was told.
  std::vector<std::string> say_all(std::vector<Request> requests) {
    std::vector<Response> responses(requests.size());
    std::vector<test::World::Work> works;
    for (std::size_t i = 0; i < requests.size(); ++i)
      works.push_back([&, i](db::Database&) { return ask(*edge_, requests[i], responses[i]); });
    world.run_all(works);
    std::vector<std::string> all;
    for (const Response& response : responses) all.push_back(said(response));
    return all;
  }

  std::string things() const {
    return world.rows(
        "select (select count(*) from things.control_thing), (select count(*) from "
        "things.data_thing)");
  }

  test::World world{"db", "http"};

 private:
  static Task<> ask(Edge& edge, Request& request, Response& response) {
    response = co_await edge.answer(request);
  }

  // "201 {…}", with what a problem's code says and "(replayed)".
  static std::string said(const Response& response) {
    std::string text = std::to_string(response.status) + " " + response.body;
    if (response.content_type == "application/problem+json")
      text = std::to_string(response.status) + " " +
             std::string(json::parse(response.body).at("code").as_string());
    return text + (response.header("Idempotency-Replayed") == "true" ? " (replayed)" : "");
  }

  Router router_;
  std::optional<Edge> edge_;
};

}  // namespace freehold::http
