#include "html/templates.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "html/engine/library.hpp"
#include "html/engine/names.hpp"
#include "html/lint/asks.hpp"
#include "html/lint/overrides.hpp"

namespace freehold::html {

namespace {

// Throws for a name that there is not.
const TemplateFile& file_of(const Originals& originals, std::string_view name) {
  const TemplateFile* file = originals.find(name);
  if (file != nullptr) return *file;
  throw TemplateError(
      fmt::format("there is no template {}; did you mean {}?", name, originals.nearest(name)));
}

TemplateCopy copy_of(const TemplateFile& file) {
  return {.path = is_text(file.name) ? file.name : file.name + ".tpl",
          .body = with_stamp(file.body)};
}

}  // namespace

Overrides examine_overrides(const Source& source) {
  if (source.overrides.empty()) return {};
  Merged merged = merge(built_in_of(source), source.overrides);
  if (merged.overrides.mistakes.empty()) merged.overrides.mistakes = Library::check(merged.files);
  return std::move(merged.overrides);
}

std::vector<std::string> lint_built_in(std::span<const EmbeddedFile> built_in) {
  const std::vector<TemplateFile> files = from_program(built_in);
  std::vector<std::string> mistakes;
  for (const Finding& finding : lint(files, known_of(files), Author::house))
    mistakes.push_back(text_of(finding));
  return mistakes;
}

std::vector<std::string> template_names(std::span<const EmbeddedFile> built_in) {
  std::vector<std::string> names;
  for (const EmbeddedFile& file : built_in) names.push_back(template_name(file.path));
  std::ranges::sort(names);
  return names;
}

std::vector<std::string> names_known_to(std::span<const EmbeddedFile> built_in,
                                        std::string_view name) {
  const std::vector<TemplateFile> files = from_program(built_in);
  const Originals originals(files);
  return shown(Asks(originals).known_to(file_of(originals, name).name));
}

std::vector<TemplateCopy> copies_of(std::span<const EmbeddedFile> built_in, std::string_view name) {
  const std::vector<TemplateFile> files = from_program(built_in);
  const Originals originals(files);
  std::vector<TemplateCopy> copies{copy_of(file_of(originals, name))};
  const TemplateFile* twin = originals.find(fmt::format("{}.txt", name));
  if (twin != nullptr) copies.push_back(copy_of(*twin));
  return copies;
}

}  // namespace freehold::html
