// From somebody who is asking to what is asserted of them.
#include "assertion/claims.hpp"

#include "core/async.hpp"
#include "core/json.hpp"

namespace freehold::assertion {
namespace {

std::vector<std::string> keys_of(const access::Roles& roles, const Permissions& held) {
  std::vector<std::string> keys;
  for (const Grant& grant : roles.grants())
    if (held[grant.permission.bit]) keys.emplace_back(grant.permission.key);
  return keys;
}

Basis basis_of(const Asking& asking, const entitlements::Snapshot* snapshot) {
  Basis basis;
  if (asking.session) {
    basis.user = asking.session->user;
    basis.session = asking.session->id;
  } else {
    basis.key = asking.actor->api_key();
  }
  if (!asking.actor) return basis;
  basis.tenant = asking.actor->tenant();
  basis.tenant_slug = asking.tenant_slug;
  basis.role = asking.actor->role();
  basis.permissions = asking.actor->permissions();
  basis.entitlement_version = snapshot->version;
  return basis;
}

// With name and address of a person. A program has neither.
Task<Claims> claims_of(Assertions& assertions, const Basis& basis) {
  Claims claims{.subject = basis.user ? to_string(*basis.user) : to_string(basis.key.value())};
  if (basis.tenant) {
    claims.tenant_id = to_string(*basis.tenant);
    claims.tenant_slug = basis.tenant_slug;
    claims.role = basis.role;
    claims.permissions = keys_of(assertions.roles, basis.permissions);
    claims.entitlement_version = basis.entitlement_version;
  }
  if (!basis.user) co_return claims;
  claims.session_id = to_string(basis.session.value());
  auto db = assertions.database.identity_read();
  const auto person = co_await identity::find_person(db, *basis.user);
  if (!person) throw Problem::unauthenticated("Log in first.");
  claims.email = person->email;
  claims.name = person->name;
  co_return claims;
}

std::string fields_of(const Claims& claims, const std::string& token) {
  std::vector<std::pair<std::string, std::string>> headers;
  const auto add = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) headers.emplace_back("Freehold-" + std::string(name), value);
  };
  add("Assertion", token);
  add(claims.session_id.empty() ? "Key" : "User", claims.subject);
  add("Session", claims.session_id);
  add("Tenant", claims.tenant_id);
  add("Tenant-Slug", claims.tenant_slug);
  add("Role", claims.role);
  add("Permissions", fmt::format("{}", fmt::join(claims.permissions, " ")));
  if (!claims.tenant_id.empty())
    add("Entitlement-Version", std::to_string(claims.entitlement_version));
  return http::header_lines(headers);
}

std::optional<std::string> unless_empty(const std::string& text) {
  if (text.empty()) return {};
  return text;
}

AssertionResource resource_of(const Claims& claims) {
  AssertionResource resource;
  (claims.session_id.empty() ? resource.key_id : resource.user_id) = claims.subject;
  resource.session_id = unless_empty(claims.session_id);
  resource.email = unless_empty(claims.email);
  resource.name = unless_empty(claims.name);
  resource.tenant_id = unless_empty(claims.tenant_id);
  resource.tenant_slug = unless_empty(claims.tenant_slug);
  resource.role = unless_empty(claims.role);
  resource.permissions = claims.permissions;
  if (resource.tenant_id) resource.entitlement_version = claims.entitlement_version;
  return resource;
}

}  // namespace

Notes notes_on(const AssertionResource*) {
  return {"Assertion",
          "Who sent a request.",
          {{"assertion", "All of it, signed: a JSON Web Token that is good for 60 seconds."},
           {"expires_at", "When it ends."},
           {"user_id", "The person. Null: a program."},
           {"key_id", "The API key. Null: a person."},
           {"session_id", "The log-in of the person."},
           {"email", "The person's address.", {.format = "email"}},
           {"name", "What the person calls themselves."},
           {"tenant_id",
            "The workspace. Null: the person belongs to none, or to several and named "
            "none."},
           {"tenant_slug", "Its name in addresses. Null for a program."},
           {"role", "What they are there."},
           {"permissions", "What they may do there."},
           {"entitlement_version", "Rises with every change of what the workspace may use."}}};
}

Task<std::shared_ptr<const Assertion>> assert_of(Assertions& assertions, const Asking& asking) {
  std::shared_ptr<const entitlements::Snapshot> snapshot;
  if (asking.actor) snapshot = co_await assertions.gates.snapshot(*asking.actor);
  const auto made = co_await assertions.issuer.issue(
      basis_of(asking, snapshot.get()),
      [&assertions](const Basis& basis) { return claims_of(assertions, basis); });
  co_return made;
}

void render(Assertion& into, const Claims& claims, const std::string& token, Instant expires_at) {
  into.fields = fields_of(claims, token);
  AssertionResource resource = resource_of(claims);
  resource.assertion = token;
  resource.expires_at = expires_at;
  into.body = json::serialize(to_json(resource));
}

}  // namespace freehold::assertion
