// Against forged requests (CSRF): an unsafe request to a page must come from our own pages, which
// the browser says in Sec-Fetch-Site or Origin, and must carry the token that the page was given.
//
// A session has its token in the database. A visitor without one (log-in, sign-up) gets a cookie
// with random bytes, and forms get HMAC(key, those bytes): who plants a cookie cannot make its
// token.
#pragma once

#include <string>
#include <string_view>

#include "core/crypto.hpp"
#include "http/request.hpp"

namespace freehold::http {

class FormTokens {
 public:
  static constexpr std::string_view visitor_cookie = "fh_visitor";
  static constexpr std::string_view form_field = "csrf_token";
  static constexpr std::string_view header = "X-CSRF-Token";

  // `base_url` is the only place forms may come from; `key` signs visitors' tokens.
  FormTokens(std::string_view base_url, const Secret& key);

  std::string token_for(const Request& request) const;

  // Throw Problem 403: `cross_site_request`, `form_expired`.
  void check_origin(const Request& request) const;
  void check_token(const Request& request) const;

  // Sets the visitor's cookie when the answer has a form that is bound to a new one.
  static void set_cookie(const Request& request, Response& response);

 private:
  std::string sign(std::string_view visitor) const;

  std::string origin_;
  Bytes key_;
};

// "https://app.example.com" of "https://app.example.com/path".
std::string_view origin_of(std::string_view url);

}  // namespace freehold::http
