#include "reference/book.hpp"

#include "core/text.hpp"

namespace freehold::reference {
namespace {

void add_text(json::array& parts, std::string& text) {
  if (!text.empty()) parts.push_back(json::object{{"code", nullptr}, {"text", text}});
  text.clear();
}

// Up to `end`, which is dropped.
std::string_view taken_until(std::string_view& rest, std::string_view end) {
  const auto at = std::min(rest.find(end), rest.size());
  const std::string_view part = rest.substr(0, at);
  rest.remove_prefix(std::min(at + end.size(), rest.size()));
  return part;
}

}  // namespace

std::vector<Entry> entries_of(const Book& book) {
  std::vector<Entry> entries;
  for (const auto& [path, operations] : book.document.at("paths").as_object())
    for (const auto& [method, operation] : operations.as_object())
      entries.push_back({std::string(path), upper(method), &operation.as_object()});
  return entries;
}

const json::object& resolved(const Book& book, const json::value& value) {
  const json::object* at = &value.as_object();
  while (const json::value* reference = at->if_contains("$ref")) {
    std::string_view rest = reference->as_string();
    const json::object* found = &book.document;
    taken_until(rest, "/");
    while (!rest.empty()) found = &found->at(taken_until(rest, "/")).as_object();
    at = found;
  }
  return *at;
}

json::array words_of(std::string_view rest) {
  json::array parts;
  std::string text;
  while (!rest.empty()) {
    const auto at = std::min(rest.find_first_of("`["), rest.size());
    text += rest.substr(0, at);
    rest.remove_prefix(at);
    if (rest.empty()) break;
    const bool is_code = rest.front() == '`';
    rest.remove_prefix(1);
    if (is_code) {
      add_text(parts, text);
      parts.push_back(json::object{{"code", taken_until(rest, "`")}, {"text", nullptr}});
    } else {
      text += taken_until(rest, "](");
      taken_until(rest, ")");
    }
  }
  add_text(parts, text);
  return parts;
}

}  // namespace freehold::reference
