#include "identity/credentials.hpp"

#include "core/async.hpp"
#include "core/json.hpp"
#include "core/log.hpp"

namespace freehold::identity {
namespace {

struct CredentialRow {
  UserId user_id;
  std::string email;
  std::string name;
  std::string phc;
  std::string pepper_id;
};
BOOST_DESCRIBE_STRUCT(CredentialRow, (), (user_id, email, name, phc, pepper_id))

struct FoundCredential {
  UserId user_id;
  std::string phc;
  std::string pepper_id;
  bool is_theirs;
};
BOOST_DESCRIBE_STRUCT(FoundCredential, (), (user_id, phc, pepper_id, is_theirs))

// The credential of the address; without one, that of somebody else whom chance has picked. Hashes
// that people brought along take other times than ours: an address without an account must cost
// what some account costs, and nothing is ever let in by it. Both are looked for in any case.
const db::Query<FoundCredential, std::string, std::int64_t> by_email{"identity.find_credential", R"(
  select f.user_id, f.phc, f.pepper_id, f.is_theirs
    from ((select p.user_id, p.phc, p.pepper_id, true as is_theirs
             from identity.account a
             join identity.password p on p.user_id = a.user_id
            where a.email = $1
              and a.state = 'active')
          union all
          (select p.user_id, p.phc, p.pepper_id, false as is_theirs
             from identity.password p
            where uuid_hash_extended(p.user_id, 0) >= $2
            order by uuid_hash_extended(p.user_id, 0)
            limit 1)) f
   order by f.is_theirs desc
   limit 1)"};

const db::Query<CredentialRow, UserId> by_user{"identity.find_credential_of_person", R"(
  select a.user_id, a.email, a.name, p.phc, p.pepper_id
    from identity.account a
    join identity.password p on p.user_id = a.user_id
   where a.user_id = $1
     and a.state = 'active')"};

// That the password which was checked is still the password. The lock makes a change of it wait, so
// that the change sees, and ends, the session that this log-in opens.
const db::Query<UserId, UserId, std::string> still_counts{"identity.hold_credential", R"(
  select p.user_id
    from identity.password p
    join identity.account a on a.user_id = p.user_id
   where p.user_id = $1
     and p.phc = $2
     and a.state = 'active'
     for share)"};

const db::Query<void, UserId, std::string, std::string, std::string> replace_hash{
    "identity.rehash_password", R"(
  update identity.password
     set phc = $3, pepper_id = $4
   where user_id = $1
     and phc = $2)"};

const db::Query<void, UserId, std::string, std::string, std::string, Instant> change_if_same{
    "identity.change_password", R"(
  update identity.password
     set phc = $3, pepper_id = $4, changed_at = $5
   where user_id = $1
     and phc = $2)"};

template <class Row>
std::optional<PasswordHash> hash_of(const std::optional<Row>& row) {
  if (!row) return {};
  return PasswordHash{row->phc, row->pepper_id};
}

// Does the work of a check in any case.
Task<std::optional<FoundCredential>> find_by_email(Identity& identity, const std::string& address) {
  auto db = identity.database.identity_read();
  const std::string email = canonical_email(address).value_or("");
  co_return co_await db.find(by_email, email, identity.passwords.chance_of(email));
}

}  // namespace

Task<Sessions::Opened> open_session(db::IdentityTx& tx, Identity& identity, UserId user,
                                    Visit visit) {
  if (visit.previous)
    co_await identity.sessions.close(tx, visit.previous->user, visit.previous->id);
  co_return co_await identity.sessions.open(tx, user, std::move(visit.origin.ip),
                                            std::move(visit.origin.user_agent));
}

Task<std::optional<Sessions::Opened>> log_in(Identity& identity, std::string email,
                                             std::string password, Visit visit) {
  auto row = co_await find_by_email(identity, email);
  if (password.size() > longest_password) row.reset();
  const auto verdict = co_await identity.passwords.check(password, hash_of(row), visit.origin);
  if (!verdict.right || !row->is_theirs) co_return std::nullopt;
  PasswordHash fresh{row->phc, row->pepper_id};
  if (verdict.outdated) fresh = co_await identity.passwords.hash(std::move(password));

  auto tx = identity.database.identity();
  if (verdict.outdated)
    co_await tx.run(replace_hash, row->user_id, row->phc, fresh.phc, fresh.pepper_id);
  const auto held = co_await tx.find(still_counts, row->user_id, fresh.phc);
  if (!held) co_return std::nullopt;
  auto opened = co_await open_session(tx, identity, row->user_id, std::move(visit));
  co_await tx.commit();
  co_return opened;
}

Task<std::variant<Sessions::Opened, WrongPassword, Refused>> change_password(Identity& identity,
                                                                             UserId user,
                                                                             PasswordChange change,
                                                                             Visit visit) {
  auto db = identity.database.identity_read();
  const auto row = co_await db.find(by_user, user);
  const auto verdict =
      co_await identity.passwords.check(change.current, hash_of(row), visit.origin);
  if (!verdict.right) co_return WrongPassword{};
  if (change.next == change.current) co_return Refused{"This is the password you have now"};
  auto mistake = password_mistake(change.next, {row->email, row->name, change.product});
  if (mistake) co_return Refused{std::move(*mistake)};
  const PasswordHash next = co_await identity.passwords.hash(std::move(change.next));

  auto tx = identity.database.identity();
  const std::int64_t changed =
      co_await tx.run(change_if_same, user, row->phc, next.phc, next.pepper_id, tx.now());
  if (changed == 0) co_return WrongPassword{};
  co_await void_tokens(tx, Purpose::password_reset, user.uuid, identity.clocks.machine.now());
  co_await identity.sessions.close_others(tx, user, {});
  const json::object payload{{"user", to_string(user)}};
  co_await events::emit(tx, password_changed, json::serialize(payload), visit.origin);
  visit.previous.reset();  // ended with the others
  auto opened = co_await open_session(tx, identity, user, visit);
  co_await tx.commit();
  log::info("password.changed", log::cause_of(visit.origin), {{"user", to_string(user)}});
  co_return opened;
}

}  // namespace freehold::identity
