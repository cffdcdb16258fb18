#include "reference/pages.hpp"

#include <doctest/doctest.h>

using namespace freehold;
using namespace freehold::reference;

namespace {

const Book& sample() {
  static const Book book{
      json::parse(R"({
        "tags": [{"name": "Things", "description": "Of all kinds."}],
        "paths": {"/api/v1/things/{thing_id}": {"patch": {
          "operationId": "update_thing", "tags": ["Things"], "summary": "Change a thing",
          "description": "Only `name`.", "security": [{"workspace_key": []}],
          "x-permission": "things:write",
          "parameters": [
            {"name": "thing_id", "in": "path", "required": true, "example": "thing_1",
             "description": "Its id.", "schema": {"type": "string"}},
            {"$ref": "#/components/parameters/Once"}],
          "requestBody": {"required": true, "content": {"application/json": {
            "schema": {"$ref": "#/components/schemas/Draft"}, "example": {"name": "a"}}}},
          "responses": {
            "200": {"description": "It is changed.", "content": {"application/json": {
              "schema": {"$ref": "#/components/schemas/Thing"}, "example": {"id": "thing_1"}}}},
            "404": {"description": "", "content": {"application/problem+json": {"schema": {
              "allOf": [{}, {"properties": {"code": {"enum": ["not_found"]}}}]}}}},
            "default": {"$ref": "#/components/responses/Other"}}}}},
        "components": {
          "parameters": {"Once": {"name": "Idempotency-Key", "in": "header", "description": "Once.",
                                  "schema": {"type": "string", "maxLength": 255}}},
          "responses": {"Other": {"description": "Any."}},
          "schemas": {
            "Draft": {"type": "object", "additionalProperties": false, "required": ["name"],
              "properties": {
                "name": {"type": "string", "minLength": 1, "maxLength": 9, "description": "Its name."},
                "size": {"type": ["integer", "null"], "minimum": 1, "maximum": 5, "default": 2,
                         "description": "Its size."}}},
            "Thing": {"type": "object", "required": ["id", "parts", "meters"],
              "properties": {
                "id": {"type": "string", "pattern": "^thing_[0-7][0-9a-hjkmnp-tv-z]{25}$"},
                "parts": {"type": "array", "items": {"$ref": "#/components/schemas/Part"},
                          "description": "What it is made of."},
                "meters": {"type": "object", "additionalProperties": {"type": "boolean"}},
                "spare": {"anyOf": [{"$ref": "#/components/schemas/Part"}, {"type": "null"}]}}},
            "Part": {"type": "object", "required": ["colour"],
              "properties": {"colour": {"type": "string", "enum": ["red", "green"]}}}}}})")
          .as_object(),
      Codes(
          "## Yours\n\n| `not_found` | 404 | Nothing is there. | See [the list](errors.md). |\n")};
  return book;
}

// "name: text, 1 to 9 characters (required)", a line each.
std::string fields_of(std::string_view schema) {
  const json::value reference =
      json::object{{"$ref", fmt::format("#/components/schemas/{}", schema)}};
  std::string lines;
  for (const json::value& row : rows_of(sample(), reference)) {
    const json::value& note = row.at("note");
    lines += fmt::format("{}: {}{}\n", std::string(row.at("name").as_string()),
                         std::string(row.at("type").as_string()),
                         note.is_null() ? "" : " (" + std::string(note.as_string()) + ")");
  }
  return lines;
}

}  // namespace

TEST_CASE("what is code in a sentence stays code, and a link is what it is called") {
  CHECK(json::serialize(words_of("Send `a` or [the list](errors.md).")) ==
        R"([{"code":null,"text":"Send "},{"code":"a","text":null},)"
        R"({"code":null,"text":" or the list."}])");
  CHECK(words_of("").empty());
}

TEST_CASE("the members of a schema are read as people say them, those inside under their path") {
  CHECK(fields_of("Draft") ==
        "name: text, 1 to 9 characters (required)\n"
        "size: whole number, 1 to 5; 2 unless told, or null\n");
  CHECK(fields_of("Thing") ==
        "id: id\n"
        "parts: list of object\n"
        "parts[].colour: one of red, green\n"
        "meters: object\n"
        "spare: object, or null (not always there)\n"
        "spare.colour: one of red, green\n");
}

TEST_CASE("a call is shown as a shell takes it") {
  const auto entries = entries_of(sample());
  REQUIRE(entries.size() == 1);
  CHECK(curl_of(entries[0], "https://app.example.com") ==
        "curl -X PATCH https://app.example.com/api/v1/things/thing_1 \\\n"
        "  -H \"Authorization: Bearer $FREEHOLD_KEY\" \\\n"
        "  -H \"Content-Type: application/json\" \\\n"
        "  -d '{\"name\":\"a\"}'\n");
}

TEST_CASE("the page of an operation has its call, parameters, body, answers and refusals") {
  const auto entries = entries_of(sample());
  const json::object model = operation_model(sample(), entries.at(0), "https://app.example.com");
  CHECK(model.at("parameters").at("rows").as_array().size() == 2);
  CHECK(model.at("body").at("rows").as_array().size() == 2);
  CHECK(model.at("answers").as_array().size() == 1);
  CHECK(model.at("refusals").at("rows").at(0).at("url") == "/errors/not_found");
  CHECK(json::serialize(model.at("facts")).contains("things:write"));
}

TEST_CASE("the page of a code leads to the operations that answer with it") {
  const CodeGroup& group = sample().codes.groups().at(0);
  const json::object model = code_model(sample(), group, group.codes.at(0));
  CHECK(model.at("operations").at("rows").at(0).at("url") == "/reference/update_thing");
  CHECK(model.at("reason") == "Not Found");
  CHECK(json::serialize(model.at("advice")).contains("See the list."));
}
