#include "core/json.hpp"

#include <doctest/doctest.h>

using namespace freehold;

namespace {

enum class Colour { red, green };
BOOST_DESCRIBE_ENUM(Colour, red, green)

struct Part {
  std::string name;
  Colour colour = Colour::red;
};
BOOST_DESCRIBE_STRUCT(Part, (), (name, colour))

struct Thing {
  TenantId id;
  std::int32_t count = 0;
  bool live = false;
  Instant at;
  std::optional<std::string> note;
  std::vector<Part> parts;
};
BOOST_DESCRIBE_STRUCT(Thing, (), (id, count, live, at, note, parts))

std::string errors_of(std::string_view text) {
  try {
    read_json_document<Thing>(text);
  } catch (const Problem& problem) {
    std::string lines = problem.code;
    for (const auto& error : problem.errors) lines += "\n" + error.field + " " + error.message;
    return lines;
  }
  return "fine";
}

constexpr std::string_view good =
    R"({"id":"tenant_01h455vb4pex5vsknk084sn02q","count":3,"live":true,"at":"2026-11-22T00:00:00Z","note":null,"parts":[{"name":"a","colour":"green"}]})";

}  // namespace

TEST_CASE("a described struct is the same in JSON and back") {
  CHECK(json::serialize(to_json(read_json_document<Thing>(good))) == good);
}

TEST_CASE("an optional or a list may be left out") {
  const auto thing = read_json_document<Thing>(
      R"({"id":"tenant_01h455vb4pex5vsknk084sn02q","count":3,"live":true,"at":"2026-11-22T00:00:00Z"})");
  CHECK(!thing.note);
  CHECK(thing.parts.empty());
}

TEST_CASE("every field that is wrong is named") {
  CHECK(
      errors_of(
          R"({"id":"user_1","count":3000000000,"live":1,"parts":[{"name":2,"colour":"blue"}],"more":1})") ==
      "invalid_input\n"
      "id must be an id that starts with tenant_\n"
      "count must be a whole number\n"
      "live must be true or false\n"
      "at is missing\n"
      "parts.0.name must be text\n"
      "parts.0.colour must be one of the allowed words\n"
      "more is not a field of this request");
}

TEST_CASE("text that is not one JSON document is refused") {
  for (const std::string& text : {std::string(""), std::string("{"), std::string("{} x"),
                                  std::string(40, '['), std::string("{\"a\":01}")})
    CHECK(errors_of(text).starts_with("invalid_json"));
}

TEST_CASE("money carries its currency") {
  CHECK(json::serialize(to_json(Money{4900, Currency::usd()})) ==
        R"({"amount":4900,"currency":"usd"})");
}
