// Requests that may be sent twice: a tenant's POST, PUT, PATCH or DELETE that carries an
// Idempotency-Key (forms: a field `idempotency_key`) is carried out once. Its answer is kept for 24
// hours and given again to whoever repeats the request, with `Idempotency-Replayed: true`.
//
//   the same key, another route, path, body or caller   409 `idempotency_key_reused`
//   the same key, still being carried out after 0.5 s   409 `idempotency_key_in_use`, Retry-After;
//                                                       a form waits up to 10 s
//   a key that is too long or not printable ASCII       400 `invalid_idempotency_key`
//   an answer with a secret that is shown once          409 `idempotency_answer_not_kept`
//
// Only answers below 400 are kept: a refused or failed request may be sent again with the same key.
// A handler with a ControlTx or DataTx has its answer kept in the transaction of what it did. One
// that opens its own transactions claims the key before it begins, in a transaction that is over
// then; a claim that its process left behind ends after two minutes, and the request is carried out
// again. The control plane's keys and the data plane's do not know of each other.
//
// Follows draft-ietf-httpapi-idempotency-key-header-07.
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
  bool from_form;
  Instant sent_at;  // machine clock
};

// None: the route or the request asks for no record.
std::optional<Attempt> attempt_of(const Request& request, const detail::RouteName& route,
                                  Instant sent_at);

// The answer that was kept, none for a key that is new; from then on until the end of the
// transaction nobody else can carry the request out.
Task<std::optional<Response>> find_answer(db::ControlTx& tx, const Attempt& attempt);
Task<std::optional<Response>> find_answer(db::DataTx& tx, const Attempt& attempt);

// Keeps the answer of an attempt for which find_answer gave none, and forgets the tenant's old
// ones.
Task<> keep_answer(db::ControlTx& tx, const Attempt& attempt, const Response& response);
Task<> keep_answer(db::DataTx& tx, const Attempt& attempt, const Response& response);

// The right to carry out an attempt with transactions of one's own: taken before, and ended by one
// of the two.
class Claim {
 public:
  Claim(db::Database& database, Actor actor, Attempt attempt);

  // The answer that was kept, none when the claim is ours from now on.
  Task<std::optional<Response>> take();
  Task<> answer(const Response& response);
  Task<> give_up();

 private:
  db::Database& database_;
  Actor actor_;
  Attempt attempt_;
  Uuid id_;
};

}  // namespace freehold::http
