// What the mails of this module say. A mail job asks in a transaction of its own, commits, and then
// sends, with no transaction open. Asking starts the clock of the link: what counts is when the
// mail went out, not how long the mail server was away. Asking again, for another attempt, gives
// the same link.
#pragma once

#include <optional>
#include <string>

#include "core/log.hpp"
#include "core/task.hpp"
#include "core/time.hpp"
#include "identity/identity.hpp"
#include "identity/pages.hpp"

namespace freehold::identity {

// Confirms a sign-up. It names no workspace: whoever typed that name need not be who gets the mail.
struct SignupMail {
  std::string email;
  std::string path;  // "/verify/…", to be put behind the configured base URL
  Duration valid_for;
};
// On signup.requested, whose job is the cause. Nothing: the link was used or its sign-up is gone,
// so no mail is due.
Task<std::optional<SignupMail>> signup_mail(db::IdentityTx& tx, const Identity& identity,
                                            TokenId token, log::Cause cause);

struct ResetMail {
  Person person;
  std::string path;  // "/reset/…"
  Duration valid_for;
};
// On password.reset_requested. Nothing: used, or asked for an address without an account.
Task<std::optional<ResetMail>> reset_mail(db::IdentityTx& tx, const Identity& identity,
                                          TokenId token, log::Cause cause);

// On signup.for_existing_account and password.changed: find_person of identity.hpp.

}  // namespace freehold::identity
