// Units that are held for something that has not happened yet.
#include <doctest/doctest.h>

#include <atomic>
#include <thread>

#include "core/json.hpp"
#include "tests/program/product.hpp"
#include "tests/program/rows.hpp"
#include "tests/program/workspace.hpp"

using namespace freehold;
using namespace freehold::program;

namespace {

struct World {
  World()
      : scratch(new_database()),
        program(settings_for(scratch.admin())),
        acme(sign_up(program, scratch.admin(), "owner@acme.example", "Acme")),
        staff(staff_member(program, "staff@freehold.example")),
        product(program) {
    limit_to("100");
  }

  void limit_to(const std::string& limit) {
    const std::string tenant = "/tenants/" + to_string(acme.id());
    staff.get(tenant + "/entitlements");
    staff.post(tenant + "/overrides", {{"subject", "limit documents.api_calls"},
                                       {"value", limit},
                                       {"reason", "agreed with their owner"}});
    program.machine().advance(seconds(5));  // no snapshot is older
  }
  std::string path(const std::string& below) const {
    return "/api/v1/tenants/" + to_string(acme.id()) + "/reservations" + below;
  }
  http::Response hold(int quantity, const std::string& key) {
    return product.hold(acme.id(), key, quantity);
  }
  http::Response commit(const std::string& id, const std::string& body = "") {
    return product.post(path("/" + id + "/commitment"), body);
  }
  http::Response release(const std::string& id) {
    return program.ask(product.request(http::Method::del, path("/" + id)));
  }
  std::string used() {
    return value(scratch.admin(), fmt::format("select coalesce(sum(used), 0) from "
                                              "metering.counter where tenant_id = '{}'",
                                              acme.tenant));
  }

  test::ScratchDatabase scratch;
  Program program;
  Workspace acme;
  Visitor staff;
  Product product;
};

std::string id_of(const http::Response& response) {
  REQUIRE_MESSAGE(response.ok(), response.body);
  return std::string(json::parse(response.body).at("id").as_string());
}

// "201 held 60", "409 reservation_ended"
std::string said(const http::Response& response) {
  const json::object body = json::parse(response.body).as_object();
  if (!response.ok())
    return fmt::format("{} {}", response.status, std::string_view(body.at("code").as_string()));
  return fmt::format("{} {} {}", response.status, std::string_view(body.at("state").as_string()),
                     body.at("quantity").as_int64());
}

}  // namespace

TEST_CASE("what is held cannot be held again, and what is not needed is given back") {
  World world;
  const std::string first = id_of(world.hold(60, "first"));
  CHECK(said(world.hold(60, "second")) == "402 limit_reached");
  CHECK(world.used() == "60");
  CHECK(said(world.commit(first, R"({"quantity": 25})")) == "200 committed 25");
  CHECK(world.used() == "25");
  const std::string second = id_of(world.hold(60, "second"));
  CHECK(world.used() == "85");
  CHECK(said(world.release(second)) == "200 released 0");
  CHECK(world.used() == "25");
}

TEST_CASE(
    "a hold that is refused far below the limit names a plan that has more than the own one") {
  World world;
  world.hold(60, "first");
  const json::value refusal = json::parse(world.hold(60, "second").body);
  CHECK(refusal.at("upgrade").at("plan") == "pro");  // Free has the hundred that there are already
}

TEST_CASE("the same hold by many at once is one hold, also when it takes the last that there is") {
  World world;
  for (int round = 0; round < 5; ++round) {
    std::vector<std::string> ids(8);
    std::vector<std::thread> holders;
    for (std::string& id : ids)
      holders.emplace_back([&world, &id, round] {
        const http::Response made = world.hold(20, fmt::format("round {}", round));
        if (made.ok()) id = json::parse(made.body).at("id").as_string();
      });
    for (auto& holder : holders) holder.join();
    CHECK_FALSE(ids.front().empty());
    CHECK(std::ranges::count(ids, ids.front()) == std::ptrdiff_t(ids.size()));
  }
  CHECK(world.used() == "100");
}

TEST_CASE("every way to end a reservation may be said twice, and no other way follows it") {
  World world;
  const std::string used = id_of(world.hold(10, "used"));
  CHECK(said(world.commit(used)) == "200 committed 10");
  CHECK(said(world.commit(used)) == "200 committed 10");
  CHECK(said(world.commit(used, R"({"quantity": 10})")) == "200 committed 10");
  CHECK(said(world.commit(used, R"({"quantity": 9})")) == "409 reservation_ended");
  CHECK(said(world.release(used)) == "409 reservation_ended");
  const std::string given_back = id_of(world.hold(10, "given back"));
  CHECK(said(world.release(given_back)) == "200 released 0");
  CHECK(said(world.release(given_back)) == "200 released 0");
  CHECK(said(world.commit(given_back)) == "409 reservation_ended");
  const std::string nothing = id_of(world.hold(10, "nothing"));
  CHECK(said(world.commit(nothing, R"({"quantity": 0})")) == "200 committed 0");
  CHECK(world.used() == "10");
}

TEST_CASE("the same key holds once") {
  World world;
  const std::string id = id_of(world.hold(30, "once"));
  CHECK(id_of(world.hold(30, "once")) == id);
  CHECK(world.used() == "30");
}

TEST_CASE("a reservation that nobody ends expires, and makes room for others by itself") {
  World world;
  const std::string forgotten = id_of(world.hold(100, "forgotten"));
  CHECK(said(world.hold(1, "early")) == "402 limit_reached");
  world.program.machine().advance(seconds(61));
  CHECK(said(world.hold(100, "later")) == "201 held 100");
  CHECK(said(world.commit(forgotten)) == "409 reservation_ended");
  CHECK(said(world.release(forgotten)) == "200 expired 0");
  CHECK(world.used() == "100");
}

TEST_CASE("a call that would be refused for what has expired is allowed") {
  World world;
  world.hold(100, "forgotten");
  world.program.machine().advance(seconds(61));
  CHECK(world.acme.api(http::Method::get, "/api/v1/documents").status == 200);
  CHECK(world.used() == "1");
}

TEST_CASE("a commitment that comes too late uses nothing") {
  World world;
  const std::string late = id_of(world.hold(40, "late"));
  world.program.machine().advance(seconds(61));
  CHECK(said(world.commit(late)) == "409 reservation_ended");
  CHECK(world.used() == "0");
}

TEST_CASE("bad input is refused and holds nothing") {
  World world;
  const auto send = [&](const std::string& body) {
    return world.product.post(world.path(""), body);
  };
  for (const char* body :
       {R"({})", R"({"meter":"no.such","idempotency_key":"k"})",
        R"({"meter":"documents.api_calls","idempotency_key":""})",
        R"({"meter":"documents.api_calls","idempotency_key":"k","quantity":0})",
        R"({"meter":"documents.api_calls","idempotency_key":"k","expires_in":3601})"})
    CHECK_MESSAGE(send(body).status == 422, body);
  const std::string id = id_of(world.hold(5, "some"));
  CHECK(world.commit(id, R"({"quantity": 6})").status == 422);
  CHECK(world.commit(id, R"({"quantity": -1})").status == 422);
  CHECK(world.commit("reservation_01m8h7bmwre5hrvqd3k9wkadtk").status == 404);
  CHECK(world.release("reservation_01m8h7bmwre5hrvqd3k9wkadtk").status == 404);
  CHECK(world.used() == "5");
}

TEST_CASE("another workspace's reservation does not exist, also for the product") {
  World world;
  Workspace other = sign_up(world.program, world.scratch.admin(), "owner@other.example", "Other");
  const std::string theirs = id_of(world.product.hold(other.id(), "theirs", 5));
  CHECK(world.commit(theirs).status == 404);
  CHECK(world.release(theirs).status == 404);
}

TEST_CASE("of many that hold at once exactly as many succeed as there is room for") {
  World world;
  std::atomic<int> held = 0, refused = 0;
  std::vector<std::thread> holders;
  for (int h = 0; h < 8; ++h)
    holders.emplace_back([&, h] {
      for (int i = 0; i < 10; ++i) {
        const int status = world.hold(3, fmt::format("{}-{}", h, i)).status;
        (status == 201 ? held : refused) += 1;
      }
    });
  for (auto& holder : holders) holder.join();
  CHECK(held == 33);
  CHECK(refused == 47);
  CHECK(world.used() == "99");
}
