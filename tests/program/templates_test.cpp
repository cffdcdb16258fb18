// An owner's templates in place of the built-in ones: a node shows them, and does not start with a
// wrong one.
#include <doctest/doctest.h>
#include <sys/wait.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "core/embedded.hpp"
#include "html/engine/test_folder.hpp"
#include "html/templates.hpp"
#include "tests/program/http_call.hpp"
#include "tests/program/rows.hpp"
#include "tests/program/server_process.hpp"
#include "tests/program/workspace.hpp"

using namespace freehold;
using namespace freehold::program;
using html::TestFolder;

namespace {

std::string copy_of(std::string_view name) {
  return html::copies_of(embedded::templates(), name).at(0).body;
}

std::string changed(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  REQUIRE(at != text.npos);
  return text.replace(at, from.size(), to);
}

struct Ended {
  int status;
  std::string said;  // on both outputs
};

Ended run(const std::string& arguments) {
  const std::string command = std::string(FREEHOLD_BINARY) + " " + arguments + " 2>&1 </dev/null";
  FILE* const pipe = ::popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  Ended ended{};
  std::array<char, 4096> bytes;
  while (const std::size_t count = std::fread(bytes.data(), 1, bytes.size(), pipe))
    ended.said.append(bytes.data(), count);
  const int status = ::pclose(pipe);
  ended.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return ended;
}

// A file of settings for servers that are not there.
std::string settings_in(TestFolder& folder, const TestFolder& templates) {
  folder.write("freehold.toml",
               fmt::format("[product]\ntemplates = \"{}\"\n[database]\nurl = \"host=/nowhere\"\n"
                           "[security]\nmaster_key = \"{}\"\n",
                           templates.path(), std::string(44, 'A')));
  return "--config " + folder.path() + "/freehold.toml ";
}

constexpr std::string_view pragma = "{{%AUTOESCAPE context=\"HTML\"}}\n";

TestFolder& write_wrong(TestFolder& folder) {
  return folder.write("identity/login.tpl", fmt::format("{}<p>{{{{plan_name}}}}</p>\n", pragma))
      .write("html/mark.tpl", fmt::format("{}\n<img src=\"/logo.svg\">\n", pragma));
}

void check_wrong(const std::string& said, const TestFolder& folder) {
  const std::string bare = folder.bare(said);
  CHECK_MESSAGE(
      bare.contains("product.templates cannot be used:\n  OWN/html/mark.tpl:3: <img> needs "
                    "alt"),
      bare);
  CHECK_MESSAGE(bare.contains("\n  OWN/identity/login.tpl:2: {{plan_name}} asks for plan_name"),
                bare);
}

}  // namespace

TEST_CASE("a process shows the log-in page that its owner has written") {
  TestFolder folder;
  folder.write("identity/login.tpl",
               changed(copy_of("identity/login"), "<h1>Log in</h1>", "<h1>Welcome back</h1>"));
  const auto scratch = new_database();
  app::Settings settings = process_settings(scratch.admin());
  settings.templates_folder = folder.path();
  ServerProcess server(settings);
  const std::string page = call(port_of(settings.public_listener), "GET", "/login", {}).body;
  CHECK(page.contains("<h1>Welcome back</h1>"));
  CHECK_FALSE(page.contains("<h1>Log in</h1>"));
  CHECK(page.contains("name=\"password\""));
  CHECK(page.contains("name=\"csrf_token\""));
}

TEST_CASE("mails are the owner's too, with their subject") {
  TestFolder folder;
  folder.write("notify/mail/letter.txt",
               changed(copy_of("notify/mail/letter.txt"), "Subject: ", "Subject: Acme: "));
  folder.write("html/mail/layout.tpl",
               changed(copy_of("html/mail/layout"), "<body ", "<body data-owner=\"acme\" "));
  const auto scratch = new_database();
  app::Settings settings = process_settings(scratch.admin());
  settings.templates_folder = folder.path();
  Program program(settings);
  sign_up(program, scratch.admin(), "ada@example.com", "Acme");
  CHECK(rows(scratch.admin(),
             "select count(*) > 0, bool_and(subject like 'Acme: %'), "
             "bool_and(body_html like '%<body data-owner=\"acme\"%') from notify.mail") ==
        "t t t\n");
}

TEST_CASE("with a wrong template nothing starts: every mistake is told with file and line") {
  TestFolder templates;
  write_wrong(templates);
  TestFolder folder;
  const std::string config = settings_in(folder, templates);
  for (const char* command : {"serve", "worker"}) {
    const Ended ended = run(config + command);
    CHECK(ended.status == 1);
    check_wrong(ended.said, templates);
  }
  const Ended up =
      run(fmt::format("up --var {}/var --templates {}", folder.path(), templates.path()));
  CHECK(up.status == 1);
  check_wrong(up.said, templates);
  CHECK_FALSE(std::filesystem::exists(folder.path() + "/var"));
}

TEST_CASE("a check of the settings says of the templates what a start would") {
  TestFolder templates;
  TestFolder folder;
  const std::string config = settings_in(folder, templates);
  CHECK_FALSE(run(config + "config check").said.contains("product.templates"));
  write_wrong(templates);
  const Ended ended = run(config + "config check");
  CHECK(ended.status == 1);
  check_wrong(ended.said, templates);
}

TEST_CASE("a template whose built-in has changed since is told in the log, and used") {
  TestFolder templates;
  templates.write("html/mark.tpl",
                  fmt::format("{}{{{{! of freehold 0123456789ab }}}}\n<svg></svg>\n", pragma));
  templates.write("html/csrf.tpl", copy_of("html/csrf"));
  TestFolder folder;
  const std::string said = templates.bare(run(settings_in(folder, templates) + "serve").said);
  CHECK_MESSAGE(said.contains(R"("event":"template.outdated","template":"html/mark",)"
                              R"("file":"OWN/html/mark.tpl")"),
                said);
  CHECK_FALSE(said.contains("html/csrf"));
}

TEST_CASE("templates are listed with those in their place, and copied but never written over") {
  TestFolder templates;
  TestFolder folder;
  const std::string config = settings_in(folder, templates);
  const std::string copy = "templates copy identity/login notify/mail/letter --to ";
  const Ended copied = run(copy + templates.path());
  CHECK(copied.status == 0);
  CHECK(templates.bare(copied.said) ==
        "OWN/identity/login.tpl\nOWN/notify/mail/letter.tpl\nOWN/notify/mail/letter.txt\n");
  const std::string listed = templates.bare(run(config + "templates list").said);
  CHECK(
      listed.contains("\nidentity/forgot\nidentity/login                   "
                      "OWN/identity/login.tpl\nidentity/logout\n"));

  templates.write("identity/login.tpl", "mine");
  const Ended again = run(copy + templates.path());
  CHECK(again.status == 1);
  CHECK(templates.bare(again.said)
            .contains("OWN/identity/login.tpl is there already, and is left as it is.\n"));
  const Ended linted = run("templates lint " + templates.path());
  CHECK(linted.status == 1);
  CHECK(templates.bare(linted.said).starts_with("OWN/identity/login.tpl:1: the built-in sends"));
}

TEST_CASE("our own templates keep to the rules") {
  const Ended ended = run("templates lint");
  CHECK(ended.said == "");
  CHECK(ended.status == 0);
}
