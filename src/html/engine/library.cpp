#include "html/engine/library.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "html/engine/names.hpp"
#include "html/lint/lint.hpp"

namespace freehold::html {

namespace {

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

TemplateError cannot_be_used(const std::vector<std::string>& mistakes) {
  return TemplateError(fmt::format("templates cannot be used:\n  {}", fmt::join(mistakes, "\n  ")));
}

Library::Library(const std::vector<TemplateFile>& files) {
  load(files);
  if (!mistakes_.empty()) throw cannot_be_used(mistakes_);
  cache_->Freeze();
}

std::vector<std::string> Library::check(const std::vector<TemplateFile>& files) {
  Library library;
  library.load(files);
  return std::move(library.mistakes_);
}

void Library::load(const std::vector<TemplateFile>& files) {
  for (const TemplateFile& file : files) add(file);
  for (const auto& [name, source] : sources_) {
    std::vector<std::string_view> around;
    parse(source, name, source.pragma + with_partials(name, around));
    if (!source.subject.empty()) parse(source, name + "#subject", source.subject);
  }
}

void Library::add(const TemplateFile& file) {
  // The rules that hold for what we write are looked at before; these hold at every start.
  const std::vector<Finding> findings = lint_for_engine(file);
  for (const Finding& finding : findings) mistakes_.push_back(text_of(finding));
  if (!findings.empty()) return;
  if (!partials_.emplace(include_key(file.name), file.name).second)
    return mistakes_.push_back(file.path + ": another template has this name");
  sources_.emplace(file.name, is_text(file.name) ? text_source(file) : html_source(file));
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

const std::string* Library::find_partial(std::string_view module, std::string_view marker) const {
  const auto found = partials_.find(include_key(module, marker));
  return found == partials_.end() ? nullptr : &found->second;
}

// A partial is looked through once for each template that it stands in.
void Library::complain(std::string mistake) {
  if (std::find(mistakes_.begin(), mistakes_.end(), mistake) == mistakes_.end())
    mistakes_.push_back(std::move(mistake));
}

void Library::parse(const SourceText& source, const std::string& name, const std::string& text) {
  if (cache_->StringToTemplateCache(name, text, ctemplate::DO_NOT_STRIP)) return;
  mistakes_.push_back(source.path + ": ctemplate cannot parse it; the lines above say why");
}

}  // namespace freehold::html
