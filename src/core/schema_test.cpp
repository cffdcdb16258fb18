#include "core/schema.hpp"

#include <doctest/doctest.h>

using namespace freehold;

namespace {

enum class Colour { red, green };
BOOST_DESCRIBE_ENUM(Colour, red, green)

struct Part {
  std::string name;
  std::optional<std::int32_t> size;
};
BOOST_DESCRIBE_STRUCT(Part, (), (name, size))
Notes notes_on(const Part*) {
  return {"Part",
          "A part.",
          {{"name", "Its name.", {.least = 1, .most = 9}}, {"size", "Its size."}},
          "PartToAdd"};
}

struct Thing {
  static constexpr std::string_view object = "thing";
  TenantId id;
  std::int64_t count = 0;
  Instant at;
  std::optional<Colour> colour;
  std::vector<Part> parts;
  std::map<std::string, bool> flags;
  std::optional<Part> spare;
};
BOOST_DESCRIBE_STRUCT(Thing, (), (id, count, at, colour, parts, flags, spare))
Notes notes_on(const Thing*) {
  return {"Thing",
          "A thing.",
          {{"id", "i"},
           {"count", "c"},
           {"at", "a"},
           {"colour", "l"},
           {"parts", "p", {.most = 3}},
           {"flags", "f"},
           {"spare", "s"}}};
}

struct Rare {
  static constexpr bool is_sparse = true;
  std::string name;
  std::optional<std::string> code = {};
};
BOOST_DESCRIBE_STRUCT(Rare, (), (name, code))
Notes notes_on(const Rare*) {
  return {"Rare", "Rarely more than a name.", {{"name", "n"}, {"code", "c"}}};
}

struct Untold {
  std::string name;
};
BOOST_DESCRIBE_STRUCT(Untold, (), (name))
Notes notes_on(const Untold*) {
  return {"Untold", "Nobody says what its member is.", {}};
}

struct Overtold {
  std::string name;
};
BOOST_DESCRIBE_STRUCT(Overtold, (), (name))
Notes notes_on(const Overtold*) {
  return {"Overtold", "Somebody speaks of a member that is gone.", {{"name", "n"}, {"old", "o"}}};
}

struct Twin {
  std::string other;
};
BOOST_DESCRIBE_STRUCT(Twin, (), (other))
Notes notes_on(const Twin*) {
  return {"Part", "Has the name of another.", {{"other", "o"}}};
}

template <class T>
std::string schema_text(Use use, std::string_view component) {
  Schemas schemas;
  schemas.of<T>(use);
  return json::serialize(schemas.components().at(component));
}

}  // namespace

TEST_CASE("an answer has every member, an empty one as null, and says what it is") {
  CHECK(
      schema_text<Thing>(Use::answer, "Thing") ==
      R"({"type":"object","description":"A thing.","properties":{)"
      R"("object":{"const":"thing","description":"What this is."},)"
      R"("id":{"type":"string","pattern":"^tenant_[0-7][0-9a-hjkmnp-tv-z]{25}$","description":"i"},)"
      R"("count":{"type":"integer","format":"int64","description":"c"},)"
      R"("at":{"type":"string","format":"date-time","description":"a"},)"
      R"("colour":{"type":["string","null"],"enum":["red","green",null],"description":"l"},)"
      R"("parts":{"type":"array","items":{"$ref":"#/components/schemas/Part"},"maxItems":3,"description":"p"},)"
      R"("flags":{"type":"object","additionalProperties":{"type":"boolean"},"description":"f"},)"
      R"("spare":{"anyOf":[{"$ref":"#/components/schemas/Part"},{"type":"null"}],"description":"s"}},)"
      R"("required":["object","id","count","at","colour","parts","flags","spare"]})");
}

TEST_CASE("a request may leave out optionals and lists, and nothing may be added to it") {
  CHECK(schema_text<Part>(Use::request, "PartToAdd") ==
        R"({"type":"object","description":"A part.","properties":{)"
        R"("name":{"type":"string","minLength":1,"maxLength":9,"description":"Its name."},)"
        R"("size":{"type":["integer","null"],"format":"int32","description":"Its size."}},)"
        R"("required":["name"],"additionalProperties":false})");
}

TEST_CASE("what a sparse struct leaves out is not required, and is never null") {
  CHECK(schema_text<Rare>(Use::answer, "Rare") ==
        R"({"type":"object","description":"Rarely more than a name.","properties":{)"
        R"("name":{"type":"string","description":"n"},"code":{"type":"string","description":"c"}},)"
        R"("required":["name"]})");
  CHECK(json::serialize(to_json(Rare{.name = "a"})) == R"({"name":"a"})");
  CHECK(json::serialize(to_json(Rare{.name = "a", .code = "b"})) == R"({"name":"a","code":"b"})");
}

TEST_CASE("notes speak of every member and of no other, and no two structs have one name") {
  Schemas schemas;
  schemas.of<Part>(Use::answer);
  CHECK_NOTHROW(schemas.of<Part>(Use::answer));
  CHECK_THROWS_AS(schemas.of<Untold>(Use::answer), std::logic_error);
  CHECK_THROWS_AS(schemas.of<Overtold>(Use::answer), std::logic_error);
  CHECK_THROWS_AS(schemas.of<Twin>(Use::answer), std::logic_error);
}

TEST_CASE("money and maps are written as their schema says") {
  const std::map<std::string, std::optional<std::int64_t>> limits{{"a", 1}, {"b", std::nullopt}};
  CHECK(json::serialize(to_json(limits)) == R"({"a":1,"b":null})");
  CHECK(schema_text<Money>(Use::answer, "Money").contains(R"("required":["amount","currency"])"));
}
