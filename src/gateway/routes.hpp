// Which route a request takes. Private to the module.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gateway/gateway.hpp"
#include "gateway/upstream.hpp"

namespace freehold::gateway {

// Whether `path` is that of a route or lies below it. Letters count as the same in both cases, and
// `;` ends a segment like `/`: products differ in what they make of /ADMIN and /admin;x, and what
// guards /admin must guard those too.
bool covers(std::string_view route_path, std::string_view path);

// Whether every reader takes the path for the same place. Some drop what stands behind `;` before
// they look for `..`, some undo escapes twice.
bool is_plain(std::string_view path);

// A host without its port, in small letters.
std::string plain_host(std::string_view host);

// The index of the route that takes the request: one that names its host before one that names
// none, then the longest path. -1: none.
int find_route(const std::vector<RouteConfig>& routes, std::string_view host,
               std::string_view path);

// The workspace that an address names: "acme" of /t/acme/reports, or of /app/t/acme/reports below a
// route of /app. Empty: none.
std::string_view slug_in(std::string_view route_path, std::string_view path);

}  // namespace freehold::gateway
