// Whether a value is what a JSON Schema says: as much of 2020-12 as the document of the API uses. A
// word that it does not know is a complaint, so that nothing goes unchecked.
#pragma once

#include <string>

#include "core/json.hpp"

namespace freehold::test {

// What is wrong with `value`, a line each with its path; empty when all is well. References are
// looked up in `document`.
std::string violations(const json::object& document, const json::value& schema,
                       const json::value& value);

}  // namespace freehold::test
