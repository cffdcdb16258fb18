#include "identity/arrivals.hpp"

#include "core/async.hpp"
#include "core/json.hpp"
#include "identity/brought_hash.hpp"

namespace freehold::identity {
namespace {

const db::Query<KnownArrival, std::string, std::vector<std::string>> by_external_id{
    "identity.known_arrivals", R"(
  select external_id, user_id
    from identity.external_id
   where source = $1
     and external_id = any ($2)
   order by external_id
   limit 1000)"};

const db::Query<KnownAddress, std::vector<std::string>> by_address{"identity.known_addresses", R"(
  select email, user_id
    from identity.account
   where email = any ($1)
   order by email
   limit 1000)"};

const db::Query<UserId, UserId, std::string, std::string, Instant> insert_account{
    "identity.take_in_account", R"(
  insert into identity.account (user_id, email, name, created_at)
  values ($1, $2, $3, $4)
      on conflict on constraint one_account_per_address do nothing
  returning user_id)"};

const db::Query<UserId, std::string> select_account{"identity.account_of_address", R"(
  select user_id
    from identity.account
   where email = $1)"};

const db::Query<void, UserId, std::string, Instant> insert_brought{"identity.keep_brought_hash", R"(
  insert into identity.password (user_id, phc, pepper_id, changed_at)
  values ($1, $2, '', $3))"};

const db::Query<void, std::string, std::string, UserId> insert_external_id{
    "identity.keep_external_id", R"(
  insert into identity.external_id (source, external_id, user_id)
  values ($1, $2, $3)
      on conflict on constraint external_ids_name_one_person do nothing)"};

}  // namespace

std::optional<std::string> brought_hash_mistake(std::string_view hash) {
  const auto read = read_brought(hash);
  const Unreadable* mistake = std::get_if<Unreadable>(&read);
  return mistake != nullptr ? std::optional(mistake->reason) : std::nullopt;
}

std::string describe_brought_hash(std::string_view hash) {
  const auto read = read_brought(hash);
  const BroughtHash* brought = std::get_if<BroughtHash>(&read);
  return brought != nullptr ? describe(*brought) : std::get<Unreadable>(read).reason;
}

Task<std::vector<KnownArrival>> known_arrivals(db::IdentityRead& db, std::string source,
                                               std::vector<std::string> external_ids) {
  co_return co_await db.rows(by_external_id, std::move(source), std::move(external_ids));
}

Task<std::vector<KnownAddress>> known_addresses(db::IdentityRead& db,
                                                std::vector<std::string> emails) {
  co_return co_await db.rows(by_address, std::move(emails));
}

Task<UserId> take_in(db::IdentityTx& tx, Arrival arrival, Clocks clocks) {
  auto user = co_await tx.find(insert_account, UserId::make(clocks.machine.now()), arrival.email,
                               arrival.name, tx.now());
  if (!user) {
    user = co_await tx.row(select_account, arrival.email);
  } else if (arrival.hash) {
    co_await tx.run(insert_brought, *user, *arrival.hash, tx.now());
  }
  co_await tx.run(insert_external_id, arrival.source, arrival.external_id, *user);
  co_return *user;
}

}  // namespace freehold::identity
