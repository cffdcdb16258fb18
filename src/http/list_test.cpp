#include "http/list.hpp"

#include <doctest/doctest.h>

#include "core/json.hpp"
#include "http/edge_fixture.hpp"

using namespace freehold;
using namespace freehold::http;

namespace {

struct Thing {
  static constexpr std::string_view object = "thing";
  int number;
};
BOOST_DESCRIBE_STRUCT(Thing, (), (number))

std::string listed(std::string_view query, int rows) {
  const Request asked = request(Method::get, "/api/v1/things" + std::string(query));
  const auto page = paging<UserId>(asked);
  std::vector<Thing> things;
  for (int i = 0; i < std::min(rows, page.fetch()); ++i) things.push_back({i});
  return list(asked, page, std::move(things)).body;
}

FieldErrors mistakes(std::string_view query) {
  try {
    paging<UserId>(request(Method::get, "/api/v1/things" + std::string(query)));
  } catch (const Problem& problem) {
    CHECK(problem.status == 422);
    return problem.errors;
  }
  return {};
}

}  // namespace

TEST_CASE("a list says whether there is more") {
  CHECK(
      listed("?limit=2", 2) ==
      R"({"object":"list","data":[{"object":"thing","number":0},{"object":"thing","number":1}],"has_more":false,"url":"/api/v1/things"})");
  CHECK(
      listed("?limit=2", 3) ==
      R"({"object":"list","data":[{"object":"thing","number":0},{"object":"thing","number":1}],"has_more":true,"url":"/api/v1/things"})");
  CHECK(listed("?limit=2", 0) ==
        R"({"object":"list","data":[],"has_more":false,"url":"/api/v1/things"})");
}

TEST_CASE("paging is 20 items from the beginning, or as asked") {
  const auto usual = paging<UserId>(request(Method::get, "/x"));
  CHECK(usual.limit == 20);
  CHECK(usual.fetch() == 21);
  CHECK_FALSE(usual.starting_after);
  const auto asked = paging<UserId>(
      request(Method::get, "/x?limit=100&starting_after=user_01h455vb4pex5vsknk084sn02q"));
  CHECK(asked.limit == 100);
  CHECK(to_string(asked.starting_after.value()) == "user_01h455vb4pex5vsknk084sn02q");
}

TEST_CASE("a limit or an id that cannot be is named") {
  for (const std::string_view query :
       {"?limit=0", "?limit=101", "?limit=x", "?limit=1x", "?limit=-1"}) {
    const FieldErrors errors = mistakes(query);
    REQUIRE(errors.size() == 1);
    CHECK(errors[0].field == "limit");
    CHECK(errors[0].message == "must be a whole number from 1 to 100");
  }
  const FieldErrors errors = mistakes("?starting_after=tenant_01h455vb4pex5vsknk084sn02q");
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].field == "starting_after");
  CHECK(errors[0].message == "must be an id that starts with user_");
}
