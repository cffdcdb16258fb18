// Where accounts come from: a proven mailbox. Whatever waited for the same address dies with it.
#include "core/async.hpp"
#include "core/json.hpp"
#include "identity/signup.hpp"

namespace freehold::identity {
namespace {

struct ConfirmedRow {
  std::string email;
  std::string name;
  std::string workspace_name;
};
BOOST_DESCRIBE_STRUCT(ConfirmedRow, (), (email, name, workspace_name))

const db::Query<ConfirmedRow, db::RawBytes, db::RawBytes, std::optional<std::string>,
                std::optional<std::string>, UserId, Instant, Instant>
    confirm{"identity.confirm_signup", R"(
  select email, name, workspace_name
    from identity.confirm_signup($1, $2, $3, $4, $5, $6, $7))"};

// In the order of confirm_signup, so that the two never wait for each other in a circle.
const db::Query<Uuid, std::string> lock_pending{"identity.lock_pending_signups", R"(
  select id
    from identity.pending_signup
   where email = $1
   order by id
     for update)"};

const db::Query<UserId, UserId, std::string, std::string, Instant> insert_account{
    "identity.open_account", R"(
  insert into identity.account (user_id, email, name, created_at)
  values ($1, $2, $3, $4)
      on conflict on constraint one_account_per_address do nothing
  returning user_id)"};

const db::Query<void, UserId, std::string, std::string, Instant> insert_password{
    "identity.set_first_password", R"(
  insert into identity.password (user_id, phc, pepper_id, changed_at)
  values ($1, $2, $3, $4))"};

const db::Query<void, std::string, Instant> void_links{"identity.void_signup_links", R"(
  update identity.one_time_token
     set consumed_at = $2
   where purpose = 'signup'
     and consumed_at is null
     and subject in (select id from identity.pending_signup where email = $1))"};

const db::Query<void, std::string> delete_pending{"identity.delete_pending_signups", R"(
  delete from identity.pending_signup
   where email = $1)"};

}  // namespace

Task<std::optional<Confirmed>> confirm_signup(db::ControlTx& tx, ReadySignup ready) {
  std::optional<std::string> phc;
  std::optional<std::string> pepper_id;
  if (ready.chosen) {
    phc = ready.chosen->phc;
    pepper_id = ready.chosen->pepper_id;
  }
  auto row = co_await tx.find(confirm, ready.token_hash, ready.browser_hash, phc, pepper_id,
                              ready.user, ready.at, tx.now());
  if (!row) co_return std::nullopt;
  co_return Confirmed{ready.user, std::move(row->email), std::move(row->name),
                      std::move(row->workspace_name)};
}

Task<std::optional<UserId>> open_account(db::IdentityTx& tx, NewAccount draft, Clocks clocks) {
  co_await tx.rows(lock_pending, draft.email);
  const auto id = UserId::make(clocks.machine.now());
  const auto opened =
      co_await tx.find(insert_account, id, draft.email, std::move(draft.name), tx.now());
  if (!opened) co_return std::nullopt;
  co_await tx.run(insert_password, id, draft.password.phc, draft.password.pepper_id, tx.now());
  co_await tx.run(void_links, draft.email, clocks.machine.now());
  co_await tx.run(delete_pending, draft.email);
  co_return id;
}

}  // namespace freehold::identity
