#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "core/text.hpp"
#include "html/engine/names.hpp"
#include "html/lint/each.hpp"
#include "html/lint/rules.hpp"

namespace freehold::html {

namespace {

bool is_word_part(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

bool is_event(std::string_view attribute) {
  if (attribute.starts_with("hx-on")) return true;
  return attribute.size() > 2 && attribute.starts_with("on") &&
         std::ranges::all_of(attribute, is_word_part);
}

bool is_script(std::string_view value) {
  while (!value.empty() && static_cast<unsigned char>(value.front()) <= ' ') value.remove_prefix(1);
  const std::string start = lower(value.substr(0, 11));
  return start.starts_with("js:") || start == "javascript:";
}

std::string no_script(std::string_view subject) {
  return fmt::format("{}; the content security policy allows none here", subject);
}

// Where a word begins at `at` and ends with it, in text that is lower case.
bool is_whole_word(std::string_view text, std::size_t at, std::size_t length) {
  const bool begins = at == 0 || !is_word_part(text[at - 1]);
  const std::size_t end = at + length;
  return begins && (end == text.size() || !is_word_part(text[end]));
}

struct Found {
  std::size_t at = std::string::npos;
  std::size_t length = 0;
};

// The first word that we do not write, or an exclamation mark behind a word.
Found unwanted(std::string_view text) {
  constexpr std::array<std::string_view, 4> words{"please", "oops", "sorry", "successfully"};
  Found first;
  const auto note = [&](std::size_t at, std::size_t length) {
    if (at < first.at) first = {at, length};
  };
  for (const std::string_view word : words)
    for (auto at = text.find(word); at != text.npos; at = text.find(word, at + 1))
      if (is_whole_word(text, at, word.size())) note(at, word.size());
  for (auto at = text.find('!'); at != text.npos; at = text.find('!', at + 1))
    if (at > 0 && is_word_part(text[at - 1])) note(at - 1, 2);
  return first;
}

}  // namespace

bool is_posting(const Tag& tag) {
  if (tag.name != "form" || tag.closing) return false;
  const Attribute* method = tag.find("method");
  return method != nullptr && lower(method->value) == "post";
}

Complaints check_inline_script(const Checked& checked) {
  return on_tags(
      checked,
      [](const Tag& tag) {
        return tag.name == "script" && (tag.has_content || tag.find("src") == nullptr);
      },
      "a script is a file; the content security policy allows no other");
}

// Mail has no other way.
Complaints check_inline_style(const Checked& checked) {
  if (is_mail(checked.file.name)) return {};
  constexpr std::string_view message =
      "the content security policy allows no style here; use a class or an SVG attribute";
  Complaints complaints =
      on_tags(checked, [](const Tag& tag) { return tag.name == "style"; }, message);
  const Complaints attributes = on_attributes(
      checked, [](const Attribute& each) { return each.name == "style"; },
      [&](const std::string&) { return std::string(message); });
  complaints.insert(complaints.end(), attributes.begin(), attributes.end());
  return complaints;
}

Complaints check_event_attribute(const Checked& checked) {
  return on_attributes(
      checked, [](const Attribute& each) { return is_event(each.name); },
      [](const std::string& name) { return no_script(name + " is a script"); });
}

Complaints check_script_value(const Checked& checked) {
  return on_attributes(
      checked, [](const Attribute& each) { return is_script(each.value); },
      [](const std::string& name) { return no_script(name + " holds a script"); });
}

Complaints check_htmx_filter(const Checked& checked) {
  return on_attributes(
      checked,
      [](const Attribute& each) { return each.name == "hx-trigger" && each.value.contains('['); },
      [](const std::string&) -> std::string {
        return "a filter in hx-trigger is a script, and stops htmx for the whole page";
      });
}

Complaints check_blank_target(const Checked& checked) {
  return on_tags(
      checked,
      [](const Tag& tag) {
        const Attribute* target = tag.find("target");
        const Attribute* rel = tag.find("rel");
        return target != nullptr && target->value == "_blank" &&
               (rel == nullptr || !rel->value.contains("noopener"));
      },
      "target=\"_blank\" needs rel=\"noopener\"");
}

Complaints check_image_text(const Checked& checked) {
  return on_tags(
      checked, [](const Tag& tag) { return tag.name == "img" && tag.find("alt") == nullptr; },
      "<img> needs alt; alt=\"\" if it only decorates");
}

// Between a form that posts and the next end of a form stands {{>CSRF}}.
Complaints check_post_key(const Checked& checked) {
  std::vector<std::size_t> ends;
  for (const Tag& tag : checked.reading.tags)
    if (tag.name == "form" && tag.closing) ends.push_back(tag.at);
  std::vector<std::size_t> keys;
  for (const Marker& marker : checked.reading.markers)
    if (marker.kind == '>' && marker.name == "CSRF") keys.push_back(marker.at);
  return on_tags(
      checked,
      [&](const Tag& tag) {
        const auto end = std::ranges::upper_bound(ends, tag.at);
        const auto key = std::ranges::upper_bound(keys, tag.at);
        return is_posting(tag) && (key == keys.end() || (end != ends.end() && *key > *end));
      },
      "a form that posts needs {{>CSRF}}");
}

Complaints check_copy(const Checked& checked) {
  Complaints complaints;
  for (const Text& text : checked.reading.texts) {
    const Found found = unwanted(lower(text.text));
    if (found.at == std::string::npos) continue;
    const auto line =
        text.line + std::count(text.text.begin(), text.text.begin() + long(found.at), '\n');
    complaints.push_back(
        {int(line),
         fmt::format("“{}”: write plainly, without “please”, “oops”, “successfully” and “!”",
                     text.text.substr(found.at, found.length))});
  }
  return complaints;
}

// What only developers see keeps our word: the catalogue of components and the tour.
Complaints check_word(const Checked& checked) {
  const std::string_view name = checked.file.name;
  if (name.starts_with("html/components") || name.starts_with("app/tour")) return {};
  Complaints complaints;
  for (const Text& text : checked.reading.texts) {
    const auto at = lower(text.text).find("workspace");
    if (at == std::string::npos) continue;
    const auto line = text.line + std::count(text.text.begin(), text.text.begin() + long(at), '\n');
    complaints.push_back({int(line),
                          "an owner chooses the word for a tenant: write {{word_workspace}}, "
                          "{{word_workspaces}} or {{word_a_workspace}}"});
  }
  return complaints;
}

}  // namespace freehold::html
