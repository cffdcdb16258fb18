#include "audit/audit.hpp"

#include <doctest/doctest.h>

#include "core/async.hpp"
#include "core/json.hpp"
#include "tests/support/world.hpp"

using namespace freehold;
using namespace freehold::audit;

namespace {

TenantId tenant_number(int n) {
  TenantId id;
  id.uuid.bytes[15] = std::uint8_t(n);
  return id;
}

UserId user_number(int n) {
  UserId id;
  id.uuid.bytes[15] = std::uint8_t(n);
  return id;
}

Actor person(int tenant, int user) {
  return ActorMint::user(tenant_number(tenant), user_number(user), "owner", {},
                         {"req_1", "203.0.113.7", "Firefox"});
}

const db::TenantQuery<TenantId> here{"audit_test.here", "select $1::uuid as tenant_id"};

Task<> found(db::Database& database, int tenant) {
  db::ControlTx tx = database.control_of_new_tenant(person(tenant, 1));
  co_await tx.row(here);
  co_await tx.commit();
}

Task<> write_down(db::Database& database, Actor actor, Act act, bool commit) {
  db::ControlTx tx = database.control(actor);
  co_await record(tx, std::move(act));
  if (commit) co_await tx.commit();
}

Task<> write_down_as_data(db::Database& database, Actor actor, Act act) {
  db::DataTx tx = database.data(actor);
  co_await record(tx, std::move(act));
  co_await tx.commit();
}

Task<> read(db::Database& database, int tenant, Filter filter, std::vector<Entry>& into) {
  db::ControlRead db = database.control_read(person(tenant, 1));
  into = co_await entries(db, std::move(filter));
}

Task<> erase(db::Database& database, int user, std::int64_t& touched) {
  db::ControlTx tx = database.control(person(1, 1));
  touched = co_await erase_person(tx, user_number(user), "ada@example.com");
  co_await tx.commit();
}

// "user member.removed Maya 203.0.113.7: role owner -> member"
std::string text_of(const std::vector<Entry>& found) {
  std::string text;
  for (const Entry& entry : found) {
    text += fmt::format("{} {} {} {}", entry.actor_type, entry.action,
                        entry.target_name.value_or("-"), entry.ip.value_or("-"));
    for (const Change& change : entry.changes)
      text += fmt::format(": {} {} -> {}", change.field, change.old_value.value_or("nothing"),
                          change.new_value.value_or("nothing"));
    text += "\n";
  }
  return text;
}

Act act(std::string action, std::string target = "thing_1", std::string name = "Thing") {
  return {.action = std::move(action),
          .target_type = "thing",
          .target_id = std::move(target),
          .target_name = std::move(name)};
}

struct Fixture {
  test::World world{{"db", "events", "audit"}};

  Fixture() {
    for (int tenant : {1, 2})
      world.run([&](db::Database& database) { return found(database, tenant); });
  }
  void record_as(const Actor& actor, const Act& what, bool commit = true) {
    world.business().advance(minutes(1));
    world.run([&](db::Database& db) { return write_down(db, actor, what, commit); });
  }
  std::vector<Entry> list(const Filter& filter, int tenant = 1) {
    std::vector<Entry> found;
    world.run([&](db::Database& database) { return read(database, tenant, filter, found); });
    return found;
  }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture,
                  "an act is kept with its actor, its target, what changed and from where") {
  Act renamed = act("thing.renamed");
  renamed.changes = {{"name", "Old", "New"}, {"owner", {}, "Maya"}};
  record_as(person(1, 1), renamed);
  record_as(ActorMint::job(tenant_number(1), "things.sweep"), act("thing.swept"));

  CHECK(text_of(list({})) ==
        "job thing.swept Thing -\n"
        "user thing.renamed Thing 203.0.113.7: name Old -> New: owner nothing -> Maya\n");
}

TEST_CASE_FIXTURE(Fixture, "what is rolled back was never done") {
  record_as(person(1, 1), act("thing.made"), false);
  CHECK(list({}).empty());
}

TEST_CASE_FIXTURE(Fixture, "the product's transactions write into the same log") {
  world.run([&](db::Database& database) {
    return write_down_as_data(database, person(1, 1), act("document.created"));
  });
  CHECK(text_of(list({})) == "user document.created Thing 203.0.113.7\n");
}

TEST_CASE_FIXTURE(Fixture, "filters by action, by whom, by what and by time") {
  record_as(person(1, 1), act("member.added", "membership_1", "Ada"));
  record_as(person(1, 2), act("member.removed", "membership_1", "Ada"));
  record_as(person(1, 1), act("members_other", "thing_9", "No member"));
  const Instant noon = world.business().now();
  record_as(person(1, 2), act("key.created", "key_1", "Import"));

  CHECK(text_of(list({.action = "member."})) ==
        "user member.removed Ada 203.0.113.7\n"
        "user member.added Ada 203.0.113.7\n");
  CHECK(text_of(list({.action = "key.created"})) == "user key.created Import 203.0.113.7\n");
  CHECK(text_of(list({.action = "key"})).empty());
  CHECK(text_of(list({.actor_id = to_string(user_number(2))})) ==
        "user key.created Import 203.0.113.7\n"
        "user member.removed Ada 203.0.113.7\n");
  CHECK(text_of(list({.target_id = "thing_9"})) == "user members_other No member 203.0.113.7\n");
  CHECK(text_of(list({.from = noon})) ==
        "user key.created Import 203.0.113.7\n"
        "user members_other No member 203.0.113.7\n");
  CHECK(text_of(list({.until = noon - minutes(1)})) == "user member.added Ada 203.0.113.7\n");
}

TEST_CASE_FIXTURE(Fixture, "paging goes on where it stopped, also between acts of one moment") {
  for (int i = 0; i < 3; ++i) {
    world.run([&](db::Database& database) {
      return write_down(database, person(1, 1), act(fmt::format("thing.n{}", i)), true);
    });
  }
  const auto first = list({.limit = 2});
  const auto second = list({.starting_after = first.back().id, .limit = 2});
  CHECK(text_of(first) ==
        "user thing.n2 Thing 203.0.113.7\n"
        "user thing.n1 Thing 203.0.113.7\n");
  CHECK(text_of(second) == "user thing.n0 Thing 203.0.113.7\n");
}

TEST_CASE_FIXTURE(Fixture, "each workspace reads its own log") {
  record_as(person(1, 1), act("thing.made"));
  CHECK(list({}, 1).size() == 1);
  CHECK(list({}, 2).empty());
}

TEST_CASE_FIXTURE(Fixture, "a person is erased and the events stay") {
  Act about = act("member.removed", "membership_1", "Ada Lindqvist");
  about.target_user = user_number(2);
  record_as(person(1, 1), about);
  record_as(person(1, 2), act("thing.made"));
  // Invited before there was an account, so the event knows the address only.
  record_as(person(1, 1), act("invitation.sent", "invitation_1", "ada@example.com"));
  record_as(person(1, 1), act("invitation.sent", "invitation_2", "eve@example.com"));
  std::int64_t touched = 0;
  world.run([&](db::Database& database) { return erase(database, 2, touched); });

  CHECK(touched == 3);
  CHECK(text_of(list({})) ==
        "user invitation.sent eve@example.com 203.0.113.7\n"
        "user invitation.sent - 203.0.113.7\n"
        "user thing.made Thing -\n"
        "user member.removed - 203.0.113.7\n");
}

TEST_CASE_FIXTURE(Fixture, "nobody who serves requests can change or delete an event") {
  record_as(person(1, 1), act("thing.made"));
  CHECK(world.rows("select bool_or(has_table_privilege(r, 'audit.event', 'update')), "
                   "bool_or(has_table_privilege(r, 'audit.event', 'delete')) "
                   "from unnest(array['fh_app', 'fh_control', 'fh_staff']) r") == "f f\n");
}
