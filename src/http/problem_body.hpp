// A problem as it is sent: application/problem+json (RFC 9457).
//
// Not for faces: it includes Boost.JSON.
#pragma once

#include "core/json.hpp"
#include "core/notes.hpp"

namespace freehold::http {

struct ProblemBody {
  static constexpr bool is_sparse = true;
  std::string type;
  std::string title;
  std::int32_t status = 0;
  std::string code;
  std::string detail;
  std::string request_id;
  std::optional<std::vector<FieldError>> errors = {};
  std::optional<Upgrade> upgrade = {};
};
BOOST_DESCRIBE_STRUCT(ProblemBody, (),
                      (type, title, status, code, detail, request_id, errors, upgrade))
Notes notes_on(const ProblemBody*);

}  // namespace freehold::http
