#include <doctest/doctest.h>

#include "core/async.hpp"
#include "moving/moving.hpp"
#include "tests/support/world.hpp"

using namespace freehold;
using namespace freehold::moving;

namespace {

constexpr std::string_view acme =
    R"(type,external_id,name,slug,email,email_verified,password_hash,organisation,person,role
organisation,o1,Acme,,,,,,,
organisation,o2,Acme,,,,,,,
person,u1,Ada,,ada@example.com,true,$2b$04$abcdefghijklmnopqrstuu2RLwJYmqf4gRLPQWHqXO0DyEXNJPJdq,,,
person,u2,Bob,,bob@example.com,false,$2b$04$abcdefghijklmnopqrstuu2RLwJYmqf4gRLPQWHqXO0DyEXNJPJdq,,,
membership,,,,,,,o1,u1,owner
membership,,,,,,,o1,u2,viewer
membership,,,,,,,o2,u2,owner
)";

constexpr std::string_view people =
    "select email, name, phc like '$2b$%', pepper_id = '' from identity.account "
    "left join identity.password using (user_id) order by email";
constexpr std::string_view workspaces =
    "select slug, email, role from tenancy.tenant join tenancy.membership using (tenant_id) "
    "join identity.account using (user_id) order by slug, email";

// Imports into a world of its own and remembers what was said.
struct Import {
  test::World world{"db", "events", "audit", "tenancy", "identity"};
  std::string said = {};
  int billed = 0;
  bool dry_run = false;
  bool skip_bad = false;

  PeopleOutcome run(std::string_view text) {
    PeopleOutcome outcome;
    world.run([&](db::Database&) { return take_in(*this, text, outcome); });
    return outcome;
  }

  std::string rows(std::string_view sql) const { return world.rows(std::string(sql)); }

 private:
  static Task<> bill(Import& import, db::ControlTx&) {
    ++import.billed;
    co_return;
  }
  static Task<> take_in(Import& import, std::string_view text, PeopleOutcome& outcome) {
    const PeopleImport order{
        .database = import.world.database(),
        .clocks = import.world.clocks(),
        .start_billing = [&import](db::ControlTx& tx) { return bill(import, tx); },
        .source = "legacy",
        .dry_run = import.dry_run,
        .skip_bad = import.skip_bad,
        .say = [&import](std::string_view line) { import.said += std::string(line) + "\n"; }};
    outcome = co_await import_people(order, read_people(text));
  }
};

}  // namespace

TEST_CASE("people come with their passwords, and organisations become workspaces of their people") {
  Import import;
  const PeopleOutcome outcome = import.run(acme);
  CHECK(outcome.people == 2);
  CHECK(outcome.workspaces == 2);
  CHECK(!outcome.refused);
  CHECK(import.said == "");
  // Bob's address is not verified: his password is left behind.
  CHECK(import.rows(people) ==
        "ada@example.com Ada t t\n"
        "bob@example.com Bob  \n");
  CHECK(import.rows(workspaces) ==
        "acme ada@example.com owner\n"
        "acme bob@example.com viewer\n"
        "acme-2 bob@example.com owner\n");
  CHECK(import.rows("select source, external_id, slug from tenancy.external_id join tenancy.tenant "
                    "using (tenant_id) order by slug") == "legacy o1 acme\nlegacy o2 acme-2\n");
  CHECK(import.billed == 2);
  CHECK(import.rows("select distinct payload ->> 'source' from events.outbox where type = "
                    "'tenant.created'") == "legacy\n");
  CHECK(import.rows("select distinct actor_type, actor_id from audit.event") ==
        "job people.import\n");
}

TEST_CASE("importing a file twice changes nothing") {
  Import import;
  import.run(acme);
  const std::string all = std::string("select (select count(*) from events.outbox), ") +
                          "(select count(*) from audit.event), (select count(*) from "
                          "identity.external_id), (select count(*) from tenancy.membership)";
  const std::string before = import.rows(all);
  const PeopleOutcome again = import.run(acme);
  CHECK(again.people == 0);
  CHECK(again.workspaces == 0);
  CHECK(again.already_here == 7);
  CHECK(import.rows(all) == before);
}

TEST_CASE("a dry run says what would become of each line, and changes nothing") {
  Import import;
  import.dry_run = true;
  import.run(acme);
  CHECK(import.said ==
        "line 2: organisation o1: a new workspace, Acme\n"
        "line 3: organisation o2: a new workspace, Acme\n"
        "line 4: person u1: new, bcrypt of cost 4\n"
        "line 5: person u2: new; the email is not verified, so the password is left behind: sets "
        "one by mail\n"
        "line 6: membership: u1 becomes owner of o1\n"
        "line 7: membership: u2 becomes viewer of o1\n"
        "line 8: membership: u2 becomes owner of o2\n");
  CHECK(import.rows("select (select count(*) from identity.account), (select count(*) from "
                    "tenancy.tenant)") == "0 0\n");
}

TEST_CASE("one bad line stops the others, unless they are asked for") {
  Import import;
  const std::string bad = std::string(acme) + "person,u3,Eve,,eve,,,,,\n";
  CHECK(import.run(bad).refused);
  CHECK(import.said == "line 9: BAD: the email eve is no address that mail can reach\n");
  CHECK(import.rows("select count(*) from identity.account") == "0\n");
  import.skip_bad = true;
  const PeopleOutcome outcome = import.run(bad);
  CHECK(outcome.people == 2);
  CHECK(outcome.bad == 1);
  CHECK(import.rows("select count(*) from identity.account") == "2\n");
}

TEST_CASE("an import that was stopped half way goes on when it is run again") {
  Import import;
  // Ada came, and her workspace did not.
  import.run("type,external_id,name,email\nperson,u1,Ada,ada@example.com\n");
  const PeopleOutcome outcome = import.run(acme);
  CHECK(outcome.people == 1);
  CHECK(outcome.workspaces == 2);
  CHECK(import.rows(workspaces) ==
        "acme ada@example.com owner\n"
        "acme bob@example.com viewer\n"
        "acme-2 bob@example.com owner\n");
  // Later another colleague comes to a workspace that is here.
  import.run(
      "type,external_id,name,email,organisation,person,role\n"
      "person,u3,Eve,eve@example.com,,,\nmembership,,,,o1,u3,admin\n");
  CHECK(import.rows(workspaces).contains("acme eve@example.com admin\n"));
}
