#include <set>
#include <stdexcept>

#include "access/access.hpp"
#include "core/json.hpp"

namespace freehold::access {

using tenancy::Role;

Module module() {
  using namespace permissions;
  return {
      .name = "access",
      .permissions = {{.permission = workspace_read, .admin = true, .member = true, .viewer = true},
                      {.permission = workspace_manage, .admin = true, .for_keys = false},
                      {.permission = members_read, .admin = true, .member = true, .viewer = true},
                      {.permission = members_manage, .admin = true, .for_keys = false},
                      {.permission = owners_manage, .for_keys = false},
                      {.permission = keys_manage, .admin = true, .for_keys = false},
                      {.permission = audit_read, .admin = true}},
      .events = {{invitation_sent, "invitation, role", "Somebody was invited, or invited again."},
                 {invitation_accepted, "invitation, role", "An invited person became a member."},
                 {key_created, "key", "An API key was made."},
                 {key_revoked, "key", "An API key was revoked."}},
      .constraints = {{"one_open_invitation_per_address", 409, "already_invited",
                       "This address has an open invitation already. Send it again instead."}}};
}

Roles::Roles(const std::vector<Grant>& grants) : grants_(grants) {
  std::set<unsigned> bits;
  std::set<std::string_view> keys;
  for (const Grant& grant : grants_) {
    const Permission& permission = grant.permission;
    if (!bits.insert(permission.bit).second || !keys.insert(permission.key).second)
      throw std::logic_error("two permissions share a bit or a key: " +
                             std::string(permission.key));
    const std::array held{true, grant.admin, grant.member, grant.viewer};
    for (std::size_t role = 0; role < held.size(); ++role) {
      by_role_[role][permission.bit] = held[role];
      by_key_role_[role][permission.bit] = held[role] && grant.for_keys;
    }
  }
}

std::string Roles::holders_of(const Permission& permission) const {
  if (of(Role::viewer)[permission.bit]) return "any member";
  if (of(Role::member)[permission.bit]) return "an owner, an admin or a member";
  if (of(Role::admin)[permission.bit]) return "an owner or an admin";
  return "an owner";
}

bool may_give(Role giver, Role role) {
  return giver <= role && giver <= Role::admin;
}

}  // namespace freehold::access
