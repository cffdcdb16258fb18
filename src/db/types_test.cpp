#include <doctest/doctest.h>

#include <limits>

#include "core/problem.hpp"
#include "db/test_node.hpp"

using namespace freehold;
using namespace freehold::db;

namespace {

enum class Colour { red, dark_blue };
BOOST_DESCRIBE_ENUM(Colour, red, dark_blue)

struct AllTypes {
  bool yes;
  std::int32_t small;
  std::int64_t big;
  double real;
  std::string text;
  Uuid uuid;
  TenantId tenant;
  Instant at;
  RawJson json;
  RawBytes bytes;
  Colour colour;
  std::vector<std::string> texts;
  std::vector<Uuid> uuids;
  std::vector<std::int64_t> numbers;
  std::vector<bool> flags;
  std::vector<Colour> colours;
  std::optional<std::string> nothing;
  std::optional<std::int64_t> something;

  friend bool operator==(const AllTypes&, const AllTypes&) = default;
};
BOOST_DESCRIBE_STRUCT(AllTypes, (),
                      (yes, small, big, real, text, uuid, tenant, at, json, bytes, colour, texts,
                       uuids, numbers, flags, colours, nothing, something))

using Texts = std::vector<std::string>;
using Uuids = std::vector<Uuid>;
using Numbers = std::vector<std::int64_t>;
using Flags = std::vector<bool>;
using Colours = std::vector<Colour>;

const Query<AllTypes, bool, std::int32_t, std::int64_t, double, std::string, Uuid, TenantId,
            Instant, RawJson, RawBytes, Colour, Texts, Uuids, Numbers, Flags, Colours,
            std::optional<std::string>, std::optional<std::int64_t>>
    echo{"types.echo", R"(
  select $1 as yes, $2 as small, $3 as big, $4 as real, $5 as text, $6 as uuid, $7 as tenant,
         $8 as at, $9 as json, $10 as bytes, $11 as colour, $12 as texts, $13 as uuids,
         $14 as numbers, $15 as flags, $16 as colours, $17 as nothing, $18 as something)"};

Task<AllTypes> echo_of(Database& db, AllTypes in) {
  IdentityRead read = db.identity_read();
  const AllTypes out =
      co_await read.row(echo, in.yes, in.small, in.big, in.real, in.text, in.uuid, in.tenant, in.at,
                        in.json, in.bytes, in.colour, in.texts, in.uuids, in.numbers, in.flags,
                        in.colours, in.nothing, in.something);
  co_return out;
}

Task<> check_echo(Database& db, AllTypes in) {
  const AllTypes out = co_await echo_of(db, in);
  CHECK(out == in);
}

AllTypes ordinary() {
  return {.yes = true,
          .small = -7,
          .big = 1'234'567'890'123,
          .real = -0.125,
          .text = "Zürich",
          .uuid = *parse_uuid("018f0000-0000-7000-8000-0000000000ff"),
          .tenant = acme(),
          .at = *parse_rfc3339("2026-11-22T02:09:24.123456Z"),
          .json = {R"({"a": [1, null]})"},
          .bytes = {std::string("\0\x01\xff", 3)},
          .colour = Colour::dark_blue,
          .texts = {"one", "", "tw\"o,}"},
          .uuids = {acme().uuid, globex().uuid},
          .numbers = {1, -2, std::numeric_limits<std::int64_t>::max()},
          .flags = {true, false},
          .colours = {Colour::red, Colour::dark_blue},
          .nothing = std::nullopt,
          .something = 5};
}

AllTypes extreme() {
  AllTypes values = ordinary();
  values.small = std::numeric_limits<std::int32_t>::min();
  values.big = std::numeric_limits<std::int64_t>::min();
  values.real = std::numeric_limits<double>::infinity();
  values.text = "";
  values.at = *parse_rfc3339("1969-12-31T23:59:59.999999Z");
  values.json = {"null"};
  values.bytes = {""};
  values.texts = {};
  values.uuids = {};
  values.numbers = {};
  values.flags = {};
  values.colours = {};
  values.nothing = "";
  values.something = std::nullopt;
  return values;
}

const Query<std::int64_t> wrong_type{"types.wrong_type", "select 1"};
const Query<std::string> null_text{"types.null_text", "select null::text"};
const Query<Colour> unknown_colour{"types.unknown_colour", "select 'green'"};
const Query<Note> too_few_columns{"types.too_few_columns", "select gen_random_uuid() as id"};
const Query<Note> null_title{"types.null_title",
                             "select gen_random_uuid() as id, null::text as title"};
const Query<Instant> never{"types.never", "select 'infinity'::timestamptz"};
const Query<std::vector<std::int64_t>> null_inside{"types.null_inside",
                                                   "select '{1,null}'::int8[]"};
const Query<std::vector<std::int64_t>> square{"types.square", "select '{{1,2},{3,4}}'::int8[]"};
const Query<std::int32_t> two_rows{"types.two_rows", "select * from (values (1), (2)) v"};
const Query<std::int32_t> no_row{"types.no_row", "select 1 where false"};
const Query<std::string, std::string> same_text{"types.same_text", "select $1"};

template <class Row>
Task<> read_one(Database& db, const Query<Row>& query) {
  IdentityRead read = db.identity_read();
  co_await read.row(query);
}

template <class Row>
Task<> find_one(Database& db, const Query<Row>& query, std::optional<Row>& found) {
  IdentityRead read = db.identity_read();
  found = co_await read.find(query);
}

Task<> read_text(Database& db, std::string text) {
  IdentityRead read = db.identity_read();
  co_await read.row(same_text, text);
}

Task<> collect_mistakes(Database& db, std::vector<std::string>& mistakes) {
  mistakes.push_back(co_await verdict_of(read_one(db, wrong_type)));
  mistakes.push_back(co_await verdict_of(read_one(db, null_text)));
  mistakes.push_back(co_await verdict_of(read_one(db, unknown_colour)));
  mistakes.push_back(co_await verdict_of(read_one(db, too_few_columns)));
  mistakes.push_back(co_await verdict_of(read_one(db, null_title)));
  mistakes.push_back(co_await verdict_of(read_one(db, never)));
  mistakes.push_back(co_await verdict_of(read_one(db, null_inside)));
  mistakes.push_back(co_await verdict_of(read_one(db, square)));
  mistakes.push_back(co_await verdict_of(read_one(db, two_rows)));
  mistakes.push_back(co_await verdict_of(read_one(db, no_row)));
  mistakes.push_back(co_await verdict_of(read_text(db, std::string("a\0b", 3))));
}

}  // namespace

TEST_CASE("every type goes to PostgreSQL and comes back as it was") {
  const auto database = sample_database();
  on_node(config_for(database.admin()), [](Database& db) { return check_echo(db, ordinary()); });
  on_node(config_for(database.admin()), [](Database& db) { return check_echo(db, extreme()); });
}

TEST_CASE("an answer that does not fit the row is an error that names query and column") {
  const auto database = sample_database();
  std::vector<std::string> mistakes;
  on_node(config_for(database.admin()),
          [&](Database& db) { return collect_mistakes(db, mistakes); });
  std::string text;
  for (const std::string& mistake : mistakes) text += mistake + "\n";
  CHECK(text ==
        "types.wrong_type: column 1 is int4, the row has int8\n"
        "types.null_text: column 1 is null, and the row has no optional there\n"
        "types.unknown_colour: column 1 is a word that its enum does not have\n"
        "types.too_few_columns: the answer has 1 columns, the row 2\n"
        "types.null_title: column title is null, and the row has no optional there\n"
        "types.never: column 1 is infinite\n"
        "types.null_inside: column 1 has a null in the array\n"
        "types.square: column 1 is an array of more than one dimension\n"
        "types.two_rows: 2 rows where one was expected\n"
        "404 not_found\n"
        "400 invalid_text\n");
}

TEST_CASE("find gives nothing where there is no row") {
  const auto database = sample_database();
  std::optional<std::int32_t> found = 9;
  on_node(config_for(database.admin()), [&](Database& db) { return find_one(db, no_row, found); });
  CHECK(!found);
}
