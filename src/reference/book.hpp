// The document and the codes, as the pages read them. Private to the module.
#pragma once

#include "core/json.hpp"
#include "reference/codes.hpp"

namespace freehold::reference {

struct Book {
  json::object document;
  Codes codes;
};

// One operation of the document.
struct Entry {
  std::string path;
  std::string method;  // "GET"
  const json::object* operation = nullptr;

  std::string_view id() const { return operation->at("operationId").as_string(); }
  std::string_view tag() const { return operation->at("tags").at(0).as_string(); }
  std::string_view summary() const { return operation->at("summary").as_string(); }
};
std::vector<Entry> entries_of(const Book& book);

// What a $ref means; the value itself when it is none.
const json::object& resolved(const Book& book, const json::value& value);

// The text of CommonMark as parts, [{"code": "limit_reached", "text": null}, …], for the template
// `words`. Links become what they are called.
json::array words_of(std::string_view text);

// The members of a schema as rows of the template `fields`: those of structs inside it under their
// path, "data[].title".
json::array rows_of(const Book& book, const json::value& schema);
// "text, 1 to 200 characters", "whole number from 1 to 100, 20 unless told"
std::string type_of(const Book& book, const json::value& schema);

}  // namespace freehold::reference
