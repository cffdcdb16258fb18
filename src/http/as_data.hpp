// Pages as data: a program that builds its own sign-up and log-in asks for the page's address with
// `Accept: application/json`, sends its form as a JSON object, and is told where a redirect would
// lead. What protects the page protects this: origin, token of the form, rates, cookies.
#pragma once

#include <string_view>

#include "http/request.hpp"

namespace freehold::http {

// `Accept` names application/json and no text/html (RFC 9110, 12.5.1).
bool wants_json(const Request& request);

// An object of texts, numbers, true, false, null (as if absent) and lists of texts, as a form's
// fields. Limits: 200 fields. Throws Problem 400 `invalid_json`, 422 for other values.
Fields parse_json_form(std::string_view body);

// {"object":"redirect","location":"/select"} for a 303, with its cookies. Any other answer is left
// as it is.
void redirect_as_data(Response& response);

}  // namespace freehold::http
