// What a call that cannot be carried out throws: an error with exactly the body that Stripe sends.
// https://docs.stripe.com/api/errors
//
// The wire knows four types: api_error, card_error, idempotency_error, invalid_request_error.
// Attributes without a value are left out of the body.
#pragma once

#include <exception>
#include <string>
#include <string_view>

#include "simulator/json_access.hpp"

namespace freehold::simulator {

class StripeError : public std::exception {
 public:
  StripeError(int status_code, std::string_view error_type, std::string sentence)
      : status(status_code), type(error_type), message(std::move(sentence)) {}

  // A parameter that is not known, missing, or not of its type. The endpoint has not begun, so an
  // idempotency key does not remember the answer.
  static StripeError parameter(std::string_view code, std::string_view path, std::string message);
  // A well-formed request that cannot be carried out.
  static StripeError invalid(std::string message, std::string_view path = {},
                             std::string_view code = {});
  static StripeError no_such(std::string_view what, std::string_view id, std::string_view path);
  static StripeError rate_limited();

  const char* what() const noexcept override { return message.c_str(); }
  json::object body() const;  // {"error": {…}}

  int status;
  std::string type;
  std::string message;
  std::string code;
  std::string param;
  std::string decline_code;
  json::object objects;  // what a declined card adds: charge, payment_intent, payment_method

  bool begun = true;           // an idempotency key remembers the answer
  bool keeps_changes = false;  // a declined payment is an outcome: what it changed stays
  std::string limit = {};      // the Stripe-Rate-Limited-Reason header; empty: left out
  std::string should_retry;    // the Stripe-Should-Retry header: "true", "false" or left out
};

}  // namespace freehold::simulator
