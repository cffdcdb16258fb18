// An owner's folder in place of the built-in templates, seen from outside.
#include "html/templates.hpp"

#include <doctest/doctest.h>
#include <fmt/ranges.h>

#include <boost/json.hpp>

#include "html/engine/test_folder.hpp"
#include "html/engine/test_templates.hpp"
#include "html/html.hpp"

using namespace freehold;
using namespace freehold::html;

namespace {

const std::string pragma = "{{%AUTOESCAPE context=\"HTML\"}}\n";

TestTemplates built_in() {
  return TestTemplates()
      .add("html/templates/layout/auth.tpl", "<title>{{title}}</title>{{>CONTENT}}")
      .add("html/templates/part.tpl", "<i>{{name}}</i>")
      .add("html/templates/mail/layout.tpl", "<h1>{{title}}</h1>{{>CONTENT}}")
      .add("html/templates/mail/layout.txt", "{{title}}\n{{>CONTENT}}")
      .add("demo/templates/page.tpl", "<p>{{name}} {{url}}</p>{{>PART}}")
      .add("demo/templates/other.tpl", "{{>PART}}")
      .add("demo/templates/mail/hello.tpl", "<p>Hello {{name}}</p>")
      .add("demo/templates/mail/hello.txt", "Subject: Hello {{name}}\n\nHello {{name}}\n");
}

const json::value model{{"layout", "auth"}, {"title", "T"}, {"name", "Ada"}, {"url", "/x"}};
const json::value fragment{{"name", "<b onclick=\"x\">'"}, {"url", "javascript:alert(1)"}};

}  // namespace

TEST_CASE("an owner's page, partial and layout stand in place of ours") {
  TestFolder folder;
  folder.write("demo/page.tpl", pragma + "<h2>{{name}}</h2>{{>PART}}");
  CHECK(built_in().views(folder.path()).render("demo/page", model) ==
        "<title>T</title><h2>Ada</h2><i>Ada</i>\n\n\n");
  folder.write("html/part.tpl", pragma + "<b>{{name}}</b>");
  folder.write("html/layout/auth.tpl", pragma + "<main>{{>CONTENT}}</main>");
  const Views views = built_in().views(folder.path());
  CHECK(views.render("demo/page", model) == "<main><h2>Ada</h2><b>Ada</b>\n\n</main>\n");
  CHECK(views.render("demo/other", model) == "<main><b>Ada</b>\n</main>\n");
}

TEST_CASE("an owner's mail has the owner's subject, and a copied one our own") {
  const json::value mail_model{{"title", "T"}, {"name", "Ada"}};
  TestFolder folder;
  folder.write("demo/mail/hello.txt", "Subject: Welcome, {{name}}\n\nGood to see you.\n");
  const Mail mail = built_in().views(folder.path()).render_mail("demo/mail/hello", mail_model);
  CHECK(mail.subject == "Welcome, Ada");
  CHECK(mail.text == "T\nGood to see you.\n");
  CHECK(mail.html == "<h1>T</h1><p>Hello Ada</p>\n\n");

  TestFolder copies;
  const TestTemplates templates = built_in();
  for (const TemplateCopy& copy : copies_of(templates.embedded(), "demo/mail/hello"))
    copies.write(copy.path, copy.body);
  const Mail copied = built_in().views(copies.path()).render_mail("demo/mail/hello", mail_model);
  const Mail original = built_in().views().render_mail("demo/mail/hello", mail_model);
  CHECK(copied.subject == original.subject);
  CHECK(copied.text == original.text);
  CHECK(copied.html == original.html);
}

TEST_CASE("values in an owner's template are escaped for the place that they stand in") {
  TestFolder folder;
  folder.write("demo/page.tpl", pragma +
                                    "<a title=\"{{name}}\" href=\"{{url}}\">{{name}}</a>"
                                    "<textarea>{{name:pre_escape}}</textarea>{{>PART}}");
  folder.write("html/part.tpl", pragma + "<i lang=\"{{name}}\"></i>");
  CHECK(built_in().views(folder.path()).render("demo/page", fragment) ==
        "<a title=\"&lt;b onclick=&quot;x&quot;&gt;&#39;\" href=\"#\">"
        "&lt;b onclick=&quot;x&quot;&gt;&#39;</a>"
        "<textarea>&lt;b onclick=&quot;x&quot;&gt;&#39;</textarea>"
        "<i lang=\"&lt;b onclick=&quot;x&quot;&gt;&#39;\"></i>\n\n");
}

TEST_CASE("with a mistake in a folder nothing starts, and all of them are told") {
  TestFolder folder;
  folder.write("demo/page.tpl", "<p>{{name}}</p>").write("demo/pgae.tpl", pragma);
  CHECK(
      folder.bare(error_of([&] { built_in().views(folder.path()); })) ==
      "templates cannot be used:\n"
      "  OWN/demo/pgae.tpl: replaces nothing: there is no template demo/pgae; did you mean "
      "demo/page?\n"
      "  OWN/demo/page.tpl:1: the first line must be {{%AUTOESCAPE context=\"HTML\"}}, or nothing "
      "is escaped (pragma)");
}

TEST_CASE("what only the engine finds is told beforehand as well") {
  const TestTemplates templates = built_in();
  const auto mistakes = [&](const TestFolder& folder) {
    const std::vector<EmbeddedFile> files = templates.embedded();
    const Overrides overrides = examine_overrides(Source{files, {}, "", folder.path()});
    return folder.bare(fmt::format("{}", fmt::join(overrides.mistakes, "\n")));
  };
  TestFolder folder;
  folder.write("html/part.tpl", pragma + "{{name}}\n{{>PART}}");
  CHECK(mistakes(folder) == "OWN/html/part.tpl: {{>PART}} includes itself");
  folder.write("html/part.tpl", pragma + "{{name}}");
  CHECK(mistakes(folder) == "");
}

TEST_CASE("while developing, an owner's template that has changed shows at the next request") {
  TestFolder checkout;
  checkout.write("src/demo/templates/page.tpl", pragma + "<p>{{name}}</p>");
  TestFolder folder;
  folder.write("demo/page.tpl", pragma + "<h1>{{name}}</h1>");
  const Views views(Source{{}, {}, checkout.path(), folder.path()}, Missing::error);
  CHECK(views.render("demo/page", fragment).starts_with("<h1>"));
  std::filesystem::remove(folder.path() + "/demo/page.tpl");
  CHECK(views.render("demo/page", fragment).starts_with("<p>"));
  folder.write("demo/page.tpl", pragma + "<h2>{{name}}</h2>");
  CHECK(views.render("demo/page", fragment).starts_with("<h2>"));
}

TEST_CASE("in production a folder is read once") {
  TestFolder folder;
  folder.write("demo/page.tpl", pragma + "<h1>{{name}}</h1>");
  const Views views = built_in().views(folder.path());
  folder.write("demo/page.tpl", "no template at all");
  CHECK(views.render("demo/page", fragment).starts_with("<h1>"));
}

TEST_CASE("templates are listed by name, and copied with the hash of what they were") {
  const TestTemplates templates = built_in();
  const auto files = templates.embedded();
  CHECK(fmt::format("{}", fmt::join(template_names(files), " ")) ==
        "demo/mail/hello demo/mail/hello.txt demo/other demo/page html/layout/auth "
        "html/mail/layout html/mail/layout.txt html/part");
  const auto copies = copies_of(files, "demo/other");
  REQUIRE(copies.size() == 1);
  CHECK(copies[0].path == "demo/other.tpl");
  CHECK(copies[0].body == pragma + "{{! of freehold 29f39b753eab }}\n{{>PART}}");
  CHECK(copies_of(files, "demo/mail/hello.txt").at(0).path == "demo/mail/hello.txt");
  CHECK(error_of([&] { copies_of(files, "demo/othr"); }) ==
        "there is no template demo/othr; did you mean demo/other?");
}

TEST_CASE("the names that an override may ask for can be listed") {
  const TestTemplates templates = built_in();
  CHECK(fmt::format("{}", fmt::join(names_known_to(templates.embedded(), "demo/page"), " ")) ==
        "name title url");
  const TestTemplates lists = TestTemplates().add(
      "demo/templates/list.tpl",
      "{{#rows}}{{index}}{{#last_not}},{{/last_not}}{{/rows}}{{#rows_not}}a{{/rows_not}}"
      "{{#left_not}}b{{/left_not}}<img src=\"{{asset_a_svg}}\" alt=\"\">");
  CHECK(fmt::format("{}", fmt::join(names_known_to(lists.embedded(), "demo/list"), " ")) ==
        "left_not rows");
}

TEST_CASE("our own templates are held to the rules of the house too") {
  const TestTemplates templates =
      TestTemplates().add("demo/templates/page.tpl", "<p>Please</p>\n<p title={{a}}></p>");
  CHECK(fmt::format("{}", fmt::join(lint_built_in(templates.embedded()), "\n")) ==
        "src/demo/templates/page.tpl:2: “Please”: write plainly, without “please”, “oops”, "
        "“successfully” and “!” (copy)\n"
        "src/demo/templates/page.tpl:3: title={{…}} needs quotation marks (unquoted)");
}
