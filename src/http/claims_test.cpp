// Requests that are sent twice to handlers that open their own transactions.
#include <doctest/doctest.h>

#include <algorithm>
#include <stdexcept>

#include "http/idempotency.hpp"
#include "http/repeat_fixture.hpp"

using namespace freehold;
using namespace freehold::http;

namespace {

Task<> write(db::Database& database, const Actor& actor) {
  db::ControlTx tx = database.control(actor);
  co_await tx.run(insert_control, next_name());
  co_await tx.commit();
}

Task<Response> act(Request& request, db::Database& database) {
  co_await write(database, request.actor());
  co_return json_response(200, json::object{{"name", next_name()}});
}

// What happens depends on `?do=`, after something was written.
Task<Response> stumble(Request& request, db::Database& database) {
  co_await write(database, request.actor());
  const std::string_view what = request.query.get("do");
  if (what == "refuse") co_return text(422, "refused");
  if (what == "throw") throw Problem::forbidden("No.");
  if (what == "fail") throw std::runtime_error("broken");
  co_return text(200, "done");
}

// Sends the request again while it is being carried out.
struct Again {
  Edge* through = nullptr;
  std::string inner;
};

Task<Response> nest(Again& again, Request& request, db::Database& database) {
  co_await write(database, request.actor());
  Request same = post("/api/v1/nest", "k");
  const Response response = co_await again.through->answer(same);
  again.inner = std::to_string(response.status) + " " + std::string(response.header("Retry-After"));
  co_return text(200, "outer");
}

struct Node : Again, RepeatFixture {
  Node() : RepeatFixture([this](Router& at) { add_routes(at); }) { through = &edge(); }

  void add_routes(Router& at) {
    at.post("/api/v1/act", act, member);
    at.del("/api/v1/act", act, member);
    at.post("/api/v1/stumble", stumble, member);
    at.with<Again>(*this).post("/api/v1/nest", nest, member);
    at.post("/t/{slug}/act", act, member);
  }
};

Request form() {
  Request made = request(
      Method::post, "/t/acme/act",
      {{"Content-Type", "application/x-www-form-urlencoded"}, {"Sec-Fetch-Site", "same-origin"}},
      "csrf_token=token&idempotency_key=f");
  made.staff_csrf_token = "token";
  return made;
}

// What the process has in hand when it dies.
struct LeftBehind {
  std::optional<Claim> claim;
  bool taken = false;
};

Task<> claim(db::Database& database, const Request& request, LeftBehind& left) {
  const Actor actor = ActorMint::user(acme, UserId{acme.uuid}, "owner", {}, {});
  Request same = request;
  same.actor_ = actor;
  const auto attempt =
      attempt_of(same, {Method::post, "/api/v1/act", false}, database.clocks().machine.now());
  left.claim.emplace(database, actor, *attempt);
  const auto earlier = co_await left.claim->take();
  left.taken = !earlier;
}

Task<> answer_late(LeftBehind& left) {
  const Response late = text(200, "late");
  co_await left.claim->answer(late);
}

}  // namespace

TEST_CASE("what a handler does in transactions of its own is done once for a repeated request") {
  Node node;
  const std::string first = node.say(post("/api/v1/act", "k"));
  CHECK(first.starts_with("200 "));
  CHECK(node.say(post("/api/v1/act", "k")) == first + " (replayed)");
  CHECK(node.say(post("/api/v1/act", "k", R"({"a":1})")) == "409 idempotency_key_reused");
  Request other = post("/api/v1/act", "k");
  other.method = Method::del;
  CHECK(node.say(other) == "409 idempotency_key_reused");
  CHECK(node.say(post("/api/v1/act", std::string(256, 'k'))) == "400 invalid_idempotency_key");
  CHECK(node.things() == "1 0\n");
  node.world.business().advance(hours(24));
  CHECK(node.say(post("/api/v1/act", "k")) != first + " (replayed)");
  CHECK(node.things() == "2 0\n");
}

TEST_CASE("who repeats a request while its handler is at work is told to come back") {
  Node node;
  CHECK(node.say(post("/api/v1/nest", "k")) == "200 outer");
  CHECK(node.inner == "409 1");
  CHECK(node.say(post("/api/v1/nest", "k")) == "200 outer (replayed)");
  CHECK(node.things() == "1 0\n");
}

TEST_CASE("a form that is sent five times at once acts once, and each sees what came of it") {
  Node node;
  const auto all = node.say_all(std::vector<Request>(5, form()));
  CHECK(std::ranges::count(all, node.say(form())) == 4);
  CHECK(node.things() == "1 0\n");
}

TEST_CASE("a handler that refused or failed may be asked again with the same key") {
  Node node;
  CHECK(node.say(post("/api/v1/stumble?do=refuse", "a")) == "422 refused");
  CHECK(node.say(post("/api/v1/stumble?do=throw", "b")) == "403 forbidden");
  CHECK(node.say(post("/api/v1/stumble?do=fail", "c")) == "500 internal_error");
  CHECK(node.world.rows("select count(*) from http.idempotency") == "0\n");
  for (const char* key : {"a", "b", "c"})
    CHECK(node.say(post("/api/v1/stumble", key)) == "200 done");
}

TEST_CASE("a claim whose process died ends after two minutes, and its answer then comes too late") {
  Node node;
  LeftBehind left;
  const Request asked = post("/api/v1/act", "k");
  node.world.run([&](db::Database& database) { return claim(database, asked, left); });
  CHECK(left.taken);
  CHECK(node.say(asked) == "409 idempotency_key_in_use");
  node.world.machine().advance(minutes(2) - seconds(1));
  CHECK(node.say(asked) == "409 idempotency_key_in_use");
  node.world.machine().advance(seconds(1));
  const std::string answer = node.say(asked);
  CHECK(answer.starts_with("200 "));
  node.world.run([&](db::Database&) { return answer_late(left); });
  CHECK(node.say(asked) == answer + " (replayed)");
}
