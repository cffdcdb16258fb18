// The members of a schema, as people read them.
#include "reference/book.hpp"

namespace freehold::reference {
namespace {

constexpr int deepest = 6;

const json::object* member(const json::object& object, std::string_view name) {
  const json::value* found = object.if_contains(name);
  return found == nullptr ? nullptr : found->if_object();
}

// What is there, where null may be there instead.
const json::object& something_of(const Book& book, const json::value& schema) {
  const json::object& whole = resolved(book, schema);
  const json::value* either = whole.if_contains("anyOf");
  return either == nullptr ? whole : resolved(book, either->at(0));
}

bool may_be_null(const Book& book, const json::value& schema) {
  const json::object& whole = resolved(book, schema);
  if (whole.contains("anyOf")) return true;
  const json::value* type = whole.if_contains("type");
  return type != nullptr && type->is_array();
}

std::string plain_type(const json::object& schema) {
  const json::value* type = schema.if_contains("type");
  if (type == nullptr) return "";
  return std::string(type->is_array() ? type->at(0).as_string() : type->as_string());
}

std::int64_t number_at(const json::object& schema, std::string_view name) {
  const json::value* found = schema.if_contains(name);
  return found == nullptr ? -1 : found->to_number<std::int64_t>();
}

// "1 to 200 characters", "at most 20"
std::string range_of(const json::object& schema, std::string_view least, std::string_view most,
                     std::string_view unit) {
  const std::int64_t from = number_at(schema, least);
  const std::int64_t to = number_at(schema, most);
  if (to < 0) return from > 0 ? fmt::format(", at least {}{}", from, unit) : "";
  if (from <= 0) return fmt::format(", at most {}{}", to, unit);
  return fmt::format(", {} to {}{}", from, to, unit);
}

std::string text_type(const json::object& schema) {
  if (const json::value* words = schema.if_contains("enum")) {
    std::string names;
    for (const json::value& word : words->as_array())
      if (word.is_string()) names += (names.empty() ? "" : ", ") + std::string(word.get_string());
    return "one of " + names;
  }
  const json::value* format = schema.if_contains("format");
  if (format != nullptr && format->as_string() == "date-time") return "time";
  if (format != nullptr && format->as_string() == "uri") return "address";
  const json::value* pattern = schema.if_contains("pattern");
  if (pattern != nullptr && std::string_view(pattern->as_string()).contains("[0-7][0-9a-hj"))
    return "id";
  return "text" + range_of(schema, "minLength", "maxLength", " characters");
}

std::string some_type(const Book& book, const json::object& schema) {
  const std::string type = plain_type(schema);
  if (const json::value* constant = schema.if_contains("const"))
    return "always " + json::serialize(*constant);
  if (type == "string") return text_type(schema);
  if (type == "boolean") return "true or false";
  if (type == "integer") {
    std::string text = "whole number" + range_of(schema, "minimum", "maximum", "");
    const std::int64_t usual = number_at(schema, "default");
    return usual < 0 ? text : fmt::format("{}; {} unless told", text, usual);
  }
  if (type == "array")
    return "list of " + type_of(book, schema.at("items")) +
           range_of(schema, "minItems", "maxItems", "");
  return type.empty() ? "anything" : type;
}

// The schema of what lies behind `name`, and the path to it.
const json::object* inside(const Book& book, const json::object& schema, std::string& path) {
  const json::object* at = &schema;
  if (const json::value* items = at->if_contains("items")) {
    path += "[]";
    at = &something_of(book, *items);
  }
  const json::value* others = at->if_contains("additionalProperties");
  if (others != nullptr && others->is_object()) {
    path += ".{key}";
    at = &something_of(book, *others);
  }
  return at->contains("properties") ? at : nullptr;
}

json::value note_of(bool is_request, bool is_required) {
  if (is_request && is_required) return "required";
  if (!is_request && !is_required) return "not always there";
  return nullptr;
}

void add_rows(const Book& book, const json::object& schema, const std::string& before, int depth,
              json::array& rows) {
  const json::object* properties = member(schema, "properties");
  if (properties == nullptr || depth > deepest) return;
  const json::value* required = schema.if_contains("required");
  const bool is_request = schema.contains("additionalProperties");
  for (const auto& [name, value] : *properties) {
    const json::array none;
    const json::array& names = required == nullptr ? none : required->as_array();
    const bool is_required =
        std::ranges::any_of(names, [&](const json::value& one) { return one.as_string() == name; });
    std::string path = before + std::string(name);
    const json::value* about = value.as_object().if_contains("description");
    rows.push_back(json::object{
        {"name", path},
        {"type", type_of(book, value)},
        {"note", note_of(is_request, is_required)},
        {"words", words_of(about == nullptr ? std::string_view() : about->as_string())}});
    const json::object* deeper = inside(book, something_of(book, value), path);
    if (deeper != nullptr) add_rows(book, *deeper, path + ".", depth + 1, rows);
  }
}

}  // namespace

std::string type_of(const Book& book, const json::value& schema) {
  const std::string type = some_type(book, something_of(book, schema));
  return may_be_null(book, schema) ? type + ", or null" : type;
}

json::array rows_of(const Book& book, const json::value& schema) {
  json::array rows;
  add_rows(book, something_of(book, schema), "", 0, rows);
  return rows;
}

}  // namespace freehold::reference
