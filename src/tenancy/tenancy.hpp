// Tenants: what they are called, where they live, who belongs to them. People read "workspace".
#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/actor.hpp"
#include "core/id.hpp"
#include "core/keys.hpp"
#include "core/module.hpp"
#include "core/notes.hpp"
#include "core/task.hpp"
#include "core/time.hpp"
#include "db/db.hpp"

namespace freehold::tenancy {

inline constexpr EventType tenant_created{"tenant.created"};
inline constexpr EventType tenant_renamed{"tenant.renamed"};
inline constexpr EventType member_added{"member.added"};
inline constexpr EventType member_removed{"member.removed"};
inline constexpr EventType member_role_changed{"member.role_changed"};
Module module();

struct MembershipTag {
  static constexpr std::string_view prefix = "membership";
};
using MembershipId = Id<MembershipTag>;

enum class Role { owner, admin, member, viewer };
BOOST_DESCRIBE_ENUM(Role, owner, admin, member, viewer)

struct Tenant {
  static constexpr std::string_view object = "workspace";
  TenantId id;
  std::string slug;
  std::string name;
  Instant created_at;
};
BOOST_DESCRIBE_STRUCT(Tenant, (), (id, slug, name, created_at))
Notes notes_on(const Tenant*);

// What is known before a tenant is entered.
struct TenantRef {
  TenantId id;
  std::string slug;
  std::string name;
};
BOOST_DESCRIBE_STRUCT(TenantRef, (), (id, slug, name))

struct Belonging {  // of one person to one tenant
  TenantId tenant_id;
  std::string slug;
  std::string name;
  MembershipId membership_id;
  Role role;
};
BOOST_DESCRIBE_STRUCT(Belonging, (), (tenant_id, slug, name, membership_id, role))

struct Membership {
  MembershipId id;
  UserId user_id;
  Role role;
  Instant joined_at;
};
BOOST_DESCRIBE_STRUCT(Membership, (), (id, user_id, role, joined_at))

// A slug from a name: "Northwind Labs" is "northwind-labs". 3 to 40 of a-z, 0-9 and inner hyphens;
// reserved words ("admin", "api", "www" …) are refused.
std::string slug_of(std::string_view name);
std::optional<std::string> slug_mistake(
    std::string_view slug);  // a sentence, or nothing when it is fine
// The one to try when `attempt` others were taken: "acme", "acme-2" … then with random letters.
std::string slug_for(std::string_view name, int attempt);
inline constexpr int most_slugs_tried = 8;

// Look-ups before a tenant is entered; exact match only. They use the control role without a
// tenant.
Task<std::optional<TenantRef>> find_by_slug(db::Database& database, std::string slug);
Task<std::vector<Belonging>> belongings_of(db::Database& database, UserId user);
Task<std::optional<Belonging>> find_belonging(db::Database& database, std::string slug,
                                              UserId user);

struct CameFrom {
  std::string external_id;
  TenantId tenant_id;
  std::string slug;
  std::string name;
};
BOOST_DESCRIBE_STRUCT(CameFrom, (), (external_id, tenant_id, slug, name))
// The tenants that some external ids of one source stand for; ids that nobody has are left out.
Task<std::vector<CameFrom>> find_by_external_ids(db::Database& database, std::string source,
                                                 std::vector<std::string> ids);

// Every tenant's id in order, from after `after` on (begin with a zero id): for crons.
Task<std::vector<TenantId>> tenants_after(db::Database& database, TenantId after);

// What something is called in the system that it came from.
struct ExternalId {
  std::string source;  // the system, in a word
  std::string id;      // unique in it
};

struct NewTenant {
  TenantId id;
  std::string slug;
  std::string name;
  UserId owner;
  // Where it has lived before: nobody is welcomed then, and it may have a customer at Stripe
  // already.
  std::optional<ExternalId> came_from = {};
};

// Makes the tenant, its fence and the owner's membership in this transaction, which must be the
// first thing that it does. Emits tenant.created and member.added, writes the audit.
// The constraint `slugs_are_taken_once` is thrown as Problem 409 `slug_taken`.
Task<Tenant> create_tenant(db::ControlTx& tx, NewTenant draft);

Task<Tenant> get_tenant(db::ControlRead& db);
Task<> rename_tenant(db::ControlTx& tx, std::string name);

Task<std::vector<Membership>> members(db::ControlRead& db);
Task<std::int64_t> count_members(db::ControlRead& db);
Task<std::optional<Membership>> find_member(db::ControlRead& db, UserId user);
Task<Membership> add_member(db::ControlTx& tx, UserId user, Role role);
// The last owner can neither be removed nor lose the role: Problem 409 `last_owner`.
Task<> change_role(db::ControlTx& tx, MembershipId membership, Role role);
Task<> remove_member(db::ControlTx& tx, MembershipId membership);

}  // namespace freehold::tenancy
