// Parts of the document that many operations share. Private to the module.
#pragma once

#include <string_view>

#include "core/json.hpp"
#include "http/router.hpp"

namespace freehold::reference {

// Those in braces: an id has the pattern of its kind.
json::array path_parameters(std::string_view path);

// References to the headers that an answer of this status carries.
json::object headers_of(const http::Route& route, int status);

// What is referred to, by name.
json::object shared_parameters();
json::object shared_headers();

}  // namespace freehold::reference
