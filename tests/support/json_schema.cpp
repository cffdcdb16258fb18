#include "tests/support/json_schema.hpp"

#include <fmt/format.h>
#include <regex.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace freehold::test {
namespace {

bool matches(const std::string& pattern, const std::string& text) {
  regex_t compiled;
  if (regcomp(&compiled, pattern.c_str(), REG_EXTENDED | REG_NOSUB) != 0)
    throw std::runtime_error("not a pattern: " + pattern);
  const bool found = regexec(&compiled, text.c_str(), 0, nullptr, 0) == 0;
  regfree(&compiled);
  return found;
}

std::int64_t characters_of(std::string_view text) {
  return std::ranges::count_if(text, [](char c) { return (c & 0xc0) != 0x80; });
}

bool is_of_type(const json::value& value, std::string_view type) {
  if (type == "null") return value.is_null();
  if (type == "boolean") return value.is_bool();
  if (type == "string") return value.is_string();
  if (type == "array") return value.is_array();
  if (type == "object") return value.is_object();
  if (type == "integer") return value.is_int64() || value.is_uint64();
  return type == "number" && value.is_number();
}

bool has_format(const std::string& text, std::string_view format) {
  if (format == "date-time") return parse_rfc3339(text).has_value();
  if (format == "uri") return matches("^[a-z]+:[^ ]+$", text);
  if (format == "email") return matches("^[^@ ]+@[^@ ]+$", text);
  return format == "int32" || format == "int64";
}

class Check {
 public:
  explicit Check(const json::object& document) : document_(document) {}

  void check(const json::value& schema, const json::value& value, const std::string& path);
  std::string complaints;

 private:
  void check_word(std::string_view word, const json::value& says, const json::value& value,
                  const std::string& path);
  void check_object(const json::object& schema, const json::object& value, const std::string& path);
  void check_text(std::string_view word, const json::value& says, const std::string& text,
                  const std::string& path);
  void check_size(std::string_view word, std::int64_t bound, const json::value& value,
                  const std::string& path);
  bool fits_one(const json::array& schemas, const json::value& value) const;
  void complain(const std::string& path, const std::string& what) {
    complaints += fmt::format("{}: {}\n", path.empty() ? "the whole" : path, what);
  }

  const json::object& document_;
};

const json::value& referred(const json::object& document, std::string_view reference) {
  const json::value* at = nullptr;
  reference.remove_prefix(2);
  while (!reference.empty()) {
    const auto end = std::min(reference.find('/'), reference.size());
    const json::object& in = at == nullptr ? document : at->as_object();
    at = &in.at(reference.substr(0, end));
    reference.remove_prefix(std::min(end + 1, reference.size()));
  }
  return *at;
}

void Check::check(const json::value& schema, const json::value& value, const std::string& path) {
  const json::object& words = schema.as_object();
  for (const auto& [word, says] : words) check_word(word, says, value, path);
  if (value.is_object()) check_object(words, value.get_object(), path);
}

void Check::check_word(std::string_view word, const json::value& says, const json::value& value,
                       const std::string& path) {
  static const std::set<std::string_view> of_objects_or_people{
      "description", "default", "example", "properties", "required", "additionalProperties"};
  if (of_objects_or_people.contains(word)) return;
  if (word == "$ref") return check(referred(document_, says.as_string()), value, path);
  if (word == "allOf") {
    for (const json::value& part : says.as_array()) check(part, value, path);
  } else if (word == "anyOf") {
    if (!fits_one(says.as_array(), value)) complain(path, "fits none of anyOf");
  } else if (word == "type") {
    const json::array types = says.is_array() ? says.get_array() : json::array{says};
    const auto is_one = [&](const json::value& t) { return is_of_type(value, t.as_string()); };
    if (std::ranges::none_of(types, is_one))
      complain(path, "is " + json::serialize(value) + ", not " + json::serialize(says));
  } else if (word == "const") {
    if (value != says) complain(path, "is not " + json::serialize(says));
  } else if (word == "enum") {
    if (std::ranges::find(says.as_array(), value) == says.as_array().end())
      complain(path, json::serialize(value) + " is none of its words");
  } else if (word == "items") {
    if (!value.is_array()) return;
    for (std::size_t i = 0; i < value.get_array().size(); ++i)
      check(says, value.get_array()[i], fmt::format("{}[{}]", path, i));
  } else if (word == "pattern" || word == "format") {
    if (value.is_string()) check_text(word, says, std::string(value.get_string()), path);
  } else {
    check_size(word, says.to_number<std::int64_t>(), value, path);
  }
}

void Check::check_object(const json::object& schema, const json::object& value,
                         const std::string& path) {
  static const json::object none;
  const json::value* members = schema.if_contains("properties");
  const json::object& properties = members == nullptr ? none : members->as_object();
  for (const auto& [name, says] : properties)
    if (const json::value* member = value.if_contains(name))
      check(says, *member, path + "." + std::string(name));
  if (const json::value* required = schema.if_contains("required"))
    for (const json::value& name : required->as_array())
      if (!value.contains(name.as_string()))
        complain(path + "." + std::string(name.as_string()), "is not there");
  const json::value* others = schema.if_contains("additionalProperties");
  if (others == nullptr) return;
  for (const auto& [name, member] : value) {
    if (properties.contains(name)) continue;
    const std::string place = path + "." + std::string(name);
    if (others->is_bool()) {
      complain(place, "is not taken");
    } else {
      check(*others, member, place);
    }
  }
}

void Check::check_text(std::string_view word, const json::value& says, const std::string& text,
                       const std::string& path) {
  const std::string rule(says.as_string());
  const bool fits = word == "pattern" ? matches(rule, text) : has_format(text, rule);
  if (!fits) complain(path, fmt::format("\"{}\" is not of the {} {}", text, word, rule));
}

void Check::check_size(std::string_view word, std::int64_t bound, const json::value& value,
                       const std::string& path) {
  std::int64_t size = 0;
  if (word == "minLength" || word == "maxLength") {
    if (!value.is_string()) return;
    size = characters_of(value.get_string());
  } else if (word == "minItems" || word == "maxItems") {
    if (!value.is_array()) return;
    size = std::int64_t(value.get_array().size());
  } else if (word == "minimum" || word == "maximum") {
    if (!value.is_int64()) return;
    size = value.get_int64();
  } else {
    return complain(path, fmt::format("nobody here knows what {} means", word));
  }
  const bool fits = word.starts_with("min") ? size >= bound : size <= bound;
  if (!fits) complain(path, fmt::format("{} is {}, and this is {}", word, bound, size));
}

bool Check::fits_one(const json::array& schemas, const json::value& value) const {
  return std::ranges::any_of(schemas, [&](const json::value& schema) {
    Check one(document_);
    one.check(schema, value, "");
    return one.complaints.empty();
  });
}

}  // namespace

std::string violations(const json::object& document, const json::value& schema,
                       const json::value& value) {
  Check check(document);
  check.check(schema, value, "");
  return check.complaints;
}

}  // namespace freehold::test
