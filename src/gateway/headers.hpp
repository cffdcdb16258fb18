// What of a message's head goes on to the other side, and what is said anew (RFC 9110, 7.6).
// Private to the module.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "assertion/assertion.hpp"
#include "http/request.hpp"

namespace freehold::gateway {

bool same(std::string_view a, std::string_view b);                // whatever the case of letters
bool begins_with(std::string_view text, std::string_view start);  // likewise
void append_field(std::string& out, std::string_view name, std::string_view value);

// Whether a field is about one connection only, by its name or because `Connection` names it.
bool stays_here(std::string_view name, std::string_view connection);

// Whether a client's field never reaches the product: it speaks of who is asking or where from,
// which only we say; or some reader would take it for one that does.
bool is_ours_to_say(std::string_view name);

// A Cookie field without Freehold's own cookies; empty: nothing is left.
std::string without_our_cookies(std::string_view cookies);

// An Authorization field that holds a key of Freehold's.
bool is_our_key(std::string_view authorization);

// The path and query of a request's target, whichever form it has.
std::string origin_form(std::string_view target);

// The request asks for a WebSocket.
bool wants_websocket(const http::Request& req);

struct Forwarded {
  std::string_view authority = {};  // for a client that named no host
  std::string_view identity = {};   // header lines that say who is asking
  std::optional<std::uint64_t> length = {};
  bool in_chunks = false;
  bool websocket = false;
};
// The whole head of the request as the product gets it.
std::string request_head(const http::Request& req, const Forwarded& with);

}  // namespace freehold::gateway
