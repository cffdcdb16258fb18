// Confirming a sign-up, for onboarding: it makes the account in the transaction that makes the
// tenant.
//
//   auto prepared = co_await prepare_confirmation(identity, request);
//   if (auto* page = std::get_if<http::Response>(&prepared)) co_return std::move(*page);
//   const auto& ready = std::get<ReadySignup>(prepared);
//   auto tx = database.control_of_new_tenant(owner_of(tenant, ready.user));
//   const auto confirmed = co_await confirm_signup(tx, ready);
//   if (!confirmed) co_return co_await used_link_page(identity, request);   // drops the
//   transaction … the tenant, its trial, its defaults … co_await tx.commit(); co_return co_await
//   enter(identity, request, ready.user, "/t/" + tenant.slug);
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "core/task.hpp"
#include "db/db.hpp"
#include "http/request.hpp"
#include "identity/identity.hpp"
#include "identity/pages.hpp"

namespace freehold::identity {

// The link is good and there is a password: all that the transaction needs.
struct ReadySignup {
  UserId user;  // the account's id once it is confirmed
  std::string email;
  std::string workspace_name;
  Wish wish;
  db::RawBytes token_hash;
  db::RawBytes browser_hash;
  std::optional<PasswordHash> chosen;  // typed now; nothing: the one of the sign-up counts
  Instant at;                          // machine clock
};

// What POST /verify/{token} brought, or the page to answer with: choose a password (the link was
// opened in another browser than the sign-up, whose password is now discarded), or a link that is
// expired, used or unknown. Hashes a password, so no transaction may be open.
Task<std::variant<ReadySignup, http::Response>> prepare_confirmation(Identity& identity,
                                                                     http::Request& request);

struct Confirmed {
  UserId user;
  std::string email;
  std::string name;
  std::string workspace_name;
};

// Uses the link up, makes the account, and removes every other sign-up of this address. Of any
// number of concurrent callers one gets the account. Nothing: the link was used in the meantime, or
// the address has an account; the transaction must then be dropped.
Task<std::optional<Confirmed>> confirm_signup(db::ControlTx& tx, ReadySignup ready);

http::Response used_link_page(Identity& identity, const http::Request& request);

// Logs the person in: a new session, its cookie, a redirect to `path`. A session that this browser
// had before ends. For people whose mailbox has just been proven.
Task<http::Response> enter(Identity& identity, http::Request& request, UserId user,
                           std::string path);

// Counts a try at a mailed link; throws Problem 429 when there were too many.
Task<> count_link_use(const Identity& identity, const http::Request& request);

// An account for a person whose mailbox was proven in another way than by a sign-up: by an
// invitation's link. Removes pending sign-ups of the address. Nothing: the address has an account.
struct NewAccount {
  std::string email;  // canonical
  std::string name;
  PasswordHash password;
};
Task<std::optional<UserId>> open_account(db::IdentityTx& tx, NewAccount draft, Clocks clocks);

}  // namespace freehold::identity
