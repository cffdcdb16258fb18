// An owner's templates beside those that they stand for.
#include "html/lint/overrides.hpp"

#include <doctest/doctest.h>
#include <fmt/ranges.h>

#include "html/engine/names.hpp"
#include "html/lint/asks.hpp"

using namespace freehold::html;

namespace {

const std::string pragma = "{{%AUTOESCAPE context=\"HTML\"}}\n";

TemplateFile ours(std::string path, std::string_view body) {
  std::string name = template_name(path);
  const bool html = path.ends_with(".tpl");
  return {std::move(name), std::move(path), (html ? pragma : "") + std::string(body)};
}

TemplateFile theirs(std::string path, std::string_view body) {
  std::string name = path.ends_with(".tpl") ? path.substr(0, path.size() - 4) : path;
  const bool html = path.ends_with(".tpl");
  return {std::move(name), std::move(path), (html ? pragma : "") + std::string(body)};
}

std::vector<TemplateFile> built_in() {
  return {
      ours("src/html/templates/csrf.tpl",
           R"(<input type="hidden" name="csrf_token" value="{{csrf_token}}">)"),
      ours("src/html/templates/field.tpl",
           R"({{#is_input}}<input name="{{name}}" value="{{value}}">{{label}}{{/is_input}})"),
      ours(
          "src/html/templates/form.tpl",
          R"(<form method="post" action="{{action}}">{{>CSRF}}{{#hidden}}<input type="hidden" name="{{name}}" value="{{value}}">{{/hidden}}{{#fields}}{{>FIELD}}{{/fields}}</form>)"),
      ours("src/html/templates/mark.tpl", "<svg></svg>"),
      ours("src/html/templates/layout/auth.tpl",
           "{{#chrome}}{{#brand}}{{>MARK}}{{name}}{{/brand}}{{/chrome}}{{title}}{{>CONTENT}}"),
      ours("src/html/templates/layout/plain.tpl", "{{#chrome}}{{footer}}{{/chrome}}{{>CONTENT}}"),
      ours("src/html/templates/mail/layout.tpl", "{{reason}}{{>CONTENT}}"),
      ours("src/html/templates/mail/layout.txt", "{{signature}}{{>CONTENT}}"),
      ours("src/identity/templates/login.tpl", "<h1>Log in</h1>{{#form}}{{>FORM}}{{/form}}"),
      ours("src/notify/templates/mail/letter.tpl", "<p>{{greeting}}</p>"),
      ours("src/notify/templates/mail/letter.txt", "Subject: {{subject}}\n\n{{body}}\n"),
      ours("src/team/templates/list.tpl",
           "{{#rows}}{{>row}}{{/rows}}{{#empty_not}}a{{/empty_not}}"),
      ours("src/team/templates/row.tpl", "<p>{{member}}</p>{{>ICON}}"),
      ours(
          "src/team/templates/choice.tpl",
          R"(<form method="get"><input name="q" value="{{q}}"></form><form method="post" action="{{action}}">{{>CSRF}}<input type="hidden" name="plan" value="{{plan}}"><button name="yes" value="1">Yes</button></form>)"),
  };
}

std::string mistakes_of(std::vector<TemplateFile> own) {
  const Merged merged = merge(built_in(), OwnFiles{.files = std::move(own), .mistakes = {}});
  return fmt::format("{}", fmt::join(merged.overrides.mistakes, "\n"));
}

std::string mistakes_of(std::string path, std::string_view body) {
  return mistakes_of({theirs(std::move(path), body)});
}

}  // namespace

TEST_CASE("a template as it is may stand for itself") {
  for (const TemplateFile& file : built_in()) {
    std::vector<TemplateFile> own{{file.name, file.name + ".tpl", file.body}};
    CHECK_MESSAGE(mistakes_of(std::move(own)) == "", file.name);
  }
}

TEST_CASE("a file that replaces nothing is told, with the name that was meant") {
  CHECK(mistakes_of("identity/logn.tpl", "x") ==
        "identity/logn.tpl: replaces nothing: there is no template identity/logn; did you mean "
        "identity/login?");
  CHECK(mistakes_of("identity/login.txt", "x").contains("there is no template identity/login.txt"));
}

TEST_CASE("the rules hold for an owner's templates, with file and line") {
  CHECK(mistakes_of({theirs("team/row.tpl", "<p>{{member}}</p>\n<p title={{member}}>x</p>\n"),
                     theirs("html/mark.tpl", "<img src=\"/logo.svg\">")}) ==
        "html/mark.tpl:2: <img> needs alt; alt=\"\" if it only decorates (image-text)\n"
        "team/row.tpl:3: title={{…}} needs quotation marks (unquoted)");
  CHECK(mistakes_of("team/row.tpl", "<p>Please, {{member}}!</p>") == "");
}

TEST_CASE("a name that the built-in does not ask for would be empty, and is told") {
  CHECK(mistakes_of("team/row.tpl", "<p>\n{{membre}}</p>") ==
        "team/row.tpl:3: {{membre}} asks for membre, which team/row does not have, and would be "
        "empty; there is icon, member (unknown-name)");
  CHECK(mistakes_of("team/row.tpl", "{{#member}}<p>a</p>{{/member}}{{>ICON}}") == "");
  CHECK(mistakes_of("team/row.tpl", "{{#members}}a{{/members}}")
            .starts_with("team/row.tpl:2: {{#members}}"));
}

TEST_CASE("partials bring names: those of the built-in are known, those of others have to be") {
  CHECK(mistakes_of("team/list.tpl", "{{#rows}}{{member}}{{/rows}}") == "");
  CHECK(mistakes_of("identity/login.tpl", "{{#form}}{{>FORM}}{{/form}}\n{{>row}}")
            .contains("{{>row}} is no template (partial)"));
  CHECK(mistakes_of("html/mark.tpl", "<svg></svg>\n{{>FIELD}}")
            .starts_with("html/mark.tpl:3: {{>FIELD}} asks for is_input, which html/mark does not "
                         "have"));
  CHECK(mistakes_of("html/mark.tpl", "{{>ICON}}")
            .starts_with("html/mark.tpl:2: {{>ICON}} asks for icon"));
}

TEST_CASE("a page may ask for what its layouts do, a partial may not") {
  CHECK(mistakes_of("team/list.tpl",
                    "{{title}}{{#chrome}}{{footer}}{{#brand}}{{name}}{{/brand}}{{/chrome}}") == "");
  CHECK(mistakes_of("team/row.tpl", "{{title}}") != "");
  CHECK(mistakes_of("html/layout/plain.tpl", "{{title}}{{>CONTENT}}") == "");
}

TEST_CASE("a mail may ask for what its twin and both layouts do") {
  CHECK(mistakes_of("notify/mail/letter.tpl", "{{body}}{{subject}}{{reason}}{{signature}}") == "");
  CHECK(mistakes_of("notify/mail/letter.txt", "Subject: {{greeting}} {{reason}}\n\nx\n") == "");
  CHECK(mistakes_of("notify/mail/letter.txt", "Subject: {{title}}\n\nx\n")
            .starts_with("notify/mail/letter.txt:1: {{title}} asks for title"));
  CHECK(mistakes_of("html/mail/layout.tpl", "{{signature}}{{>CONTENT}}") == "");
}

TEST_CASE("what is not there is asked for by the same name") {
  CHECK(mistakes_of("team/list.tpl", "{{#rows_not}}x{{/rows_not}}{{#empty}}y{{/empty}}") == "");
  CHECK(mistakes_of("team/list.tpl", "{{#row_not}}x{{/row_not}}") != "");
}

TEST_CASE("the engine answers for names of its own in every template") {
  CHECK(mistakes_of("team/row.tpl",
                    "{{first}}{{last}}{{#last_not}},{{/last_not}}{{index}}{{item}}{{sequence}}"
                    "{{word_workspace}}<img src=\"{{asset_logo_svg}}\" alt=\"\">") == "");
  CHECK(mistakes_of("team/row.tpl", "{{word_a_workspace}} {{Word_workspaces}}") == "");
  CHECK(mistakes_of("team/row.tpl", "{{word_space}}") != "");
}

TEST_CASE("a form still sends what the built-in sends") {
  CHECK(mistakes_of("identity/login.tpl", "<h1>Hello</h1>") ==
        "identity/login.tpl:1: the built-in sends the fields {{#fields}}{{>FIELD}}{{/fields}}, and "
        "this does not (field)\n"
        "identity/login.tpl:1: the built-in sends the fields {{#hidden}}<input type=\"hidden\" "
        "name=\"{{name}}\" value=\"{{value}}\">{{/hidden}}, and this does not (field)");
  const std::string_view start = R"({{#form}}<form method="post" action="{{action}}">{{>CSRF}})";
  const auto login = [&](std::string_view fields) {
    return mistakes_of("identity/login.tpl",
                       fmt::format("{}{}</form>{{{{/form}}}}", start, fields));
  };
  const std::string_view hidden =
      R"({{#hidden}}<input type="hidden" name="{{name}}" value="{{value}}">{{/hidden}})";
  CHECK(login(fmt::format("{}{{{{#fields}}}}{{{{>FIELD}}}}{{{{/fields}}}}", hidden)) == "");
  CHECK(login(fmt::format(R"({}{{{{#fields}}}}<input name="{{{{name}}}}">{{{{/fields}}}})",
                          hidden)) == "");
  // Which names the model has in them, the templates do not tell.
  CHECK(login(fmt::format(R"({}<input name="email"><input name="password">)", hidden)) == "");
  CHECK(login("{{#fields}}{{>FIELD}}{{/fields}}").contains("#hidden"));
  CHECK(login(R"(<input name="email">)").contains("#hidden"));
  CHECK_FALSE(login(R"(<input name="email">)").contains("#fields"));
}

TEST_CASE("fields that are written out keep their names, in a form that posts") {
  const auto choice = [](std::string_view form) { return mistakes_of("team/choice.tpl", form); };
  const std::string_view whole =
      R"(<form method="post" action="{{action}}">{{>CSRF}}<select name="plan"></select><input type="submit" name="yes"></form>)";
  CHECK(choice(whole) == "");
  CHECK(choice(R"(<form method="post" action="{{action}}">{{>CSRF}}<input name="plan"></form>)") ==
        "team/choice.tpl:1: the built-in sends a field named yes, and this does not (field)");
  CHECK(
      choice(
          R"(<form method="get" action="{{action}}"><input name="plan"><input name="yes"></form>)")
          .contains("a field named plan"));
  CHECK(choice(R"(<form method="post"><input name="plan"><input name="yes"></form>)") ==
        "team/choice.tpl:2: a form that posts needs {{>CSRF}} (post-key)");
}

TEST_CASE("the token's partial still sends the token") {
  CHECK(mistakes_of("html/csrf.tpl", "{{csrf_token}}") ==
        "html/csrf.tpl:1: the built-in sends a field named csrf_token, and this does not (field)");
}

TEST_CASE("an override stands in a tag where its built-in does, and only there") {
  const TemplateFile in_tag{"html/mark", "html/mark.tpl",
                            "{{%AUTOESCAPE context=\"HTML\" state=\"IN_TAG\"}}\n title=\"x\"\n"};
  CHECK(mistakes_of({in_tag}) ==
        "html/mark.tpl:1: the first line must be that of the built-in: {{%AUTOESCAPE "
        "context=\"HTML\"}} (pragma)");
  CHECK(mistakes_of({{"html/mark", "html/mark.tpl", "<svg></svg>\n"}}) ==
        "html/mark.tpl:1: the first line must be {{%AUTOESCAPE context=\"HTML\"}}, or nothing is "
        "escaped (pragma)");
}

TEST_CASE("an override knows whether its built-in has changed since it was copied") {
  const auto outdated = [](std::string_view body) {
    OwnFiles own{.files = {{"html/mark", "html/mark.tpl", std::string(body)}}, .mistakes = {}};
    const Merged merged = merge(built_in(), std::move(own));
    REQUIRE(merged.overrides.templates.size() == 1);
    CHECK(merged.overrides.mistakes.empty());
    return merged.overrides.templates[0].outdated;
  };
  const std::string copy = with_stamp(pragma + "<svg></svg>");
  CHECK_FALSE(outdated(copy + "<p>more</p>"));
  CHECK(outdated(with_stamp(pragma + "<svg>as it was</svg>")));
  CHECK_FALSE(outdated(pragma + "<p>written anew</p>"));
}
