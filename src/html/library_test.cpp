#include <doctest/doctest.h>

#include <boost/json.hpp>

#include "html/engine/library.hpp"
#include "html/engine/names.hpp"
#include "html/engine/test_templates.hpp"

using namespace freehold;
using namespace freehold::html;

TEST_CASE("a template is named by its module and file") {
  CHECK(template_name("src/billing/templates/plan.tpl") == "billing/plan");
  CHECK(template_name("product/documents/templates/mail/shared.tpl") == "documents/mail/shared");
  CHECK(template_name("src/notify/templates/mail/welcome.txt") == "notify/mail/welcome.txt");
  CHECK(template_name("simulator/templates/checkout.tpl") == "simulator/checkout");
}

TEST_CASE("a template that escaping cannot be trusted in stops the start") {
  const auto start = [](std::string_view source) {
    return error_of([&] { TestTemplates().add_raw("demo/templates/page.tpl", source).views(); });
  };
  const std::string_view wants =
      "the first line must be {{%AUTOESCAPE context=\"HTML\"}}, or nothing is escaped (pragma)";
  CHECK(start("<p>{{x}}</p>\n") ==
        fmt::format("templates cannot be used:\n  src/demo/templates/page.tpl:1: {}", wants));
  CHECK(start("<!-- {{%AUTOESCAPE context=\"HTML\"}} -->\n") != "");
  CHECK(start("{{%AUTOESCAPE context=\"JAVASCRIPT\"}}\n") != "");
  CHECK(start("{{%AUTOESCAPE context=\"HTML\"}}\n<p>{{x:none}}</p>") ==
        "templates cannot be used:\n  src/demo/templates/page.tpl:2: {{x:none}}: no modifier but "
        ":pre_escape is allowed (modifier)");
  CHECK(start("{{%AUTOESCAPE context=\"HTML\"}}\n{{=| |=}}|x:none|") ==
        "templates cannot be used:\n  src/demo/templates/page.tpl:2: {{=| |=}} is not a name of "
        "letters, digits and underscores (name)");
  CHECK(start("{{%AUTOESCAPE context=\"HTML\"}}\n<p>{{x}}</p>") == "");
}

TEST_CASE("every mistake of every template is reported at once") {
  const TestTemplates templates = TestTemplates()
                                      .add("demo/templates/a.tpl", "{{#open}}")
                                      .add("demo/templates/b.tpl", "{{>ICON_KYE}}{{>rwos}}")
                                      .add("demo/templates/c.tpl", "c{{>d}}")
                                      .add("demo/templates/d.tpl", "d{{>c}}")
                                      .add("demo/templates/e.tpl", "{{>CONTENT}}")
                                      .add("demo/templates/mail_x.tpl", "1")
                                      .add("demo/templates/mail/x.tpl", "2");
  CHECK(error_of([&] { templates.views(); }) ==
        "templates cannot be used:\n"
        "  src/demo/templates/mail/x.tpl: another template has this name\n"
        "  src/demo/templates/a.tpl: ctemplate cannot parse it; the lines above say why\n"
        "  src/demo/templates/b.tpl: {{>ICON_KYE}} is no template\n"
        "  src/demo/templates/b.tpl: {{>rwos}} is no template\n"
        "  src/demo/templates/d.tpl: {{>c}} includes itself\n"
        "  src/demo/templates/c.tpl: {{>d}} includes itself\n"
        "  src/demo/templates/e.tpl: {{>CONTENT}} is no template");
}

TEST_CASE("indentation and blank lines are not sent, preformatted text is left alone") {
  CHECK(without_layout("<div>\n\n  {{#a}}\n    <p>\n      {{b}} c</p>\n  {{/a}}\n</div>\n") ==
        "<div>\n{{#a}}<p>\n{{b}} c</p>\n{{/a}}</div>\n");
  CHECK(without_layout("<pre>\n  a\n\n    b</pre>\n  <i>") == "<pre>\n  a\n\n    b</pre>\n<i>\n");
  CHECK(without_layout("{{#a}}  {{>B}}{{/a}} {{>C}}") == "{{#a}}{{>B}}{{/a}} {{>C}}\n");
}

TEST_CASE("text in a <textarea> is printed as it is, wherever its partial is included") {
  const Views views =
      TestTemplates()
          .add("demo/templates/page.tpl",
               "<div>\n    {{#f}} {{>field}}{{/f}}\n    {{#f}}\n  {{>field}}{{/f}}")
          .add("demo/templates/field.tpl", "<textarea>\n{{value:pre_escape}}</textarea>")
          .views();
  const std::string field = "<textarea>\na\n  b &lt;\n\nc</textarea>\n";
  CHECK(views.render("demo/page", {{"f", {{"value", "a\n  b <\n\nc"}}}}) ==
        "<div>\n" + field + "\n" + field + "\n");
}
