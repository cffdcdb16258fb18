#include "http/form_tokens.hpp"

#include "http/syntax.hpp"

namespace freehold::http {
namespace {

constexpr std::size_t visitor_bytes = 18;
constexpr std::size_t visitor_size = 24;  // in base64url

// The token of a session; empty for a visitor.
std::string_view session_token(const Request& request) {
  if (request.session_) return request.session_->csrf_token;
  return request.staff_csrf_token;
}

bool is_visitor(std::string_view cookie) {
  return cookie.size() == visitor_size && from_base64url(cookie).has_value();
}

std::string_view sent_token(const Request& request) {
  const std::string_view header = request.header(FormTokens::header);
  if (!header.empty() || !request.has_form()) return header;
  return request.form().get(FormTokens::form_field);
}

}  // namespace

FormTokens::FormTokens(std::string_view base_url, const Secret& key)
    : origin_(origin_of(base_url)), key_(derive_key(key.reveal(), "http.form_tokens")) {}

std::string FormTokens::token_for(const Request& request) const {
  request.showed_token_ = true;
  const std::string_view token = session_token(request);
  if (!token.empty()) return std::string(token);
  if (request.visitor_.empty()) {
    const std::string_view cookie = request.cookie(visitor_cookie);
    request.new_visitor_ = !is_visitor(cookie);
    request.visitor_ =
        request.new_visitor_ ? to_base64url(random_bytes(visitor_bytes)) : std::string(cookie);
  }
  return sign(request.visitor_);
}

void FormTokens::check_origin(const Request& request) const {
  const std::string_view site = request.header("Sec-Fetch-Site");
  const bool by_hand = site == "none" && request.header("Sec-Fetch-Mode") == "navigate";
  const bool ours = site.empty() ? request.header("Origin") == origin_ : site == "same-origin";
  if (ours || by_hand) return;
  throw Problem(403, "cross_site_request",
                "This request came from another site, so it was not carried out.");
}

void FormTokens::check_token(const Request& request) const {
  const std::string_view session = session_token(request);
  const std::string_view visitor = request.cookie(visitor_cookie);
  std::string expected{session};
  if (session.empty() && is_visitor(visitor)) expected = sign(visitor);
  if (!expected.empty() && equal_in_constant_time(sent_token(request), expected)) return;
  throw Problem(
      403, "form_expired",
      "This form has expired, so nothing was changed. Load the page again and resend it.");
}

void FormTokens::set_cookie(const Request& request, Response& response) {
  if (!request.new_visitor_) return;
  response.cookies.push_back({.name = std::string(visitor_cookie), .value = request.visitor_});
}

std::string FormTokens::sign(std::string_view visitor) const {
  const Digest digest = hmac_sha256(key_, visitor);
  return to_base64url(view(digest));
}

std::string_view origin_of(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == url.npos) return url;
  return url.substr(0, url.find('/', scheme + 3));
}

}  // namespace freehold::http
