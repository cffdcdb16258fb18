// Every route of the program as something to knock at: with whoever may enter, at a path to
// something that exists.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "http/router.hpp"
#include "tests/program/neighbours.hpp"

namespace freehold::program {

inline constexpr std::string_view form_type = "application/x-www-form-urlencoded";

struct Door {
  const http::Route& route;
  Listener listener;

  bool is_api() const { return route.is_api(); }
  bool is_webhook() const { return route.access.kind == http::Access::Kind::webhook; }
  std::string name() const;
};

// Those that change something, or those that only read, of both listeners.
enum class Changes { yes, no };
std::vector<Door> doors(Changes changes);

// An id that has the right form and belongs to nobody; our own slug and tenant.
std::string unknown_id(const std::string& parameter);
// The path to an object of ours, where tests can make one; else to one that does not exist.
std::string path_of(const Door& door);

// Asked as whoever may: our key, our owner, a member of staff.
http::Request knock(const Door& door, const std::string& target);
http::Response send(const Door& door, http::Request request);

}  // namespace freehold::program
