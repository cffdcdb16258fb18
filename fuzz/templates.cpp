// An owner's template: no bytes crash the reader or the rules, a complaint stands at a line of the
// template, and what the rules let pass shows no value as markup.
#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cstdint>
#include <cstdlib>
#include <deque>

#include "core/json.hpp"
#include "core/utf8.hpp"
#include "html/lint/lint.hpp"
#include "html/lint/overrides.hpp"

using namespace freehold;

namespace {

constexpr std::string_view pragma = "{{%AUTOESCAPE context=\"HTML\"}}\n";
constexpr std::string_view hostile = "<zq a=\"b\" c='d'>javascript:x &amp; ]]> --></script>";

html::TemplateFile built_in(std::string name, std::string_view body) {
  return {name, name + ".tpl", std::string(body)};
}

std::vector<html::TemplateFile> all() {
  return {
      built_in("html/csrf", "{{%AUTOESCAPE context=\"HTML\"}}\n<i>{{csrf_token}}</i>\n"),
      built_in("html/state",
               "{{%AUTOESCAPE context=\"HTML\" state=\"IN_TAG\"}}\n title=\"{{title}}\"\n"),
      {"demo/note.txt", "demo/note.txt", "{{title}} {{#rows}}{{item}}{{/rows}}\n"},
      built_in("demo/row", "{{%AUTOESCAPE context=\"HTML\"}}\n<p>{{name}}</p>\n"),
      built_in("demo/page",
               "{{%AUTOESCAPE context=\"HTML\"}}\n{{>row}}{{>CSRF}}<p{{>STATE}}>{{#rows}}{{item}}"
               "{{/rows}}{{#a}}{{b}}{{/a}}<a href=\"{{url}}\">x</a>\n"),
  };
}

json::object model() {
  json::object object;
  for (const char* name : {"csrf_token", "title", "name", "b", "url", "item"})
    object[name] = hostile;
  object["rows"] = json::array{hostile, hostile};
  object["a"] = true;
  return object;
}

html::Merged merged_with(const std::string& name, const std::string& body) {
  html::OwnFiles own;
  own.files = {{name, name, body}};
  return html::merge(all(), std::move(own));
}

std::string path_of(std::string_view name) {
  const auto slash = name.find('/');
  return fmt::format("src/{}/templates/{}{}", name.substr(0, slash), name.substr(slash + 1),
                     name.ends_with(".txt") ? "" : ".tpl");
}

void check_shown(const html::Merged& merged) {
  std::deque<std::string> paths;
  std::vector<EmbeddedFile> files;
  for (const html::TemplateFile& file : merged.files)
    files.push_back({paths.emplace_back(path_of(file.name)), file.body, {}, {}, {}, {}});
  try {
    const html::Views views({files, {}, ""}, html::Missing::empty);
    const std::string shown = views.render("demo/page", model());
    if (shown.contains("<zq")) std::abort();
  } catch (const html::TemplateError&) {  // of ctemplate's own
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  // Of what is no text the folder's reader makes nothing, and a tag like the hostile one would be
  // the owner's own.
  if (!is_utf8(text) || text.contains("zq")) return 0;
  const std::string body = std::string(pragma) + std::string(text);
  const html::Merged page = merged_with("demo/page", body);
  if (page.overrides.mistakes.empty()) check_shown(page);
  merged_with("demo/note.txt", body);
  const auto lines = std::count(body.begin(), body.end(), '\n') + 1;
  const std::vector<html::TemplateFile> file{{"demo/page", "demo/page.tpl", body}};
  for (const html::Finding& finding : html::lint(file, {}, html::Author::house))
    if (finding.line < 1 || finding.line > lines) std::abort();
  return 0;
}
