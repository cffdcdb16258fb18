// Origins: a scheme and a host, as a site's base URL is written.
#pragma once

#include <string_view>

namespace freehold::http {

// http:// or https:// with a host and, perhaps, a port; nothing that a path could not be put
// behind.
bool is_origin(std::string_view url);

// An origin on this machine: localhost and below, 127.0.0.1 or [::1].
bool is_loopback(std::string_view url);

}  // namespace freehold::http
