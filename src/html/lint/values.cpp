#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "html/lint/each.hpp"
#include "html/lint/rules.hpp"

namespace freehold::html {

namespace {

template <std::size_t Count>
bool is_one_of(const std::array<std::string_view, Count>& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

// ctemplate takes them for plain text, but browsers do not.
bool is_unsafe(std::string_view attribute) {
  constexpr std::array<std::string_view, 7> unsafe{"formaction", "xlink:href", "srcset", "poster",
                                                   "srcdoc",     "ping",       "style"};
  return is_one_of(unsafe, attribute) || attribute.starts_with("hx-on");
}

bool is_address(std::string_view attribute) {
  constexpr std::array<std::string_view, 8> addresses{"href",    "src",    "action",   "hx-get",
                                                      "hx-post", "hx-put", "hx-patch", "hx-delete"};
  return is_one_of(addresses, attribute);
}

// "{{url}}" and nothing around it.
bool is_one_value(std::string_view value) {
  if (!value.starts_with("{{") || !value.ends_with("}}") || value.size() < 5) return false;
  return std::ranges::all_of(value.substr(2, value.size() - 4), [](unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

bool may_choose_a_class(std::string_view name) {
  constexpr std::array<std::string_view, 3> names{"tone", "kind", "width"};
  return is_one_of(names, name) || name.ends_with("_tone");
}

}  // namespace

Complaints check_unquoted(const Checked& checked) {
  return on_attributes(
      checked, [](const Attribute& each) { return each.quote == 0 && each.has_marker; },
      [](const std::string& name) {
        return fmt::format("{}={{{{…}}}} needs quotation marks", name);
      });
}

Complaints check_markup_marker(const Checked& checked) {
  return on_values(
      checked, [](const Marker& marker) { return marker.place.where == Where::markup; },
      [](const std::string& name) {
        return fmt::format("{{{{{}}}}} may be text or a quoted value, not a part of the markup",
                           name);
      });
}

Complaints check_unsafe_attribute(const Checked& checked) {
  return on_attributes(
      checked, [](const Attribute& each) { return each.has_marker && is_unsafe(each.name); },
      [](const std::string& name) {
        return fmt::format("a value in {} is not escaped for what it can do", name);
      });
}

Complaints check_address(const Checked& checked) {
  return on_attributes(
      checked,
      [](const Attribute& each) {
        return is_address(each.name) && each.has_value_marker && !is_one_value(each.value);
      },
      [](const std::string& name) {
        return fmt::format("{} is put together here; the program makes addresses", name);
      });
}

Complaints check_class_marker(const Checked& checked) {
  return on_values(
      checked,
      [](const Marker& marker) {
        return marker.place.attribute == "class" && !may_choose_a_class(marker.name);
      },
      [](const std::string& name) {
        return fmt::format("{{{{{}}}}} in class: only tone, kind, width may choose a class", name);
      });
}

Complaints check_verbatim(const Checked& checked) {
  return on_values(
      checked,
      [](const Marker& marker) {
        return marker.place.tag == "textarea" && marker.place.where == Where::raw &&
               marker.modifiers.empty();
      },
      [](const std::string& name) {
        return fmt::format(
            "{{{{{0}}}}} loses its line ends in a textarea; write {{{{{0}:pre_escape}}}}", name);
      });
}

}  // namespace freehold::html
