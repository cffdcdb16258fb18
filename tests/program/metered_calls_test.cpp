// What a call of the API costs.
#include <doctest/doctest.h>

#include "app/parts.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "tests/program/neighbours.hpp"

using namespace freehold;
using namespace freehold::program;

namespace {

int used() {
  Neighbours& all = neighbours();
  return std::stoi(value(all.database, fmt::format("select coalesce(sum(used), 0) from "
                                                   "metering.counter where tenant_id = '{}'",
                                                   all.ours.tenant)));
}

http::Response call_with_key(http::Method method, const std::string& key,
                             const std::string& json = "") {
  Workspace& ours = neighbours().ours;
  http::Request request = ours.call(method, "/api/v1/documents", json);
  request.add_header("Idempotency-Key", key);
  return neighbours().program.ask(std::move(request));
}

int status_with_key(http::Method method, const std::string& key, const std::string& json = "") {
  return call_with_key(method, key, json).status;
}

void limit_documents(Visitor& staff, const std::string& limit) {
  override_limit(neighbours().ours, staff, "documents.documents", limit);
}

// A call that passes the guard and then fails through no fault of the caller.
Task<> fail_behind_guard(http::Request request) {
  app::Node::Parts& parts = neighbours().program.parts();
  request.id = "req_that_fails";
  const auto match = parts.public_router.match(request);
  const auto refusal = co_await parts.guard.admit(request, *match.route);
  CHECK(!refusal);
  co_await parts.guard.settle(request, *match.route, 500);
}

void fail_with_key(const std::string& key) {
  http::Request request =
      neighbours().ours.call(http::Method::post, "/api/v1/documents", R"({"title": "Lost"})");
  if (!key.empty()) request.add_header("Idempotency-Key", key);
  neighbours().program.run([&] { return fail_behind_guard(std::move(request)); });
}

}  // namespace

TEST_CASE(
    "a call that fails through no fault of the caller costs nothing, with a key and without") {
  const int before = used();
  fail_with_key("");
  fail_with_key("failed");
  CHECK(used() == before);
  CHECK(status_with_key(http::Method::post, "failed", R"({"title": "Again"})") == 201);
  CHECK(used() == before + 1);
}

TEST_CASE(
    "a call that is refused for a full limit costs nothing and says where there is more room") {
  Visitor staff = staff_member(neighbours().program, "limits@staff.example");
  const int before = used();
  limit_documents(staff, "0");
  const auto refused = call_with_key(http::Method::post, "full", R"({"title": "No room"})");
  CHECK(refused.status == 402);
  CHECK(json::parse(refused.body).at("upgrade").at("url").as_string() ==
        fmt::format("{}/upgrade/{}", base_url, to_string(neighbours().ours.id())));
  CHECK(used() == before);
  limit_documents(staff, "unlimited");
  CHECK(status_with_key(http::Method::post, "full", R"({"title": "Room"})") == 201);
  CHECK(used() == before + 1);
}

TEST_CASE("a repeated call that fails does not take back what the first one cost") {
  const int before = used();
  CHECK(status_with_key(http::Method::post, "repeated", R"({"title": "Kept"})") == 201);
  fail_with_key("repeated");
  CHECK(used() == before + 1);
}

TEST_CASE("reading costs a call each time, also with a key for repeats") {
  const int before = used();
  for (int i = 0; i < 3; ++i) CHECK(status_with_key(http::Method::get, "the same") == 200);
  CHECK(used() == before + 3);
}

TEST_CASE("a writing call that is repeated with its key costs one, however long the key") {
  const int before = used();
  const std::string longest(255, 'k');
  for (int i = 0; i < 3; ++i)
    CHECK(status_with_key(http::Method::post, longest, R"({"title": "Once"})") == 201);
  CHECK(used() == before + 1);
}
