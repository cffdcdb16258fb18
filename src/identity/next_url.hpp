// Where a log-in may lead: paths of this site, and nothing that a browser could read as another
// one.
#pragma once

#include <string>
#include <string_view>

namespace freehold::identity {

inline constexpr std::string_view after_login = "/select";

// `next` when it is a plain path of this site with an optional query; otherwise after_login.
// Refused: a scheme or host, "//" and "\" anywhere, "." and ".." segments, an encoded slash,
// backslash or control character, anything outside of printable ASCII, more than 512 bytes.
std::string safe_next(std::string_view next);

// A value for a query: letters, digits, "/", "-", "_" and "." stay, the rest is percent-encoded.
std::string url_encoded(std::string_view text);

}  // namespace freehold::identity
