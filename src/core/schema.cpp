#include "core/schema.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace freehold {
namespace detail {
namespace {

bool is_type(const json::object& schema, std::string_view type) {
  const json::value* found = schema.if_contains("type");
  if (found == nullptr) return false;
  if (found->is_string()) return found->get_string() == type;
  return std::ranges::any_of(found->get_array(),
                             [&](const json::value& one) { return one.as_string() == type; });
}

void limit(json::object& schema, const Bounds& bounds) {
  std::string_view least = "minimum";
  std::string_view most = "maximum";
  if (is_type(schema, "string")) std::tie(least, most) = std::pair{"minLength", "maxLength"};
  if (is_type(schema, "array")) std::tie(least, most) = std::pair{"minItems", "maxItems"};
  if (bounds.least) schema[least] = *bounds.least;
  if (bounds.most) schema[most] = *bounds.most;
  if (bounds.usual) schema["default"] = *bounds.usual;
  if (!bounds.pattern.empty()) schema["pattern"] = bounds.pattern;
  if (!bounds.format.empty()) schema["format"] = bounds.format;
}

const MemberNote& note_of(const Notes& notes, std::string_view member) {
  const auto found = std::ranges::find(notes.members, member, &MemberNote::member);
  if (found == notes.members.end() || found->about.empty())
    throw std::logic_error(
        fmt::format("{}.{}: its notes do not say what it is", notes.name, member));
  return *found;
}

}  // namespace

json::object typed(std::string_view type, std::string_view format) {
  json::object schema{{"type", type}};
  if (!format.empty()) schema["format"] = format;
  return schema;
}

json::object id_schema(std::string_view prefix) {
  json::object schema = typed("string");
  schema["pattern"] = fmt::format("^{}_[0-7][0-9a-hjkmnp-tv-z]{{25}}$", prefix);
  return schema;
}

json::object nullable(json::object schema) {
  if (schema.contains("$ref")) return {{"anyOf", {std::move(schema), typed("null")}}};
  if (json::value* type = schema.if_contains("type")) *type = json::array{*type, "null"};
  if (json::value* words = schema.if_contains("enum")) words->as_array().emplace_back(nullptr);
  return schema;
}

json::object money_schema() {
  json::object amount = typed("integer", "int64");
  amount["description"] = "In the smallest unit of the currency: cents for usd, yen for jpy.";
  json::object currency = typed("string");
  currency["pattern"] = "^[a-z]{3}$";
  currency["description"] = "ISO 4217, in small letters.";
  json::object schema = typed("object");
  schema["description"] = "An amount of money.";
  schema["properties"] = {{"amount", std::move(amount)}, {"currency", std::move(currency)}};
  schema["required"] = {"amount", "currency"};
  return schema;
}

StructSchema::StructSchema(const Notes& notes, Use use) : notes_(notes), use_(use) {}

void StructSchema::add_object(std::string_view object) {
  properties_["object"] = {{"const", object}, {"description", "What this is."}};
  required_.emplace_back("object");
}

void StructSchema::add(std::string_view member, json::object schema, bool is_required) {
  const MemberNote& note = note_of(notes_, member);
  limit(schema, note.bounds);
  if (json::value* items = schema.if_contains("items")) limit(items->as_object(), note.each);
  schema["description"] = note.about;
  properties_[member] = std::move(schema);
  if (is_required) required_.emplace_back(member);
  ++said_;
}

json::object StructSchema::finish() {
  if (said_ != notes_.members.size())
    throw std::logic_error(notes_.name + ": its notes speak of a member that it does not have");
  json::object schema = typed("object");
  schema["description"] = notes_.about;
  schema["properties"] = std::move(properties_);
  if (!required_.empty()) schema["required"] = std::move(required_);
  if (use_ == Use::request) schema["additionalProperties"] = false;
  return schema;
}

}  // namespace detail

json::object Schemas::refer(const std::string& name, json::object schema) {
  if (const json::value* known = components_.if_contains(name)) {
    if (known->as_object() != schema)
      throw std::logic_error("two structs of the API have the name " + name);
  } else {
    components_[name] = std::move(schema);
  }
  return {{"$ref", "#/components/schemas/" + name}};
}

Instant example_time() {
  return parse_rfc3339("2026-11-22T09:30:00Z").value();
}

}  // namespace freehold
