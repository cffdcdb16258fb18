// Roles, permissions, API keys and invitations: who may do what in a tenant.
#pragma once

#include <array>
#include <boost/describe.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/actor.hpp"
#include "core/id.hpp"
#include "core/keys.hpp"
#include "core/module.hpp"
#include "core/runtime.hpp"
#include "core/task.hpp"
#include "core/time.hpp"
#include "db/db.hpp"
#include "tenancy/tenancy.hpp"

namespace freehold::access {

// The platform's permissions. Modules above declare theirs in their own face.
namespace permissions {
inline constexpr Permission workspace_read{0, "workspace:read"};
inline constexpr Permission workspace_manage{1, "workspace:manage"};
inline constexpr Permission members_read{2, "members:read"};
inline constexpr Permission members_manage{3, "members:manage"};
inline constexpr Permission owners_manage{4, "owners:manage"};
inline constexpr Permission keys_manage{5, "keys:manage"};
inline constexpr Permission audit_read{6, "audit:read"};
}  // namespace permissions

inline constexpr EventType invitation_sent{"invitation.sent"};
inline constexpr EventType invitation_accepted{"invitation.accepted"};
inline constexpr EventType key_created{"key.created"};
inline constexpr EventType key_revoked{"key.revoked"};

Module module();

// What each role may do; made once at start from every module's grants. Throws std::logic_error for
// two permissions of one bit or one key.
class Roles {
 public:
  explicit Roles(const std::vector<Grant>& grants);
  const Permissions& of(tenancy::Role role) const { return by_role_[std::size_t(role)]; }
  const Permissions& of_key(tenancy::Role role) const { return by_key_role_[std::size_t(role)]; }
  // "an owner or an admin": who can do what was refused.
  std::string holders_of(const Permission& permission) const;
  const std::vector<Grant>& grants() const { return grants_; }

 private:
  std::vector<Grant> grants_;
  std::array<Permissions, 4> by_role_;
  std::array<Permissions, 4> by_key_role_;
};

// --- API keys ------------------------------------------------------------------------------------
// `fh_ak_live_` + 12 characters to find it by + `_` + 43 of secret + `_` + 6 of checksum. The
// checksum refuses a mistyped key without asking the database and lets secret scanners be sure.
// Only SHA-256 of the secret is kept: it has 256 random bits, so a slow hash would add nothing.

struct ApiKey {
  KeyId id;
  std::string name;
  std::string prefix;  // what people recognise it by: "fh_ak_live_4f2k…"
  tenancy::Role role;  // admin, member or viewer
  Instant created_at;
  std::optional<Instant> expires_at;
  std::optional<Instant> last_used_at;  // to the minute
  std::optional<Instant> revoked_at;
};
BOOST_DESCRIBE_STRUCT(ApiKey, (),
                      (id, name, prefix, role, created_at, expires_at, last_used_at, revoked_at))

struct NewKey {
  std::string name;
  tenancy::Role role = tenancy::Role::member;
  std::optional<Instant> expires_at;
};
struct CreatedKey {
  ApiKey key;
  std::string secret;  // shown once, not kept
};
// Throws Problem 422 when the name is empty or too long or 100 keys work already, 403 when the role
// is above the maker's own.
Task<CreatedKey> create_key(db::ControlTx& tx, NewKey draft);
// Doing it twice is the same as doing it once. Problem 404 for an unknown key.
Task<> revoke_key(db::ControlTx& tx, KeyId key);
// Those that work first, of which there are at most 100, then the others; the newest first.
Task<std::vector<ApiKey>> keys(db::ControlRead& db);

// --- Who is asking -------------------------------------------------------------------------------
// Answers come from memory and are at most a second old: within it a removed member, a changed role
// or a revoked key holds on every node.

class Gatekeeper {
 public:
  Gatekeeper(Runtime& runtime, db::Database& database, Clocks clocks, const Roles& roles);
  ~Gatekeeper();
  // A person in the tenant behind a slug; nothing when they do not belong to it.
  Task<std::optional<Actor>> person(std::string slug, UserId user, Origin origin);
  // The holder of a key; nothing for a mistyped, unknown, expired or revoked one.
  Task<std::optional<Actor>> key(std::string_view secret, Origin origin);
  // What a person's tenant is called in addresses: the one with this id, or else the only one that
  // they belong to; empty when there is none.
  Task<std::string> slug_of(UserId user, std::optional<TenantId> tenant);
  // The tenant behind a slug.
  Task<std::optional<TenantId>> tenant_of(std::string slug);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// --- Invitations ---------------------------------------------------------------------------------

struct InvitationTag {
  static constexpr std::string_view prefix = "invitation";
};
using InvitationId = Id<InvitationTag>;

struct Invitation {
  InvitationId id;
  std::string email;
  tenancy::Role role;
  UserId invited_by;
  Instant created_at;
  Instant expires_at;
  std::optional<Instant> accepted_at;
  std::optional<Instant> revoked_at;
};
BOOST_DESCRIBE_STRUCT(Invitation, (),
                      (id, email, role, invited_by, created_at, expires_at, accepted_at,
                       revoked_at))

inline constexpr Duration invitation_ttl = days(7);

// Invites an address (canonical form) and emits invitation.sent, whose job sends the mail. Problem
// 409 `already_invited`; 403 when the role is above the inviter's own; 422 with more than 50 open
// ones.
Task<Invitation> invite(db::ControlTx& tx, std::string email, tenancy::Role role);
// The mail is sent again with a new token; the old one ends. The time to accept starts anew.
Task<> resend_invitation(db::ControlTx& tx, InvitationId invitation);
Task<> revoke_invitation(db::ControlTx& tx, InvitationId invitation);
Task<std::vector<Invitation>> open_invitations(db::ControlRead& db);
Task<std::optional<Invitation>> find_invitation(db::ControlRead& db, InvitationId invitation);

// Makes `token` the one that opens the invitation; for the job that sends the mail. Nothing when
// the invitation is no longer open.
Task<std::optional<Invitation>> set_invitation_token(db::ControlTx& tx, InvitationId invitation,
                                                     std::string_view token);

struct InvitationRef {
  TenantId tenant_id;
  InvitationId invitation_id;
};
// Which invitation a token opens.
Task<std::optional<InvitationRef>> find_invitation_by_token(db::Database& database,
                                                            std::string_view token);

enum class Acceptance { accepted, expired, revoked, already_used, inviter_may_not, already_member };
// Makes the person a member, if the invitation still stands and the inviter may still give the
// role: all of it is read again here, under the invitation's lock.
Task<Acceptance> accept_invitation(db::ControlTx& tx, InvitationId invitation, UserId user);

// Whether `giver` may make somebody a `role`: never above one's own rank; only owners make owners.
bool may_give(tenancy::Role giver, tenancy::Role role);

}  // namespace freehold::access
