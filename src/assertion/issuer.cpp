#include "assertion/claims.hpp"
#include "assertion/memory.hpp"
#include "core/async.hpp"
#include "core/jose.hpp"
#include "core/json.hpp"

namespace freehold::assertion {
namespace {

json::array array_of(const std::vector<std::string>& texts) {
  json::array array;
  for (const std::string& text : texts) array.emplace_back(text);
  return array;
}

// Names of RFC 7519, RFC 9068 and OpenID Connect where they have one; `org_id` is another name of
// `tenant_id` for libraries that look for it.
json::object to_object(const Claims& claims) {
  json::object object{{"sub", claims.subject}, {"client_id", client}};
  if (!claims.tenant_id.empty()) {
    object["tenant_id"] = claims.tenant_id;
    object["org_id"] = claims.tenant_id;
    object["tenant_slug"] = claims.tenant_slug;
    object["role"] = claims.role;
    object["permissions"] = array_of(claims.permissions);
    object["ent"] = claims.entitlement_version;
  }
  if (!claims.session_id.empty()) object["sid"] = claims.session_id;
  if (!claims.email.empty()) object["email"] = claims.email;
  if (!claims.name.empty()) object["name"] = claims.name;
  return object;
}

}  // namespace

struct Issuer::State {
  Clocks clocks;
  identity::SigningKeys& keys;
  std::string base_url;
  std::string audience;
  std::vector<Memory> memories;  // by io thread
};

Issuer::Issuer(Runtime& runtime, Clocks clocks, identity::SigningKeys& keys, std::string base_url,
               std::string audience)
    : state_(std::make_unique<State>(clocks, keys, std::move(base_url), std::move(audience))) {
  state_->memories.resize(runtime.size());
}

Issuer::~Issuer() = default;

Task<Memory::Shared> Issuer::issue(Basis basis, const ClaimsOf& claims_of) {
  State& state = *state_;
  const Instant now = state.clocks.machine.now();
  Memory& memory = state.memories[Runtime::current()];
  if (Memory::Shared known = memory.find(basis, now)) co_return known;

  const auto keys = co_await state.keys.published();
  const Claims claims = co_await claims_of(basis);
  const std::int64_t issued = to_unix_seconds(now);
  const Instant expires_at = from_unix_seconds(issued) + lifetime;
  json::object object = to_object(claims);
  object["iss"] = state.base_url;
  object["aud"] = state.audience;
  object["iat"] = issued;
  object["exp"] = to_unix_seconds(expires_at);
  object["jti"] = to_base64url(random_bytes(16));
  const std::string token = jose::sign(identity::signer(*keys, now).key, type, object);
  const auto made = std::make_shared<Assertion>();
  made->basis = std::move(basis);
  made->issued_at = now;
  render(*made, claims, token, expires_at);
  memory.remember(made);
  co_return made;
}

}  // namespace freehold::assertion
