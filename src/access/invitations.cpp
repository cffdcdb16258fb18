// Invitations: bound to a tenant, an address, a role and who sent them; accepted once.
#include "access/access.hpp"
#include "audit/audit.hpp"
#include "core/async.hpp"
#include "core/crypto.hpp"
#include "core/json.hpp"
#include "events/events.hpp"

namespace freehold::access {
namespace {

using tenancy::Role;

constexpr std::int64_t most_open = 50;

const db::TenantQuery<std::int64_t> count_open{"access.count_open_invitations", R"(
  select count(*)
    from access.invitation
   where tenant_id = $1 and accepted_at is null and revoked_at is null)"};

const db::TenantQuery<void, InvitationId, std::string, Role, UserId, Instant, Instant> insert{
    "access.invite", R"(
  insert into access.invitation (tenant_id, id, email, role, invited_by, created_at, expires_at)
  values ($1, $2, $3, $4, $5, $6, $7))"};

const db::TenantQuery<Invitation> select_open{"access.open_invitations", R"(
  select id, email, role, invited_by, created_at, expires_at, accepted_at, revoked_at
    from access.invitation
   where tenant_id = $1 and accepted_at is null and revoked_at is null
   order by created_at desc, id desc
   limit 200)"};

const db::TenantQuery<Invitation, InvitationId> select_one{"access.find_invitation_by_id", R"(
  select id, email, role, invited_by, created_at, expires_at, accepted_at, revoked_at
    from access.invitation
   where tenant_id = $1 and id = $2)"};

const db::TenantQuery<Invitation, InvitationId> lock_one{"access.lock_invitation", R"(
  select id, email, role, invited_by, created_at, expires_at, accepted_at, revoked_at
    from access.invitation
   where tenant_id = $1 and id = $2
     for update)"};

const db::TenantQuery<void, InvitationId, Instant> extend{"access.extend_invitation", R"(
  update access.invitation
     set expires_at = $3
   where tenant_id = $1 and id = $2)"};

const db::TenantQuery<void, InvitationId, Instant> revoke{"access.revoke_invitation", R"(
  update access.invitation
     set revoked_at = $3
   where tenant_id = $1 and id = $2)"};

const db::TenantQuery<void, InvitationId, Instant> accept{"access.accept_invitation", R"(
  update access.invitation
     set accepted_at = $3
   where tenant_id = $1 and id = $2)"};

const db::TenantQuery<void, InvitationId, db::RawBytes> set_token{"access.set_invitation_token", R"(
  insert into access.invitation_token (tenant_id, invitation_id, token_hash)
  values ($1, $2, $3)
      on conflict on constraint one_token_per_invitation
      do update set token_hash = excluded.token_hash)"};

struct RefRow {
  TenantId tenant_id;
  InvitationId invitation_id;
};
BOOST_DESCRIBE_STRUCT(RefRow, (), (tenant_id, invitation_id))

const db::Query<RefRow, db::RawBytes> by_token{"access.find_invitation", R"(
  select tenant_id, invitation_id
    from access.find_invitation($1))"};

db::RawBytes hash_of(std::string_view token) {
  return {std::string(view(sha256(token)))};
}

std::string payload_of(InvitationId id, Role role) {
  return json::serialize(json::object{{"invitation", to_string(id)}, {"role", name_of(role)}});
}

audit::Act act_of(std::string action, const Invitation& invitation) {
  return {.action = std::move(action),
          .target_type = "invitation",
          .target_id = to_string(invitation.id),
          .target_name = invitation.email};
}

Task<Invitation> lock_open(db::ControlTx& tx, InvitationId id) {
  const auto found = co_await tx.find(lock_one, id);
  if (!found) throw Problem::not_found("invitation");
  if (found->accepted_at)
    throw Problem::conflict("already_accepted", "This invitation was accepted already.");
  if (found->revoked_at)
    throw Problem::conflict("already_revoked", "This invitation was withdrawn already.");
  co_return *found;
}

void require_may_give(const Actor& giver, Role role) {
  const auto own = parse_enum<Role>(giver.role());
  if (!own || !may_give(*own, role))
    throw Problem::forbidden("You can invite people to your own role or below it.");
}

}  // namespace

Task<Invitation> invite(db::ControlTx& tx, std::string email, Role role) {
  require_may_give(tx.actor(), role);
  const std::int64_t open = co_await tx.row(count_open);
  if (open >= most_open)
    throw Problem::invalid(
        {{"email", "There are 50 open invitations. Withdraw some before you send more."}});
  const Instant now = tx.now();
  const Invitation invitation{InvitationId::make(now),
                              std::move(email),
                              role,
                              *tx.actor().user(),
                              now,
                              now + invitation_ttl,
                              {},
                              {}};
  co_await tx.run(insert, invitation.id, invitation.email, role, invitation.invited_by, now,
                  invitation.expires_at);
  co_await events::emit(tx, invitation_sent, payload_of(invitation.id, role));
  audit::Act act = act_of("invitation.sent", invitation);
  act.changes.push_back({"role", {}, std::string(name_of(role))});
  co_await audit::record(tx, std::move(act));
  co_return invitation;
}

Task<> resend_invitation(db::ControlTx& tx, InvitationId id) {
  const Invitation invitation = co_await lock_open(tx, id);
  require_may_give(tx.actor(), invitation.role);
  co_await tx.run(extend, id, tx.now() + invitation_ttl);
  co_await events::emit(tx, invitation_sent, payload_of(id, invitation.role));
  co_await audit::record(tx, act_of("invitation.resent", invitation));
}

Task<> revoke_invitation(db::ControlTx& tx, InvitationId id) {
  const Invitation invitation = co_await lock_open(tx, id);
  co_await tx.run(revoke, id, tx.now());
  co_await audit::record(tx, act_of("invitation.revoked", invitation));
}

Task<std::vector<Invitation>> open_invitations(db::ControlRead& db) {
  co_return co_await db.rows(select_open);
}

Task<std::optional<Invitation>> find_invitation(db::ControlRead& db, InvitationId id) {
  co_return co_await db.find(select_one, id);
}

Task<std::optional<Invitation>> set_invitation_token(db::ControlTx& tx, InvitationId id,
                                                     std::string_view token) {
  const db::RawBytes hash = hash_of(token);
  const auto invitation = co_await tx.find(lock_one, id);
  if (!invitation || invitation->accepted_at || invitation->revoked_at) co_return std::nullopt;
  co_await tx.run(set_token, id, hash);
  co_return invitation;
}

Task<std::optional<InvitationRef>> find_invitation_by_token(db::Database& database,
                                                            std::string_view token) {
  const db::RawBytes hash = hash_of(token);
  db::DirectoryRead db = database.directory_read();
  const auto row = co_await db.find(by_token, hash);
  if (!row) co_return std::nullopt;
  co_return InvitationRef{row->tenant_id, row->invitation_id};
}

Task<Acceptance> accept_invitation(db::ControlTx& tx, InvitationId id, UserId user) {
  const auto invitation = co_await tx.find(lock_one, id);
  if (!invitation) throw Problem::not_found("invitation");
  if (invitation->revoked_at) co_return Acceptance::revoked;
  if (invitation->accepted_at) co_return Acceptance::already_used;
  if (invitation->expires_at <= tx.now()) co_return Acceptance::expired;
  const auto inviter = co_await tenancy::find_member(tx, invitation->invited_by);
  if (!inviter || !may_give(inviter->role, invitation->role)) co_return Acceptance::inviter_may_not;
  const auto already = co_await tenancy::find_member(tx, user);
  if (already) co_return Acceptance::already_member;
  co_await tx.run(accept, id, tx.now());
  co_await tenancy::add_member(tx, user, invitation->role);
  co_await events::emit(tx, invitation_accepted, payload_of(id, invitation->role));
  co_return Acceptance::accepted;
}

}  // namespace freehold::access
