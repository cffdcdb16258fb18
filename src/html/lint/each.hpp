// What most rules do: look at each tag, attribute or value, and complain of some. Private to the
// module.
#pragma once

#include "html/lint/rules.hpp"

namespace freehold::html {

template <class Condition>
Complaints on_tags(const Checked& checked, Condition condition, std::string_view message) {
  Complaints complaints;
  for (const Tag& tag : checked.reading.tags)
    if (!tag.closing && condition(tag)) complaints.push_back({tag.line, std::string(message)});
  return complaints;
}

// `message` is of an attribute's name, or of a value's.
template <class Condition, class Message>
Complaints on_attributes(const Checked& checked, Condition condition, Message message) {
  Complaints complaints;
  for (const Tag& tag : checked.reading.tags) {
    if (tag.closing) continue;
    for (const Attribute& attribute : tag.attributes)
      if (condition(attribute)) complaints.push_back({attribute.line, message(attribute.name)});
  }
  return complaints;
}

template <class Condition, class Message>
Complaints on_values(const Checked& checked, Condition condition, Message message) {
  Complaints complaints;
  for (const Marker& marker : checked.reading.markers)
    if (marker.kind == 0 && condition(marker))
      complaints.push_back({marker.line, message(marker.name)});
  return complaints;
}

}  // namespace freehold::html
