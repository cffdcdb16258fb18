#include "assertion/asking.hpp"

#include "core/async.hpp"
#include "core/json.hpp"

namespace freehold::assertion {
namespace {

constexpr std::string_view bearer = "Bearer ";

// The path that the visitor asked the proxy for, as nginx and Traefik hand it on.
std::string_view original_path(const http::Request& req) {
  for (const std::string_view name : {"X-Original-URI", "X-Forwarded-Uri"}) {
    const std::string_view value = req.header(name);
    if (!value.empty()) return value.substr(0, value.find('?'));
  }
  return {};
}

// "acme" of "/t/acme/reports".
std::string_view slug_in(std::string_view path) {
  constexpr std::string_view prefix = "/t/";
  if (!path.starts_with(prefix)) return {};
  path.remove_prefix(prefix.size());
  return path.substr(0, path.find('/'));
}

// The name of the workspace in addresses, or nothing.
Task<std::string> slug_of(Assertions& assertions, Wanted wanted, UserId user) {
  const auto id = TenantId::parse(wanted.tenant);
  if (!wanted.tenant.empty() && !id) co_return wanted.tenant;
  if (!id && !wanted.slug.empty()) co_return wanted.slug;
  const std::string slug = co_await assertions.gatekeeper.slug_of(user, id);
  if (id && slug.empty())
    throw Problem(403, "not_a_member", "You do not belong to this workspace.");
  co_return slug;
}

Wanted wanted_by(const http::Request& req) {
  return {.tenant = std::string(req.query.get("tenant")),
          .slug = std::string(slug_in(original_path(req)))};
}

}  // namespace

Task<Asking> identify_person(Assertions& assertions, const http::Request& req, Wanted wanted) {
  const std::string secret{req.cookie(identity::Sessions::cookie)};
  const auto live = co_await assertions.sessions.find(secret);
  if (!live) throw Problem::unauthenticated("Log in first.");
  Asking asking;
  asking.session = http::Session{live->id, live->user_id, live->csrf_token};
  const auto by_id = TenantId::parse(wanted.tenant);
  asking.tenant_slug = co_await slug_of(assertions, std::move(wanted), live->user_id);
  if (asking.tenant_slug.empty()) co_return asking;
  asking.actor =
      co_await assertions.gatekeeper.person(asking.tenant_slug, live->user_id, req.origin());
  // Within a second of a change of names, a slug may be another workspace's than the one that was
  // asked for by its id.
  if (!asking.actor || (by_id && *by_id != asking.actor->tenant()))
    throw Problem(403, "not_a_member", "You do not belong to this workspace.");
  co_return asking;
}

Task<Asking> identify_program(Assertions& assertions, const http::Request& req, Wanted wanted) {
  const std::string_view header = req.header("authorization");
  if (!header.starts_with(bearer)) throw Problem::unauthenticated("Log in first.");
  Asking asking;
  asking.actor = co_await assertions.gatekeeper.key(header.substr(bearer.size()), req.origin());
  if (!asking.actor)
    throw Problem::unauthenticated("This API key is not valid: mistyped, expired or revoked.");
  const std::string& named = wanted.tenant;
  if (named.empty() || named == to_string(asking.actor->tenant())) co_return asking;
  const auto tenant = co_await assertions.gatekeeper.tenant_of(named);
  if (tenant != asking.actor->tenant())
    throw Problem(403, "not_a_member", "This API key belongs to another workspace.");
  co_return asking;
}

Task<Asking> identify(Assertions& assertions, const http::Request& req) {
  Wanted wanted = wanted_by(req);
  if (!req.header("authorization").empty())
    return identify_program(assertions, req, std::move(wanted));
  return identify_person(assertions, req, std::move(wanted));
}

}  // namespace freehold::assertion
