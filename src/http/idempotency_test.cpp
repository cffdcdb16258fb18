#include <doctest/doctest.h>

#include <stdexcept>

#include "http/repeat_fixture.hpp"

using namespace freehold;
using namespace freehold::http;

namespace {

const db::TenantQuery<void, std::string> insert_data{"http_test.insert_data", R"(
  insert into things.data_thing (tenant_id, name) values ($1, $2))"};
const db::TenantQuery<std::int64_t> count_data{"http_test.count_data", R"(
  select count(*) from things.data_thing where tenant_id = $1)"};

Task<Response> add_control(Request&, db::ControlTx& tx) {
  const std::string name = next_name();
  co_await tx.run(insert_control, name);
  co_return json_response(201, json::object{{"name", name}}).with_header("Location", "/" + name);
}

Task<Response> add_data(Request&, db::DataTx& tx) {
  const std::string name = next_name();
  co_await tx.run(insert_data, name);
  co_return json_response(201, json::object{{"name", name}});
}

Task<Response> count(Request&, db::DataRead& tx) {
  const auto things = co_await tx.row(count_data);
  co_return text(200, std::to_string(things));
}

// What happens depends on `?do=`: it is written first in any case.
Task<Response> stumble(Request& request, db::DataTx& tx) {
  co_await tx.run(insert_data, next_name());
  const std::string_view what = request.query.get("do");
  if (what == "refuse") co_return text(422, "refused");
  if (what == "throw") throw Problem::forbidden("No.");
  if (what == "fail") throw std::runtime_error("broken");
  co_return text(200, "done");
}

Task<Response> make_secret(Request&, db::ControlTx& tx) {
  co_await tx.run(insert_control, next_name());
  Response response = text(201, "fh_ak_secret");
  response.shown_once = true;
  co_return response;
}

Task<Response> violate(Request&, db::DataTx& tx) {
  co_await tx.run(insert_data, std::string("same"));
  co_await tx.run(insert_data, std::string("same"));
  co_return no_content();
}

// Sends the request again while it is being carried out.
struct Again {
  Edge* through = nullptr;
  std::string inner;
  int calls = 0;
};

Task<Response> nest(Again& again, Request&, db::DataTx& tx) {
  ++again.calls;
  co_await tx.run(insert_data, next_name());
  Request same = post("/api/v1/nest", "key-of-nest");
  const Response response = co_await again.through->answer(same);
  again.inner = std::to_string(response.status) + " " + std::string(response.header("Retry-After"));
  co_return text(200, "outer");
}

struct Node : Again, RepeatFixture {
  Node() : RepeatFixture([this](Router& at) { add_routes(at); }) { through = &edge(); }

  void add_routes(Router& at) {
    at.post("/api/v1/control", add_control, member);
    at.post("/api/v1/data", add_data, member);
    at.post("/api/v1/other", add_data, member);
    at.post("/api/v1/preview", add_data, member, {.safe = true});
    at.post("/api/v1/data/{name}", add_data, member);
    at.get("/api/v1/count", count, member);
    at.post("/api/v1/stumble", stumble, member);
    at.post("/api/v1/secrets", make_secret, member);
    at.post("/api/v1/violate", violate, member);
    at.with<Again>(*this).post("/api/v1/nest", nest, member);
    at.post("/t/{slug}/things", add_control, member);
  }
};

}  // namespace

TEST_CASE("a request that is sent again with its key is carried out once and answered the same") {
  Node node;
  for (const std::string target : {"/api/v1/control", "/api/v1/data"}) {
    const std::string first = node.say(post(target, "key of " + target));
    CHECK(node.say(post(target, "key of " + target)) == first + " (replayed)");
    CHECK(node.say(post(target, "key of " + target)) == first + " (replayed)");
    CHECK(node.say(post(target, "another")) != first);
    CHECK(node.say(post(target, "")) != first);
  }
  CHECK(node.things() == "3 3\n");
}

TEST_CASE("a replayed answer has the headers of the first") {
  Node node;
  const Response first = node.answer(post("/api/v1/control", "k"));
  const Response again = node.answer(post("/api/v1/control", "k"));
  CHECK(again.status == 201);
  CHECK(again.content_type == "application/json");
  CHECK(again.header("Location") == first.header("Location"));
  CHECK(again.body == first.body);
}

TEST_CASE("a key of another request is refused: another route, path, body or caller") {
  Node node;
  CHECK(node.say(post("/api/v1/data", "k")).starts_with("201 "));
  CHECK(node.say(post("/api/v1/other", "k")) == "409 idempotency_key_reused");
  CHECK(node.say(post("/api/v1/data/a", "k")) == "409 idempotency_key_reused");
  CHECK(node.say(post("/api/v1/data?a=1", "k")) == "409 idempotency_key_reused");
  CHECK(node.say(post("/api/v1/data", "k", R"({"a":1})")) == "409 idempotency_key_reused");
  Request of_bob = post("/api/v1/data", "k");
  of_bob.add_header("X-User", "bob");
  CHECK(node.say(of_bob) == "409 idempotency_key_reused");
  CHECK(node.things() == "0 1\n");
}

TEST_CASE("keys are a tenant's own") {
  Node node;
  const std::string first = node.say(post("/api/v1/data", "k"));
  Request of_globex = post("/api/v1/data", "k");
  of_globex.add_header("X-Tenant", "globex");
  const std::string other = node.say(of_globex);
  CHECK(other.starts_with("201 "));
  CHECK(other != first);
}

TEST_CASE("a request that is still being carried out is not begun again") {
  Node node;
  CHECK(node.say(post("/api/v1/nest", "key-of-nest")) == "200 outer");
  CHECK(node.inner == "409 1");
  CHECK(node.calls == 1);
  CHECK(node.say(post("/api/v1/nest", "key-of-nest")) == "200 outer (replayed)");
  CHECK(node.calls == 1);
  CHECK(node.things() == "0 1\n");
}

TEST_CASE("what was refused or failed changed nothing, and may be sent again with its key") {
  Node node;
  CHECK(node.say(post("/api/v1/stumble?do=refuse", "a")) == "422 refused");
  CHECK(node.say(post("/api/v1/stumble?do=throw", "b")) == "403 forbidden");
  CHECK(node.say(post("/api/v1/stumble?do=fail", "c")) == "500 internal_error");
  CHECK(node.things() == "0 0\n");
  CHECK(node.say(post("/api/v1/stumble?do=refuse", "a")) == "422 refused");
  CHECK(node.say(post("/api/v1/stumble", "c")) == "200 done");
  CHECK(node.things() == "0 1\n");
}

TEST_CASE("a violated constraint is its problem, and rolls back what came before it") {
  Node node;
  CHECK(node.say(post("/api/v1/violate", "")) == "409 name_taken");
  CHECK(node.things() == "0 0\n");
}

TEST_CASE("a secret that is shown once is not kept") {
  Node node;
  CHECK(node.say(post("/api/v1/secrets", "k")) == "201 fh_ak_secret");
  CHECK(node.say(post("/api/v1/secrets", "k")) == "409 idempotency_answer_not_kept");
  CHECK(node.world.rows(
            "select body is null, position('fh_ak' in i::text) from http.idempotency i") ==
        "t 0\n");
}

TEST_CASE("answers are kept for 24 hours") {
  Node node;
  const std::string first = node.say(post("/api/v1/data", "k"));
  node.world.business().advance(hours(24) - seconds(1));
  CHECK(node.say(post("/api/v1/data", "k")) == first + " (replayed)");
  node.world.business().advance(seconds(1));
  const std::string second = node.say(post("/api/v1/data", "k"));
  CHECK(second.starts_with("201 "));
  CHECK(second != first);
  CHECK(node.world.rows("select count(*) from http.data_idempotency") == "1\n");
}

TEST_CASE("a preview keeps no record; a key that cannot be is refused") {
  Node node;
  CHECK(node.say(post("/api/v1/preview", "k")).starts_with("201 "));
  CHECK(node.say(post("/api/v1/preview", "k")).find("replayed") == std::string::npos);
  CHECK(node.say(post("/api/v1/data", std::string(256, 'k'))) == "400 invalid_idempotency_key");
  CHECK(node.say(post("/api/v1/data", std::string(255, 'k'))).starts_with("201 "));
  CHECK(node.say(post("/api/v1/data", "kü")) == "400 invalid_idempotency_key");
}

TEST_CASE("a form carries its key in a field") {
  Node node;
  const auto form = [&](std::string body) {
    Request made = request(
        Method::post, "/t/acme/things",
        {{"Content-Type", "application/x-www-form-urlencoded"}, {"Sec-Fetch-Site", "same-origin"}},
        std::move(body));
    made.staff_csrf_token = "token";
    return made;
  };
  const std::string first = node.say(form("csrf_token=token&idempotency_key=f1"));
  CHECK(first.starts_with("201 "));
  CHECK(node.say(form("csrf_token=token&idempotency_key=f1")) == first + " (replayed)");
  CHECK(node.say(form("csrf_token=token&idempotency_key=f1&name=x")).starts_with("409 "));
  CHECK(node.things() == "1 0\n");
}
