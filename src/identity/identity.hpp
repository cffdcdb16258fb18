// People: their accounts, passwords and sessions. Only this module's role can read a credential.
//
// Sign-up makes a pending sign-up, not a user: the mailbox is proven first, and whatever was set
// before the proof (a password, by somebody who may not own the mailbox) is thrown away unless the
// proof comes from the same browser. One-time tokens are kept as hashes, found by (purpose, hash),
// and consumed by one atomic update.
#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/crypto.hpp"
#include "core/id.hpp"
#include "core/keys.hpp"
#include "core/runtime.hpp"
#include "core/task.hpp"
#include "core/time.hpp"
#include "db/db.hpp"

namespace freehold::identity {

// Mail is caused by these; payloads carry the id of a stored token or person, never an address.
inline constexpr EventType signup_requested{"signup.requested"};
inline constexpr EventType signup_for_existing_account{"signup.for_existing_account"};
inline constexpr EventType password_reset_requested{"password.reset_requested"};
inline constexpr EventType password_changed{"password.changed"};

struct Config {
  Duration session_idle = days(7);
  Duration session_absolute = days(30);
  Duration signup_ttl = hours(24);
  Duration reset_ttl = minutes(30);
};

struct Person {
  UserId id;
  std::string email;
  std::string name;
};
BOOST_DESCRIBE_STRUCT(Person, (), (id, email, name))

// A lower-case address with its domain in A-label form, or nothing when it is not one that mail can
// reach (RFC 5321; the local part is ASCII only).
std::optional<std::string> canonical_email(std::string_view address);

// Why this password is refused, as a sentence, or nothing when it is fine (NIST 800-63B-4: 8 to 256
// bytes, 15 for an account without a second factor is advised, no composition rules, a list of
// common ones, and not the name of the person, the workspace or the product).
std::optional<std::string> password_mistake(std::string_view password,
                                            const std::vector<std::string>& context);

struct LiveSession {
  SessionId id;
  UserId user_id;
  std::string csrf_token;
  Instant created_at;
};

// Finds the session of a cookie's secret, from a cache that is at most a second old: the published
// bound after which a log-out or a reset holds on every node. Never throws for a bad secret.
class Sessions {
 public:
  Sessions(Runtime& runtime, db::Database& database, Clocks clocks, Config config);
  ~Sessions();
  Task<std::optional<LiveSession>> find(std::string_view secret);
  // A new session; its secret goes into the cookie and is not kept.
  struct Opened {
    LiveSession session;
    std::string secret;
  };
  Task<Opened> open(db::IdentityTx& tx, UserId user, std::string ip, std::string user_agent);
  Task<> close(SessionId session);
  Task<> close_others(UserId user, std::optional<SessionId> keep);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Names and addresses of people of the entered tenant, for pages and mails. Ids that do not belong
// to the tenant are left out.
Task<std::vector<Person>> people(db::ControlRead& db, std::vector<UserId> ids);
// By id or address, for this module's own role: log-in, mails.
Task<std::optional<Person>> find_person(db::IdentityRead& db, UserId id);

}  // namespace freehold::identity
