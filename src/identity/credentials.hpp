// Proving who one is by a password, and changing it. Private to the module.
#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "identity/pages.hpp"

namespace freehold::identity {

// Where a session begins, and which one it takes the place of.
struct Visit {
  Origin origin;
  std::optional<http::Session> previous;
};

// A new session for a right password, with a new id. Nothing for an unknown or disabled account and
// for a wrong password: the same work, and nothing to tell them apart. A password that was hashed
// with older parameters or an older pepper is hashed again.
Task<std::optional<Sessions::Opened>> log_in(Identity& identity, std::string email,
                                             std::string password, Visit visit);

// The new session of a person whose identity was proven otherwise; ends the visit's previous one.
Task<Sessions::Opened> open_session(db::IdentityTx& tx, Identity& identity, UserId user,
                                    Visit visit);

struct PasswordChange {
  std::string current;
  std::string next;
  std::string product;  // no password is built on it
};
struct WrongPassword {};
struct Refused {
  std::string mistake;  // a sentence about the new password
};
// Ends every session of the person and opens a new one for this browser.
Task<std::variant<Sessions::Opened, WrongPassword, Refused>> change_password(Identity& identity,
                                                                             UserId user,
                                                                             PasswordChange change,
                                                                             Visit visit);

// --- A forgotten password

// The mail is sent if the address has an account; the work is the same if not.
Task<> request_reset(Identity& identity, std::string email, Origin origin);

struct ResetLink {
  Person person;
  std::int64_t sessions;  // that will end
};
// Nothing for a link that is expired, used, unknown, or of another purpose.
Task<std::optional<ResetLink>> find_reset(Identity& identity, std::string secret);

struct LinkGone {};
struct PasswordSet {};
struct PasswordReset {
  std::string secret;  // of the link
  std::string password;
  std::string product;  // no password is built on it
};
// Uses the link up, voids the other ones, and ends every session.
Task<std::variant<PasswordSet, Refused, LinkGone>> reset_password(Identity& identity,
                                                                  PasswordReset reset,
                                                                  Origin origin);

// --- Devices

struct Device {
  SessionId id;
  Instant created_at;
  Instant last_seen_at;
  std::string ip;
  std::string user_agent;
};
BOOST_DESCRIBE_STRUCT(Device, (), (id, created_at, last_seen_at, ip, user_agent))
// Live sessions of a person, the one seen last first.
Task<std::vector<Device>> devices(db::IdentityRead& db, const Identity& identity, UserId user);

Task<> rename(db::IdentityTx& tx, UserId user, std::string name);

}  // namespace freehold::identity
