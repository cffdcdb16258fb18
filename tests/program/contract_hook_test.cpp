// What holds every test to the document of the API goes red when an answer is another.
#include <doctest/doctest.h>

#include "app/parts.hpp"
#include "core/schema.hpp"
#include "tests/program/contract_calls.hpp"

using namespace freehold;
using namespace freehold::program;
using http::Method;

TEST_CASE("an answer that is not what the document says is found") {
  Neighbours& all = neighbours();
  const Contract& contract = all.program.contract();
  const http::Router& router = all.program.parts().public_router;
  const http::Request request = all.ours.call(Method::get, "/api/v1/workspace");
  const http::Response good = [] {
    http::Response made =
        http::json_response(200, json::object{{"object", "workspace"},
                                              {"id", to_string(example_id<TenantId>())},
                                              {"slug", "acme"},
                                              {"name", "Acme"},
                                              {"created_at", "2026-11-22T09:30:00Z"}});
    for (const char* name : {"RateLimit", "RateLimit-Policy", "Freehold-Entitlement-Version"})
      made.with_header(name, "1");
    return made;
  }();
  const auto complaint = [&](const std::function<void(http::Response&)>& spoil) {
    http::Response response = good;
    spoil(response);
    return contract.complaint(router, request, response);
  };
  const auto with = [&](std::string_view what, std::string_view by) {
    return complaint([&](http::Response& response) {
      response.body.replace(response.body.find(what), what.size(), by);
    });
  };
  CHECK(complaint([](http::Response&) {}) == "");
  CHECK(with("tenant_", "user_").contains("is not of the pattern"));
  CHECK(with("\"slug\"", "\"slag\"").contains(".slug: is not there"));
  CHECK(with("\"Acme\"", "null").contains(".name: is null"));
  CHECK(with("2026-11-22T09:30:00Z", "yesterday").contains("date-time"));
  CHECK(with("\"workspace\"", "\"tenant\"").contains("is not \"workspace\""));
  CHECK(complaint([](http::Response& r) { r.status = 201; }) != "");
  CHECK(complaint([](http::Response& r) { r.content_type = "text/html"; }) != "");
  CHECK(complaint([](http::Response& r) { r.headers.clear(); }).contains("RateLimit is missing"));
  CHECK(complaint([](http::Response& r) {
          r.with_header("Freehold-New", "1");
        }).contains("not in the document"));
}
