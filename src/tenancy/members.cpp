// Who belongs to the tenant, and in which role.
#include "audit/audit.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "events/events.hpp"
#include "tenancy/tenancy.hpp"

namespace freehold::tenancy {
namespace {

const db::TenantQuery<std::int64_t> count_all{"tenancy.count_members", R"(
  select count(*)
    from tenancy.membership
   where tenant_id = $1)"};

const db::TenantQuery<Membership> select_all{"tenancy.members", R"(
  select id, user_id, role, joined_at
    from tenancy.membership
   where tenant_id = $1
   order by joined_at, id
   limit 1000)"};

const db::TenantQuery<Membership, UserId> select_by_user{"tenancy.find_member", R"(
  select id, user_id, role, joined_at
    from tenancy.membership
   where tenant_id = $1 and user_id = $2)"};

const db::TenantQuery<Membership, MembershipId> select_by_id{"tenancy.get_membership", R"(
  select id, user_id, role, joined_at
    from tenancy.membership
   where tenant_id = $1 and id = $2)"};

// The tenant's row is the lock under which owners are counted, so that two owners cannot each
// remove the other at the same time.
const db::TenantQuery<std::string> lock_tenant{"tenancy.lock_tenant", R"(
  select slug
    from tenancy.tenant
   where tenant_id = $1
     for update)"};

const db::TenantQuery<std::int64_t> count_owners{"tenancy.count_owners", R"(
  select count(*)
    from tenancy.membership
   where tenant_id = $1 and role = 'owner')"};

const db::TenantQuery<void, MembershipId, UserId, Role, Instant> insert{"tenancy.add_member", R"(
  insert into tenancy.membership (tenant_id, id, user_id, role, joined_at)
  values ($1, $2, $3, $4, $5))"};

const db::TenantQuery<void, MembershipId, Role> set_role{"tenancy.change_role", R"(
  update tenancy.membership
     set role = $3
   where tenant_id = $1 and id = $2)"};

const db::TenantQuery<void, MembershipId> remove{"tenancy.remove_member", R"(
  delete from tenancy.membership
   where tenant_id = $1 and id = $2)"};

std::string payload_of(const Membership& member) {
  return json::serialize(json::object{{"membership", to_string(member.id)},
                                      {"user", to_string(member.user_id)},
                                      {"role", name_of(member.role)}});
}

audit::Act act_of(std::string action, const Membership& member) {
  return {.action = std::move(action),
          .target_type = "membership",
          .target_id = to_string(member.id),
          .target_user = member.user_id};
}

Task<> require_another_owner(db::ControlTx& tx) {
  const std::int64_t owners = co_await tx.row(count_owners);
  if (owners <= 1) {
    throw Problem::conflict("last_owner",
                            "This is the only owner. Make somebody else an owner first.");
  }
}

Task<Membership> get_membership(db::ControlTx& tx, MembershipId id) {
  const auto found = co_await tx.find(select_by_id, id);
  if (!found) throw Problem::not_found("member");
  co_return *found;
}

}  // namespace

Task<std::vector<Membership>> members(db::ControlRead& db) {
  co_return co_await db.rows(select_all);
}

Task<std::int64_t> count_members(db::ControlRead& db) {
  co_return co_await db.row(count_all);
}

Task<std::optional<Membership>> find_member(db::ControlRead& db, UserId user) {
  co_return co_await db.find(select_by_user, user);
}

Task<Membership> add_member(db::ControlTx& tx, UserId user, Role role) {
  const Membership member{MembershipId::make(tx.now()), user, role, tx.now()};
  co_await tx.run(insert, member.id, member.user_id, member.role, member.joined_at);
  co_await events::emit(tx, member_added, payload_of(member));
  co_await audit::record(tx, act_of("member.added", member));
  co_return member;
}

Task<> change_role(db::ControlTx& tx, MembershipId membership, Role role) {
  co_await tx.row(lock_tenant);
  const Membership before = co_await get_membership(tx, membership);
  if (before.role == role) co_return;
  if (before.role == Role::owner) co_await require_another_owner(tx);
  co_await tx.run(set_role, membership, role);
  const Membership after{before.id, before.user_id, role, before.joined_at};
  co_await events::emit(tx, member_role_changed, payload_of(after));
  audit::Act act = act_of("member.role_changed", after);
  act.changes.push_back({"role", std::string(name_of(before.role)), std::string(name_of(role))});
  co_await audit::record(tx, std::move(act));
}

Task<> remove_member(db::ControlTx& tx, MembershipId membership) {
  co_await tx.row(lock_tenant);
  const Membership member = co_await get_membership(tx, membership);
  if (member.role == Role::owner) co_await require_another_owner(tx);
  co_await tx.run(remove, membership);
  co_await events::emit(tx, member_removed, payload_of(member));
  co_await audit::record(tx, act_of("member.removed", member));
}

}  // namespace freehold::tenancy
