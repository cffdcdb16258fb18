#include "core/async.hpp"
#include "core/crypto.hpp"
#include "core/json.hpp"
#include "identity/identity.hpp"

namespace freehold::identity {
namespace {

constexpr Duration remembered_for = seconds(1);
constexpr Duration seen_every = minutes(1);
constexpr std::size_t remembered_at_once = 4'096;  // per thread and generation
constexpr std::size_t longest_user_agent = 400;
constexpr std::size_t secret_size = 43;  // 256 bits in base64url

struct SessionRow {
  SessionId id;
  UserId user_id;
  Instant created_at;
  Instant last_seen_at;
  Instant expires_at;
};
BOOST_DESCRIBE_STRUCT(SessionRow, (), (id, user_id, created_at, last_seen_at, expires_at))

const db::Query<SessionRow, db::RawBytes> find_session{"identity.find_session", R"(
  select s.id, s.user_id, s.created_at, s.last_seen_at, s.expires_at
    from identity.session s
    join identity.account a on a.user_id = s.user_id and a.state = 'active'
   where s.secret_hash = $1
     and s.revoked_at is null)"};

const db::Query<void, SessionId, UserId, db::RawBytes, Instant, Instant, std::string, std::string>
    insert_session{"identity.open_session", R"(
  insert into identity.session (id, user_id, secret_hash, created_at, last_seen_at, expires_at, ip,
                                user_agent)
  values ($1, $2, $3, $4, $4, $5, $6, $7))"};

const db::Query<void, SessionId, Instant> note_seen{"identity.note_session_seen", R"(
  update identity.session
     set last_seen_at = $2
   where id = $1
     and last_seen_at < $2)"};

const db::Query<void, UserId, SessionId, Instant> revoke_one{"identity.close_session", R"(
  update identity.session
     set revoked_at = $3
   where user_id = $1
     and id = $2
     and revoked_at is null)"};

const db::Query<void, UserId, std::optional<SessionId>, Instant> revoke_others{
    "identity.close_other_sessions", R"(
  update identity.session
     set revoked_at = $3
   where user_id = $1
     and ($2 is null or id <> $2)
     and revoked_at is null)"};

struct Remembered {
  SessionRow row;
  std::string csrf_token;
  Instant asked_at;
};

// What one io thread remembers, by the hash of the secret. Two generations keep it bounded without
// an order of use: when the young one is full it becomes the old one, and the old one is dropped.
struct Memory {
  using Generation = std::unordered_map<std::string, Remembered>;
  Generation young, old;

  Remembered* find(const std::string& hash) {
    for (Generation* generation : {&young, &old}) {
      const auto found = generation->find(hash);
      if (found != generation->end()) return &found->second;
    }
    return nullptr;
  }

  void remember(const std::string& hash, Remembered entry) {
    old.erase(hash);
    if (young.size() >= remembered_at_once) old = std::exchange(young, {});
    young.insert_or_assign(hash, std::move(entry));
  }

  template <class Matches>
  void forget(Matches matches) {
    for (Generation* generation : {&young, &old})
      std::erase_if(*generation, [&](const auto& entry) { return matches(entry.second.row); });
  }
};

std::string csrf_token_of(std::string_view secret) {
  const Digest digest = hmac_sha256(secret, "freehold forms of a session");
  return to_base64url(view(digest));
}

// What a browser says of itself, as text that can be stored and shown.
std::string printable(std::string text) {
  text.resize(std::min(text.size(), longest_user_agent));
  std::ranges::replace_if(text, [](char c) { return c < ' ' || c > '~'; }, '?');
  return text;
}

}  // namespace

struct Sessions::State {
  State(Runtime& runtime, db::Database& database, Clocks clocks, Config config)
      : database(database), clocks(clocks), config(config), memories(runtime.size()) {}

  Memory& memory() { return memories[Runtime::current()]; }

  bool is_live(const SessionRow& row, Instant now) const {
    return now < row.expires_at && now < row.last_seen_at + config.session_idle;
  }

  // Not older than a second.
  const Remembered* find_known(const std::string& hash, Instant now) {
    const Remembered* known = memory().find(hash);
    return known != nullptr && now < known->asked_at + remembered_for ? known : nullptr;
  }

  Task<std::optional<Remembered>> look_up(std::string hash, std::string csrf_token, Instant now) {
    auto db = database.identity_read();
    const auto row = co_await db.find(find_session, db::RawBytes{hash});
    if (!row) co_return std::nullopt;
    Remembered found{*row, std::move(csrf_token), now};
    // Another request that came together with this one may have noted that it was seen.
    if (const Remembered* known = find_known(hash, now))
      found.row.last_seen_at = std::max(found.row.last_seen_at, known->row.last_seen_at);
    memory().remember(hash, found);
    co_return found;
  }

  // Seen in memory first, so that requests that come together write it once.
  Task<> note_seen_at(std::string hash, SessionId session, Instant now) {
    if (Remembered* known = memory().find(hash)) known->row.last_seen_at = now;
    auto tx = database.identity();
    co_await tx.run(note_seen, session, now);
    co_await tx.commit();
  }

  db::Database& database;
  Clocks clocks;
  Config config;
  std::vector<Memory> memories;  // by io thread; each touches only its own
};

Sessions::Sessions(Runtime& runtime, db::Database& database, Clocks clocks, Config config)
    : state_(std::make_unique<State>(runtime, database, clocks, config)) {}

Sessions::~Sessions() = default;

Task<std::optional<LiveSession>> Sessions::find(std::string_view secret) {
  if (secret.size() != secret_size) co_return std::nullopt;
  const std::string hash{view(sha256(secret))};
  const Instant now = state_->clocks.machine.now();

  std::optional<Remembered> found;
  if (const Remembered* known = state_->find_known(hash, now)) {
    found = *known;
  } else {
    found = co_await state_->look_up(hash, csrf_token_of(secret), now);
  }
  if (!found || !state_->is_live(found->row, now)) co_return std::nullopt;
  const SessionRow& row = found->row;
  if (now >= row.last_seen_at + seen_every) co_await state_->note_seen_at(hash, row.id, now);
  co_return LiveSession{row.id, row.user_id, std::move(found->csrf_token), row.created_at};
}

Task<Sessions::Opened> Sessions::open(db::IdentityTx& tx, UserId user, std::string ip,
                                      std::string user_agent) {
  const Instant now = state_->clocks.machine.now();
  const std::string secret = to_base64url(random_bytes(32));
  const db::RawBytes hash{std::string(view(sha256(secret)))};
  const auto id = SessionId::make(now);
  co_await tx.run(insert_session, id, user, hash, now, now + state_->config.session_absolute, ip,
                  printable(std::move(user_agent)));
  co_return Opened{{id, user, csrf_token_of(secret), now}, secret};
}

Task<> Sessions::close(db::IdentityTx& tx, UserId user, SessionId session) {
  co_await tx.run(revoke_one, user, session, state_->clocks.machine.now());
  tx.after_commit([state = state_.get(), session] {
    state->memory().forget([&](const SessionRow& row) { return row.id == session; });
  });
}

Task<> Sessions::close_others(db::IdentityTx& tx, UserId user, std::optional<SessionId> keep) {
  co_await tx.run(revoke_others, user, keep, state_->clocks.machine.now());
  tx.after_commit([state = state_.get(), user, keep] {
    state->memory().forget(
        [&](const SessionRow& row) { return row.user_id == user && row.id != keep; });
  });
}

}  // namespace freehold::identity
