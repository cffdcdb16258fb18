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

struct KeptAnswer {
  std::string route;
  db::RawBytes request_hash;
  std::int32_t status;
  std::string content_type;
  db::RawJson headers;
  std::optional<db::RawBytes> body;
};
BOOST_DESCRIBE_STRUCT(KeptAnswer, (), (route, request_hash, status, content_type, headers, body))

// Takes the key's lock, which is held to the end of the transaction; false when somebody else has
// it for half a second more. That long, because the first request may be about to end: a second
// click comes soon after the first, and a refused request rolls back after its answer.
//
// A statement of its own, before the answer is looked for: the snapshot of a statement that takes
// the lock could be older than what the lock waited for.
const db::Query<bool, std::int64_t> lock_key{"http.lock_idempotency_key", R"(
  select exists (select from generate_series(1, 25)
                  where pg_try_advisory_xact_lock($1) or pg_sleep(0.02) is null))"};

const db::TenantQuery<KeptAnswer, std::string, Instant> control_answer{"http.control_answer", R"(
  select route, request_hash, status, content_type, headers, body
    from http.idempotency
   where tenant_id = $1
     and key = $2
     and answered_at > $3)"};

const db::TenantQuery<void, std::string, std::string, db::RawBytes, std::int32_t, std::string,
                      db::RawJson, std::optional<db::RawBytes>, Instant>
    keep_control_answer{"http.keep_control_answer", R"(
  insert into http.idempotency
         (tenant_id, key, route, request_hash, status, content_type, headers, body, answered_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9))"};

const db::TenantQuery<void, Instant> forget_control_answers{"http.forget_control_answers", R"(
  delete from http.idempotency
   where tenant_id = $1
     and answered_at <= $2)"};

const db::TenantQuery<KeptAnswer, std::string, Instant> data_answer{"http.data_answer", R"(
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

Response replay(const KeptAnswer& kept, const Attempt& attempt) {
  if (kept.route != attempt.route || kept.request_hash.bytes != attempt.request_hash)
    throw Problem::conflict("idempotency_key_reused",
                            "This idempotency key belongs to another request. Use a new one.");
  if (!kept.body)
    throw Problem::conflict("idempotency_answer_not_kept",
                            "This request was carried out. Its answer held a secret that is shown "
                            "only once, so it cannot be given again.");
  Response response{
      .status = kept.status, .content_type = kept.content_type, .body = kept.body->bytes};
  for (const json::value& header : json::parse(kept.headers.text).as_array())
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

template <class Tx, class Find>
Task<std::optional<Response>> find(Tx& tx, const Attempt& attempt, const Find& query) {
  const auto locked = co_await tx.find(lock_key, lock_of(tx.tenant(), attempt.key));
  if (!locked.value_or(false)) throw in_use();
  const auto kept = co_await tx.find(query, attempt.key, tx.now() - kept_for);
  if (!kept) co_return std::nullopt;
  co_return replay(*kept, attempt);
}

template <class Tx, class Forget, class Keep>
Task<> keep(Tx& tx, const Attempt& attempt, const Response& response, const Forget& forget_query,
            const Keep& keep_query) {
  std::optional<db::RawBytes> body;
  if (!response.shown_once) body.emplace(std::string(response.content()));
  co_await tx.run(forget_query, tx.now() - kept_for);
  co_await tx.run(keep_query, attempt.key, attempt.route, db::RawBytes{attempt.request_hash},
                  std::int32_t(response.status), response.content_type, headers_of(response), body,
                  tx.now());
}

}  // namespace

std::optional<Attempt> attempt_of(const Request& request, const detail::RouteName& route) {
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
                 .request_hash = std::string(view(digest))};
}

Task<std::optional<Response>> find_answer(db::ControlTx& tx, const Attempt& attempt) {
  return find(tx, attempt, control_answer);
}

Task<std::optional<Response>> find_answer(db::DataTx& tx, const Attempt& attempt) {
  return find(tx, attempt, data_answer);
}

Task<> keep_answer(db::ControlTx& tx, const Attempt& attempt, const Response& response) {
  return keep(tx, attempt, response, forget_control_answers, keep_control_answer);
}

Task<> keep_answer(db::DataTx& tx, const Attempt& attempt, const Response& response) {
  return keep(tx, attempt, response, forget_data_answers, keep_data_answer);
}

}  // namespace freehold::http
