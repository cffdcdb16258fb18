#include "html/lint/overrides.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "html/engine/names.hpp"
#include "html/lint/asks.hpp"
#include "html/lint/sends.hpp"

namespace freehold::html {

namespace {

std::string_view first_line(std::string_view body) {
  return body.substr(0, body.find('\n'));
}

// Where the built-in stands inside a tag the override does too: all that include it are made for
// it.
void check_place(const TemplateFile& own, const TemplateFile& original,
                 std::vector<Finding>& findings) {
  if (is_text(own.name) || first_line(own.body) == first_line(original.body)) return;
  findings.push_back(
      {own.path, 1, "pragma",
       fmt::format("the first line must be that of the built-in: {}", first_line(original.body))});
}

void append(std::vector<Finding>& findings, std::vector<Finding> more) {
  std::ranges::move(more, std::back_inserter(findings));
}

// One mistake is told once.
bool same(const Finding& a, const Finding& b) {
  return a.path == b.path && a.line == b.line && a.rule == b.rule;
}

std::vector<Finding> findings_in(std::span<const TemplateFile> own, const Originals& originals,
                                 const Known& known) {
  std::vector<Finding> findings = lint(own, known, Author::owner);
  Asks asks(originals);
  Sends sends(originals);
  for (const TemplateFile& file : own) {
    std::vector<Finding> more;
    check_place(file, *originals.find(file.name), more);
    const auto told = [&](const Finding& each) {
      return std::ranges::any_of(findings, [&](const Finding& had) { return same(had, each); });
    };
    std::erase_if(more, told);
    append(findings, std::move(more));
    append(findings, asks.check(file));
    append(findings, sends.check(file));
  }
  sort_findings(findings);
  return findings;
}

// Those that are in place of a built-in; the others are mistakes.
std::vector<TemplateFile> in_place(std::vector<TemplateFile> files, const Originals& originals,
                                   std::vector<std::string>& mistakes) {
  std::erase_if(files, [&](const TemplateFile& file) {
    if (originals.has(file.name)) return false;
    mistakes.push_back(
        fmt::format("{}: replaces nothing: there is no template {}; did you mean {}?", file.path,
                    file.name, originals.nearest(file.name)));
    return true;
  });
  return files;
}

void replace(std::vector<TemplateFile>& files, const TemplateFile& own, Overrides& overrides) {
  TemplateFile& original = *std::ranges::find(files, own.name, &TemplateFile::name);
  const std::string stamp = stamp_of(own.body);
  const bool outdated = !stamp.empty() && stamp != hash_of(original.body);
  overrides.templates.push_back({own.name, own.path, outdated});
  original = {own.name, own.path, without_stamp(own.body)};
}

}  // namespace

Merged merge(std::vector<TemplateFile> built_in, OwnFiles own) {
  Merged merged;
  Overrides& overrides = merged.overrides;
  overrides.mistakes = std::move(own.mistakes);
  const Originals originals(built_in);
  const auto files = in_place(std::move(own.files), originals, overrides.mistakes);
  for (const Finding& finding : findings_in(files, originals, known_of(built_in)))
    overrides.mistakes.push_back(text_of(finding));
  merged.files = built_in;
  for (const TemplateFile& file : files) replace(merged.files, file, overrides);
  return merged;
}

Merged merge(std::vector<TemplateFile> built_in, const std::string& folder) {
  return merge(std::move(built_in), read_own_files(folder));
}

std::vector<TemplateFile> from_program(std::span<const EmbeddedFile> files) {
  std::vector<TemplateFile> templates;
  for (const EmbeddedFile& file : files)
    templates.push_back({template_name(file.path), std::string(file.path), std::string(file.body)});
  return templates;
}

std::vector<TemplateFile> built_in_of(const Source& source) {
  return source.directory.empty() ? from_program(source.templates)
                                  : read_templates(source.directory);
}

}  // namespace freehold::html
