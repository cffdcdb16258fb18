// People: their accounts, passwords and sessions. Only this module's role can read a credential.
//
// Sign-up makes a pending sign-up, not a person: the mailbox is proven first, and whatever was set
// before the proof (a password, by somebody who may not own the mailbox) is thrown away unless the
// proof comes from the same browser. Links that are mailed work once, for one purpose.
//
// Sessions and links live by the machine clock, so that advancing the business clock logs nobody
// out.
#pragma once

#include <boost/describe.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/id.hpp"
#include "core/keys.hpp"
#include "core/module.hpp"
#include "core/runtime.hpp"
#include "core/task.hpp"
#include "core/time.hpp"
#include "db/db.hpp"

namespace freehold::identity {

// Mail is caused by these. Their payloads carry ids, never an address or a secret.
inline constexpr EventType signup_requested{"signup.requested"};
inline constexpr EventType signup_for_existing_account{"signup.for_existing_account"};
inline constexpr EventType password_reset_requested{"password.reset_requested"};
inline constexpr EventType password_changed{"password.changed"};
Module module();

struct TokenTag {  // of a mailed link; the id is not its secret
  static constexpr std::string_view prefix = "token";
};
using TokenId = Id<TokenTag>;

struct Config {
  Duration session_idle = days(7);       // unused for so long, a session ends
  Duration session_absolute = days(30);  // and after this in any case
  Duration signup_ttl = hours(24);       // of the link in a sign-up mail, from its sending on
  Duration reset_ttl = minutes(30);      // of the link in a password mail, from its sending on
};

struct Person {
  UserId id;
  std::string email;  // canonical
  std::string name;
};
BOOST_DESCRIBE_STRUCT(Person, (), (id, email, name))

// A lower-case address with its domain in A-label form, or nothing when it is not one that mail can
// reach (RFC 5321; the local part is ASCII only). Two spellings of one mailbox have one form; dots
// and plus signs are kept, because not every host ignores them.
std::optional<std::string> canonical_email(std::string_view address);

inline constexpr std::size_t shortest_password = 8;   // bytes
inline constexpr std::size_t longest_password = 256;  // bytes

// Why this password is refused, as a sentence, or nothing when it is fine (NIST 800-63B-4: no
// composition rules; a list of common ones; not built on a word of `context`, which holds what an
// attacker knows: the person's name and address, the workspace, the product).
std::optional<std::string> password_mistake(std::string_view password,
                                            const std::vector<std::string>& context);

// Why a name of a person or workspace is refused, as a sentence that begins with `what` ("The
// workspace name"), or nothing: 1 to 80 characters, no control or direction characters.
std::optional<std::string> name_mistake(std::string_view what, std::string_view name);

struct LiveSession {
  SessionId id;
  UserId user_id;
  std::string csrf_token;  // what the forms of this session carry
  Instant created_at;
};

// Who is behind a session cookie. Each io thread remembers answers for a second: the published
// bound after which a log-out or a reset holds everywhere. On the thread that did it, it holds at
// once.
class Sessions {
 public:
  static constexpr std::string_view cookie = "fh_sid";

  Sessions(Runtime& runtime, db::Database& database, Clocks clocks, Config config);
  ~Sessions();

  // By the cookie's value; nothing for one that is wrong, ended or expired, or whose person is
  // disabled. Notes that the session was seen, once a minute.
  Task<std::optional<LiveSession>> find(std::string_view secret);

  // A new session; its secret goes into the cookie and is not kept: the database has its SHA-256.
  struct Opened {
    LiveSession session;
    std::string secret;
  };
  Task<Opened> open(db::IdentityTx& tx, UserId user, std::string ip, std::string user_agent);
  Task<> close(db::IdentityTx& tx, UserId user, SessionId session);
  Task<> close_others(db::IdentityTx& tx, UserId user, std::optional<SessionId> keep);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Names and addresses of people of the entered tenant, for pages and mails. Ids that do not belong
// to the tenant are left out.
Task<std::vector<Person>> people(db::ControlRead& db, std::vector<UserId> ids);

// For this module's own role: log-in, mails, invitations. `email` is canonical.
Task<std::optional<Person>> find_person(db::IdentityRead& db, UserId id);
Task<std::optional<Person>> find_person_by_email(db::IdentityRead& db, std::string email);

}  // namespace freehold::identity
