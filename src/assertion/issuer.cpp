#include "assertion/assertion.hpp"
#include "core/async.hpp"
#include "core/jose.hpp"
#include "core/json.hpp"

namespace freehold::assertion {
namespace {

constexpr std::size_t most_remembered = 20'000;  // per thread

using Shared = std::shared_ptr<const Assertion>;

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

// Who is asking from where; what else the claims say must be the same for an assertion to be used
// again.
std::string memory_key(const Claims& claims) {
  return fmt::format("{}\n{}\n{}", claims.subject, claims.session_id, claims.tenant_id);
}

// All but what is only looked up for signing.
bool same_standing(Claims a, const Claims& b) {
  a.email = b.email;
  a.name = b.name;
  return a == b;
}

}  // namespace

struct Issuer::State {
  Clocks clocks;
  identity::SigningKeys& keys;
  std::string base_url;
  std::string audience;
  std::vector<std::unordered_map<std::string, Shared>> memories;  // by io thread
};

Issuer::Issuer(Runtime& runtime, Clocks clocks, identity::SigningKeys& keys, std::string base_url,
               std::string audience)
    : state_(std::make_unique<State>(clocks, keys, std::move(base_url), std::move(audience))) {
  state_->memories.resize(runtime.size());
}

Issuer::~Issuer() = default;

Task<Shared> Issuer::issue(Claims claims, const Complete& complete) {
  State& state = *state_;
  const Instant now = state.clocks.machine.now();
  const std::string key = memory_key(claims);
  auto& memory = state.memories[Runtime::current()];
  const auto at = memory.find(key);
  if (at != memory.end() && now < at->second->issued_at + handed_out_for &&
      same_standing(claims, at->second->claims))
    co_return at->second;

  auto made = std::make_shared<Assertion>();
  const auto keys = co_await state.keys.published();
  made->claims = co_await complete(std::move(claims));
  const std::int64_t issued = to_unix_seconds(now);
  made->issued_at = now;
  made->expires_at = from_unix_seconds(issued) + lifetime;
  json::object object = to_object(made->claims);
  object["iss"] = state.base_url;
  object["aud"] = state.audience;
  object["iat"] = issued;
  object["exp"] = to_unix_seconds(made->expires_at);
  object["jti"] = to_base64url(random_bytes(16));
  made->token = jose::sign(identity::signer(*keys, now).key, type, object);
  if (memory.size() >= most_remembered) memory.clear();
  memory.insert_or_assign(key, made);
  co_return made;
}

}  // namespace freehold::assertion
