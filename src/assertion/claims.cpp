// From somebody who is asking to what is asserted of them.
#include "assertion/assertion.hpp"
#include "core/async.hpp"

namespace freehold::assertion {
namespace {

std::vector<std::string> keys_of(const access::Roles& roles, const Permissions& held) {
  std::vector<std::string> keys;
  for (const Grant& grant : roles.grants())
    if (held[grant.permission.bit]) keys.emplace_back(grant.permission.key);
  return keys;
}

Claims claims_of(const Assertions& assertions, const Asking& asking,
                 const entitlements::Snapshot* snapshot) {
  Claims claims;
  if (asking.session) {
    claims.subject = to_string(asking.session->user);
    claims.session_id = to_string(asking.session->id);
  } else {
    claims.subject = to_string(*asking.actor->api_key());
  }
  if (!asking.actor) return claims;
  claims.tenant_id = to_string(asking.actor->tenant());
  claims.tenant_slug = asking.tenant_slug;
  claims.role = asking.actor->role();
  claims.permissions = keys_of(assertions.roles, asking.actor->permissions());
  claims.entitlement_version = snapshot->version;
  return claims;
}

// Name and address of a person. A program has neither.
Task<Claims> complete(Assertions& assertions, std::optional<UserId> user, Claims claims) {
  if (!user) co_return claims;
  auto db = assertions.database.identity_read();
  const auto person = co_await identity::find_person(db, *user);
  if (!person) throw Problem::unauthenticated("Log in first.");
  claims.email = person->email;
  claims.name = person->name;
  co_return claims;
}

}  // namespace

Task<std::shared_ptr<const Assertion>> assert_of(Assertions& assertions, const Asking& asking) {
  std::shared_ptr<const entitlements::Snapshot> snapshot;
  if (asking.actor) snapshot = co_await assertions.gates.snapshot(*asking.actor);
  const Claims claims = claims_of(assertions, asking, snapshot.get());
  std::optional<UserId> user;
  if (asking.session) user = asking.session->user;
  const auto made = co_await assertions.issuer.issue(claims, [&assertions, user](Claims begun) {
    return complete(assertions, user, std::move(begun));
  });
  co_return made;
}

std::vector<Header> headers_of(const Assertion& made) {
  const Claims& claims = made.claims;
  std::vector<Header> headers;
  const auto add = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) headers.emplace_back("Freehold-" + std::string(name), value);
  };
  add("Assertion", made.token);
  add(claims.session_id.empty() ? "Key" : "User", claims.subject);
  add("Session", claims.session_id);
  add("Tenant", claims.tenant_id);
  add("Tenant-Slug", claims.tenant_slug);
  add("Role", claims.role);
  add("Permissions", fmt::format("{}", fmt::join(claims.permissions, " ")));
  if (!claims.tenant_id.empty())
    add("Entitlement-Version", std::to_string(claims.entitlement_version));
  return headers;
}

}  // namespace freehold::assertion
