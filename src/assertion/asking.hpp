// From a request to who is asking. Private to the module.
#pragma once

#include <optional>
#include <string>

#include "assertion/assertion.hpp"
#include "http/request.hpp"

namespace freehold::assertion {

struct Asking {
  std::optional<http::Session> session;  // none: a program with an API key
  std::optional<Actor> actor;            // none: a person outside of any workspace
  std::string tenant_slug;               // of a person's workspace
};

// Throws Problem 401 without a credential that holds, and 403 `not_a_member` when the person does
// not belong to the workspace that was asked for.
Task<Asking> identify(Assertions& assertions, const http::Request& req);

}  // namespace freehold::assertion
