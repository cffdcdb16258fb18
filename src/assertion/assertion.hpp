// Who is asking, for a product that stands beside this program: forward authentication
// (GET /api/v1/auth/verify) and the keys that prove its answers (/.well-known/jwks.json).
//
// The answer is an assertion: a JWT access token in the shape of RFC 9068, signed with ES256, good
// for sixty seconds. What it says is at most a second old when it is issued, and it is handed out
// for ten seconds, so a product that trusts it may see a removed member for up to 61 seconds.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "access/access.hpp"
#include "access/product_keys.hpp"
#include "catalog/catalog.hpp"
#include "core/task.hpp"
#include "core/time.hpp"
#include "db/db.hpp"
#include "entitlements/entitlements.hpp"
#include "http/router.hpp"
#include "identity/identity.hpp"
#include "identity/signing_keys.hpp"

namespace freehold::assertion {

inline constexpr Duration lifetime = seconds(60);
inline constexpr Duration handed_out_for = seconds(10);
inline constexpr std::string_view type = "at+jwt";      // RFC 9068, 2.1
inline constexpr std::string_view client = "freehold";  // the claim client_id

// Everything that an assertion follows from, but for a person's name and address. One is handed out
// again only while all of it is the same.
struct Basis {
  std::optional<UserId> user;  // a person, with their session; or else a program with its key
  std::optional<SessionId> session;
  std::optional<KeyId> key;
  std::optional<TenantId> tenant;  // none: a person outside of any workspace
  std::string tenant_slug = {};
  std::string role = {};
  Permissions permissions = {};
  std::int64_t entitlement_version = 0;

  friend bool operator==(const Basis&, const Basis&) = default;
};

// As it is sent, so that handing it out again costs no more than a copy.
struct Assertion {
  Basis basis;
  Instant issued_at;
  std::string fields;  // the header lines Freehold-Assertion and what it says
  std::string body;    // the same as JSON
};

class Issuer;

// Somebody whose credential holds.
struct Asking {
  std::optional<http::Session> session;  // none: a program with an API key
  std::optional<Actor> actor;            // none: a person outside of any workspace
  std::string tenant_slug;               // of a person's workspace
};

// What a request says of the workspace.
struct Wanted {
  std::string tenant = {};  // its slug or id
  std::string slug = {};    // of the address, where nothing else names one
};

// What the routes stand on; put together once by the program.
struct Assertions {
  db::Database& database;
  Clocks clocks;
  identity::Sessions& sessions;
  access::Gatekeeper& gatekeeper;
  const access::Roles& roles;
  entitlements::Gates& gates;
  const catalog::Catalog& catalog;
  identity::SigningKeys& keys;
  Issuer& issuer;
  std::string base_url;
};

// What is signed.
struct Claims;

// Signs what follows from a basis, or hands out what it has signed within the last ten seconds.
class Issuer {
 public:
  Issuer(Runtime& runtime, Clocks clocks, identity::SigningKeys& keys, std::string base_url,
         std::string audience);
  ~Issuer();

  // `claims_of` is asked when something has to be signed: it may look into the database.
  using ClaimsOf = std::function<Task<Claims>(const Basis&)>;
  Task<std::shared_ptr<const Assertion>> issue(Basis basis, const ClaimsOf& claims_of);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// By the session's cookie. Throws Problem 401 without one that holds, and 403 `not_a_member` when
// the person does not belong to the workspace that was asked for.
Task<Asking> identify_person(Assertions& assertions, const http::Request& req, Wanted wanted);
// By an API key in `Authorization`. A key belongs to one workspace; one that is asked for must be
// it.
Task<Asking> identify_program(Assertions& assertions, const http::Request& req, Wanted wanted);

// What is asserted of them, signed.
Task<std::shared_ptr<const Assertion>> assert_of(Assertions& assertions, const Asking& asking);

void routes(http::Router& at, Assertions& assertions);

}  // namespace freehold::assertion
