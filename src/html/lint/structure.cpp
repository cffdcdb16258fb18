#include <fmt/format.h>

#include <algorithm>

#include "html/engine/names.hpp"
#include "html/lint/rules.hpp"

namespace freehold::html {

namespace {

constexpr std::string_view pragma = R"({{%AUTOESCAPE context="HTML"}})";
constexpr std::string_view pragma_in_tag = R"({{%AUTOESCAPE context="HTML" state="IN_TAG"}})";

bool is_word(std::string_view text) {
  const auto fits = [](unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !text.empty() && std::ranges::all_of(text, fits);
}

// Comments and pragmas hold what they like.
bool is_plain(const Marker& marker) {
  return marker.kind != '!' && marker.kind != '%';
}

std::string kind_of(const Marker& marker) {
  return marker.kind == 0 ? std::string() : std::string(1, marker.kind);
}

// The sections that open and close, and what is wrong with them.
struct Sections {
  std::vector<std::pair<const Marker*, const Marker*>> pairs;
  Complaints wrong;
};

Sections sections_of(const Reading& reading) {
  Sections sections;
  std::vector<const Marker*> open;
  for (const Marker& marker : reading.markers) {
    if (marker.kind == '#') open.push_back(&marker);
    if (marker.kind != '/') continue;
    const Marker* last = open.empty() ? nullptr : open.back();
    if (last != nullptr) open.pop_back();
    if (last != nullptr && last->name == marker.name)
      sections.pairs.emplace_back(last, &marker);
    else
      sections.wrong.push_back(
          {marker.line, fmt::format("{{{{/{}}}}} closes {{{{#{}}}}}", marker.name,
                                    last == nullptr ? "nothing" : last->name)});
  }
  for (const Marker* marker : open)
    sections.wrong.push_back(
        {marker->line, fmt::format("{{{{#{}}}}} is not closed", marker->name)});
  return sections;
}

}  // namespace

Complaints check_pragma(const Checked& checked) {
  const std::string_view body = checked.file.body;
  const std::string_view first = body.substr(0, body.find('\n'));
  if (first == pragma || first == pragma_in_tag) return {};
  return {{1, fmt::format("the first line must be {}, or nothing is escaped", pragma)}};
}

Complaints check_modifier(const Checked& checked) {
  Complaints complaints;
  for (const Marker& marker : checked.reading.markers) {
    if (marker.modifiers.empty() || !is_plain(marker)) continue;
    if (marker.kind == 0 && marker.modifiers == ":pre_escape") continue;
    complaints.push_back(
        {marker.line, fmt::format("{{{{{}{}{}}}}}: no modifier but :pre_escape is allowed",
                                  kind_of(marker), marker.name, marker.modifiers)});
  }
  return complaints;
}

// {{= =}} would change what a marker is written with.
Complaints check_name(const Checked& checked) {
  Complaints complaints;
  for (const Marker& marker : checked.reading.markers) {
    if (marker.closed && marker.kind != '=' && (!is_plain(marker) || is_word(marker.name)))
      continue;
    complaints.push_back(
        {marker.line, fmt::format("{{{{{}{}}}}} is not a name of letters, digits and underscores",
                                  kind_of(marker), marker.name)});
  }
  return complaints;
}

Complaints check_section(const Checked& checked) {
  return sections_of(checked.reading).wrong;
}

Complaints check_section_state(const Checked& checked) {
  Complaints complaints;
  for (const auto& [open, close] : sections_of(checked.reading).pairs) {
    const std::string before = describe(open->place);
    const std::string after = describe(close->place);
    if (before == after) continue;
    complaints.push_back(
        {open->line,
         fmt::format("{{{{#{}}}}} opens in {} and closes in {}; when it is hidden, what "
                     "follows is escaped for the wrong place",
                     open->name, before, after)});
  }
  return complaints;
}

// {{>ICON}} is the icon that the model names.
Complaints check_partial(const Checked& checked) {
  Complaints complaints;
  const std::string_view module = module_of(checked.file.name);
  for (const Marker& marker : checked.reading.markers) {
    if (marker.kind != '>' || marker.name == "ICON") continue;
    if (marker.name == "CONTENT" && is_layout(checked.file.name)) continue;
    if (!checked.known.includes.contains(include_key(module, marker.name)))
      complaints.push_back({marker.line, fmt::format("{{{{>{}}}}} is no template", marker.name)});
  }
  return complaints;
}

Complaints check_partial_place(const Checked& checked) {
  Complaints complaints;
  const std::string_view module = module_of(checked.file.name);
  for (const Marker& marker : checked.reading.markers) {
    if (marker.kind != '>') continue;
    const auto found = checked.known.includes.find(include_key(module, marker.name));
    const bool in_tag = found != checked.known.includes.end() && found->second;
    if (marker.place.where == (in_tag ? Where::tag : Where::text)) continue;
    complaints.push_back(
        {marker.line,
         fmt::format("{{{{>{}}}}} is escaped for another place than the one it is included in",
                     marker.name)});
  }
  return complaints;
}

Complaints check_content(const Checked& checked) {
  if (!is_layout(checked.file.name)) return {};
  const auto is_content = [](const Marker& marker) {
    return marker.kind == '>' && marker.name == "CONTENT";
  };
  if (std::ranges::count_if(checked.reading.markers, is_content) == 1) return {};
  return {{1, "a layout holds {{>CONTENT}} once, where the page goes"}};
}

// Layouts have twins that are no mails, and the partials of mails are used in HTML only.
Complaints check_mail_twin(const Checked& checked) {
  const std::string& name = checked.file.name;
  if (!is_mail(name) || module_of(name) == "html") return {};
  if (checked.known.names.contains(name + ".txt")) return {};
  return {{1, "a mail has a text twin of the same name, .txt"}};
}

Complaints check_subject(const Checked& checked) {
  constexpr std::string_view label = "Subject: ";
  const std::string_view body = checked.file.body;
  if (!is_mail(checked.file.name) || is_layout(checked.file.name)) return {};
  if (body.starts_with(label) && body.size() > label.size() && body[label.size()] > ' ') return {};
  return {{1, "the first line of a mail must be “Subject: …”"}};
}

}  // namespace freehold::html
