#include "db/sql_statements.hpp"

#include <doctest/doctest.h>

using namespace freehold::db;

namespace {

std::string taken_apart(std::string_view sql) {
  std::string text;
  for (const SqlStatement& statement : split_statements(sql))
    text += fmt::format("{}: {}\n", statement.line, statement.text);
  return text;
}

}  // namespace

TEST_CASE("statements end at semicolons and know their line") {
  CHECK(taken_apart("select 1;\n\n  select 2 ;select 3") ==
        "1: select 1\n3: select 2\n3: select 3\n");
}

TEST_CASE("a text without statements has none") {
  CHECK(taken_apart("") == "");
  CHECK(taken_apart(" ;\n-- nothing\n/* at all */ ;") == "");
}

TEST_CASE("comments before a statement are not part of it, comments inside are") {
  CHECK(taken_apart("-- why; because\n/* a /* nested; */ one; */\nselect 1 -- one;\n, 2;") ==
        "3: select 1 -- one;\n, 2\n");
}

TEST_CASE("semicolons inside quotes do not end a statement") {
  CHECK(taken_apart("select 'a;b', \"c;d\", 'it''s; so'; select 2") ==
        "1: select 'a;b', \"c;d\", 'it''s; so'\n1: select 2\n");
  CHECK(taken_apart(R"(select e'\'; still', E'\\'; select 2)") ==
        "1: select e'\\'; still', E'\\\\'\n1: select 2\n");
}

TEST_CASE("semicolons inside dollar quotes do not end a statement") {
  CHECK(taken_apart("do $$begin; end$$; select $a$ $$ ; $b$ $a$;select $1;select a$b;") ==
        "1: do $$begin; end$$\n1: select $a$ $$ ; $b$ $a$\n1: select $1\n1: select a$b\n");
}

TEST_CASE("semicolons inside parentheses do not end a statement") {
  CHECK(taken_apart("create rule r as on insert to t do also (select 1; select 2);\nselect 3") ==
        "1: create rule r as on insert to t do also (select 1; select 2)\n2: select 3\n");
}

TEST_CASE("what is never closed reaches to the end") {
  CHECK(taken_apart("select 'a; b") == "1: select 'a; b\n");
  CHECK(taken_apart("select $$a; b") == "1: select $$a; b\n");
  CHECK(taken_apart("select 1 /* a; b") == "1: select 1 /* a; b\n");
}
