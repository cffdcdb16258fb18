#include "identity/mails.hpp"

#include "core/async.hpp"
#include "core/json.hpp"
#include "core/log.hpp"

namespace freehold::identity {
namespace {

struct StartedRow {
  std::optional<Uuid> subject;
  db::RawBytes hash;
};
BOOST_DESCRIBE_STRUCT(StartedRow, (), (subject, hash))

// A mail that could not be sent for so long is not what anybody waits for any more.
constexpr Duration signup_mail_is_due = days(7);
constexpr Duration reset_mail_is_due = days(1);

const db::Query<StartedRow, TokenId, Purpose, Instant, Instant> start_clock{"identity.start_link",
                                                                            R"(
  update identity.one_time_token
     set expires_at = $3
   where id = $1
     and purpose = $2
     and consumed_at is null
     and created_at > $4
  returning subject, hash)"};

const db::Query<std::string, Uuid> address_of_signup{"identity.address_of_signup", R"(
  select email
    from identity.pending_signup
   where id = $1)"};

struct Started {
  Uuid subject;
  std::string secret;
};

struct Wanted {
  Purpose purpose;
  TokenId token;
  log::Cause cause;
};

Task<std::optional<Started>> start(db::IdentityTx& tx, const Identity& identity, Wanted wanted) {
  const auto& [purpose, token, cause] = wanted;
  const bool signup = purpose == Purpose::signup;
  const Duration ttl = signup ? identity.config.signup_ttl : identity.config.reset_ttl;
  const Duration due = signup ? signup_mail_is_due : reset_mail_is_due;
  const Instant now = identity.clocks.machine.now();
  const auto row = co_await tx.find(start_clock, token, purpose, now + ttl, now - due);
  if (!row || !row->subject) co_return std::nullopt;
  auto secret = identity.links.secret_of(purpose, token, row->hash.bytes);
  if (!secret) {
    log::error("link.key_unknown", cause, {{"token", to_string(token)}});
    co_return std::nullopt;
  }
  co_return Started{*row->subject, std::move(*secret)};
}

}  // namespace

Task<std::optional<SignupMail>> signup_mail(db::IdentityTx& tx, const Identity& identity,
                                            TokenId token, log::Cause cause) {
  const Wanted wanted{Purpose::signup, token, cause};
  const auto started = co_await start(tx, identity, wanted);
  if (!started) co_return std::nullopt;
  auto email = co_await tx.find(address_of_signup, started->subject);
  if (!email) co_return std::nullopt;
  co_return SignupMail{std::move(*email), "/verify/" + started->secret, identity.config.signup_ttl};
}

Task<std::optional<ResetMail>> reset_mail(db::IdentityTx& tx, const Identity& identity,
                                          TokenId token, log::Cause cause) {
  const Wanted wanted{Purpose::password_reset, token, cause};
  const auto started = co_await start(tx, identity, wanted);
  if (!started) co_return std::nullopt;
  auto person = co_await find_person(tx, UserId{started->subject});
  if (!person) co_return std::nullopt;
  co_return ResetMail{std::move(*person), "/reset/" + started->secret, identity.config.reset_ttl};
}

}  // namespace freehold::identity
