#include "reference/openapi.hpp"

#include <doctest/doctest.h>

#include "core/async.hpp"
#include "http/operation.hpp"

using namespace freehold;
using namespace freehold::reference;

namespace {

constexpr std::string_view page = R"(# Codes

## What is refused

| code | status | what happened | what to do |
|---|---|---|---|
| `not_found` | 404 | Nothing is there. | Look at the id. |
| `limit_reached` | 402 | A limit is used up. | Wait. |
)";

Task<http::Response> nothing(http::Request&) {
  co_return http::no_content();
}

constexpr http::Tag about_things{"Things", "Of all kinds."};

http::Operation open_thing(Schemas&) {
  return {.id = "open_thing",
          .tag = &about_things,
          .summary = "Open a thing",
          .answers = {{.status = 204, .about = "It is open."}},
          .refusals = {{"limit_reached"}}};
}

http::Operation with_unknown_code(Schemas& schemas) {
  http::Operation operation = open_thing(schemas);
  operation.refusals = {{"no_such_code"}};
  return operation;
}

http::Operation without_answer(Schemas& schemas) {
  http::Operation operation = open_thing(schemas);
  operation.answers.clear();
  return operation;
}

std::string mistake_of(http::About about, std::string_view path = "/api/v1/things/open") {
  http::Router router;
  router.get(path, nothing, http::anyone, http::described(about));
  try {
    openapi(router, Codes(page));
  } catch (const std::logic_error& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("the list of codes is read from its page, group by group") {
  const Codes codes(page);
  REQUIRE(codes.groups().size() == 1);
  CHECK(codes.groups()[0].title == "What is refused");
  const Code& code = codes.get("limit_reached");
  CHECK(code.status == 402);
  CHECK(code.happened == "A limit is used up.");
  CHECK(code.advice == "Wait.");
  CHECK(codes.find("another") == nullptr);
  CHECK_THROWS_AS(Codes("no table"), std::runtime_error);
}

TEST_CASE("a route of the API without a description has no document, and stops the start") {
  CHECK(mistake_of(nullptr) ==
        "route GET /api/v1/things/open: say what it is for (http/operation.hpp)");
  CHECK(mistake_of(nullptr, "/a/page") == "");
  CHECK(mistake_of(without_answer) ==
        "route GET /api/v1/things/open: its description says no answer");
  CHECK(mistake_of(with_unknown_code) == "no_such_code is not in docs/api/errors.md");
}

TEST_CASE("an operation says its answers, its own refusals and what may come to any request") {
  http::Router router;
  router.get("/api/v1/things/open", nothing, http::anyone, http::described(open_thing));
  // The codes that may come to any request are all on the real page.
  const json::object document = openapi(router, Codes(page));
  const json::object& operation =
      document.at("paths").at("/api/v1/things/open").at("get").as_object();
  CHECK(operation.at("operationId") == "open_thing");
  CHECK(operation.at("security") == json::array());
  std::string statuses;
  for (const auto& response : operation.at("responses").as_object())
    statuses += std::string(response.key()) + " ";
  CHECK(statuses == "204 402 default ");
}

TEST_CASE("two operations of one id stop the start") {
  http::Router router;
  router.get("/api/v1/things/open", nothing, http::anyone, http::described(open_thing));
  router.post("/api/v1/things/open", nothing, http::anyone, http::described(open_thing));
  CHECK_THROWS_AS(openapi(router, Codes(page)), std::logic_error);
}

TEST_CASE("the document is printed a member a line, and on one line what is small and deep") {
  const json::value value{{"a", {{"b", {{"c", {{"d", {{"type", "string"}}}}}}}}}, {"list", {1, 2}}};
  CHECK(pretty(value) ==
        "{\n"
        "  \"a\": {\n"
        "    \"b\": {\n"
        "      \"c\": {\n"
        "        \"d\": {\"type\": \"string\"}\n"
        "      }\n"
        "    }\n"
        "  },\n"
        "  \"list\": [1, 2]\n"
        "}\n");
}
