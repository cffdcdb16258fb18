#include "app/guard.hpp"

#include "core/async.hpp"
#include "core/crypto.hpp"
#include "core/json.hpp"
#include "core/words.hpp"
#include "metering/metering.hpp"

namespace freehold::app {
namespace {

using Kind = http::Access::Kind;

// Where the plan says nothing.
constexpr std::int64_t requests_a_minute = 60;  // of a tenant's API
constexpr std::int64_t pages_a_minute = 600;    // of one person

bool is_api(const http::Route& route) {
  return route.path.starts_with("/api/");
}

bool has_slug(const http::Route& route) {
  return route.path.starts_with("/t/{slug}");
}

// What makes a metered call the same call: the caller's key, or this one request. Of reading
// nothing is kept, so each time is a call of its own, whatever the caller says.
std::string meter_key(const http::Request& req) {
  const std::string_view key = req.header("idempotency-key");
  if (key.empty() || http::is_safe(req.method)) return "request:" + req.id;
  return "key:" + to_hex(view(sha256(key)));
}

redis::Policy per_minute(std::string name, std::int64_t limit) {
  return {.name = std::move(name),
          .limit = limit,
          .window = std::chrono::seconds(60),
          .burst = std::max<std::int64_t>(limit / 4, 10)};
}

// Limited: reading goes on. None: only what stays open in any case (billing, leaving).
void require_access(const entitlements::Snapshot& snapshot, const http::Request& req,
                    std::string url) {
  using entitlements::Access;
  const bool open = snapshot.access <= Access::grace ||
                    (snapshot.access == Access::limited && http::is_safe(req.method));
  if (open) return;
  std::string words =
      snapshot.access == Access::limited
          ? worded(
                "This workspace is read-only for now. Its billing page says why, and what brings "
                "everything back. Reading and billing keep working.")
          : worded(
                "This workspace is locked until it has a plan. Billing and the export stay open.");
  throw Problem::payment_required("payment_overdue", std::move(words),
                                  Upgrade{snapshot.plan, "", std::move(url)});
}

}  // namespace

std::string upgrade_url(const http::Request& req, std::string_view base_url) {
  if (!req.tenant_slug.empty()) return fmt::format("/t/{}/billing/plans", req.tenant_slug);
  return fmt::format("{}/upgrade/{}", base_url, to_string(req.actor().tenant()));
}

Task<std::optional<http::Response>> Guard::admit(http::Request& req, const http::Route& route) {
  if (route.access.kind == Kind::webhook || route.access.kind == Kind::file) co_return std::nullopt;
  if (route.words.cookies) co_return std::nullopt;
  if (is_api(route) && route.access.kind == Kind::anyone) co_return std::nullopt;
  if (is_api(route)) {
    co_await identify_program(req, route);
  } else {
    auto answer = co_await identify_person(req, route);
    if (answer) co_return answer;
    if (has_slug(route)) co_await enter_tenant(req);
  }
  if (req.actor_ && !req.product_key) {
    const std::string_view usual = is_api(route) ? "api" : "page";
    Rate rate{.name = std::string(route.words.rate.empty() ? usual : route.words.rate),
              .of_program = is_api(route),
              .told = is_api(route)};
    co_await limit_rate(req, std::move(rate));
  }
  co_await require_permission(req, route);
  if (req.actor_ && !req.product_key) co_await require_plan(req, route);
  co_return std::nullopt;
}

Task<> Guard::admit_passed(http::Request& req, const http::Route& route) {
  if (!route.words.rate.empty()) {
    Rate rate{.name = std::string(route.words.rate),
              .of_program = req.actor().kind() == ActorKind::api_key,
              .told = true};
    co_await limit_rate(req, std::move(rate));
  }
  co_await require_permission(req, route);
  co_await require_plan(req, route);
}

Task<> Guard::identify_program(http::Request& req, const http::Route& route) {
  if (req.query.has("api_key") || req.query.has("access_token"))
    throw Problem::bad_request("key_in_url",
                               "An API key never belongs into a URL, where logs keep it. Send it "
                               "as `Authorization: Bearer …` and revoke this one.");
  const std::string_view header = req.header("authorization");
  constexpr std::string_view scheme = "Bearer ";
  if (!header.starts_with(scheme))
    throw Problem::unauthenticated(
        "Send an API key as `Authorization: Bearer fh_ak_…`. Keys are made in the console under "
        "API keys.");
  const std::string_view secret = header.substr(scheme.size());
  if (access::ProductKeys::looks_like_one(secret))
    co_return co_await identify_product(req, route, secret);
  if (route.access.kind == Kind::product && !route.access.permission)
    throw Problem(403, "product_key_required",
                  "This is for the product's own backend: it takes a product key (fh_sk_…), which "
                  "`freehold keys create` makes.");
  auto actor = co_await parts_.gatekeeper.key(secret, req.origin());
  if (!actor)
    throw Problem::unauthenticated("This API key is not valid: mistyped, expired or revoked.");
  req.actor_ = std::move(actor);
}

// The product may act in every workspace, on the routes that are made for it.
Task<> Guard::identify_product(http::Request& req, const http::Route& route,
                               std::string_view secret) {
  const auto key = co_await parts_.product_keys.find(secret);
  if (!key) throw Problem::unauthenticated("This product key is not valid: mistyped or revoked.");
  if (route.access.kind != Kind::product)
    throw Problem(403, "workspace_key_required",
                  worded("This takes an API key of a workspace (fh_ak_…), not a product key."));
  req.product_key = key;
  if (req.parameters.contains("tenant_id"))
    req.actor_ = access::product_in(req.id_of<TenantId>("tenant_id"), *key, req.origin());
}

Task<std::optional<http::Response>> Guard::identify_person(http::Request& req,
                                                           const http::Route& route) {
  const std::string secret{req.cookie(identity::Sessions::cookie)};
  try {
    const auto live = co_await parts_.sessions.find(secret);
    if (live) req.session_ = http::Session{live->id, live->user_id, live->csrf_token};
  } catch (const Problem& problem) {
    if (problem.status != 503 || !route.is_open_to_read()) throw;
  }
  if (route.access.kind == Kind::anyone || req.session_) co_return std::nullopt;
  co_return identity::to_login(req);
}

Task<> Guard::enter_tenant(http::Request& req) {
  req.tenant_slug = req.parameter("slug");
  auto actor = co_await parts_.gatekeeper.person(req.tenant_slug, req.session().user, req.origin());
  // A workspace that one may not see does not exist.
  if (!actor) throw Problem::not_found("workspace");
  req.actor_ = std::move(actor);
}

Task<> Guard::limit_rate(http::Request& req, Rate rate) {
  const auto snapshot = co_await parts_.gates.snapshot(req.actor());
  const auto usual = rate.of_program ? requests_a_minute : pages_a_minute;
  const auto allowed = snapshot->rate(rate.name).value_or(usual);
  redis::Bucket bucket{per_minute(rate.name, allowed),
                       rate.of_program ? std::string() : to_string(req.session().user)};
  if (rate.of_program)
    req.answer_headers.emplace_back("Freehold-Entitlement-Version",
                                    std::to_string(snapshot->version));
  std::vector<redis::Bucket> buckets{std::move(bucket)};
  const auto verdict = co_await parts_.limiter.take(req.actor().tenant(), std::move(buckets));
  settle_rate(req, verdict, rate.told);
}

void Guard::settle_rate(http::Request& req, const redis::Verdict& verdict, bool told) {
  if (told) {
    req.answer_headers.emplace_back("RateLimit-Policy", redis::rate_limit_policy_field(verdict));
    req.answer_headers.emplace_back("RateLimit", redis::rate_limit_field(verdict));
  }
  if (!verdict.allowed)
    throw Problem::too_many_requests(
        fmt::format("Too many requests. Wait {} seconds.", verdict.retry_after_seconds()),
        long(verdict.retry_after_seconds()));
}

Task<> Guard::limit_visitor(http::Request& req, const http::Route& route) {
  const std::string name(route.words.rate);
  const auto& rates = parts_.catalog.default_plan().rates;
  const auto found = rates.find(name);
  const bool is_program = req.actor_ && req.actor().kind() == ActorKind::api_key;
  const auto usual = is_program ? requests_a_minute : pages_a_minute;
  std::string who = redis::network_of(req.ip);
  if (is_program) who = to_string(*req.actor().api_key());
  if (req.session_) who = to_string(req.session_->user);
  std::vector<redis::Bucket> buckets{
      {per_minute(name, found == rates.end() ? usual : found->second), "visitor:" + who}};
  settle_rate(req, co_await parts_.limiter.take(std::move(buckets)), true);
}

Task<> Guard::require_permission(const http::Request& req, const http::Route& route) {
  if (!route.access.permission || req.product_key) co_return;
  const Permission& permission = *route.access.permission;
  const Actor& actor = req.actor();
  if (actor.can(permission)) co_return;
  const std::string who = parts_.roles.holders_of(permission);
  if (actor.kind() == ActorKind::api_key)
    throw Problem::forbidden(
        fmt::format("The role of this key ({}) does not allow this: it needs {}. Ask {} of the "
                    "{}.",
                    actor.role(), permission.key, who, words().workspace));
  const std::string names = co_await parts_.who_can(actor, permission);
  throw Problem::forbidden(
      fmt::format("Your role ({}) does not allow this: it needs {}, which {} of the {} has. {} "
                  "can help.",
                  actor.role(), permission.key, who, words().workspace, names));
}

Task<> Guard::require_plan(http::Request& req, const http::Route& route) {
  const http::Words& words = route.words;
  const auto snapshot = co_await parts_.gates.snapshot(req.actor());
  if (!words.while_limited) require_access(*snapshot, req, upgrade_url(req, parts_.base_url));
  if (words.feature && !snapshot->is_enabled(*words.feature))
    throw entitlements::not_in_plan(*snapshot, *words.feature, parts_.catalog,
                                    upgrade_url(req, parts_.base_url));
  if (!words.meter) co_return;
  const auto verdict = co_await metering::consume(parts_.database, req.actor(), *snapshot,
                                                  *words.meter, 1, meter_key(req));
  if (!verdict.allowed)
    throw metering::limit_reached(verdict, *words.meter, *snapshot, parts_.catalog,
                                  upgrade_url(req, parts_.base_url));
  // What a repeated call finds counted belongs to the call before it.
  req.was_counted = !verdict.duplicate;
}

Task<> Guard::settle(http::Request& req, const http::Route& route, int status) {
  const bool in_vain = status == 402 || status >= 500;
  if (!in_vain || !req.was_counted) co_return;
  co_await metering::give_back(parts_.database, req.actor(), *route.words.meter, meter_key(req));
}

Task<std::optional<std::chrono::seconds>> Guard::throttle(std::string key,
                                                          identity::RateClass rate) {
  const auto window = std::chrono::duration_cast<std::chrono::seconds>(rate.over);
  std::vector<redis::Bucket> buckets{
      {{.name = std::string(rate.name), .limit = rate.burst, .window = window, .burst = rate.burst},
       std::move(key)}};
  const auto verdict = co_await parts_.limiter.take(std::move(buckets));
  if (verdict.allowed) co_return std::nullopt;
  co_return std::chrono::seconds(verdict.retry_after_seconds());
}

}  // namespace freehold::app
