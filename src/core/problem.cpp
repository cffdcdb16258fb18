#include "core/problem.hpp"

#include <fmt/format.h>

#include "core/words.hpp"

namespace freehold {

Notes notes_on(const FieldError*) {
  return {"FieldError",
          "What is wrong with one field of a request.",
          {{"field", "Its path, with a point before each member: `events.3.meter`."},
           {"message", "A sentence for people."}}};
}

Notes notes_on(const Upgrade*) {
  return {"Upgrade",
          "The cheapest plan that would allow what was refused.",
          {{"plan", "Its key."},
           {"price", "As people read it: `$49.00 a month`. Empty where it does not matter."},
           {"url", "The page to choose it on."}}};
}

Problem Problem::not_found(std::string_view what) {
  return {404, "not_found", fmt::format("There is no such {} here.", worded(what))};
}

Problem Problem::forbidden(std::string detail) {
  return {403, "forbidden", std::move(detail)};
}

Problem Problem::unauthenticated(std::string detail) {
  return {401, "unauthenticated", std::move(detail)};
}

Problem Problem::conflict(std::string code, std::string detail) {
  return {409, std::move(code), std::move(detail)};
}

Problem Problem::invalid(FieldErrors errors) {
  Problem problem{422, "invalid_input", "Some of the input is not valid; nothing was changed."};
  problem.errors = std::move(errors);
  return problem;
}

Problem Problem::bad_request(std::string code, std::string detail) {
  return {400, std::move(code), std::move(detail)};
}

Problem Problem::unavailable(std::string code, std::string detail) {
  return {503, std::move(code), std::move(detail)};
}

Problem Problem::payment_required(std::string code, std::string detail,
                                  std::optional<Upgrade> upgrade) {
  Problem problem{402, std::move(code), std::move(detail)};
  problem.upgrade = std::move(upgrade);
  return problem;
}

Problem Problem::too_many_requests(std::string detail, long retry_after_seconds) {
  Problem problem{429, "rate_limited", std::move(detail)};
  problem.retry_after = retry_after_seconds;
  return problem;
}

}  // namespace freehold
