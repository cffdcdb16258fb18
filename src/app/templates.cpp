// `freehold templates`, and the look at an owner's templates before a start.
#include "app/templates.hpp"

#include <fmt/core.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "app/commands.hpp"
#include "core/log.hpp"

namespace freehold::app {
namespace {

namespace fs = std::filesystem;

void print_mistakes(const std::vector<std::string>& mistakes) {
  for (const std::string& mistake : mistakes) fmt::print(stderr, "{}\n", mistake);
}

std::string state_of(const html::Overrides& overrides, const std::string& name) {
  const auto found = std::ranges::find(overrides.templates, name, &html::Override::name);
  if (found == overrides.templates.end()) return name;
  return fmt::format("{:<32} {}{}", name, found->file, found->outdated ? " (outdated)" : "");
}

// Made anew, so that nothing which somebody has written is lost.
bool write_new(const fs::path& path, const std::string& text) {
  if (fs::exists(path)) {
    fmt::print(stderr, "{} is there already, and is left as it is.\n", path.string());
    return false;
  }
  if (path.has_parent_path()) fs::create_directories(path.parent_path());
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (!file) throw std::runtime_error(fmt::format("{} cannot be written", path.string()));
  fmt::print("{}\n", path.string());
  return true;
}

}  // namespace

html::Source views_source(const Settings& settings) {
  return {.templates = embedded::templates(),
          .assets = embedded::assets(),
          .directory = settings.assets_folder,
          .overrides = settings.templates_folder};
}

std::string template_mistakes(const html::Overrides& overrides) {
  if (overrides.mistakes.empty()) return {};
  return fmt::format("product.templates cannot be used:\n  {}\n",
                     fmt::join(overrides.mistakes, "\n  "));
}

bool templates_can_be_used(const Settings& settings) {
  const html::Overrides overrides = html::examine_overrides(views_source(settings));
  fmt::print(stderr, "{}", template_mistakes(overrides));
  for (const html::Override& each : overrides.templates)
    if (each.outdated)
      log::warn("template.outdated", {{"template", each.name}, {"file", each.file}});
  return overrides.mistakes.empty();
}

int list_templates(const Settings& settings) {
  const html::Overrides overrides = html::examine_overrides(views_source(settings));
  for (const std::string& name : html::template_names(embedded::templates()))
    fmt::print("{}\n", state_of(overrides, name));
  print_mistakes(overrides.mistakes);
  return overrides.mistakes.empty() ? 0 : 1;
}

int lint_templates(const std::string& folder) {
  const auto mistakes =
      folder.empty() ? html::lint_built_in(embedded::templates())
                     : html::examine_overrides({embedded::templates(), {}, "", folder}).mistakes;
  print_mistakes(mistakes);
  return mistakes.empty() ? 0 : 1;
}

int print_template_names(const std::string& name) {
  for (const std::string& known : html::names_known_to(embedded::templates(), name))
    fmt::print("{}\n", known);
  return 0;
}

int copy_templates(const std::vector<std::string>& names, const std::string& folder) {
  std::vector<html::TemplateCopy> copies;
  for (const std::string& name : names)
    std::ranges::move(html::copies_of(embedded::templates(), name), std::back_inserter(copies));
  bool all = true;
  for (const html::TemplateCopy& copy : copies)
    all = write_new(fs::path(folder) / copy.path, copy.body) && all;
  return all ? 0 : 1;
}

}  // namespace freehold::app
