#include "html/engine/library.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "html/html.hpp"

namespace freehold::html {

namespace {

constexpr std::string_view pragma = R"({{%AUTOESCAPE context="HTML"}})";
constexpr std::string_view pragma_in_tag = R"({{%AUTOESCAPE context="HTML" state="IN_TAG"}})";

bool is_text(std::string_view path) {
  return path.ends_with(".txt");
}

std::string_view module_of(std::string_view name) {
  return name.substr(0, name.find('/'));
}

// How an include names a template: the path below its module, in capitals for shared ones.
std::string marker_of(std::string_view name) {
  std::string marker(name.substr(name.find('/') + 1));
  const bool shared = module_of(name) == "html";
  for (char& c : marker) {
    if (c == '/' || c == '.') c = '_';
    if (shared) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return marker;
}

// Calls `visit(marker)` with the inside of each {{…}}.
template <class Visit>
void each_marker(std::string_view source, Visit visit) {
  for (auto open = source.find("{{"); open != source.npos; open = source.find("{{", open)) {
    const auto close = source.find("}}", open);
    if (close == source.npos) return;
    visit(source.substr(open + 2, close - open - 2));
    open = close + 2;
  }
}

// What may not be in a template whatever the linter says: it runs in our tests, this at every
// start.
std::string mistake_in(std::string_view path, std::string_view source) {
  if (is_text(path)) return {};
  const std::string_view first = source.substr(0, source.find('\n'));
  if (first != pragma && first != pragma_in_tag)
    return fmt::format("{}:1: the first line must be {}", path, pragma);
  std::string mistake;
  each_marker(source, [&](std::string_view marker) {
    const auto modifier = marker.find(':');
    const bool plain = marker.starts_with('!') || marker.starts_with('%');
    if (!plain && modifier != marker.npos && marker.substr(modifier) != ":pre_escape")
      mistake = fmt::format("{}: {{{{{}}}}}: no modifier but :pre_escape is allowed", path, marker);
    if (marker.starts_with('=')) mistake = fmt::format("{}: delimiters may not be changed", path);
  });
  return mistake;
}

bool is_lone_marker(std::string_view line) {
  if (!line.starts_with("{{") || !line.ends_with("}}")) return false;
  if (line.find("}}") != line.size() - 2) return false;
  return std::string_view("#/!%>").find(line[2]) != std::string_view::npos;
}

std::string_view trimmed(std::string_view line) {
  while (!line.empty() && (line.front() == ' ' || line.front() == '\t')) line.remove_prefix(1);
  while (!line.empty() && (line.back() == ' ' || line.back() == '\r')) line.remove_suffix(1);
  return line;
}

// A text template keeps its layout; only the lines that hold nothing but a section marker go.
std::string without_marker_lines(std::string_view source) {
  std::string text;
  while (!source.empty()) {
    const auto end = std::min(source.find('\n'), source.size() - 1) + 1;
    const std::string_view line = source.substr(0, end);
    const std::string_view bare = trimmed(line.ends_with('\n') ? line.substr(0, end - 1) : line);
    text += is_lone_marker(bare) ? bare : line;
    source.remove_prefix(end);
  }
  return text;
}

// ctemplate takes the blanks in "{{#a}} {{>B}}" for indentation too.
void drop_blanks_before_includes(std::string& text) {
  for (auto at = text.find("{{>"); at != text.npos; at = text.find("{{>", at + 3)) {
    auto start = at;
    while (start > 0 && text[start - 1] == ' ') --start;
    const bool after_marker = start >= 2 && text[start - 1] == '}' && text[start - 2] == '}';
    if (start == at || !after_marker) continue;
    const auto opened = text.rfind("{{", start - 1);
    if (text.compare(opened, 3, "{{#") != 0) continue;
    text.erase(start, at - start);
    at = start;
  }
}

}  // namespace

bool is_layout(std::string_view name) {
  return name.starts_with("html/layout/") || name.starts_with("html/mail/layout");
}

std::string template_name(std::string_view path) {
  constexpr std::string_view folder = "/templates/";
  const auto at = path.find(folder);
  if (at == path.npos) return std::string(path);
  const std::string_view before = path.substr(0, at);
  std::string_view file = path.substr(at + folder.size());
  if (file.ends_with(".tpl")) file.remove_suffix(4);
  return fmt::format("{}/{}", before.substr(before.rfind('/') + 1), file);
}

std::string without_layout(std::string_view source) {
  std::string text;
  text.reserve(source.size());
  bool verbatim = false;  // inside <pre> or <textarea>
  while (!source.empty()) {
    const auto end = std::min(source.find('\n'), source.size());
    const std::string_view line = source.substr(0, end);
    source.remove_prefix(std::min(end + 1, source.size()));
    const std::string_view bare = trimmed(line);
    if (!verbatim && bare.empty()) continue;
    text += verbatim ? line : bare;
    if (verbatim || !is_lone_marker(bare)) text += '\n';
    const auto opened = std::max(line.rfind("<pre") + 1, line.rfind("<textarea") + 1);
    const auto closed = std::max(line.rfind("</pre") + 1, line.rfind("</textarea") + 1);
    if (opened > closed) verbatim = true;
    if (closed > opened) verbatim = false;
  }
  drop_blanks_before_includes(text);
  return text;
}

Library::SourceText Library::html_source(const TemplateFile& file) {
  const auto end = std::min(file.body.find('\n'), file.body.size());
  return {.path = file.path,
          .pragma = file.body.substr(0, end),
          .subject = "",
          .text = without_layout(std::string_view(file.body).substr(end))};
}

// The subject is a template of its own, so that no value can end it and begin another header.
Library::SourceText Library::text_source(const TemplateFile& file) {
  constexpr std::string_view label = "Subject: ";
  SourceText source{
      .path = file.path, .pragma = "", .subject = "", .text = without_marker_lines(file.body)};
  if (!source.text.starts_with(label)) return source;
  const auto end = std::min(source.text.find('\n'), source.text.size());
  source.subject = source.text.substr(label.size(), end - label.size());
  source.text.erase(0, std::min(source.text.find_first_not_of('\n', end), source.text.size()));
  return source;
}

Library::Library(const std::vector<TemplateFile>& files)
    : cache_(std::make_unique<ctemplate::TemplateCache>()) {
  for (const TemplateFile& file : files) add(file);
  for (const auto& [name, source] : sources_) {
    std::vector<std::string_view> around;
    parse(name, source.pragma + with_partials(name, around));
    if (!source.subject.empty()) parse(name + "#subject", source.subject);
  }
  if (!mistakes_.empty())
    throw TemplateError(
        fmt::format("templates cannot be used:\n  {}", fmt::join(mistakes_, "\n  ")));
  cache_->Freeze();
}

void Library::add(const TemplateFile& file) {
  std::string name = template_name(file.path);
  const std::string mistake = mistake_in(file.path, file.body);
  if (!mistake.empty()) return mistakes_.push_back(mistake);
  const std::string key = fmt::format("{}:{}", module_of(name), marker_of(name));
  if (!partials_.emplace(key, name).second)
    return mistakes_.push_back(file.path + ": another template has this name");
  sources_.emplace(std::move(name), is_text(file.path) ? text_source(file) : html_source(file));
}

// The text of a template with those of the partials it includes; `around` holds the names of the
// templates that this one is being put into.
std::string Library::with_partials(std::string_view name, std::vector<std::string_view>& around) {
  const auto& [own, source] = *sources_.find(name);
  around.push_back(own);
  std::string text;
  std::string_view rest = source.text;
  for (auto open = rest.find("{{>"); open != rest.npos; open = rest.find("{{>")) {
    const auto close = std::min(rest.find("}}", open), rest.size() - 2) + 2;
    const std::string_view marker = rest.substr(open + 3, close - open - 5);
    const std::string* partial = find_partial(module_of(own), marker);
    text += rest.substr(0, open);
    if (marker == "ICON" || (marker == "CONTENT" && is_layout(own))) {
      text += rest.substr(open, close - open);
    } else if (partial == nullptr) {
      complain(fmt::format("{}: {{{{>{}}}}} is no template", source.path, marker));
    } else if (std::find(around.begin(), around.end(), *partial) != around.end()) {
      complain(fmt::format("{}: {{{{>{}}}}} includes itself", source.path, marker));
    } else {
      text += with_partials(*partial, around);
    }
    rest.remove_prefix(close);
  }
  around.pop_back();
  return text.append(rest);
}

// A marker in capitals is a shared partial ({{>FIELD}} is html/field, {{>ICON_PLUS}}
// html/icon/plus), any other one of the module itself ({{>rows}} is documents/rows).
const std::string* Library::find_partial(std::string_view module, std::string_view marker) const {
  const bool shared = !marker.empty() && marker.front() >= 'A' && marker.front() <= 'Z';
  const auto found = partials_.find(fmt::format("{}:{}", shared ? "html" : module, marker));
  return found == partials_.end() ? nullptr : &found->second;
}

// A partial is looked through once for each template that it stands in.
void Library::complain(std::string mistake) {
  if (std::find(mistakes_.begin(), mistakes_.end(), mistake) == mistakes_.end())
    mistakes_.push_back(std::move(mistake));
}

void Library::parse(const std::string& name, const std::string& text) {
  if (cache_->StringToTemplateCache(name, text, ctemplate::DO_NOT_STRIP)) return;
  mistakes_.push_back(name + ": ctemplate cannot parse it; the lines above say why");
}

}  // namespace freehold::html
