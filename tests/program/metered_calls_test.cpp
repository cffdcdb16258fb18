// What a call of the API costs.
#include <doctest/doctest.h>

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

int status_with_key(http::Method method, const std::string& key, const std::string& json = "") {
  Workspace& ours = neighbours().ours;
  http::Request request = ours.call(method, "/api/v1/documents", json);
  request.add_header("Idempotency-Key", key);
  return neighbours().program.ask(std::move(request)).status;
}

}  // namespace

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
