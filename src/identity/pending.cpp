#include "identity/pending.hpp"

#include "core/async.hpp"
#include "core/json.hpp"

namespace freehold::identity {
namespace {

const db::Query<void, SignupId, std::string, std::string, std::string, std::string, db::RawBytes,
                std::string, std::string, Instant>
    insert{"identity.request_signup", R"(
  insert into identity.pending_signup (id, email, phc, pepper_id, workspace_name, browser_hash,
                                       wished_plan, wished_interval, created_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9))"};

const db::Query<PendingSignup, SignupId> by_id{"identity.find_pending_signup", R"(
  select id, email, workspace_name, browser_hash, phc is not null as has_password,
         wished_plan, wished_interval
    from identity.pending_signup
   where id = $1)"};

const db::Query<PendingSignup, db::RawBytes> by_browser{"identity.find_pending_signup_of_browser",
                                                        R"(
  select id, email, workspace_name, browser_hash, phc is not null as has_password,
         wished_plan, wished_interval
    from identity.pending_signup
   where browser_hash = $1
   order by created_at desc, id desc
   limit 1)"};

const db::Query<void, SignupId> discard_password{"identity.discard_pending_password", R"(
  update identity.pending_signup
     set phc = null, pepper_id = null
   where id = $1)"};

db::RawBytes hash_of(std::string_view secret) {
  return {std::string(view(sha256(secret)))};
}

// The link and the news of it. Which of two events it is does not show: both are one row.
struct Announced {
  SignupId signup;
  std::string email;
  Origin origin;
};

Task<> announce(db::IdentityTx& tx, const Identity& identity, Announced announced) {
  const NewToken draft{.purpose = Purpose::signup,
                       .subject = announced.signup.uuid,
                       .now = identity.clocks.machine.now(),
                       .ttl = identity.config.signup_ttl};
  const TokenId token = co_await issue(tx, identity.links, draft);
  const auto person = co_await find_person_by_email(tx, std::move(announced.email));
  const EventType& event = person ? signup_for_existing_account : signup_requested;
  const json::object payload = person ? json::object{{"user", to_string(person->id)}}
                                      : json::object{{"token", to_string(token)}};
  co_await events::emit(tx, event, json::serialize(payload), std::move(announced.origin));
}

LinkState state_of(const std::optional<Token>& token, Instant now) {
  if (!token) return LinkState::unknown;
  if (token->consumed_at) return LinkState::used;
  return now < token->expires_at ? LinkState::open : LinkState::expired;
}

// What was set before the mailbox was proven, by somebody else than who proved it, is gone from the
// moment that we know.
Task<> discard(Identity& identity, SignupId signup) {
  auto tx = identity.database.identity();
  co_await tx.run(discard_password, signup);
  co_await tx.commit();
}

}  // namespace

Task<> request_signup(Identity& identity, NewSignup draft) {
  const PasswordHash password = co_await identity.passwords.hash(std::move(draft.password));
  const Instant now = identity.clocks.machine.now();
  const auto id = SignupId::make(now);

  auto tx = identity.database.identity();
  co_await tx.run(insert, id, draft.email, password.phc, password.pepper_id, draft.workspace_name,
                  hash_of(draft.browser), draft.wish.plan, draft.wish.interval, now);
  Announced announced{id, std::move(draft.email), std::move(draft.origin)};
  co_await announce(tx, identity, std::move(announced));
  co_await tx.commit();
}

Task<std::optional<PendingSignup>> find_pending(db::IdentityRead& db, std::string browser) {
  co_return co_await db.find(by_browser, hash_of(browser));
}

Task<> announce_again(Identity& identity, PendingSignup signup, Origin origin) {
  Announced announced{signup.id, std::move(signup.email), std::move(origin)};
  auto tx = identity.database.identity();
  co_await announce(tx, identity, std::move(announced));
  co_await tx.commit();
}

Task<SignupLink> look_up_signup(const Identity& identity, std::string secret) {
  auto db = identity.database.identity_read();
  const Instant now = identity.clocks.machine.now();
  const auto token = co_await find_token(db, Purpose::signup, secret);
  SignupLink link{state_of(token, now), {}};
  if (token && token->subject && link.state != LinkState::used)
    link.signup = co_await db.find(by_id, SignupId{*token->subject});
  if (link.state == LinkState::open && !link.signup) {
    // Another click may have confirmed it between the two looks.
    const auto again = co_await find_token(db, Purpose::signup, std::move(secret));
    link.state = again && again->consumed_at ? LinkState::used : LinkState::unknown;
  }
  co_return link;
}

Task<std::variant<ReadySignup, NeedsPassword, SignupLink>> prepare(Identity& identity,
                                                                   Confirmation confirmation) {
  const SignupLink link = co_await look_up_signup(identity, confirmation.secret);
  if (link.state != LinkState::open) co_return link;
  const PendingSignup& signup = *link.signup;

  const db::RawBytes browser = hash_of(confirmation.browser);
  const bool same_browser = equal_in_constant_time(browser.bytes, signup.browser_hash.bytes);
  const Instant now = identity.clocks.machine.now();
  ReadySignup ready{UserId::make(now),
                    signup.email,
                    signup.workspace_name,
                    {signup.wished_plan, signup.wished_interval},
                    hash_of(confirmation.secret),
                    browser,
                    {},
                    now};
  if (same_browser && signup.has_password) co_return ready;

  if (signup.has_password) co_await discard(identity, signup.id);
  if (!confirmation.password) co_return NeedsPassword{signup, {}};
  const std::vector<std::string> context{signup.email, signup.workspace_name, confirmation.product};
  auto mistake = password_mistake(*confirmation.password, context);
  if (mistake) co_return NeedsPassword{signup, std::move(mistake)};
  ready.chosen = co_await identity.passwords.hash(std::move(*confirmation.password));
  co_return ready;
}

}  // namespace freehold::identity
