// Every operation of the API's document as something to call, the way its examples have it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/json.hpp"
#include "tests/program/doors.hpp"

namespace freehold::program {

struct Documented {
  Door door;
  const json::object& operation;

  std::string id() const { return std::string(operation.at("operationId").as_string()); }
  bool says(std::string_view status) const {
    return operation.at("responses").as_object().contains(status);
  }
};
std::vector<Documented> documented();

// A path to something of ours on which the call succeeds.
std::string good_path(const Door& door);
// With the examples of its parameters and its body, about our workspace; each time about something
// new.
http::Request example_request(const Documented& one);

}  // namespace freehold::program
