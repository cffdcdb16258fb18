// What one workspace can make a node do: a bounded amount of work and of memory.
#include <doctest/doctest.h>

#include <ctime>

#include "documents/documents.hpp"

using namespace freehold;
using namespace freehold::documents;

namespace {

TenantId tenant(int n) {
  TenantId id;
  id.uuid.bytes[15] = std::uint8_t(n);
  return id;
}

}  // namespace

TEST_CASE("as many tags as a request has room for are refused without much work") {
  Draft draft{.title = "Tagged", .body = {}, .tags = {}};
  for (int i = 0; i < 100'000; ++i) draft.tags.push_back(std::to_string(i));
  const std::clock_t began = std::clock();
  const FieldErrors errors = tidy(draft);
  const double seconds = double(std::clock() - began) / CLOCKS_PER_SEC;

  REQUIRE(errors.size() == 1);
  CHECK(errors.front().message == "Use at most 20 tags.");
  CHECK(seconds < 2);
}

TEST_CASE("a workspace has one export in memory, and a node eight") {
  Exports exports;
  auto first = exports.enter(tenant(1));
  CHECK_THROWS_WITH_AS(
      exports.enter(tenant(1)),
      "An export of this workspace is being sent. Wait until it has arrived, then try again.",
      Problem);

  std::vector<std::shared_ptr<const void>> others;
  for (int n = 2; n <= 8; ++n) others.push_back(exports.enter(tenant(n)));
  CHECK_THROWS_WITH_AS(exports.enter(tenant(9)),
                       "Too many exports are being sent. Try again in a minute.", Problem);

  first.reset();
  CHECK(exports.enter(tenant(1)) != nullptr);
}
