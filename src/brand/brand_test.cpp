// What staff save, as other nodes see it.
#include "brand/brand.hpp"

#include <doctest/doctest.h>

#include "core/async.hpp"
#include "tests/support/world.hpp"

using namespace freehold;
using namespace freehold::brand;

namespace {

const Look configured{.name = "Acme", .mail_from = "Acme <hello@acme.example>"};

Task<> try_to_save(Brand& brand, db::Database& database, Look look, std::int64_t version,
                   std::string& outcome) {
  try {
    co_await save(brand, database, std::move(look), version, "staff_1");
    outcome = "saved";
  } catch (const Problem& problem) {
    outcome = problem.code;
    for (const FieldError& error : problem.errors) outcome += " " + error.field;
  }
}

struct Fixture {
  test::World world{{"db", "events", "brand"}};
  Brand brand{world.runtime(), world.database(), configured};
  Brand other{world.runtime(), world.database(), configured};
  ~Fixture() { set_words({}); }

  std::string saved(Look look, std::int64_t version) {
    std::string outcome;
    world.run([&](db::Database& db) {
      return try_to_save(brand, db, std::move(look), version, outcome);
    });
    return outcome;
  }
  void look(Brand& which) {
    world.run([&](db::Database&) { return which.look(); });
  }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture,
                  "what is saved shows here at once and on other nodes at their next look") {
  Look look = configured;
  look.name = "Acme Labs";
  look.accent = "#0f766e";
  look.logo = "<svg/>";
  look.workspace = "studio";
  look.workspaces = "studios";
  CHECK(saved(look, 0) == "saved");
  CHECK(brand.current()->look == look);
  CHECK(worded("A workspace") == "A studio");
  CHECK(other.current()->look == configured);
  this->look(other);
  CHECK(other.current()->look == look);
  CHECK(world.rows("select name, mail_from is null, accent, accent_dark is null, workspace from "
                   "brand.look") == "Acme Labs t #0f766e t studio\n");
}

TEST_CASE_FIXTURE(Fixture, "what is set back to the configuration is left to it again") {
  Look look = configured;
  look.name = "Acme Labs";
  CHECK(saved(look, 0) == "saved");
  CHECK(saved(configured, 1) == "saved");
  CHECK(brand.current()->look == configured);
  CHECK(brand.version() == 2);
  CHECK(world.rows("select name is null and logo is null from brand.look") == "t\n");
}

TEST_CASE("a colour that the configuration names can be taken back") {
  test::World world({"db", "events", "brand"});
  Look teal = configured;
  teal.accent = "#0f766e";
  Brand brand(world.runtime(), world.database(), teal);
  std::string outcome;
  world.run([&](db::Database& db) { return try_to_save(brand, db, configured, 0, outcome); });
  CHECK(outcome == "saved");
  CHECK(brand.current()->css == "");
}

TEST_CASE_FIXTURE(Fixture, "of two who change it at once the second is told, and nothing is lost") {
  Look look = configured;
  look.name = "One";
  CHECK(saved(look, 0) == "saved");
  look.name = "Two";
  CHECK(saved(look, 0) == "brand_changed");
  CHECK(brand.current()->look.name == "One");
}

TEST_CASE_FIXTURE(Fixture, "a look with mistakes is refused and changes nothing") {
  Look look = configured;
  look.accent = "#ffee00";
  look.name = "";
  CHECK(saved(look, 0) == "invalid_input name accent");
  CHECK(world.rows("select count(*) from brand.look") == "0\n");
  CHECK(world.rows("select count(*) from events.outbox") == "0\n");
}

TEST_CASE_FIXTURE(Fixture, "a row that this release does not accept is not shown") {
  CHECK(saved(configured, 0) == "saved");
  world.rows("update brand.look set accent = '#ffee00', version = 7 returning 1");
  look(brand);
  CHECK(brand.current()->look == configured);
}

TEST_CASE_FIXTURE(Fixture,
                  "who changed what is an event, with old and new values and without the logo") {
  Look look = configured;
  look.name = "Acme Labs";
  look.logo = "<svg/>";
  CHECK(saved(look, 0) == "saved");
  CHECK(world.rows("select type, payload->>'staff', payload->'changes'->'name'->>'old_value', "
                   "payload->'changes'->'name'->>'new_value', payload->'changes'->'logo' "
                   "from events.outbox") == "brand.changed staff_1 Acme Acme Labs {}\n");
}
