// What an API route is for, said where it is registered. The document of the API, its pages and the
// contract tests are made of it; who may call and what a call costs are words of the route already
// (router.hpp) and are not said again here.
//
//   http::Operation listing(Schemas& schemas) {
//     return {.id = "list_documents",
//             .tag = &about_documents,
//             .summary = "List documents",
//             .about = "Newest change first.",
//             .parameters = http::paging_parameters<DocumentId>({.…}),
//             .answers = {http::page(schemas, "A page of documents.", some_document())}};
//   }
//   at.get("/api/v1/documents", list, documents_read, described(listing, counted));
//
// Not for faces: it includes Boost.JSON.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/schema.hpp"
#include "http/list.hpp"
#include "http/router.hpp"

namespace freehold::http {

// Of the query, or a header that the request may carry. None is required.
struct Parameter {
  std::string_view name;
  std::string_view about;
  json::object schema;
  json::value example = {};
  bool in_header = false;
};
Parameter text_parameter(std::string_view name, std::string_view about, std::string_view example,
                         const Bounds& bounds = {});
Parameter number_parameter(std::string_view name, std::string_view about, const Bounds& bounds);

struct Body {
  json::object schema;
  json::value example;
  bool is_required = true;
};

// An event of a stream: its name and its data.
struct StreamEvent {
  std::string_view type;  // empty: any
  std::string_view about;
  json::object schema;
};

// A header that only this answer carries.
struct AnswerHeader {
  std::string_view name;
  std::string_view about;
};

// One of 400 and above stands for headers of a refusal only: all else about it follows.
struct Answer {
  int status = 200;
  std::string_view about;
  std::string_view media = "application/json";
  json::object schema = {};  // of each line, where the media type is one of lines
  json::value example = {};
  std::vector<StreamEvent> events = {};
  std::vector<AnswerHeader> headers = {};
};

// A refusal that does not follow from the route's words, by its code; its status is that of
// docs/api/errors.md unless another is said.
struct Refusal {
  std::string_view code;
  int status = 0;
};

struct Operation {
  std::string_view id;  // stable: programs are generated with it
  const Tag* tag = nullptr;
  std::string_view summary;
  std::string_view about = {};  // CommonMark
  std::vector<Parameter> parameters = {};
  std::optional<Body> body = {};
  std::vector<Answer> answers = {};
  std::vector<Refusal> refusals = {};
};

namespace detail {
json::value without_null(json::value value);
std::vector<Parameter> paging_parameters(std::string_view prefix, std::vector<Parameter> more);
}  // namespace detail

// A body as an example of it; members that are not said are left out.
template <class T>
Body body_like(Schemas& schemas, const T& example) {
  return {.schema = schemas.of<T>(Use::request), .example = detail::without_null(to_json(example))};
}

template <class T>
Answer answer_like(Schemas& schemas, int status, std::string_view about, const T& example) {
  return {.status = status,
          .about = about,
          .schema = schemas.of<T>(Use::answer),
          .example = to_json(example)};
}

// A list with one item as its example.
template <Resource T>
Answer page_like(Schemas& schemas, std::string_view about, std::string_view path,
                 const T& example) {
  return answer_like(schemas, 200, about,
                     Page<T>{.data = {example}, .has_more = false, .url = std::string(path)});
}

template <class T>
StreamEvent event_of(Schemas& schemas, std::string_view type, std::string_view about) {
  return {.type = type, .about = about, .schema = schemas.of<T>(Use::answer)};
}

// `limit` and `starting_after` of http/list.hpp, then what else the list is asked by.
template <class SomeId>
std::vector<Parameter> paging_parameters(std::vector<Parameter> more = {}) {
  return detail::paging_parameters(SomeId::prefix, std::move(more));
}

}  // namespace freehold::http
