// Pending sign-ups: asked for, not yet proven. Private to the module; signup.hpp is its face.
#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <variant>

#include "identity/links.hpp"
#include "identity/pages.hpp"
#include "identity/signup.hpp"

namespace freehold::identity {

struct SignupTag {
  static constexpr std::string_view prefix = "signup";
};
using SignupId = Id<SignupTag>;

struct NewSignup {
  std::string email;  // canonical
  std::string password;
  std::string workspace_name;
  std::string browser;  // the nonce in this browser's cookie
  Wish wish;
  Origin origin;
};

// Stores it and announces it for a mail. An address that has an account is treated the same, work
// for work; only the mail differs.
Task<> request_signup(Identity& identity, NewSignup draft);

struct PendingSignup {
  SignupId id;
  std::string email;
  std::string workspace_name;
  db::RawBytes browser_hash;
  bool has_password;
  std::string wished_plan;
  std::string wished_interval;
};
BOOST_DESCRIBE_STRUCT(PendingSignup, (),
                      (id, email, workspace_name, browser_hash, has_password, wished_plan,
                       wished_interval))

// The latest one of a browser.
Task<std::optional<PendingSignup>> find_pending(db::IdentityRead& db, std::string browser);
// Another mail with a new link.
Task<> announce_again(Identity& identity, PendingSignup signup, Origin origin);

enum class LinkState { open, expired, used, unknown };
struct SignupLink {
  LinkState state;
  std::optional<PendingSignup> signup;  // of an open link always, of an expired one for a week
};
Task<SignupLink> look_up_signup(const Identity& identity, std::string secret);

struct Confirmation {
  std::string secret;                   // of the link
  std::string browser;                  // the nonce of this browser; empty without one
  std::optional<std::string> password;  // typed on the page that asks for one
  std::string product;                  // no password is built on it
};
struct NeedsPassword {
  PendingSignup signup;
  std::optional<std::string> mistake;  // nothing: it was not asked for yet
};
Task<std::variant<ReadySignup, NeedsPassword, SignupLink>> prepare(Identity& identity,
                                                                   Confirmation confirmation);

}  // namespace freehold::identity
