#include "simulator/json_access.hpp"

#include <algorithm>

namespace freehold::simulator {

namespace {

void write(const json::value& value, std::string& out, std::size_t depth);

void write_line(std::string& out, std::size_t depth) {
  out += '\n';
  out.append(depth * 2, ' ');
}

void write_object(const json::object& object, std::string& out, std::size_t depth) {
  if (object.empty()) {
    out += "{}";
    return;
  }
  out += '{';
  bool first = true;
  for (const auto& member : object) {
    if (!first) out += ',';
    first = false;
    write_line(out, depth + 1);
    out += json::serialize(json::value(member.key()));
    out += ": ";
    write(member.value(), out, depth + 1);
  }
  write_line(out, depth);
  out += '}';
}

void write_array(const json::array& array, std::string& out, std::size_t depth) {
  if (array.empty()) {
    out += "[]";
    return;
  }
  out += '[';
  bool first = true;
  for (const json::value& item : array) {
    if (!first) out += ',';
    first = false;
    write_line(out, depth + 1);
    write(item, out, depth + 1);
  }
  write_line(out, depth);
  out += ']';
}

void write(const json::value& value, std::string& out, std::size_t depth) {
  if (const json::object* object = value.if_object()) return write_object(*object, out, depth);
  if (const json::array* array = value.if_array()) return write_array(*array, out, depth);
  out += json::serialize(value);
}

}  // namespace

std::string text_of(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr || !value->is_string()) return {};
  return std::string(value->get_string());
}

std::int64_t number_of(const json::object& object, std::string_view key, std::int64_t otherwise) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr) return otherwise;
  if (value->is_int64()) return value->get_int64();
  if (value->is_uint64()) return static_cast<std::int64_t>(value->get_uint64());
  return otherwise;
}

bool flag_of(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_bool() && value->get_bool();
}

bool is_set(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && !value->is_null();
}

const json::object& object_of(const json::object& object, std::string_view key) {
  static const json::object empty;
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_object() ? value->get_object() : empty;
}

const json::array& array_of(const json::object& object, std::string_view key) {
  static const json::array empty;
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_array() ? value->get_array() : empty;
}

json::value text_or_null(std::string_view text) {
  return text.empty() ? json::value(nullptr) : json::value(text);
}

json::value number_or_null(std::int64_t number) {
  return number == 0 ? json::value(nullptr) : json::value(number);
}

void set_all(json::object& object, std::string_view names, const json::value& value) {
  while (!names.empty()) {
    const std::size_t end = std::min(names.find(' '), names.size());
    object[names.substr(0, end)] = value;
    names.remove_prefix(std::min(end + 1, names.size()));
  }
}

json::object list_object(json::array data, std::string_view url) {
  return {{"object", "list"}, {"data", std::move(data)}, {"has_more", false}, {"url", url}};
}

std::string indented(const json::value& value) {
  std::string out;
  write(value, out, 0);
  return out;
}

}  // namespace freehold::simulator
