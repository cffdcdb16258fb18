// Streams of what changes and of what happens, as those who follow them hear them.
#include <doctest/doctest.h>

#include "app/parts.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "core/scope.hpp"
#include "db/blocking_connection.hpp"
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
        other(sign_up(program, scratch.admin(), "owner@other.example", "Other")),
        staff(staff_member(program, "staff@freehold.example")),
        product(program) {}

  test::ScratchDatabase scratch;
  Program program;
  Workspace acme;
  Workspace other;
  Visitor staff;
  Product product;
};

// The text of a stream from its beginning to the first piece that holds `mark`.
struct Follower {
  Follower(World& world, const std::string& target, const std::string& last_id = "")
      : program(world.program) {
    http::Request request = world.product.request(http::Method::get, target);
    if (!last_id.empty()) request.add_header("Last-Event-ID", last_id);
    response = program.ask(std::move(request));
    REQUIRE_MESSAGE(response.status == 200, response.body);
    REQUIRE(response.pieces);
  }

  std::string hear() {
    program.run([&]() { return take(); });
    return piece;
  }
  std::string hear_until(const std::string& mark) {
    std::string text;
    for (int i = 0; i < 40 && !text.contains(mark); ++i) text += hear();
    REQUIRE_MESSAGE(text.contains(mark), text);
    return text;
  }
  Task<> take();

  Program& program;
  http::Response response;
  std::string piece = {};  // the last one
};

Task<> Follower::take() {
  piece = co_await response.pieces();
}

std::int64_t runs_of(Program& program, std::string_view query) {
  const auto uses = program.parts().database.query_uses();
  const auto at = std::ranges::find(uses, query, &db::Database::QueryUse::name);
  return at == uses.end() ? 0 : at->runs;
}

// How often a query runs from now on. A node looks every quarter of a second, however many follow
// it.
class Looks {
 public:
  Looks(Program& program, std::string_view query)
      : program_(program), query_(query), runs_(runs_of(program, query)) {}

  void check_few() const {
    const auto took = std::chrono::steady_clock::now() - began_;
    CHECK(runs_of(program_, query_) - runs_ < 12 + took / std::chrono::milliseconds(250));
  }

 private:
  Program& program_;
  std::string_view query_;
  std::int64_t runs_;
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

using Followers = std::vector<std::unique_ptr<Follower>>;

Followers many(World& world, int count, const std::string& target) {
  Followers all;
  for (int i = 0; i < count; ++i) all.push_back(std::make_unique<Follower>(world, target));
  return all;
}

Task<> take_from_all(Program& program, Followers& followers) {
  Scope scope(program.parts().runtime.executor(0));
  for (const auto& follower : followers) scope.spawn("follower", follower->take());
  co_await scope.join();
}

// The next piece of each, all of them at once.
void hear_all(World& world, Followers& followers) {
  world.program.run([&] { return take_from_all(world.program, followers); });
}

bool all_heard(const Followers& followers, std::string_view text) {
  return std::ranges::all_of(followers,
                             [&](const auto& each) { return each->piece.contains(text); });
}

}  // namespace

TEST_CASE("a stream tells of a changed plan within a second, and of nobody else's") {
  World world;
  Follower stream(world, "/api/v1/entitlements/stream");
  const std::string first = stream.hear();
  CHECK(first.starts_with("retry: "));
  CHECK(first.contains("event: ready"));
  const auto began = std::chrono::steady_clock::now();
  set_override(world.acme, world.staff, "plan business", "");
  const std::string told = stream.hear_until("event: entitlements");
  CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds(5));
  CHECK(told.contains(R"("plan":"business")"));
  CHECK(told.contains(to_string(world.acme.id())));
  CHECK_FALSE(told.contains(to_string(world.other.id())));
  CHECK(told.contains("event: heartbeat"));
  CHECK(stream.hear_until("event: heartbeat").find("event: entitlements") == std::string::npos);
}

TEST_CASE(
    "who begins to follow is never given what was before the last change, whichever node made it") {
  World world;
  app::Settings settings = settings_for(world.scratch.admin());
  settings.database.budget = 14;
  Program elsewhere(settings);
  Visitor staff = staff_member(elsewhere, "other.staff@freehold.example");
  const std::string id = to_string(world.acme.id());
  for (int round = 0; round < 12; ++round) {
    const std::string plan = round % 2 == 0 ? "business" : "free";
    set_override(world.acme, staff, "plan " + plan, "");
    Follower stream(world, "/api/v1/entitlements/stream");
    REQUIRE(stream.hear().contains("event: ready"));
    const auto seen =
        json::parse(world.product.get("/api/v1/tenants/" + id + "/entitlements").body);
    CHECK(std::string(seen.at("plan").as_string()) == plan);
  }
}

TEST_CASE("many who follow plans cost the database no more than one does") {
  World world;
  Followers followers = many(world, 20, "/api/v1/entitlements/stream");
  for (int pieces = 0; pieces < 2; ++pieces) hear_all(world, followers);
  const Looks looks(world.program, "entitlements.horizon");
  for (int pieces = 0; pieces < 4; ++pieces) {
    hear_all(world, followers);
    CHECK(all_heard(followers, "event: heartbeat"));
  }
  looks.check_few();
}

TEST_CASE("many who follow the feed cost the database no more than one does") {
  World world;
  world.program.settle();
  Followers followers = many(world, 20, "/api/v1/events/stream");
  for (int pieces = 0; pieces < 2; ++pieces) hear_all(world, followers);
  CHECK(all_heard(followers, "event: member.added"));
  hear_all(world, followers);
  CHECK(all_heard(followers, ": quiet"));
  const Looks looks(world.program, "events.feed");
  join(world.acme, "ada@acme.example", "member");
  world.program.settle();
  hear_all(world, followers);
  CHECK(all_heard(followers, "event: member.added"));
  looks.check_few();
}

TEST_CASE("a stream ends when its key is revoked") {
  World world;
  Follower stream(world, "/api/v1/entitlements/stream");
  Follower feed(world, "/api/v1/events/stream?types=plan.changed");
  stream.hear_until("event: heartbeat");
  feed.hear();
  db::BlockingConnection(world.scratch.admin())
      .run("update access.product_key set revoked_at = now()");
  world.program.machine().advance(seconds(1));
  CHECK(stream.hear() == "");
  CHECK(feed.hear() == "");
}

TEST_CASE("a stream that broke off goes on where it was, and nothing in between is missed") {
  World world;
  Follower first(world, "/api/v1/entitlements/stream");
  first.hear();
  const std::string beat = first.hear_until("event: heartbeat");
  const std::string cursor = between(beat, "id: ", "\n");
  REQUIRE(!cursor.empty());
  set_override(world.acme, world.staff, "plan business", "");
  set_override(world.other, world.staff, "plan free", "");
  Follower second(world, "/api/v1/entitlements/stream", cursor);
  second.hear();
  std::string told = second.hear_until(to_string(world.other.id()));
  if (!told.contains(to_string(world.acme.id()))) told += second.hear_until("\"business\"");
  CHECK(told.contains(R"("plan":"business")"));
  CHECK(told.contains(R"("plan":"free")"));
}

TEST_CASE("a cursor that is none of ours resets the stream") {
  World world;
  for (const std::string cursor : {"9223372036854775807", "-1", "yesterday"}) {
    Follower stream(world, "/api/v1/entitlements/stream", cursor);
    CHECK_MESSAGE(stream.hear().contains("event: reset"), cursor);
  }
}
