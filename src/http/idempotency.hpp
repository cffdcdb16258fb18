// Requests that may be sent twice: a POST, PUT, PATCH or DELETE that carries an Idempotency-Key
// (forms: a field `idempotency_key`) is carried out once. Its answer is kept for 24 hours in the
// transaction of what it did, and given again to whoever repeats the request, with
// `Idempotency-Replayed: true`.
//
//   the same key, another route, path, body or caller   409 `idempotency_key_reused`
//   the same key, still being carried out after 0.5 s   409 `idempotency_key_in_use`, Retry-After
//   a key that is too long or not printable ASCII       400 `invalid_idempotency_key`
//   an answer with a secret that is shown once          409 `idempotency_answer_not_kept`
//
// Only answers below 400 are kept: a refused or failed request changed nothing and may be sent
// again with the same key. Follows draft-ietf-httpapi-idempotency-key-header-07.
#pragma once

#include <optional>
#include <string>

#include "core/task.hpp"
#include "db/db.hpp"
#include "http/router.hpp"

namespace freehold::http {

// One sending of a request that has a key.
struct Attempt {
  std::string key;
  std::string route;         // "POST /api/v1/documents"
  std::string request_hash;  // SHA-256 of caller, path, query and body
};

// None: the route or the request asks for no record.
std::optional<Attempt> attempt_of(const Request& request, const detail::RouteName& route);

// The answer that was kept, none for a key that is new; from then on until the end of the
// transaction nobody else can carry the request out.
Task<std::optional<Response>> find_answer(db::ControlTx& tx, const Attempt& attempt);
Task<std::optional<Response>> find_answer(db::DataTx& tx, const Attempt& attempt);

// Keeps the answer of an attempt for which find_answer gave none, and forgets the tenant's old
// ones.
Task<> keep_answer(db::ControlTx& tx, const Attempt& attempt, const Response& response);
Task<> keep_answer(db::DataTx& tx, const Attempt& attempt, const Response& response);

}  // namespace freehold::http
