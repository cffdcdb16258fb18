#include "http/idempotency.hpp"

#include <algorithm>
#include <cstring>

#include "core/async.hpp"
#include "core/json.hpp"
#include "http/syntax.hpp"

namespace freehold::http {
namespace {

constexpr std::size_t longest_key = 255;
constexpr Duration kept_for = hours(24);
// Longer than any handler waits for Stripe, with every repetition of every call.
constexpr Duration claimed_for = minutes(2);
constexpr std::chrono::milliseconds look_again_after{100};

// The answer to a key, or without a status the claim of who is about to answer it.
struct Kept {
  std::string route;
  db::RawBytes request_hash;
  std::optional<std::int32_t> status;
  std::optional<std::string> content_type;
  std::optional<db::RawJson> headers;
  std::optional<db::RawBytes> body;
};
BOOST_DESCRIBE_STRUCT(Kept, (), (route, request_hash, status, content_type, headers, body))

// Takes the key's lock, which is held to the end of the transaction; false when somebody else has
// it for half a second more. That long, because the first request may be about to end: a second
// click comes soon after the first, and a refused request rolls back after its answer.
//
// A statement of its own, before the answer is looked for: the snapshot of a statement that takes
// the lock could be older than what the lock waited for.
const db::Query<bool, std::int64_t> lock_key{"http.lock_idempotency_key", R"(
  select exists (select from generate_series(1, 25)
                  where pg_try_advisory_xact_lock($1) or pg_sleep(0.02) is null))"};

const db::TenantQuery<Kept, std::string, Instant, Instant> control_answer{"http.control_answer", R"(
  select route, request_hash, status, content_type, headers, body
    from http.idempotency
   where tenant_id = $1
     and key = $2
     and (answered_at > $3 or claimed_until > $4))"};

const db::TenantQuery<void, std::string, std::string, db::RawBytes, std::int32_t, std::string,
                      db::RawJson, std::optional<db::RawBytes>, Instant>
    keep_control_answer{"http.keep_control_answer", R"(
  insert into http.idempotency
         (tenant_id, key, route, request_hash, status, content_type, headers, body, answered_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9))"};

const db::TenantQuery<void, Instant, Instant> forget_control_answers{"http.forget_control_answers",
                                                                     R"(
  delete from http.idempotency
   where tenant_id = $1
     and (answered_at <= $2 or claimed_until <= $3))"};

const db::TenantQuery<void, std::string, std::string, db::RawBytes, Uuid, Instant> insert_claim{
    "http.claim_idempotency_key", R"(
  insert into http.idempotency (tenant_id, key, route, request_hash, claim, claimed_until)
  values ($1, $2, $3, $4, $5, $6))"};

const db::TenantQuery<void, std::string, Uuid, std::int32_t, std::string, db::RawJson,
                      std::optional<db::RawBytes>, Instant>
    answer_claim{"http.answer_idempotency_claim", R"(
  update http.idempotency
     set claim = null, claimed_until = null,
         status = $4, content_type = $5, headers = $6, body = $7, answered_at = $8
   where tenant_id = $1
     and key = $2
     and claim = $3)"};

const db::TenantQuery<void, std::string, Uuid> delete_claim{"http.give_up_idempotency_claim", R"(
  delete from http.idempotency
   where tenant_id = $1
     and key = $2
     and claim = $3)"};

const db::TenantQuery<Kept, std::string, Instant> data_answer{"http.data_answer", R"(
  select route, request_hash, status, content_type, headers, body
    from http.data_idempotency
   where tenant_id = $1
     and key = $2
     and answered_at > $3)"};

const db::TenantQuery<void, std::string, std::string, db::RawBytes, std::int32_t, std::string,
                      db::RawJson, std::optional<db::RawBytes>, Instant>
    keep_data_answer{"http.keep_data_answer", R"(
  insert into http.data_idempotency
         (tenant_id, key, route, request_hash, status, content_type, headers, body, answered_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9))"};

const db::TenantQuery<void, Instant> forget_data_answers{"http.forget_data_answers", R"(
  delete from http.data_idempotency
   where tenant_id = $1
     and answered_at <= $2)"};

std::string caller_of(const Actor& actor) {
  if (actor.user()) return to_string(*actor.user());
  if (actor.api_key()) return to_string(*actor.api_key());
  if (actor.staff()) return to_string(*actor.staff());
  return actor.job();
}

// Which lock stands for the key: one tenant's keys do not block another's.
std::int64_t lock_of(const TenantId& tenant, const std::string& key) {
  const Digest digest = sha256("http.idempotency " + to_string(tenant) + " " + key);
  std::int64_t lock = 0;
  std::memcpy(&lock, digest.data(), sizeof lock);
  return lock;
}

Problem in_use() {
  Problem problem = Problem::conflict(
      "idempotency_key_in_use", "The first request with this key is still being carried out.");
  problem.retry_after = 1;
  return problem;
}

bool is_same(const Kept& kept, const Attempt& attempt) {
  return kept.route == attempt.route && kept.request_hash.bytes == attempt.request_hash;
}

Response replay(const Kept& kept, const Attempt& attempt) {
  if (!is_same(kept, attempt))
    throw Problem::conflict("idempotency_key_reused",
                            "This idempotency key belongs to another request. Use a new one.");
  if (!kept.status) throw in_use();
  if (!kept.body)
    throw Problem::conflict("idempotency_answer_not_kept",
                            "This request was carried out. Its answer held a secret that is shown "
                            "only once, so it cannot be given again.");
  Response response{
      .status = *kept.status, .content_type = *kept.content_type, .body = kept.body->bytes};
  for (const json::value& header : json::parse(kept.headers->text).as_array())
    response.with_header(std::string(header.at(0).as_string()),
                         std::string(header.at(1).as_string()));
  response.with_header("Idempotency-Replayed", "true");
  return response;
}

db::RawJson headers_of(const Response& response) {
  json::array headers;
  for (const auto& [name, value] : response.headers) headers.push_back(json::array{name, value});
  return {json::serialize(headers)};
}

std::optional<db::RawBytes> body_of(const Response& response) {
  if (response.shown_once) return {};
  return db::RawBytes{std::string(response.content())};
}

template <class Tx>
Task<> lock(Tx& tx, const Attempt& attempt) {
  const auto locked = co_await tx.find(lock_key, lock_of(tx.tenant(), attempt.key));
  if (!locked.value_or(false)) throw in_use();
}

template <class Tx, class Keep>
Task<> keep(Tx& tx, const Attempt& attempt, const Response& response, const Keep& keep_query) {
  co_await tx.run(keep_query, attempt.key, attempt.route, db::RawBytes{attempt.request_hash},
                  std::int32_t(response.status), response.content_type, headers_of(response),
                  body_of(response), tx.now());
}

// What was kept or claimed before; none when the claim is now ours.
Task<std::optional<Kept>> try_to_claim(db::Database& database, const Actor& actor,
                                       const Attempt& attempt, Uuid claim) {
  db::ControlTx tx = database.control(actor);
  co_await lock(tx, attempt);
  const Instant oldest = tx.now() - kept_for;
  auto kept = co_await tx.find(control_answer, attempt.key, oldest, attempt.sent_at);
  if (kept) co_return kept;
  co_await tx.run(forget_control_answers, oldest, attempt.sent_at);
  co_await tx.run(insert_claim, attempt.key, attempt.route, db::RawBytes{attempt.request_hash},
                  claim, attempt.sent_at + claimed_for);
  co_await tx.commit();
  co_return std::nullopt;
}

}  // namespace

std::optional<Attempt> attempt_of(const Request& request, const detail::RouteName& route,
                                  Instant sent_at) {
  if (route.safe) return {};
  std::string key{request.header("Idempotency-Key")};
  if (key.empty() && request.has_form()) key = request.form().get("idempotency_key");
  if (key.empty()) return {};
  const bool printable = std::ranges::all_of(key, [](char c) { return c >= 0x20 && c < 0x7f; });
  if (key.size() > longest_key || !printable)
    throw Problem::bad_request("invalid_idempotency_key",
                               "An idempotency key is up to 255 printable ASCII characters.");
  const std::string whole =
      caller_of(request.actor()) + "\n" + request.target + "\n" + request.body;
  const Digest digest = sha256(whole);
  return Attempt{.key = std::move(key),
                 .route = std::string(name_of(route.method)) + " " + route.path,
                 .request_hash = std::string(view(digest)),
                 .from_form = request.has_form(),
                 .sent_at = sent_at};
}

Task<std::optional<Response>> find_answer(db::ControlTx& tx, const Attempt& attempt) {
  co_await lock(tx, attempt);
  const auto kept =
      co_await tx.find(control_answer, attempt.key, tx.now() - kept_for, attempt.sent_at);
  if (!kept) co_return std::nullopt;
  co_return replay(*kept, attempt);
}

Task<std::optional<Response>> find_answer(db::DataTx& tx, const Attempt& attempt) {
  co_await lock(tx, attempt);
  const auto kept = co_await tx.find(data_answer, attempt.key, tx.now() - kept_for);
  if (!kept) co_return std::nullopt;
  co_return replay(*kept, attempt);
}

Task<> keep_answer(db::ControlTx& tx, const Attempt& attempt, const Response& response) {
  co_await tx.run(forget_control_answers, tx.now() - kept_for, attempt.sent_at);
  co_await keep(tx, attempt, response, keep_control_answer);
}

Task<> keep_answer(db::DataTx& tx, const Attempt& attempt, const Response& response) {
  co_await tx.run(forget_data_answers, tx.now() - kept_for);
  co_await keep(tx, attempt, response, keep_data_answer);
}

Claim::Claim(db::Database& database, Actor actor, Attempt attempt)
    : database_(database),
      actor_(std::move(actor)),
      attempt_(std::move(attempt)),
      id_(new_uuid(attempt_.sent_at)) {}

// A program is told when to come back. A person has no way back from an error page to the answer of
// the first click, so they wait with it.
Task<std::optional<Response>> Claim::take() {
  const int looks = attempt_.from_form ? 100 : 5;
  auto kept = co_await try_to_claim(database_, actor_, attempt_, id_);
  for (int look = 1; look < looks && kept && !kept->status && is_same(*kept, attempt_); ++look) {
    co_await sleep_for(look_again_after);
    kept = co_await try_to_claim(database_, actor_, attempt_, id_);
  }
  if (!kept) co_return std::nullopt;
  co_return replay(*kept, attempt_);
}

Task<> Claim::answer(const Response& response) {
  db::ControlTx tx = database_.control(actor_);
  co_await tx.run(answer_claim, attempt_.key, id_, std::int32_t(response.status),
                  response.content_type, headers_of(response), body_of(response), tx.now());
  co_await tx.commit();
}

Task<> Claim::give_up() {
  db::ControlTx tx = database_.control(actor_);
  co_await tx.run(delete_claim, attempt_.key, id_);
  co_await tx.commit();
}

}  // namespace freehold::http
