// The way back to a product on another address: links to /login, /select and /logout may carry
// `return_to`, an address that the installation lists, and `state`, which comes back unchanged. As
// in OAuth (RFC 6749, 3.1.2; RFC 9700, 4.1), addresses are compared as exact strings. Private to
// the module.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/request.hpp"

namespace freehold::identity {

struct ReturnTo {
  std::string url;
  std::string state;  // at most 512 printable characters; often empty
};

// Nothing when the link does not ask for it. Throws Problem 400 `return_address_not_allowed` for an
// address that is not listed, or a state that is too long.
std::optional<ReturnTo> return_of(const std::vector<std::string>& allowed,
                                  const http::Fields& fields);

// "/select?return_to=…&state=…"
std::string link_with(std::string_view path, const ReturnTo& to);
// The product's address with `tenant`, when there is one, and `state`.
std::string address_of(const ReturnTo& to, std::string_view tenant_slug);

}  // namespace freehold::identity
