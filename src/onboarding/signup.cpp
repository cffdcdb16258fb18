// From a confirmed address to a workspace: account, tenant, membership, trial, defaults, outbox and
// audit in one transaction. Stripe and mail follow by jobs, so it works while they are away.
#include "identity/signup.hpp"

#include "core/async.hpp"
#include "core/json.hpp"
#include "onboarding/pages.hpp"

namespace freehold::onboarding {
namespace {

constexpr int most_tries = 8;

// "acme", "acme-2", "acme-3", then with random letters: somebody else may have the same name.
std::string slug_for(std::string_view name, int attempt) {
  const std::string slug = tenancy::slug_of(name);
  if (attempt == 0) return slug;
  const std::string suffix = attempt < 4 ? std::to_string(attempt + 1) : to_hex(random_bytes(3));
  return slug.substr(0, 40 - suffix.size() - 1) + "-" + suffix;
}

Actor owner_of(const Onboarding& onboarding, TenantId tenant, UserId user,
               const http::Request& req) {
  return ActorMint::user(tenant, user, "owner", onboarding.roles.of(tenancy::Role::owner),
                         origin_of(req));
}

// Nothing: the link was used in the meantime.
Task<std::optional<std::string>> make_workspace(Onboarding& onboarding, const http::Request& req,
                                                const identity::ReadySignup& ready,
                                                std::string slug) {
  const TenantId tenant = TenantId::make(onboarding.clocks.business.now());
  db::ControlTx tx =
      onboarding.database.control_of_new_tenant(owner_of(onboarding, tenant, ready.user, req));
  const auto confirmed = co_await identity::confirm_signup(tx, ready);
  if (!confirmed) co_return std::nullopt;
  const tenancy::NewTenant draft{tenant, slug, confirmed->workspace_name, confirmed->user};
  co_await tenancy::create_tenant(tx, draft);
  co_await onboarding.start_billing(tx);
  co_await tx.commit();
  co_return slug;
}

Task<http::Response> confirm(Onboarding& onboarding, http::Request& req, db::Database&) {
  auto prepared = co_await identity::prepare_confirmation(onboarding.identity, req);
  if (auto* page = std::get_if<http::Response>(&prepared)) co_return std::move(*page);
  const auto& ready = std::get<identity::ReadySignup>(prepared);
  for (int attempt = 0; attempt < most_tries; ++attempt) {
    bool taken = false;
    std::optional<std::string> slug;
    try {
      slug =
          co_await make_workspace(onboarding, req, ready, slug_for(ready.workspace_name, attempt));
    } catch (const db::ConstraintViolation& violation) {
      if (violation.constraint != "slugs_are_taken_once") throw;
      taken = true;
    }
    if (taken) continue;
    if (!slug) co_return identity::used_link_page(onboarding.identity, req);
    co_return co_await identity::enter(onboarding.identity, req, ready.user,
                                       "/t/" + *slug + "/start");
  }
  throw Problem::conflict("slug_taken", "No free address could be found for this name. Try again.");
}

}  // namespace

void signup_routes(http::Router& at, Onboarding& onboarding) {
  at.with(onboarding).post("/verify/{token}", confirm, http::anyone);
}

}  // namespace freehold::onboarding
