// The feed: what happened to every workspace, in one order, with nothing missed and nothing lost.
#include <doctest/doctest.h>

#include <set>
#include <thread>

#include "app/parts.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
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
        product(program) {
    program.settle();
  }

  // Makes the key of the workspace one of this role: admin, member or viewer.
  void make_key_of(const std::string& role) {
    db::BlockingConnection(scratch.admin())
        .run(fmt::format("update access.api_key set role = '{}' where tenant_id = '{}'", role,
                         acme.tenant));
    program.machine().advance(seconds(1));
  }
  json::object own_page(const std::string& query) {
    const auto response = acme.api(http::Method::get, "/api/v1/events" + query);
    REQUIRE_MESSAGE(response.status == 200, response.body);
    return json::parse(response.body).as_object();
  }
  json::object page(const std::string& query) {
    const auto response = product.get("/api/v1/events" + query);
    REQUIRE_MESSAGE(response.status == 200, response.body);
    return json::parse(response.body).as_object();
  }

  test::ScratchDatabase scratch;
  Program program;
  Workspace acme;
  Product product;
};

std::string types_of(const json::object& page) {
  std::string types;
  for (const json::value& event : page.at("data").as_array())
    types += std::string(event.at("type").as_string()) + "\n";
  return types;
}

std::string code_of(const http::Response& response) {
  return fmt::format("{} {}", response.status,
                     std::string_view(json::parse(response.body).at("code").as_string()));
}

Task<> heard(const http::Response& response, std::string& piece) {
  piece = co_await response.pieces();
}

std::string hear(World& world, const http::Response& response) {
  std::string piece;
  world.program.run([&] { return heard(response, piece); });
  return piece;
}

std::string cursor_of(const json::object& page) {
  return std::string(page.at("next_cursor").as_string());
}

}  // namespace

TEST_CASE("the feed tells what happened to a workspace, from its first day on") {
  World world;
  const json::object page = world.page("");
  const std::string types = types_of(page);
  CHECK(types.starts_with("tenant.created\nmember.added\n"));
  CHECK(types.contains("key.created\n"));
  CHECK_FALSE(types.contains("signup.requested"));  // of the installation, not of a workspace
  const json::object& first = page.at("data").at(0).as_object();
  CHECK(first.at("object") == "event");
  CHECK(first.at("id").as_string().starts_with("event_"));
  CHECK(first.at("tenant_id") == json::string(to_string(world.acme.id())));
  CHECK(first.at("data").as_object().contains("owner"));
  CHECK(first.at("occurred_at").is_string());
  CHECK(page.at("has_more") == false);
}

TEST_CASE(
    "reading page by page gives the same events as reading at once, and the end stays the end") {
  World world;
  const json::object whole = world.page("");
  std::string types;
  std::string cursor = "0";
  for (int pages = 0; pages < 50; ++pages) {
    const json::object page = world.page("?limit=1&after=" + cursor);
    types += types_of(page);
    cursor = cursor_of(page);
    if (!page.at("has_more").as_bool()) break;
  }
  CHECK(types == types_of(whole));
  CHECK(cursor == cursor_of(whole));
  const json::object after = world.page("?after=" + cursor);
  CHECK(types_of(after) == "");
  CHECK(cursor_of(after) == cursor);
}

TEST_CASE("types and tenant choose, and the cursor goes on past what was not chosen") {
  World world;
  Workspace other = sign_up(world.program, world.scratch.admin(), "owner@other.example", "Other");
  world.program.settle();
  CHECK(types_of(world.page("?types=member.*")) == "member.added\nmember.added\n");
  CHECK(types_of(world.page("?types=member.*,tenant.created&tenant_id=" + to_string(other.id()))) ==
        "tenant.created\nmember.added\n");
  CHECK(types_of(world.page("?types=member.removed")) == "");
  CHECK(cursor_of(world.page("?types=member.removed")) == cursor_of(world.page("")));
  for (const char* query : {"?after=x", "?after=-1", "?limit=0", "?limit=501", "?types=DROP",
                            "?tenant_id=acme", "?types=,"})
    CHECK_MESSAGE(
        code_of(world.product.get("/api/v1/events" + std::string(query))) == "422 invalid_input",
        query);
}

TEST_CASE("a cursor behind what is kept is said to be expired, and the beginning never is") {
  World world;
  db::BlockingConnection(world.scratch.admin()).run("delete from events.outbox where position < 4");
  CHECK(code_of(world.product.get("/api/v1/events?after=2")) == "410 cursor_expired");
  CHECK(code_of(world.product.get("/api/v1/events/stream?after=2")) == "410 cursor_expired");
  CHECK(world.product.get("/api/v1/events?after=3").status == 200);
  CHECK(world.product.get("/api/v1/events").status == 200);
  db::BlockingConnection(world.scratch.admin()).run("delete from events.outbox");
  CHECK(code_of(world.product.get("/api/v1/events?after=3")) == "410 cursor_expired");
}

TEST_CASE("numbers never begin anew, also when all events are gone") {
  World world;
  const std::string cursor = cursor_of(world.page(""));
  db::BlockingConnection(world.scratch.admin())
      .run("delete from events.outbox where position is not null");
  Workspace other = sign_up(world.program, world.scratch.admin(), "owner@other.example", "Other");
  world.program.settle();
  const json::object page = world.page("?after=" + cursor);
  CHECK(types_of(page).starts_with("tenant.created\nmember.added\n"));
}

TEST_CASE("while many write and several number, a reader misses nothing and sees nothing twice") {
  World world;
  app::Settings settings = settings_for(world.scratch.admin());
  settings.database.budget = 14;
  Program second(settings);
  world.program.work();
  second.work();
  std::string cursor = cursor_of(world.page(""));
  constexpr int each = 60;
  std::vector<std::jthread> writers;
  for (int w = 0; w < 3; ++w)
    writers.emplace_back([&world, w] {
      db::BlockingConnection connection(world.scratch.admin());
      for (int i = 0; i < each; ++i)
        connection.run(fmt::format(
            "insert into events.outbox (tenant_id, id, type, payload, occurred_at) values ('{}', "
            "gen_random_uuid(), 'test.written', '{{\"n\": {}}}', now())",
            world.acme.tenant, w * each + i));
    });
  std::multiset<std::int64_t> seen;
  wait_until([&] {
    const json::object page = world.page("?types=test.*&limit=7&after=" + cursor);
    cursor = cursor_of(page);
    for (const json::value& event : page.at("data").as_array())
      seen.insert(event.at("data").at("n").as_int64());
    return seen.size() >= 3 * each;
  });
  for (auto& writer : writers) writer.join();
  CHECK(seen.size() == 3 * each);
  CHECK(std::set(seen.begin(), seen.end()).size() == 3 * each);
}

TEST_CASE("a stream of the feed gives what is there and then what happens, each with its cursor") {
  World world;
  const auto response = world.product.get("/api/v1/events/stream?types=member.*");
  REQUIRE(response.status == 200);
  std::string text;
  const auto hear = [&] {
    std::string piece;
    world.program.run([&] { return heard(response, piece); });
    text += piece;
  };
  hear();
  CHECK(text.starts_with("retry: "));
  hear();
  CHECK(text.contains("event: member.added\ndata: {"));
  join(world.acme, "ada@acme.example", "member");
  world.program.settle();
  hear();
  CHECK(text.contains("id: "));
  CHECK(text.find("event: member.added") != text.rfind("event: member.added"));
}

TEST_CASE(
    "a workspace's key with the permission reads the events of its workspace, and no others") {
  World world;
  Workspace other = sign_up(world.program, world.scratch.admin(), "owner@other.example", "Other");
  world.program.settle();
  world.make_key_of("admin");
  const json::object own = world.own_page("");
  CHECK(types_of(own) == types_of(world.page("?tenant_id=" + to_string(world.acme.id()))));
  CHECK(cursor_of(own) == cursor_of(world.page("")));
  CHECK(types_of(world.own_page("?after=" + cursor_of(own))) == "");
  CHECK(types_of(world.own_page("?types=member.*")) == "member.added\n");
  std::string types;
  std::string cursor = "0";
  for (bool more = true; more;) {
    const json::object page = world.own_page("?limit=1&after=" + cursor);
    types += types_of(page);
    cursor = cursor_of(page);
    more = page.at("has_more").as_bool();
  }
  CHECK(types == types_of(own));
  CHECK(code_of(world.acme.api(http::Method::get, "/api/v1/events?tenant_id=" +
                                                      to_string(other.id()))) == "404 not_found");
  world.make_key_of("member");
  CHECK(code_of(world.acme.api(http::Method::get, "/api/v1/events")) == "403 forbidden");
  CHECK(code_of(world.acme.api(http::Method::get, "/api/v1/events/stream")) == "403 forbidden");
}

TEST_CASE("a workspace's stream tells what happens in it, and ends when its key may not read on") {
  World world;
  Workspace other = sign_up(world.program, world.scratch.admin(), "owner@other.example", "Other");
  world.program.settle();
  world.make_key_of("admin");
  const std::string end = cursor_of(world.page(""));
  const auto stream = world.acme.api(http::Method::get, "/api/v1/events/stream?after=" + end);
  REQUIRE_MESSAGE(stream.status == 200, stream.body);
  CHECK(hear(world, stream).starts_with("retry: "));
  CHECK(hear(world, stream) == ": quiet\n\n");
  join(other, "bo@other.example", "member");
  join(world.acme, "ada@acme.example", "member");
  world.program.settle();
  const std::string told = hear(world, stream);
  CHECK(told.contains("event: member.added"));
  CHECK(told.contains(to_string(world.acme.id())));
  CHECK_FALSE(told.contains(to_string(other.id())));
  world.make_key_of("viewer");
  CHECK(hear(world, stream) == "");
}
