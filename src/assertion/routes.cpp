#include "assertion/asking.hpp"
#include "assertion/claims.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "http/operation.hpp"
#include "identity/pages.hpp"

namespace freehold::assertion {
namespace {

struct KeySet {
  std::vector<jose::Jwk> keys;
};
BOOST_DESCRIBE_STRUCT(KeySet, (), (keys))

// --- What is said of it

constexpr http::Tag about_asking{
    "Who is asking",
    "For a product beside this program: who sent a request, and what they may do."};

Notes notes_on(const KeySet*) {
  return {"KeySet", "A JSON Web Key Set (RFC 7517).", {{"keys", "Those that sign or will sign."}}};
}

http::Operation verifying(Schemas& schemas) {
  AssertionResource example;
  example.assertion = "eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.e30.c2ln";
  example.expires_at = example_time() + minutes(1);
  example.user_id = to_string(example_id<UserId>());
  example.session_id = to_string(example_id<SessionId>());
  example.email = "ada@northwind.example";
  example.name = "Ada Park";
  example.tenant_id = to_string(example_id<TenantId>());
  example.tenant_slug = "northwind-labs";
  example.role = "member";
  example.permissions = {"documents:read", "documents:write"};
  example.entitlement_version = 12;
  http::Answer known = http::answer_like(schemas, 200, "Known.", example);
  known.headers = {
      {"Freehold-Assertion", "All of it, signed."},
      {"Freehold-User", "The person."},
      {"Freehold-Key", "The API key of a program."},
      {"Freehold-Session", "The log-in of the person."},
      {"Freehold-Tenant", "The workspace."},
      {"Freehold-Tenant-Slug", "Its name in addresses."},
      {"Freehold-Role", "What they are there."},
      {"Freehold-Permissions", "What they may do there, separated by spaces."},
      {"Freehold-Entitlement-Version", "What the workspace may use is of this version."}};
  http::Answer unknown{.status = 401, .about = ""};
  unknown.headers = {{"Freehold-Login-Url", "Leads to the log-in and back."}};
  return {.id = "verify",
          .tag = &about_asking,
          .summary = "Ask who sent a request",
          .about =
              "Takes the visitor's own cookie, or an API key. A proxy asks it about every request "
              "to the product and hands the headers on. It knows only 401 and 403, so that a "
              "plan that is too small is 403 here. With 401, `Freehold-Login-Url` leads to the "
              "log-in and back.",
          .parameters = {http::text_parameter("tenant", "The workspace, by slug or id.",
                                              "northwind-labs"),
                         http::text_parameter("permission", "Demand this permission as well.",
                                              "documents:write"),
                         http::text_parameter("feature", "Demand this feature of the plan as well.",
                                              "documents.export")},
          .answers = {std::move(known), std::move(unknown)},
          .refusals = {{"not_a_member"}, {"forbidden"}, {"not_in_plan", 403}}};
}

http::Operation publishing(Schemas& schemas) {
  const KeySet example{{{.x = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
                         .y = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
                         .kid = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"}}};
  return {.id = "get_signing_keys",
          .tag = &about_asking,
          .summary = "Read the keys that assertions are signed with",
          .about =
              "Keep them for five minutes, and ask again when a token names one that you do not "
              "know.",
          .answers = {http::answer_like(schemas, 200, "Public keys.", example)}};
}

// --- Handlers

bool holds(const Assertions& assertions, const std::optional<Actor>& actor,
           std::string_view permission) {
  if (!actor) return false;
  const auto is_it = [&](const Grant& grant) {
    return grant.permission.key == permission && actor->can(grant.permission);
  };
  return std::ranges::any_of(assertions.roles.grants(), is_it);
}

// What the proxy's configuration asks for on this address. Proxies know 401 and 403 only, so that
// a plan that is too small is 403 here; `code` says which it is.
Task<> require(Assertions& assertions, const http::Request& req, const Asking& asking) {
  const std::string_view permission = req.query.get("permission");
  if (!permission.empty() && !holds(assertions, asking.actor, permission))
    throw Problem::forbidden(fmt::format("This needs the permission {}.", permission));
  const std::string_view feature = req.query.get("feature");
  if (feature.empty()) co_return;
  if (!asking.actor) throw Problem(403, "not_a_member", "Choose a workspace first.");
  const auto snapshot = co_await assertions.gates.snapshot(*asking.actor);
  if (snapshot->is_enabled(Feature{feature})) co_return;
  const std::string tenant = to_string(asking.actor->tenant());
  Problem refusal =
      entitlements::not_in_plan(*snapshot, Feature{feature}, assertions.catalog,
                                fmt::format("{}/upgrade/{}", assertions.base_url, tenant));
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
  auto made = co_await assert_of(assertions, asking);
  if (!req.query.items().empty()) co_await require(assertions, req, asking);
  req.session_ = std::move(asking.session);
  req.actor_ = std::move(asking.actor);
  http::Response response;
  response.content_type = "application/json";
  response.static_body = made->body;
  response.static_headers = made->fields;
  response.static_owner = std::move(made);
  co_return response;
}

Task<http::Response> show_keys(Assertions& assertions, http::Request&, db::Database&) {
  const auto keys = co_await assertions.keys.published();
  KeySet set;
  for (const identity::SigningKey& key : *keys)
    set.keys.push_back(jose::to_jwk(key.key.public_key()));
  http::Response response = http::json_response(200, to_json(set));
  response.with_header("Cache-Control", "public, max-age=300");
  co_return response;
}

}  // namespace

void routes(http::Router& at, Assertions& assertions) {
  auto with = at.with(assertions);
  with.get("/api/v1/auth/verify", verify, http::anyone, described(verifying, {.cookies = true}));
  with.get("/.well-known/jwks.json", show_keys, http::anyone, described(publishing));
}

}  // namespace freehold::assertion
