#include "tenancy/tenancy.hpp"

#include <doctest/doctest.h>

#include "core/async.hpp"
#include "core/json.hpp"
#include "tests/support/world.hpp"

using namespace freehold;
using namespace freehold::tenancy;

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

Actor actor_of(int tenant, int user) {
  return ActorMint::user(tenant_number(tenant), user_number(user), "owner", {}, {});
}

Task<> found(db::Database& database, int tenant, std::string slug, std::string name, int owner) {
  db::ControlTx tx = database.control_of_new_tenant(actor_of(tenant, owner));
  co_await create_tenant(
      tx, {tenant_number(tenant), std::move(slug), std::move(name), user_number(owner)});
  co_await tx.commit();
}

Task<> add(db::Database& database, int tenant, int user, Role role) {
  db::ControlTx tx = database.control(actor_of(tenant, 1));
  co_await add_member(tx, user_number(user), role);
  co_await tx.commit();
}

// What became of it: "done", or the code of the refusal.
Task<> remove_user(db::Database& database, int tenant, int by, int user, std::string& outcome) {
  try {
    db::ControlTx tx = database.control(actor_of(tenant, by));
    const auto member = co_await find_member(tx, user_number(user));
    if (!member) throw Problem::not_found("member");
    co_await remove_member(tx, member->id);
    co_await tx.commit();
    outcome = "done";
  } catch (const Problem& problem) {
    outcome = problem.code;
  }
}

Task<> change_user(db::Database& database, int tenant, int user, Role role, std::string& outcome) {
  try {
    db::ControlTx tx = database.control(actor_of(tenant, 1));
    const auto member = co_await find_member(tx, user_number(user));
    co_await change_role(tx, member.value().id, role);
    co_await tx.commit();
    outcome = "done";
  } catch (const Problem& problem) {
    outcome = problem.code;
  }
}

Task<> change_membership(db::Database& database, int tenant, MembershipId membership,
                         std::string& outcome) {
  try {
    db::ControlTx tx = database.control(actor_of(tenant, 1));
    co_await change_role(tx, membership, Role::viewer);
    co_await tx.commit();
    outcome = "done";
  } catch (const Problem& problem) {
    outcome = problem.code;
  }
}

Task<> membership_of(db::Database& database, int tenant, int user, MembershipId& into) {
  db::ControlRead db = database.control_read(actor_of(tenant, 1));
  const auto member = co_await find_member(db, user_number(user));
  into = member.value().id;
}

Task<> rename(db::Database& database, int tenant, std::string name) {
  db::ControlTx tx = database.control(actor_of(tenant, 1));
  co_await rename_tenant(tx, std::move(name));
  co_await tx.commit();
}

Task<> list_belongings(db::Database& database, int user, std::string& text) {
  for (const Belonging& belonging : co_await belongings_of(database, user_number(user)))
    text += fmt::format("{} {} {}\n", belonging.slug, belonging.name, name_of(belonging.role));
}

Task<> look_up(db::Database& database, std::string slug, int user, std::string& text) {
  const auto tenant = co_await find_by_slug(database, slug);
  const auto belonging = co_await find_belonging(database, slug, user_number(user));
  text += fmt::format("{}: {}, {}\n", slug, tenant ? tenant->name : "no such workspace",
                      belonging ? name_of(belonging->role) : "not theirs");
}

Task<> walk(db::Database& database, std::int64_t& seen) {
  TenantId after;
  while (true) {
    const auto some = co_await tenants_after(database, after);
    if (some.empty()) co_return;
    seen += std::int64_t(some.size());
    after = some.back();
  }
}

struct Fixture {
  test::World world{{"db", "events", "audit", "tenancy"}, 2};

  template <class Function, class... Args>
  void run(Function function, Args&&... args) {
    world.run([&](db::Database& database) { return function(database, args...); });
  }
  std::string members(int tenant) {
    return world.rows(
        fmt::format("select right(user_id::text, 1), role from tenancy.membership "
                    "where tenant_id = '{}' order by user_id",
                    to_string(tenant_number(tenant).uuid)));
  }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "a new workspace has its owner, its news and its audit") {
  run(found, 1, "acme", "Acme", 1);

  CHECK(world.rows("select slug, name from tenancy.tenant") == "acme Acme\n");
  CHECK(members(1) == "1 owner\n");
  CHECK(world.rows("select type from events.outbox order by type") ==
        "member.added\n"
        "tenant.created\n");
  CHECK(world.rows("select action, actor_type from audit.event order by action") ==
        "member.added user\n"
        "tenant.created user\n");
}

TEST_CASE_FIXTURE(Fixture, "a slug is taken once, and the second workspace leaves nothing behind") {
  run(found, 1, "acme", "Acme", 1);
  std::string constraint;
  try {
    run(found, 2, "acme", "Acme too", 2);
  } catch (const db::ConstraintViolation& violation) {
    constraint = violation.constraint;
  }

  CHECK(constraint == "slugs_are_taken_once");
  CHECK(world.rows("select count(*) from tenancy.tenant") == "1\n");
  CHECK(world.rows("select count(*) from fh.tenant_fence") == "1\n");
  CHECK(world.rows("select count(*) from events.outbox") == "2\n");
}

TEST_CASE_FIXTURE(Fixture, "the last owner neither goes nor loses the role") {
  run(found, 1, "acme", "Acme", 1);
  run(add, 1, 2, Role::admin);
  std::string removed, demoted;
  run(remove_user, 1, 1, 1, std::ref(removed));
  run(change_user, 1, 1, Role::member, std::ref(demoted));

  CHECK(removed == "last_owner");
  CHECK(demoted == "last_owner");
  CHECK(members(1) == "1 owner\n2 admin\n");

  std::string promoted, gone;
  run(change_user, 1, 2, Role::owner, std::ref(promoted));
  run(remove_user, 1, 2, 1, std::ref(gone));
  CHECK(promoted == "done");
  CHECK(gone == "done");
  CHECK(members(1) == "2 owner\n");
}

TEST_CASE_FIXTURE(Fixture, "of two owners who remove each other at the same time, one stays") {
  run(found, 1, "acme", "Acme", 1);
  run(add, 1, 2, Role::owner);
  std::string first, second;
  world.run_all({[&](db::Database& database) { return remove_user(database, 1, 1, 2, first); },
                 [&](db::Database& database) { return remove_user(database, 1, 2, 1, second); }});

  const std::string both = first < second ? first + ", " + second : second + ", " + first;
  CHECK(both == "done, last_owner");
  CHECK(world.rows("select count(*) from tenancy.membership where role = 'owner'") == "1\n");
}

TEST_CASE_FIXTURE(Fixture,
                  "a changed role is written down with what it was; the same role is not") {
  run(found, 1, "acme", "Acme", 1);
  run(add, 1, 2, Role::member);
  std::string outcome;
  run(change_user, 1, 2, Role::viewer, std::ref(outcome));
  run(change_user, 1, 2, Role::viewer, std::ref(outcome));

  CHECK(world.rows("select changes from audit.event where action = 'member.role_changed'") ==
        R"([{"field": "role", "new_value": "viewer", "old_value": "member"}])"
        "\n");
  CHECK(world.rows("select payload->>'role' from events.outbox where type = "
                   "'member.role_changed'") == "viewer\n");
}

TEST_CASE_FIXTURE(Fixture, "another workspace's membership does not exist") {
  run(found, 1, "acme", "Acme", 1);
  run(found, 2, "globex", "Globex", 2);
  MembershipId theirs;
  run(membership_of, 2, 2, std::ref(theirs));
  std::string outcome;
  run(change_membership, 1, theirs, std::ref(outcome));

  CHECK(outcome == "not_found");
  CHECK(members(2) == "2 owner\n");
}

TEST_CASE_FIXTURE(Fixture, "people find the workspaces that are theirs, by exact name only") {
  run(found, 1, "acme", "Acme", 1);
  run(found, 2, "globex", "Globex", 2);
  run(add, 2, 1, Role::viewer);
  std::string first, second, looked_up;
  run(list_belongings, 1, std::ref(first));
  run(list_belongings, 2, std::ref(second));
  for (const char* slug : {"acme", "globex", "ac"}) run(look_up, slug, 2, std::ref(looked_up));

  CHECK(first ==
        "acme Acme owner\n"
        "globex Globex viewer\n");
  CHECK(second == "globex Globex owner\n");
  CHECK(looked_up ==
        "acme: Acme, not theirs\n"
        "globex: Globex, owner\n"
        "ac: no such workspace, not theirs\n");
}

TEST_CASE_FIXTURE(Fixture, "a new name is written down with the old one, once") {
  run(found, 1, "acme", "Acme", 1);
  run(rename, 1, "Acme Boats");
  run(rename, 1, "Acme Boats");

  CHECK(world.rows("select slug, name from tenancy.tenant") == "acme Acme Boats\n");
  CHECK(world.rows("select changes from audit.event where action = 'tenant.renamed'") ==
        R"([{"field": "name", "new_value": "Acme Boats", "old_value": "Acme"}])"
        "\n");
}

TEST_CASE_FIXTURE(Fixture, "a walk through all workspaces sees each of them once") {
  for (int n = 1; n <= 3; ++n) run(found, n, fmt::format("tenant-{}", n), "Name", n);
  world.rows(
      "with made as (insert into tenancy.tenant (tenant_id, slug, name, created_at) select "
      "gen_random_uuid(), 'more-' || n, 'More', now() from generate_series(1, 600) n returning 1) "
      "select count(*) from made");
  std::int64_t seen = 0;
  run(walk, std::ref(seen));
  CHECK(seen == 603);
}
