#include "reference/openapi.hpp"

namespace freehold::reference {
namespace {

constexpr std::size_t widest = 100;

// On one line: {"type": "string"}
std::string flat(const json::value& value) {
  std::string text;
  if (const json::object* object = value.if_object()) {
    for (const auto& [name, member] : *object)
      text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", json::serialize(json::value(name)),
                          flat(member));
    return "{" + text + "}";
  }
  if (const json::array* array = value.if_array()) {
    for (const json::value& item : *array) text += (text.empty() ? "" : ", ") + flat(item);
    return "[" + text + "]";
  }
  return json::serialize(value);
}

void print(const json::value& value, std::size_t depth, std::size_t at, std::string& out) {
  const std::string line = flat(value);
  const bool is_whole = depth > 3 || !value.is_object();
  if ((is_whole && at + line.size() <= widest) || !value.is_structured() || line.size() == 2) {
    out += line;
    return;
  }
  const std::string indent(2 * (depth + 1), ' ');
  const bool is_object = value.is_object();
  out += is_object ? "{" : "[";
  std::string_view separator = "\n";
  const auto begin_item = [&](const std::string& name) {
    out.append(separator).append(indent).append(name);
    separator = ",\n";
    return indent.size() + name.size();
  };
  if (is_object) {
    for (const auto& [name, member] : value.get_object()) {
      const std::size_t column = begin_item(json::serialize(json::value(name)) + ": ");
      print(member, depth + 1, column, out);
    }
  } else {
    for (const json::value& item : value.get_array()) print(item, depth + 1, begin_item(""), out);
  }
  out += "\n" + std::string(2 * depth, ' ') + (is_object ? "}" : "]");
}

}  // namespace

std::string pretty(const json::value& value) {
  std::string out;
  print(value, 0, 0, out);
  return out + "\n";
}

}  // namespace freehold::reference
