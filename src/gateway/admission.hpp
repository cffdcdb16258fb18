// Who is asking, and whether they may take a route. Private to the module.
#pragma once

#include <memory>
#include <optional>

#include "gateway/gateway.hpp"

namespace freehold::gateway {

// Either an answer of our own, or what the product is told of who is asking: nothing of a stranger.
struct Admission {
  std::optional<http::Response> answer = {};
  std::shared_ptr<const assertion::Assertion> identity = {};
};

struct Entrance {
  const Parts& parts;
  const RouteConfig& config;
  const http::Route& route;
  bool elsewhere;  // its host is not that of base_url: no session ever comes here
};

// Fills the session and the actor of the request. Who may not is refused by a Problem, or led to
// the log-in.
Task<Admission> admit(Entrance at, http::Request& req);

}  // namespace freehold::gateway
