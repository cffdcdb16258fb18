#include "html/lint/sends.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "html/engine/names.hpp"

namespace freehold::html {

namespace {

bool is_field(const Tag& tag) {
  constexpr std::array<std::string_view, 4> fields{"input", "select", "textarea", "button"};
  return !tag.closing && std::ranges::find(fields, tag.name) != fields.end();
}

// {{#is_input}} and the like show or hide; names are found outside of them as well.
bool has_names_of_its_own(std::string_view section) {
  return !section.starts_with("is_") && !section.starts_with("has_") && !section.ends_with("_not");
}

// Partials that are a field: {{>FIELD}} and the kinds of it.
bool is_field_partial(std::string_view marker) {
  constexpr std::array<std::string_view, 4> fields{"FIELD", "FIELD_INPUT", "FIELD_CHECKBOX",
                                                   "FIELD_RADIOS"};
  return std::ranges::find(fields, marker) != fields.end();
}

// Goes through markers and tags in the order in which they stand.
class Walk {
 public:
  template <class OnPartial>
  void over(const Reading& reading, OnPartial on_partial) {
    auto tag = reading.tags.begin();
    for (const Marker& marker : reading.markers) {
      for (; tag != reading.tags.end() && tag->at < marker.at; ++tag) step(*tag);
      if (marker.kind == '#') sections_.push_back(marker.name);
      if (marker.kind == '/' && !sections_.empty()) sections_.pop_back();
      if (marker.kind == '>' && !in_search_) on_partial(marker.name);
    }
    for (; tag != reading.tags.end(); ++tag) step(*tag);
  }

  // The nearest section that has names of its own.
  std::string section() const {
    for (auto each = sections_.rbegin(); each != sections_.rend(); ++each)
      if (has_names_of_its_own(*each)) return *each;
    return {};
  }

  SentFields fields;

 private:
  void step(const Tag& tag) {
    if (tag.name == "form") in_search_ = !tag.closing && !is_posting(tag);
    if (!is_field(tag) || in_search_) return;
    const Attribute* name = tag.find("name");
    if (name == nullptr) return;
    const Attribute* type = tag.find("type");
    const bool hidden = type != nullptr && type->value == "hidden";
    if (name->has_marker)
      fields.insert({.section = section(), .hidden = hidden});
    else
      fields.insert({.name = name->value, .hidden = hidden});
  }

  std::vector<std::string> sections_;
  bool in_search_ = false;  // in a form that asks and changes nothing
};

std::string as_written(const Sent& sent) {
  if (!sent.name.empty()) return fmt::format("a field named {}", sent.name);
  const std::string_view field =
      sent.hidden ? R"(<input type="hidden" name="{{name}}" value="{{value}}">)" : "{{>FIELD}}";
  if (sent.section.empty()) return fmt::format("the field {}", field);
  return fmt::format("the fields {{{{#{0}}}}}{1}{{{{/{0}}}}}", sent.section, field);
}

bool sends(const SentFields& fields, const Sent& wanted) {
  return std::ranges::any_of(fields, [&](const Sent& each) {
    return each.name == wanted.name && each.section == wanted.section;
  });
}

// Fields that the owner has written out where the built-in takes them from the model: which names
// they have to have, the templates do not tell.
bool is_written_out(const SentFields& own, const SentFields& original) {
  return std::ranges::any_of(own, [&](const Sent& each) {
    return !each.hidden && !each.name.empty() && !sends(original, each);
  });
}

}  // namespace

SentFields Sends::fields_in(std::string_view name, const Reading& reading) {
  Walk walk;
  walk.over(reading, [&](const std::string& marker) {
    if (is_field_partial(marker)) {
      walk.fields.insert({.section = walk.section()});
      return;
    }
    const std::string* part = originals_.included(module_of(name), marker);
    if (part == nullptr || marker == "CSRF") return;
    for (Sent sent : of(*part)) {
      if (sent.name.empty() && sent.section.empty()) sent.section = walk.section();
      walk.fields.insert(std::move(sent));
    }
  });
  return std::move(walk.fields);
}

const SentFields& Sends::of(std::string_view name) {
  const auto found = sent_.find(name);
  if (found != sent_.end()) return found->second;
  sent_.emplace(name, SentFields{});  // an include of itself ends here
  SentFields fields = fields_in(name, originals_.reading(name));
  return sent_.find(name)->second = std::move(fields);
}

std::vector<Finding> Sends::check(const TemplateFile& own) {
  std::vector<Finding> findings;
  const SentFields& original = of(own.name);
  const SentFields sent_by_it = fields_in(own.name, read_template(own.body));
  for (const Sent& sent : original) {
    if (sends(sent_by_it, sent)) continue;
    if (sent.name.empty() && !sent.hidden && is_written_out(sent_by_it, original)) continue;
    findings.push_back({own.path, 1, "field",
                        fmt::format("the built-in sends {}, and this does not", as_written(sent))});
  }
  return findings;
}

}  // namespace freehold::html
