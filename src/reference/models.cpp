// The models of the index and of the pages of codes.
#include <map>

#include "http/request.hpp"
#include "reference/pages.hpp"

namespace freehold::reference {
namespace {

// "plan-and-its-limits": names a heading.
std::string anchor_of(std::string_view text) {
  std::string anchor;
  for (const char c : text)
    anchor += std::isalnum(static_cast<unsigned char>(c)) ? char(std::tolower(c)) : '-';
  return anchor;
}

json::object link_to(const Entry& entry) {
  return {{"summary", entry.summary()},
          {"url", fmt::format("/reference/{}", entry.id())},
          {"method", entry.method},
          {"path", entry.path}};
}

bool says(const Entry& entry, std::string_view code) {
  for (const auto& [status, response] : entry.operation->at("responses").as_object()) {
    const json::value* content = response.as_object().if_contains("content");
    const json::value* media =
        content == nullptr ? nullptr : content->as_object().if_contains("application/problem+json");
    if (media == nullptr) continue;
    for (const json::value& one : codes_in(*media))
      if (one.as_string() == code) return true;
  }
  return false;
}

}  // namespace

const json::array& codes_in(const json::value& media) {
  return media.at("schema").at("allOf").at(1).at("properties").at("code").at("enum").as_array();
}

json::object index_model(const Book& book) {
  std::map<std::string_view, json::array> by_tag;
  const auto entries = entries_of(book);
  for (const Entry& entry : entries) by_tag[entry.tag()].push_back(link_to(entry));
  json::array tags;
  for (const json::value& tag : book.document.at("tags").as_array()) {
    const std::string_view name = tag.at("name").as_string();
    tags.push_back(json::object{{"id", anchor_of(name)},
                                {"name", name},
                                {"words", words_of(tag.at("description").as_string())},
                                {"operations", std::move(by_tag[name])}});
  }
  return {{"title", "API reference"}, {"tags", std::move(tags)}};
}

json::object codes_model(const Book& book) {
  json::array groups;
  for (const CodeGroup& group : book.codes.groups()) {
    json::array codes;
    for (const Code& code : group.codes)
      codes.push_back(json::object{{"name", code.code},
                                   {"url", "/errors/" + code.code},
                                   {"status", code.status},
                                   {"words", words_of(code.happened)}});
    groups.push_back(json::object{
        {"id", anchor_of(group.title)}, {"title", group.title}, {"codes", std::move(codes)}});
  }
  return {{"title", "Codes of refusals"}, {"groups", std::move(groups)}};
}

json::object code_model(const Book& book, const CodeGroup& group, const Code& code) {
  json::array rows;
  for (const Entry& entry : entries_of(book))
    if (says(entry, code.code)) rows.push_back(link_to(entry));
  json::value operations;
  if (!rows.empty()) operations = json::object{{"rows", std::move(rows)}};
  return {{"title", code.code},
          {"name", code.code},
          {"group", group.title},
          {"status", code.status},
          {"reason", http::reason_of(code.status)},
          {"happened", {{"words", words_of(code.happened)}}},
          {"advice", {{"words", words_of(code.advice)}}},
          {"operations", std::move(operations)}};
}

}  // namespace freehold::reference
