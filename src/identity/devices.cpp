#include "core/async.hpp"
#include "core/json.hpp"
#include "identity/credentials.hpp"

namespace freehold::identity {
namespace {

const db::Query<Device, UserId, Instant, Instant> live_sessions{"identity.devices", R"(
  select id, created_at, last_seen_at, ip, user_agent
    from identity.session
   where user_id = $1
     and revoked_at is null
     and expires_at > $2
     and last_seen_at > $3
   order by last_seen_at desc, id desc
   limit 100)"};

const db::Query<void, UserId, std::string> set_name{"identity.rename_person", R"(
  update identity.account
     set name = $2
   where user_id = $1)"};

}  // namespace

Task<std::vector<Device>> devices(db::IdentityRead& db, const Identity& identity, UserId user) {
  const Instant now = identity.clocks.machine.now();
  co_return co_await db.rows(live_sessions, user, now, now - identity.config.session_idle);
}

Task<> rename(db::IdentityTx& tx, UserId user, std::string name) {
  co_await tx.run(set_name, user, std::move(name));
}

}  // namespace freehold::identity
