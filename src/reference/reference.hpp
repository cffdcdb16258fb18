// The API as a document and as pages, all for everybody:
//
//   /api/v1/openapi.json       OpenAPI 3.1
//   /reference                 every operation; each has a page, /reference/list_documents
//   /errors                    every code of a refusal; each has a page, which problems name as
//   their
//                              type: /errors/limit_reached
//
// Routes are described where they are registered (http/operation.hpp); this module only collects.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "html/frame.hpp"
#include "html/html.hpp"
#include "http/router.hpp"

namespace freehold::reference {

struct Book;

// What the routes stand on; put together once by the program. `describe` fills the rest when every
// route is registered.
struct Reference {
  const html::Views& views;
  // What stands around a page; the handler adds layout and title.
  std::function<html::Frame(const http::Request&)> frame;
  std::string base_url;
  std::string openapi = {};
  std::string etag = {};
  std::shared_ptr<const Book> book = {};
};

void routes(http::Router& at, Reference& reference);

// Makes the document of the router's routes. Throws std::logic_error, which stops the start, for
// one that is not described; `errors` is docs/api/errors.md.
void describe(Reference& reference, const http::Router& router, std::string_view errors);

}  // namespace freehold::reference
