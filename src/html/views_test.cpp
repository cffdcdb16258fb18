#include <doctest/doctest.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <thread>

#include "html/assets.hpp"
#include "html/engine/test_templates.hpp"

using namespace freehold;
using namespace freehold::html;

TEST_CASE("a page is rendered inside the layout that its model names, or alone") {
  const Views views = TestTemplates()
                          .add("html/templates/layout/console.tpl",
                               "<title>{{title}}</title>\n<main>\n  {{>CONTENT}}\n</main>\n")
                          .add("demo/templates/list.tpl", "<ul>{{>rows}}</ul>\n")
                          .add("demo/templates/rows.tpl", "{{#rows}}<li>{{item}}</li>{{/rows}}")
                          .views();
  const json::value rows{"a", "b"};
  CHECK(views.render("demo/list", {{"layout", "console"}, {"title", "T"}, {"rows", rows}}) ==
        "<title>T</title>\n<main>\n<ul><li>a</li><li>b</li>\n</ul>\n</main>\n");
  CHECK(views.render("demo/list", {{"layout", nullptr}, {"rows", rows}}) ==
        "<ul><li>a</li><li>b</li>\n</ul>\n");
  CHECK(views.render("demo/rows", {{"rows", rows}}) == "<li>a</li><li>b</li>\n");
}

TEST_CASE("a name that the model lacks is an error, or empty and counted") {
  const TestTemplates templates =
      TestTemplates().add("demo/templates/page.tpl",
                          "<p>{{name}}{{#plan}}x{{/plan}}{{#due_not}}y{{/due_not}}{{name}}</p>");
  CHECK(error_of([&] { templates.views().render("demo/page", json::object{}); }) ==
        "template demo/page asks for names that the model lacks: name, #plan, #due_not");

  const Views views = templates.views(Missing::empty);
  CHECK(views.render("demo/page", json::object{}) == "<p></p>\n");
  CHECK(views.missing_count() == 3);

  Report report;
  CHECK(views.render("demo/page", {{"name", "A"}, {"plan", nullptr}, {"due", false}}, report) ==
        "<p>AyA</p>\n");
  CHECK(report.missing.empty());
}

namespace {

Views real_layout() {
  return TestTemplates().add("html/templates/layout/console.tpl", "{{>CONTENT}}").views();
}

}  // namespace

TEST_CASE("a template or layout that does not exist is an error") {
  const Views views = TestTemplates().add("demo/templates/page.tpl", "x").views();
  CHECK(error_of([&] { views.render("demo/pgae", nullptr); }) == "there is no template demo/pgae");
  CHECK(error_of([&] { views.render("demo/page", {{"layout", "consol"}}); }) ==
        "template demo/page in html/layout/consol cannot be rendered");
  CHECK(error_of([&] { real_layout().render("html/layout/console", nullptr); }) ==
        "there is no template html/layout/console");
  CHECK(views.has("demo/page"));
  CHECK_FALSE(views.has("demo/pgae"));
}

TEST_CASE("a mail has a subject, a text and an HTML side") {
  const Views views =
      TestTemplates()
          .add("html/templates/mail/layout.tpl", "<h1>{{title}}</h1>\n{{>CONTENT}}")
          .add("html/templates/mail/layout.txt", "{{title}}\n\n{{>CONTENT}}--\n{{reason}}\n")
          .add("demo/templates/mail/hello.tpl", "<p>{{name}}</p>")
          .add("demo/templates/mail/hello.txt",
               "Subject: Hello {{name}}\n\nDear {{name}},\n{{#late}}\n  you are late.\n{{/late}}\n")
          .views();
  const Mail mail = views.render_mail("demo/mail/hello", {{"title", "Hi"},
                                                          {"reason", "You asked."},
                                                          {"name", "A & B\r\nBcc: x@y.example"},
                                                          {"late", true}});
  CHECK(mail.subject == "Hello A & B  Bcc: x@y.example");
  CHECK(mail.text == "Hi\n\nDear A & B\r\nBcc: x@y.example,\n  you are late.\n--\nYou asked.\n");
  CHECK(mail.html == "<h1>Hi</h1>\n<p>A &amp; B  Bcc: x@y.example</p>\n");
  CHECK(error_of([&] { views.render_mail("demo/mail/hello", {{"title", "Hi"}}); }) ==
        "template demo/mail/hello asks for names that the model lacks: name, #late, reason");
}

TEST_CASE("many threads render at once") {
  const Views views =
      TestTemplates().add("demo/templates/page.tpl", "{{#rows}}<td>{{item}}</td>{{/rows}}").views();
  json::array rows;
  for (int i = 0; i < 200; ++i) rows.emplace_back(i);
  const json::value model{{"rows", rows}};
  const std::string expected = views.render("demo/page", model);
  std::atomic<int> same = 0;
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < 4; ++thread)
    threads.emplace_back([&] {
      for (int round = 0; round < 100; ++round)
        same += views.render("demo/page", model) == expected;
    });
  threads.clear();
  CHECK(same == 400);
}

TEST_CASE("from a directory, a changed template shows at the next rendering") {
  namespace fs = std::filesystem;
  const fs::path root = fs::temp_directory_path() / fmt::format("freehold-views-{}", getpid());
  const fs::path page = root / "src/demo/templates/page.tpl";
  fs::create_directories(page.parent_path());
  const auto write = [&](std::string_view text, int second) {
    std::ofstream(page) << "{{%AUTOESCAPE context=\"HTML\"}}\n" << text;
    fs::last_write_time(page, fs::file_time_type(std::chrono::seconds(second)));
  };
  write("one", 1);
  const Views views(Source{{}, {}, root.string()}, Missing::error);
  CHECK(views.render("demo/page", nullptr) == "one\n");
  write("two", 2);
  CHECK(views.render("demo/page", nullptr) == "two\n");
  write("{{#open}}", 3);
  CHECK(error_of([&] {
          views.render("demo/page", nullptr);
        }).starts_with("templates cannot be used"));
  write("three", 4);
  CHECK(views.render("demo/page", nullptr) == "three\n");
  fs::remove_all(root);
}
