// What the pages of this module share: frames, the browser's nonce, and the answer to too many
// attempts. Private to the module.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/json_fwd.hpp"
#include "html/form.hpp"
#include "html/parts.hpp"
#include "http/request.hpp"
#include "identity/credentials.hpp"
#include "identity/pages.hpp"
#include "identity/signup.hpp"

namespace freehold::identity {

// The frame of a hosted page: sign-up, log-in, reset.
html::Frame hosted(const Identity& identity, const http::Request& request, std::string title);

http::Response show(const Identity& identity, std::string_view view, const html::Frame& frame,
                    const json::object& model);

// A page of one form: 200 at first, 422 with errors.
http::Response show_form(const Identity& identity, std::string_view view, html::Frame frame,
                         const html::Form& form, json::object model);

// A page that says one thing. `message.title` is the page's title as well.
http::Response show_message(const Identity& identity, const http::Request& request,
                            const html::Message& message, int status = 200);

std::string product_name(const Identity& identity, const http::Request& request);

// --- Sessions

Visit visit_of(const http::Request& request);
http::Response with_session(http::Response response, const Identity& identity,
                            const Sessions::Opened& opened);
http::Cookie no_session();

// --- The nonce of the browser that signs up

inline constexpr std::string_view signup_cookie = "fh_signup";
std::string browser_of(const http::Request& request);  // empty without one

// --- Too many attempts

struct Attempt {
  std::string key;
  RateClass rate;
};
std::string network_key(const http::Request& request);
std::string account_key(std::string_view email);
std::string key_of_both(const http::Request& request, std::string_view email);

// Counts them all; the longest wait that any of them asks for.
Task<std::optional<std::chrono::seconds>> wait_of(const Identity& identity,
                                                  std::vector<Attempt> attempts);
// "30 minutes", "24 hours"; rounded up.
std::string text_of(Duration duration);
// "Too many attempts. Wait 3 minutes, then try again."
std::string wait_text(std::chrono::seconds wait);
// Makes a refusal of it: 429 with Retry-After.
http::Response limited(http::Response response, std::chrono::seconds wait);

}  // namespace freehold::identity
