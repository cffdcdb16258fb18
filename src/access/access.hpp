// Roles, permissions, API keys and invitations: who may do what in a tenant.
#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/actor.hpp"
#include "core/id.hpp"
#include "core/keys.hpp"
#include "core/task.hpp"
#include "core/time.hpp"
#include "db/db.hpp"
#include "identity/identity.hpp"
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

// Which roles hold a permission; a module states it beside the permission.
struct Grant {
  Permission permission;
  bool owner = true, admin = false, member = false, viewer = false;
};
// Filled once at start from every module's grants; refuses two permissions of one bit or key.
class Roles {
 public:
  explicit Roles(const std::vector<Grant>& grants);
  const Permissions& of(tenancy::Role role) const;
  // "Owners and admins": who can do what was refused.
  std::string holders_of(const Permission& permission) const;
  const std::vector<Grant>& grants() const { return grants_; }

 private:
  std::vector<Grant> grants_;
  Permissions by_role_[4];
};

// --- API keys: `fh_ak_<id12>_<secret43>_<crc6>`; only a hash is kept -----------------------------

struct ApiKey {
  KeyId id;
  std::string name;
  std::string prefix;  // what people recognise it by: "fh_ak_4f2k…"
  tenancy::Role role;  // admin, member or viewer: never more than its maker
  Instant created_at;
  std::optional<Instant> expires_at;
  std::optional<Instant> last_used_at;
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
  std::string secret;  // shown once
};
Task<CreatedKey> create_key(db::ControlTx& tx, NewKey draft);
Task<> revoke_key(db::ControlTx& tx, KeyId key);
Task<std::vector<ApiKey>> keys(db::ControlRead& db);

struct KeyHolder {
  TenantId tenant_id;
  KeyId key_id;
  tenancy::Role role;
};

// --- Who is asking. Answers come from caches at most a second old. -------------------------------

class Gatekeeper {
 public:
  Gatekeeper(Runtime& runtime, db::Database& database, Clocks clocks, const Roles& roles);
  ~Gatekeeper();
  // A person in a tenant, by the tenant's slug; nothing when they do not belong to it.
  Task<std::optional<Actor>> person(std::string_view slug, UserId user, Origin origin);
  // The holder of `Authorization: Bearer fh_ak_…`; nothing for a wrong, expired or revoked one.
  Task<std::optional<Actor>> key(std::string_view secret, Origin origin);
  void forget(UserId user);  // at once on this node, after a role change here
  void forget(KeyId key);

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

Task<Invitation> invite(db::ControlTx& tx, std::string email, tenancy::Role role);
Task<> revoke_invitation(db::ControlTx& tx, InvitationId invitation);
Task<> resend_invitation(db::ControlTx& tx, InvitationId invitation);
Task<std::vector<Invitation>> pending_invitations(db::ControlRead& db);

}  // namespace freehold::access
