#include "staff/accounts.hpp"

#include "core/async.hpp"
#include "core/crypto.hpp"
#include "core/json.hpp"

namespace freehold::staff {
namespace {

constexpr Duration seen_every = minutes(1);
constexpr std::size_t secret_bytes = 32;
constexpr std::size_t password_bytes = 18;

struct AccountRow {
  StaffId staff_id;
  std::string phc;
  std::string pepper_id;
};
BOOST_DESCRIBE_STRUCT(AccountRow, (), (staff_id, phc, pepper_id))

const db::Query<AccountRow, std::string> find_account{"staff.find_account", R"(
  select staff_id, phc, pepper_id
    from staff.account
   where email = $1)"};

const db::Query<StaffId, StaffId, std::string, std::string, std::string, Instant> insert_account{
    "staff.create_account", R"(
  insert into staff.account (staff_id, email, phc, pepper_id, created_at)
  values ($1, $2, $3, $4, $5)
  on conflict on constraint one_staff_account_per_mail do nothing
  returning staff_id)"};

const db::Query<void, StaffId, std::string, std::string> replace_hash{"staff.replace_password_hash",
                                                                      R"(
  update staff.account
     set phc = $2, pepper_id = $3
   where staff_id = $1)"};

const db::Query<std::string, StaffId> select_email{"staff.email_of", R"(
  select email
    from staff.account
   where staff_id = $1)"};

struct SessionRow {
  StaffSessionId id;
  StaffId staff_id;
  std::string email;
  Instant last_seen_at;
  Instant expires_at;
};
BOOST_DESCRIBE_STRUCT(SessionRow, (), (id, staff_id, email, last_seen_at, expires_at))

const db::Query<SessionRow, db::RawBytes> select_session{"staff.find_session", R"(
  select s.id, s.staff_id, a.email, s.last_seen_at, s.expires_at
    from staff.session s
    join staff.account a on a.staff_id = s.staff_id
   where s.secret_hash = $1)"};

const db::Query<void, StaffSessionId, StaffId, db::RawBytes, Instant, Instant, std::string>
    insert_session{"staff.open_session", R"(
  insert into staff.session (id, staff_id, secret_hash, created_at, last_seen_at, expires_at, ip)
  values ($1, $2, $3, $4, $4, $5, $6))"};

const db::Query<void, StaffSessionId, Instant> note_seen{"staff.note_session_seen", R"(
  update staff.session
     set last_seen_at = $2
   where id = $1 and last_seen_at < $2)"};

const db::Query<void, db::RawBytes> delete_session{"staff.close_session", R"(
  delete from staff.session
   where secret_hash = $1)"};

const db::Query<void, Instant, Instant> delete_ended{"staff.remove_ended_sessions", R"(
  delete from staff.session
   where expires_at < $1 or last_seen_at < $2)"};

db::RawBytes hash_of(std::string_view secret) {
  const Digest digest = sha256(secret);
  return {std::string(view(digest))};
}

std::string csrf_token_of(std::string_view secret) {
  const Digest digest = hmac_sha256(secret, "freehold forms of a staff session");
  return to_base64url(view(digest));
}

std::string payload_of(StaffId id) {
  return json::serialize(json::object{{"staff", to_string(id)}});
}

Task<std::optional<AccountRow>> account_of(Staff& staff, std::string email) {
  auto address = identity::canonical_email(email);
  if (!address) co_return std::nullopt;
  db::StaffRead db = staff.database.staff_read();
  co_return co_await db.find(find_account, std::move(*address));
}

Task<> renew_hash(Staff& staff, StaffId account, std::string password) {
  const auto hash = co_await staff.passwords.hash(std::move(password));
  db::StaffTx tx = staff.database.staff();
  co_await tx.run(replace_hash, account, hash.phc, hash.pepper_id);
  co_await tx.commit();
}

Task<std::string> open(Staff& staff, StaffId account, Origin origin) {
  const Instant now = staff.clocks.machine.now();
  std::string secret = to_base64url(random_bytes(secret_bytes));
  db::RawBytes hash = hash_of(secret);
  db::StaffTx tx = staff.database.staff();
  co_await tx.run(insert_session, StaffSessionId::make(now), account, std::move(hash), now,
                  now + session_absolute, origin.ip);
  co_await events::emit(tx, staff_logged_in, payload_of(account), std::move(origin));
  co_await tx.commit();
  co_return secret;
}

}  // namespace

Task<std::optional<Live>> find_session(Staff& staff, std::string_view secret) {
  if (secret.empty()) co_return std::nullopt;
  const std::string csrf_token = csrf_token_of(secret);
  db::RawBytes hash = hash_of(secret);
  const Instant now = staff.clocks.machine.now();
  db::StaffRead db = staff.database.staff_read();
  const auto row = co_await db.find(select_session, std::move(hash));
  if (!row || row->expires_at <= now || row->last_seen_at + session_idle <= now)
    co_return std::nullopt;
  if (row->last_seen_at + seen_every <= now) {
    db::StaffTx tx = staff.database.staff();
    co_await tx.run(note_seen, row->id, now);
    co_await tx.commit();
  }
  co_return Live{row->id, row->staff_id, row->email, csrf_token};
}

Task<std::optional<std::string>> log_in(Staff& staff, std::string email, std::string password,
                                        Origin origin) {
  const auto account = co_await account_of(staff, std::move(email));
  std::optional<identity::PasswordHash> stored;
  if (account) stored = identity::PasswordHash{account->phc, account->pepper_id};
  const auto verdict = co_await staff.passwords.check(password, std::move(stored), origin);
  if (!verdict.right) co_return std::nullopt;
  if (verdict.outdated) co_await renew_hash(staff, account->staff_id, std::move(password));
  co_return co_await open(staff, account->staff_id, std::move(origin));
}

Task<std::optional<std::string>> open_session(Staff& staff, std::string email, Origin origin) {
  const auto account = co_await account_of(staff, std::move(email));
  if (!account) co_return std::nullopt;
  co_return co_await open(staff, account->staff_id, std::move(origin));
}

Task<> log_out(Staff& staff, std::string_view secret) {
  db::RawBytes hash = hash_of(secret);
  db::StaffTx tx = staff.database.staff();
  co_await tx.run(delete_session, std::move(hash));
  co_await tx.commit();
}

Task<std::string> email_of(db::StaffRead& db, StaffId staff) {
  const auto email = co_await db.find(select_email, staff);
  co_return email.value_or("somebody who has left");
}

Task<> remove_old_sessions(Staff& staff) {
  const Instant now = staff.clocks.machine.now();
  db::StaffTx tx = staff.database.staff();
  co_await tx.run(delete_ended, now, now - session_idle);
  co_await tx.commit();
}

Task<std::string> create(Staff& staff, std::string email) {
  const auto address = identity::canonical_email(email);
  if (!address) throw Problem::invalid({{"email", "Enter an email address."}});
  std::string password = to_base64url(random_bytes(password_bytes));
  const auto hash = co_await staff.passwords.hash(password);
  const auto id = StaffId::make(staff.clocks.machine.now());
  db::StaffTx tx = staff.database.staff();
  const auto made =
      co_await tx.find(insert_account, id, *address, hash.phc, hash.pepper_id, tx.now());
  if (!made) throw Problem::conflict("staff_exists", *address + " has a staff account already.");
  co_await events::emit(tx, staff_created, payload_of(id), {});
  co_await tx.commit();
  co_return password;
}

}  // namespace freehold::staff
