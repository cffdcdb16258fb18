#include "gateway/admission.hpp"

#include "core/async.hpp"
#include "gateway/headers.hpp"
#include "gateway/routes.hpp"
#include "http/form_tokens.hpp"
#include "identity/pages.hpp"

namespace freehold::gateway {
namespace {

using assertion::Asking;
using Kind = http::Access::Kind;

// A browser's request that a page of another site has caused, and that would change something or
// open a WebSocket. A program that is no browser says nothing of sites.
bool is_forged(const http::Request& req, std::string_view base_url) {
  if (http::is_safe(req.method) && !wants_websocket(req)) return false;
  const std::string_view site = req.header("Sec-Fetch-Site");
  if (!site.empty()) return site != "same-origin" && site != "none";
  const std::string_view origin = req.header("Origin");
  return !origin.empty() && origin != http::origin_of(base_url);
}

Task<std::optional<Asking>> find_person(const Entrance& at, const http::Request& req) {
  if (req.cookie(identity::Sessions::cookie).empty()) co_return std::nullopt;
  const bool open = at.route.access.kind == Kind::anyone;
  const bool forged = is_forged(req, at.parts.assertions.base_url);
  if (forged && open) co_return std::nullopt;
  if (forged)
    throw Problem(403, "cross_site_request",
                  "This request came from another site, so it was not carried out.");
  try {
    assertion::Wanted wanted{.slug = std::string(slug_in(at.config.path, req.path))};
    auto asking = co_await assertion::identify_person(at.parts.assertions, req, std::move(wanted));
    co_return asking;
  } catch (const Problem& problem) {
    // A session that has ended is none; a page that everybody may see is shown in any case.
    if (!open && problem.status != 401) throw;
  }
  co_return std::nullopt;
}

// Somebody who looks at a page, and can be sent somewhere else.
bool is_navigation(const http::Request& req) {
  const std::string_view mode = req.header("Sec-Fetch-Mode");
  const bool reads = req.method == http::Method::get || req.method == http::Method::head;
  return reads && req.header("Accept").contains("text/html") &&
         (mode.empty() || mode == "navigate") && !wants_websocket(req);
}

Admission turn_away(const Entrance& at, const http::Request& req) {
  if (!is_navigation(req) || at.elsewhere)
    throw Problem::unauthenticated(
        "Log in first, or send an API key as `Authorization: Bearer fh_ak_…`.");
  const std::string back = origin_form(req.target);
  return {.answer = http::see_other(identity::login_url(back))};
}

}  // namespace

Task<Admission> admit(Entrance at, http::Request& req) {
  const bool has_key = is_our_key(req.header("Authorization"));
  std::optional<Asking> asking;
  if (has_key) {
    asking = co_await assertion::identify_program(at.parts.assertions, req, {});
  } else {
    asking = co_await find_person(at, req);
  }
  const Kind kind = at.route.access.kind;
  const bool of_tenant = kind == Kind::member || kind == Kind::permission;
  const bool is_limited = !of_tenant && !at.route.words.rate.empty();
  if (!asking) {
    if (is_limited) co_await at.parts.limit(req, at.route);
    if (kind != Kind::anyone) co_return turn_away(at, req);
    co_return Admission{};
  }
  req.session_ = asking->session;
  req.actor_ = asking->actor;
  req.tenant_slug = asking->tenant_slug;
  if (is_limited) co_await at.parts.limit(req, at.route);
  if (of_tenant && !asking->actor)
    throw Problem(403, "not_a_member",
                  "Choose a workspace first: its name is not in this address.");
  if (of_tenant) co_await at.parts.require(req, at.route);
  auto made = co_await assertion::assert_of(at.parts.assertions, *asking);
  co_return Admission{.identity = std::move(made)};
}

}  // namespace freehold::gateway
