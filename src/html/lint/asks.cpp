#include "html/lint/asks.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "html/engine/names.hpp"
#include "html/engine/scope.hpp"

namespace freehold::html {

namespace {

constexpr std::string_view inverse = "_not";

// {{#plan_not}} asks for plan.
bool is_known(const Names& known, std::string_view name) {
  if (is_engines_name(name) || known.contains(name)) return true;
  if (known.contains(fmt::format("{}{}", name, inverse))) return true;
  if (!name.ends_with(inverse)) return false;
  const std::string_view bare = name.substr(0, name.size() - inverse.size());
  return known.contains(bare) || is_engines_name(bare);
}

bool asks(const Marker& marker) {
  return marker.kind == 0 || marker.kind == '#';
}

std::string as_written(const Marker& marker) {
  return fmt::format("{{{{{}{}}}}}", marker.kind == 0 ? "" : std::string(1, marker.kind),
                     marker.name);
}

}  // namespace

std::vector<std::string> shown(const Names& names) {
  std::vector<std::string> told;
  for (const std::string& name : names) {
    const std::string bare = name.substr(0, name.size() - std::min(name.size(), inverse.size()));
    const bool inverted =
        name.ends_with(inverse) && (names.contains(bare) || is_engines_name(bare));
    if (!inverted && !is_engines_name(name)) told.push_back(name);
  }
  return told;
}

const Names& Asks::of(std::string_view name) {
  const auto found = asked_.find(name);
  if (found != asked_.end()) return found->second;
  Names& names = asked_.emplace(name, Names{}).first->second;  // an include of itself ends here
  for (const Marker& marker : originals_.reading(name).markers) {
    if (asks(marker)) names.insert(marker.name);
    if (marker.kind != '>') continue;
    if (marker.name == "ICON") names.insert("icon");
    const std::string* part = originals_.included(module_of(name), marker.name);
    if (part == nullptr) continue;
    const Names& more = of(*part);
    names.insert(more.begin(), more.end());
  }
  return names;
}

void Asks::add(Names& names, std::string_view name) {
  if (!originals_.has(name)) return;
  const Names& more = of(name);
  names.insert(more.begin(), more.end());
}

Names Asks::known_to(std::string_view name) {
  Names names = of(name);
  const std::string_view bare = is_text(name) ? name.substr(0, name.size() - 4) : name;
  const bool in_mail = is_mail(name) && originals_.has(fmt::format("{}.txt", bare));
  if (in_mail) {
    add(names, bare);
    add(names, fmt::format("{}.txt", bare));
    add(names, "html/mail/layout");
    add(names, "html/mail/layout.txt");
  } else if (originals_.is_page(name)) {
    for (const std::string& layout : originals_.layouts()) add(names, layout);
  }
  return names;
}

std::vector<Finding> Asks::check(const TemplateFile& own) {
  std::vector<Finding> findings;
  const Names known = known_to(own.name);
  const std::vector<std::string> listed = shown(known);
  std::set<std::string> told;  // each name once, or a long file would be told at great length
  const auto complain = [&](const Marker& marker, std::string_view what) {
    if (!told.emplace(what).second) return;
    findings.push_back(
        {own.path, marker.line, "unknown-name",
         fmt::format("{} asks for {}, which {} does not have, and would be empty; there is {}",
                     as_written(marker), what, own.name, fmt::join(listed, ", "))});
  };
  for (const Marker& marker : read_template(own.body).markers) {
    if (asks(marker) && !is_known(known, marker.name)) complain(marker, marker.name);
    if (marker.kind != '>') continue;
    if (marker.name == "ICON" && !known.contains("icon")) complain(marker, "icon");
    const std::string* part = originals_.included(module_of(own.name), marker.name);
    if (part == nullptr) continue;
    for (const std::string& name : of(*part))
      if (!is_known(known, name)) complain(marker, name);
  }
  return findings;
}

}  // namespace freehold::html
