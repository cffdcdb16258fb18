#include "http/site_headers.hpp"

#include <stdexcept>

#include "http/form_tokens.hpp"

namespace freehold::http {
namespace {

std::string page_policy(const std::vector<std::string>& form_action) {
  std::string policy =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
      "font-src 'self'; connect-src 'self'; form-action 'self'";
  for (const std::string& url : form_action) {
    const std::string_view origin = origin_of(url);
    if (origin.find_first_of(" ;,'\r\n") != origin.npos)
      throw std::runtime_error("not an origin for forms: " + url);
    policy.append(" ").append(origin);
  }
  return policy + "; base-uri 'none'; frame-ancestors 'none'; object-src 'none'";
}

std::string lines_of(Kind kind, const std::string& policy) {
  constexpr std::string_view isolation =
      "Cross-Origin-Opener-Policy: same-origin\r\n"
      "Permissions-Policy: camera=(), geolocation=(), microphone=(), payment=(), usb=()\r\n";
  std::string lines =
      "X-Content-Type-Options: nosniff\r\nCross-Origin-Resource-Policy: same-origin\r\n";
  switch (kind) {
    case Kind::page:
      lines.append("Content-Security-Policy: ").append(policy).append("\r\n").append(isolation);
      return lines + "Referrer-Policy: same-origin\r\n";
    case Kind::token_page:
      lines.append("Content-Security-Policy: ").append(policy).append("\r\n").append(isolation);
      return lines + "Referrer-Policy: no-referrer\r\n";
    case Kind::own_policy:
      return lines.append(isolation) + "Referrer-Policy: no-referrer\r\n";
    case Kind::api:
      return lines +
             "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n"
             "Referrer-Policy: no-referrer\r\n";
    case Kind::file:
      return lines + "Content-Security-Policy: default-src 'none'\r\n";
  }
  return lines;
}

std::string_view line_of(Caching caching) {
  switch (caching) {
    case Caching::own:
      return "";
    case Caching::no_cache:
      return "Cache-Control: no-cache\r\n";
    case Caching::no_store:
      return "Cache-Control: no-store\r\n";
  }
  return "";
}

}  // namespace

SiteHeaders::SiteHeaders(bool secure, const std::vector<std::string>& form_action) {
  const std::string policy = page_policy(form_action);
  for (std::size_t kind = 0; kind < lines_.size(); ++kind) {
    for (std::size_t caching = 0; caching < lines_[kind].size(); ++caching) {
      std::string& lines = lines_[kind][caching];
      lines = lines_of(Kind(kind), policy);
      if (secure) lines += "Strict-Transport-Security: max-age=31536000\r\n";
      lines += line_of(Caching(caching));
    }
  }
}

std::string_view SiteHeaders::lines(Kind kind, Caching caching) const {
  return lines_[std::size_t(kind)][std::size_t(caching)];
}

}  // namespace freehold::http
