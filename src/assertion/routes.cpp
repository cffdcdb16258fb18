#include "assertion/asking.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "identity/pages.hpp"

namespace freehold::assertion {
namespace {

// The answer, for those who read more than headers.
struct AssertionResource {
  static constexpr std::string_view object = "assertion";
  std::string assertion;
  Instant expires_at;
  std::optional<std::string> user_id;
  std::optional<std::string> key_id;
  std::optional<std::string> session_id;
  std::optional<std::string> email;
  std::optional<std::string> name;
  std::optional<std::string> tenant_id;
  std::optional<std::string> tenant_slug;
  std::optional<std::string> role;
  std::vector<std::string> permissions;
  std::optional<std::int64_t> entitlement_version;
};
BOOST_DESCRIBE_STRUCT(AssertionResource, (),
                      (assertion, expires_at, user_id, key_id, session_id, email, name, tenant_id,
                       tenant_slug, role, permissions, entitlement_version))

std::optional<std::string> unless_empty(const std::string& text) {
  if (text.empty()) return {};
  return text;
}

AssertionResource resource_of(const Assertion& made) {
  const Claims& claims = made.claims;
  AssertionResource resource;
  resource.assertion = made.token;
  resource.expires_at = made.expires_at;
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

// What the proxy's configuration asks for on this address. Proxies know 401 and 403 only, so that
// a plan that is too small is 403 here; `code` says which it is.
void require(const Assertions& assertions, const http::Request& req, const Claims& claims,
             const entitlements::Snapshot* snapshot) {
  const std::string permission{req.query.get("permission")};
  if (!permission.empty() &&
      std::ranges::find(claims.permissions, permission) == claims.permissions.end())
    throw Problem::forbidden("This needs the permission " + permission + ".");
  const std::string feature{req.query.get("feature")};
  if (feature.empty()) return;
  if (snapshot == nullptr) throw Problem(403, "not_a_member", "Choose a workspace first.");
  if (snapshot->is_enabled(Feature{feature})) return;
  Problem refusal = entitlements::not_in_plan(
      *snapshot, Feature{feature}, assertions.catalog,
      fmt::format("{}/upgrade/{}", assertions.base_url, claims.tenant_id));
  refusal.status = 403;
  throw refusal;
}

// Where the visitor logs in and comes back from: the path behind the same proxy.
std::string login_url_of(const Assertions& assertions, const http::Request& req) {
  std::string_view original = req.header("X-Original-URI");
  if (original.empty()) original = req.header("X-Forwarded-Uri");
  return assertions.base_url + (original.empty() ? "/login" : identity::login_url(original));
}

Task<http::Response> verify(Assertions& assertions, http::Request& req, db::Database&) {
  Asking asking;
  try {
    asking = co_await identify(assertions, req);
  } catch (const Problem& problem) {
    if (problem.status == 401)
      req.answer_headers.emplace_back("Freehold-Login-Url", login_url_of(assertions, req));
    throw;
  }
  const auto made = co_await assert_of(assertions, asking);
  std::shared_ptr<const entitlements::Snapshot> snapshot;
  if (asking.actor) snapshot = co_await assertions.gates.snapshot(*asking.actor);
  require(assertions, req, made->claims, snapshot.get());
  req.session_ = std::move(asking.session);
  req.actor_ = std::move(asking.actor);
  http::Response response = http::json(resource_of(*made));
  for (auto& [name, value] : headers_of(*made)) response.with_header(name, std::move(value));
  co_return response;
}

Task<http::Response> show_keys(Assertions& assertions, http::Request&, db::Database&) {
  const auto keys = co_await assertions.keys.published();
  json::array list;
  for (const identity::SigningKey& key : *keys) list.push_back(jose::to_jwk(key.key.public_key()));
  http::Response response = http::json_response(200, json::object{{"keys", std::move(list)}});
  response.with_header("Cache-Control", "public, max-age=300");
  co_return response;
}

}  // namespace

void routes(http::Router& at, Assertions& assertions) {
  auto with = at.with(assertions);
  with.get("/api/v1/auth/verify", verify, http::anyone, {.cookies = true});
  with.get("/.well-known/jwks.json", show_keys, http::anyone);
}

}  // namespace freehold::assertion
