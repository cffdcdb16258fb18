#include "core/async.hpp"
#include "core/json.hpp"
#include "identity/pages.hpp"

namespace freehold::identity {
namespace {

// Long enough that a late click still learns what became of its link.
constexpr Duration links_are_kept = days(30);
constexpr Duration signups_are_kept = days(7);

const db::Query<void, Instant> purge_sessions{"identity.purge_sessions", R"(
  delete from identity.session
   where expires_at < $1)"};

const db::Query<void, Instant> purge_tokens{"identity.purge_tokens", R"(
  delete from identity.one_time_token
   where expires_at < $1)"};

const db::Query<void, Instant> purge_signups{"identity.purge_pending_signups", R"(
  delete from identity.pending_signup
   where created_at < $1)"};

Task<> purge(Identity& identity) {
  const Instant now = identity.clocks.machine.now();
  auto tx = identity.database.identity();
  co_await tx.run(purge_sessions, now);
  co_await tx.run(purge_tokens, now - links_are_kept);
  co_await tx.run(purge_signups, now - signups_are_kept);
  co_await tx.commit();
}

}  // namespace

events::Work work(Identity& identity) {
  events::Work work;
  work.crons.push_back({.name = "identity.purge",
                        .every = hours(1),
                        .run = [&identity](const events::Job&) { return purge(identity); }});
  return work;
}

}  // namespace freehold::identity
