// A forgotten password.
#include "core/async.hpp"
#include "core/json.hpp"
#include "core/log.hpp"
#include "identity/credentials.hpp"

namespace freehold::identity {
namespace {

const db::Query<void, UserId, std::string, std::string, Instant> set_password{
    "identity.set_password", R"(
  insert into identity.password (user_id, phc, pepper_id, changed_at)
  values ($1, $2, $3, $4)
      on conflict on constraint one_password_per_person
      do update set phc = excluded.phc, pepper_id = excluded.pepper_id,
                    changed_at = excluded.changed_at)"};

const db::Query<std::int64_t, UserId, Instant, Instant> count_sessions{"identity.count_sessions",
                                                                       R"(
  select count(*)
    from identity.session
   where user_id = $1
     and revoked_at is null
     and expires_at > $2
     and last_seen_at > $3)"};

}  // namespace

Task<> request_reset(Identity& identity, std::string email, Origin origin) {
  auto tx = identity.database.identity();
  const auto person = co_await find_person_by_email(tx, std::move(email));
  NewToken draft{.purpose = Purpose::password_reset,
                 .subject = {},
                 .now = identity.clocks.machine.now(),
                 .ttl = identity.config.reset_ttl};
  if (person) draft.subject = person->id.uuid;
  const TokenId token = co_await issue(tx, identity.links, draft);
  const json::object payload{{"token", to_string(token)}};
  co_await events::emit(tx, password_reset_requested, json::serialize(payload), std::move(origin));
  co_await tx.commit();
}

Task<std::optional<ResetLink>> find_reset(Identity& identity, std::string secret) {
  auto db = identity.database.identity_read();
  const auto token = co_await find_token(db, Purpose::password_reset, std::move(secret));
  const Instant now = identity.clocks.machine.now();
  if (!token || !token->subject || token->consumed_at || token->expires_at <= now)
    co_return std::nullopt;
  const UserId user{*token->subject};
  auto person = co_await find_person(db, user);
  if (!person) co_return std::nullopt;
  const std::int64_t sessions =
      co_await db.row(count_sessions, user, now, now - identity.config.session_idle);
  co_return ResetLink{std::move(*person), sessions};
}

Task<std::variant<PasswordSet, Refused, LinkGone>> reset_password(Identity& identity,
                                                                  PasswordReset reset,
                                                                  Origin origin) {
  const auto link = co_await find_reset(identity, reset.secret);
  if (!link) co_return LinkGone{};
  const Person& person = link->person;
  auto mistake = password_mistake(reset.password, {person.email, person.name, reset.product});
  if (mistake) co_return Refused{std::move(*mistake)};
  const PasswordHash hash = co_await identity.passwords.hash(std::move(reset.password));

  const Instant now = identity.clocks.machine.now();
  const UserId user = person.id;
  auto tx = identity.database.identity();
  const auto token = co_await consume(tx, Purpose::password_reset, std::move(reset.secret), now);
  if (!token) co_return LinkGone{};
  co_await tx.run(set_password, user, hash.phc, hash.pepper_id, tx.now());
  co_await void_tokens(tx, Purpose::password_reset, user.uuid, now);
  co_await identity.sessions.close_others(tx, user, {});
  const json::object payload{{"user", to_string(user)}};
  co_await events::emit(tx, password_changed, json::serialize(payload), origin);
  co_await tx.commit();
  log::info("password.reset", log::cause_of(origin), {{"user", to_string(user)}});
  co_return PasswordSet{};
}

}  // namespace freehold::identity
