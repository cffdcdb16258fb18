// The small grammars of a request: escapes, forms, cookies, targets, codings, traces. Each takes
// text that anybody may have written; nothing here throws except where it says so.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "http/request.hpp"

namespace freehold::http {

// Lower case of ASCII letters only.
char to_lower(char c);
bool equal_ignoring_case(std::string_view a, std::string_view b);
std::string_view trim(std::string_view text);  // spaces and tabs at both ends
// RFC 9110 `token`, of at least one character.
bool is_token(std::string_view text);
// Nothing below a space and no DEL: fit for a header's value.
bool is_header_value(std::string_view text);

// Takes the text before the next `separator` from the front of `rest`; all of it when there is
// none.
std::string_view next_part(std::string_view& rest, char separator);

enum class Plus { literal, space };
// RFC 3986 escapes. None for a broken escape, a NUL or text that is not UTF-8.
std::optional<std::string> percent_decode(std::string_view text, Plus plus);

// name=value pairs joined by `&`. None for a broken escape or more than 200 fields.
std::optional<Fields> parse_pairs(std::string_view text);

// What a request target says. `host` is empty in origin form.
struct Target {
  std::string path;
  std::string_view query;
  std::string_view host;
};
// Origin form, absolute form of http and https, or `*`. None for anything else, and for a path with
// `..`, `.`, an empty segment, an encoded slash or backslash, or a control character.
std::optional<Target> parse_target(std::string_view target);

// Letters, digits and the punctuation of host names, addresses and ports.
bool is_host(std::string_view text);

// The first cookie of that name in a Cookie header (RFC 6265, 4.2.1).
std::optional<std::string_view> find_cookie(std::string_view header, std::string_view name);
// What a cookie's value may hold (RFC 6265 cookie-octet).
bool is_cookie_value(std::string_view text);

// Whether a Content-Type names this media type, whatever its parameters.
bool is_media_type(std::string_view content_type, std::string_view media_type);

enum class Coding { identity, gzip, br };
std::string_view name_of(Coding coding);
// The coding that Accept-Encoding likes best of those on offer (RFC 9110, 12.5.3); br wins a tie.
struct Offer {
  bool br = false;
  bool gzip = false;
};
Coding best_coding(std::string_view accept_encoding, Offer offer);

// The trace-id of a W3C traceparent; empty when it is not a valid one.
std::string_view trace_id_of(std::string_view traceparent);

// Whether an If-None-Match names this entity tag, compared weakly (RFC 9110, 13.1.2).
bool matches_etag(std::string_view if_none_match, std::string_view etag);

}  // namespace freehold::http
