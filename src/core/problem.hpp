// What a request that cannot go on throws, and what its answer says: an RFC 9457 problem with a
// stable `code`. The HTTP edge turns it into application/problem+json or into a page.
#pragma once

#include <boost/describe.hpp>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/notes.hpp"

namespace freehold {

// What was wrong with one field of the input. `message` is a sentence for people.
struct FieldError {
  std::string field;
  std::string message;
};
BOOST_DESCRIBE_STRUCT(FieldError, (), (field, message))
using FieldErrors = std::vector<FieldError>;

// What would allow the refused act: the cheapest plan that has it, and where to get it.
struct Upgrade {
  std::string plan;
  std::string price;  // formatted, "$49.00 a month"
  std::string url;
};
BOOST_DESCRIBE_STRUCT(Upgrade, (), (plan, price, url))

Notes notes_on(const FieldError*);
Notes notes_on(const Upgrade*);

class Problem : public std::exception {
 public:
  Problem(int status, std::string code, std::string detail)
      : status(status), code(std::move(code)), detail(std::move(detail)) {}

  // Nothing there, or nothing that this caller may know of. `what` is a noun: "document".
  static Problem not_found(std::string_view what);
  static Problem forbidden(std::string detail);
  static Problem unauthenticated(std::string detail);
  static Problem conflict(std::string code, std::string detail);
  static Problem invalid(FieldErrors errors);                        // 422
  static Problem bad_request(std::string code, std::string detail);  // 400
  static Problem unavailable(std::string code, std::string detail);  // 503
  static Problem payment_required(std::string code, std::string detail,
                                  std::optional<Upgrade> upgrade);
  static Problem too_many_requests(std::string detail, long retry_after_seconds);

  const char* what() const noexcept override { return detail.c_str(); }

  int status;
  std::string code;    // stable, snake_case; each is in docs/api/errors.md
  std::string detail;  // a sentence for people: what happened and what to do
  FieldErrors errors;
  std::optional<Upgrade> upgrade;
  std::optional<long> retry_after;  // seconds
};

}  // namespace freehold
