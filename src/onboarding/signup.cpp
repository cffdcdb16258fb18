// From a confirmed address to a workspace: account, tenant, membership, trial, defaults, outbox and
// audit in one transaction. Stripe and mail follow by jobs, so it works while they are away.
#include "identity/signup.hpp"

#include "core/async.hpp"
#include "core/json.hpp"
#include "onboarding/pages.hpp"

namespace freehold::onboarding {
namespace {

// Makes the tenant with what it starts with, after what `account` does first in the same
// transaction; that one says no by returning nothing.
using MakeAccount = std::function<Task<std::optional<NewWorkspace>>(db::ControlTx&)>;

Task<bool> make_workspace(Onboarding& onboarding, const Actor& owner, std::string slug,
                          MakeAccount account) {
  db::ControlTx tx = onboarding.database.control_of_new_tenant(owner);
  const auto draft = co_await account(tx);
  if (!draft) co_return false;
  const tenancy::NewTenant tenant{owner.tenant(), std::move(slug), draft->name, draft->owner};
  co_await tenancy::create_tenant(tx, tenant);
  co_await onboarding.start_billing(tx);
  if (!draft->wish.plan.empty()) co_await keep_wish(tx, draft->wish);
  co_await tx.commit();
  co_return true;
}

// Under the first free address for the name. Its slug; nothing when `account` said no.
Task<std::optional<std::string>> make_with_free_slug(Onboarding& onboarding, NewWorkspace draft,
                                                     MakeAccount account) {
  const TenantId tenant = TenantId::make(onboarding.clocks.business.now());
  const Actor owner = ActorMint::user(tenant, draft.owner, "owner",
                                      onboarding.roles.of(tenancy::Role::owner), draft.origin);
  for (int attempt = 0; attempt < tenancy::most_slugs_tried; ++attempt) {
    std::string slug = tenancy::slug_for(draft.name, attempt);
    try {
      const bool made = co_await make_workspace(onboarding, owner, slug, account);
      co_return made ? std::optional(std::move(slug)) : std::nullopt;
    } catch (const db::ConstraintViolation& violation) {
      if (violation.constraint != "slugs_are_taken_once") throw;
    }
  }
  throw Problem::conflict("slug_taken", "No free address could be found for this name. Try again.");
}

Task<std::optional<NewWorkspace>> confirmed_account(const identity::ReadySignup& ready,
                                                    db::ControlTx& tx) {
  auto confirmed = co_await identity::confirm_signup(tx, ready);
  if (!confirmed) co_return std::nullopt;
  co_return NewWorkspace{std::move(confirmed->workspace_name), confirmed->user, {}, ready.wish};
}

Task<std::optional<NewWorkspace>> existing_account(NewWorkspace draft, db::ControlTx&) {
  co_return draft;
}

Task<http::Response> confirm(Onboarding& onboarding, http::Request& req, db::Database&) {
  auto prepared = co_await identity::prepare_confirmation(onboarding.identity, req);
  if (auto* page = std::get_if<http::Response>(&prepared)) co_return std::move(*page);
  const auto& ready = std::get<identity::ReadySignup>(prepared);
  NewWorkspace draft{ready.workspace_name, ready.user, req.origin(), ready.wish};
  MakeAccount account = [&ready](db::ControlTx& tx) { return confirmed_account(ready, tx); };
  const auto slug = co_await make_with_free_slug(onboarding, std::move(draft), std::move(account));
  if (!slug) co_return identity::used_link_page(onboarding.identity, req);
  co_return co_await identity::enter(onboarding.identity, req, ready.user,
                                     "/t/" + *slug + "/start");
}

}  // namespace

Task<std::string> open_workspace(Onboarding& onboarding, NewWorkspace draft) {
  MakeAccount account = [draft](db::ControlTx& tx) { return existing_account(draft, tx); };
  auto slug = co_await make_with_free_slug(onboarding, std::move(draft), std::move(account));
  co_return std::move(slug).value();
}

void signup_routes(http::Router& at, Onboarding& onboarding) {
  at.with(onboarding).post("/verify/{token}", confirm, http::anyone);
}

}  // namespace freehold::onboarding
