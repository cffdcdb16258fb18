#include "simulator/stripe_error.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace freehold::simulator {

StripeError StripeError::parameter(std::string_view code, std::string_view path,
                                   std::string message) {
  StripeError error = invalid(std::move(message), path, code);
  error.begun = false;
  return error;
}

StripeError StripeError::invalid(std::string message, std::string_view path,
                                 std::string_view code) {
  StripeError error{400, "invalid_request_error", std::move(message)};
  error.code = code;
  error.param = path;
  return error;
}

StripeError StripeError::no_such(std::string_view what, std::string_view id,
                                 std::string_view path) {
  StripeError error = invalid(fmt::format("No such {}: '{}'", what, id), path, "resource_missing");
  // Stripe answers 404 when the id is the one in the URL and 400 when it is a parameter.
  if (path == "id" || path.empty()) error.status = 404;
  return error;
}

StripeError StripeError::rate_limited() {
  StripeError error{429, "invalid_request_error",
                    "Request rate limit exceeded. Learn more about rate limits here "
                    "https://stripe.com/docs/rate-limits."};
  error.code = "rate_limit";
  error.begun = false;
  return error;
}

json::object StripeError::body() const {
  json::object error;
  if (!code.empty()) error["code"] = code;
  if (!decline_code.empty()) error["decline_code"] = decline_code;
  if (!code.empty() && (type == "invalid_request_error" || type == "card_error")) {
    std::string page = code;
    std::replace(page.begin(), page.end(), '_', '-');
    error["doc_url"] = "https://stripe.com/docs/error-codes/" + page;
  }
  error["message"] = message;
  if (!param.empty()) error["param"] = param;
  error["type"] = type;
  for (const auto& member : objects) error[member.key()] = member.value();
  return {{"error", std::move(error)}};
}

}  // namespace freehold::simulator
