// The document of the API, OpenAPI 3.1, made of the routes and what is said of them. Private to the
// module.
#pragma once

#include <string>

#include "core/json.hpp"
#include "http/router.hpp"
#include "reference/codes.hpp"

namespace freehold::reference {

// Throws std::logic_error, which stops the start, for an API route that is not described, for two
// operations or structs of one name, and for a code that docs/api/errors.md does not have.
json::object openapi(const http::Router& router, const Codes& codes);

// As people read it: two spaces a level, on one line what fits there.
std::string pretty(const json::value& value);

}  // namespace freehold::reference
