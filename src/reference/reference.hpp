// The API as a document and as pages: OpenAPI 3.1 at /api/v1/openapi.json, for everybody.
//
// Routes are described where they are registered (http/operation.hpp); this module only collects.
#pragma once

#include <string>
#include <string_view>

#include "http/router.hpp"

namespace freehold::reference {

// What the routes stand on. `describe` fills it when every route is registered.
struct Reference {
  std::string openapi = {};
  std::string etag = {};
};

void routes(http::Router& at, Reference& reference);

// Makes the document of the router's routes. Throws std::logic_error, which stops the start, for
// one that is not described; `errors` is docs/api/errors.md.
void describe(Reference& reference, const http::Router& router, std::string_view errors);

}  // namespace freehold::reference
