#include <doctest/doctest.h>

#include <boost/json.hpp>

#include "html/engine/test_templates.hpp"

using namespace freehold;
using namespace freehold::html;

TEST_CASE("a section is shown unless its value is null, false, 0, empty text or an empty list") {
  const std::string_view source = "{{#x}}yes{{/x}}{{#x_not}}no{{/x_not}}";
  for (const json::value& nothing : {json::value(nullptr), json::value(false), json::value(0),
                                     json::value(0.0), json::value(""), json::value(json::array())})
    CHECK(render_one(source, {{"x", nothing}}) == "no\n");
  for (const json::value& something :
       {json::value(true), json::value(1), json::value(-0.5), json::value("0"),
        json::value(json::object()), json::value(json::array{nullptr})})
    CHECK(render_one(source, {{"x", something}}) == "yes\n");
}

TEST_CASE("a key that itself ends in _not is not an inverse") {
  CHECK(render_one("{{#do_not}}a{{/do_not}}", {{"do", true}, {"do_not", true}}) == "a\n");
}

TEST_CASE("values print as text") {
  const json::value model{{"s", "é"},  {"i", -7},      {"u", 18446744073709551615u}, {"d", 2.5},
                          {"b", true}, {"n", nullptr}, {"j", {{"k", {1, 2}}}}};
  CHECK(render_one("{{s}} {{i}} {{u}} {{d}} {{b}} [{{n}}] {{j}}", model) ==
        "é -7 18446744073709551615 2.5 true [] {&quot;k&quot;:[1,2]}\n");
}

TEST_CASE("a list repeats its section and says where it is") {
  const std::string_view source =
      "{{#rows}}{{index}}{{#first}}<{{/first}}{{name}}{{#last}}>{{/last}}{{#last_not}}, "
      "{{/last_not}}{{/rows}}";
  CHECK(render_one(source, {{"rows", {{{"name", "a"}}, {{"name", "b"}}, {{"name", "c"}}}}}) ==
        "1<a, 2b, 3c>\n");
  CHECK(render_one("{{#rows}}({{item}}){{/rows}}", {{"rows", {"x", 2, nullptr}}}) == "(x)(2)()\n");
}

TEST_CASE("an element's own key wins over the built-in one") {
  CHECK(render_one("{{#rows}}{{index}}{{/rows}}", {{"rows", {{{"index", "own"}}}}}) == "own\n");
}

TEST_CASE("a name is looked for in the objects around") {
  const json::value model{{"currency", "EUR"}, {"invoice", {{"total", 5}}}};
  CHECK(render_one("{{#invoice}}{{total}} {{currency}}{{/invoice}}", model) == "5 EUR\n");
}

TEST_CASE("a component does not see the names of the page around it") {
  const TestTemplates templates =
      TestTemplates().add("demo/templates/page.tpl", "{{#field}}{{label}}{{error}}{{/field}}");
  const json::value open{{"error", "page"}, {"field", {{"label", "Email"}}}};
  CHECK(templates.views().render("demo/page", open) == "Emailpage\n");
  const json::value closed{{"error", "page"},
                           {"field", {{"label", "Email"}, {"$component", true}}}};
  CHECK(error_of([&] { templates.views().render("demo/page", closed); }) ==
        "template demo/page asks for names that the model lacks: error");
}

TEST_CASE("each use of the sequence is another number, so that every form has its own key") {
  CHECK(render_one("{{sequence}}{{#rows}} {{sequence}}{{/rows}}", {{"rows", {1, 2}}}) == "1 2 3\n");
}

TEST_CASE("an icon is chosen by the model") {
  const TestTemplates templates = TestTemplates()
                                      .add("html/templates/icon/key.tpl", "<svg></svg>")
                                      .add("demo/templates/page.tpl", "[{{>ICON}}{{>ICON_KEY}}]");
  CHECK(templates.views().render("demo/page", {{"icon", "key"}}) ==
        "[<svg></svg>\n<svg></svg>\n]\n");
  CHECK(templates.views().render("demo/page", {{"icon", nullptr}}) == "[<svg></svg>\n]\n");
  CHECK(error_of([&] { templates.views().render("demo/page", {{"icon", "kye"}}); }) ==
        "template demo/page asks for names that the model lacks: >html/icon/kye");
}

TEST_CASE("a partial of another module is not to be had") {
  const Views views = TestTemplates()
                          .add("html/templates/layout/console.tpl", "{{>CONTENT}}")
                          .add("other/templates/secret.tpl", "secret")
                          .add("demo/templates/page.tpl", "{{>part}}")
                          .add("demo/templates/part.tpl", "own")
                          .add("other/templates/part.tpl", "other")
                          .views();
  CHECK(views.render("demo/page", {{"layout", "console"}}) == "own\n");
}
