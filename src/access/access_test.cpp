#include "access/access.hpp"

#include <doctest/doctest.h>

#include "audit/audit.hpp"
#include "core/async.hpp"
#include "core/both.hpp"
#include "core/json.hpp"
#include "tests/support/world.hpp"

using namespace freehold;
using namespace freehold::access;
using tenancy::Role;

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

Actor person(int user, Role role, int tenant = 1) {
  return ActorMint::user(tenant_number(tenant), user_number(user), std::string(name_of(role)), {},
                         {});
}

Task<> found(db::Database& database, int tenant, int owner) {
  const Actor actor = person(owner, Role::owner, tenant);
  db::ControlTx tx = database.control_of_new_tenant(actor);
  const std::string slug = fmt::format("tenant-{}", tenant);
  co_await tenancy::create_tenant(tx, {actor.tenant(), slug, "Tenant", *actor.user()});
  co_await tx.commit();
}

Task<> add(db::Database& database, int user, Role role) {
  db::ControlTx tx = database.control(person(1, Role::owner));
  co_await tenancy::add_member(tx, user_number(user), role);
  co_await tx.commit();
}

Task<> set_role(db::Database& database, int user, Role role) {
  db::ControlTx tx = database.control(person(1, Role::owner));
  const auto member = co_await tenancy::find_member(tx, user_number(user));
  co_await tenancy::change_role(tx, member.value().id, role);
  co_await tx.commit();
}

Task<> remove(db::Database& database, int user) {
  db::ControlTx tx = database.control(person(1, Role::owner));
  const auto member = co_await tenancy::find_member(tx, user_number(user));
  co_await tenancy::remove_member(tx, member.value().id);
  co_await tx.commit();
}

Task<> make_key(db::Database& database, Actor maker, NewKey draft, CreatedKey& into,
                std::string& outcome) {
  try {
    db::ControlTx tx = database.control(maker);
    into = co_await create_key(tx, std::move(draft));
    co_await tx.commit();
    outcome = "made";
  } catch (const Problem& problem) {
    outcome = problem.code;
    for (const FieldError& error : problem.errors) outcome += " " + error.field;
  }
}

Task<> revoke(db::Database& database, KeyId key) {
  db::ControlTx tx = database.control(person(1, Role::owner));
  co_await revoke_key(tx, key);
  co_await tx.commit();
}

Task<> list_keys(db::Database& database, std::vector<ApiKey>& into) {
  db::ControlRead db = database.control_read(person(1, Role::owner));
  into = co_await keys(db);
}

Task<> ask_person(Gatekeeper& gate, std::string slug, int user, std::string& answer) {
  const auto actor = co_await gate.person(slug, user_number(user), {});
  answer = actor ? actor->role() : "nobody";
  if (actor && actor->can(permissions::members_manage)) answer += ", manages members";
}

// "tenant-1, 1": what the person's tenant is called, and whose number the slug has.
Task<> ask_names(Gatekeeper& gate, int user, std::string slug, std::string& answer) {
  answer = co_await gate.slug_of(user_number(user), std::nullopt);
  const auto tenant = co_await gate.tenant_of(slug);
  answer += tenant ? fmt::format(", {}", tenant->uuid.bytes[15]) : ", none";
}

Task<> ask_key(Gatekeeper& gate, std::string secret, std::string& answer) {
  const auto actor = co_await gate.key(secret, {});
  answer = actor ? actor->role() : "nobody";
  if (actor && actor->can(permissions::audit_read)) answer += ", reads the audit";
  if (actor && actor->can(permissions::members_manage)) answer += ", manages members";
}

Task<> ask_thrice_at_once(Gatekeeper& gate, std::string secret, std::vector<std::string>& answers) {
  answers.resize(3);
  co_await run_both(run_both(ask_key(gate, secret, answers[0]), ask_key(gate, secret, answers[1])),
                    ask_key(gate, secret, answers[2]));
}

Task<> send(db::Database& database, Actor by, std::string email, Role role, InvitationId& into,
            std::string& outcome) {
  try {
    db::ControlTx tx = database.control(by);
    const Invitation sent = co_await invite(tx, std::move(email), role);
    co_await tx.commit();
    into = sent.id;
    outcome = "sent";
  } catch (const Problem& problem) {
    outcome = problem.code;
  } catch (const db::ConstraintViolation& violation) {
    outcome = violation.constraint;
  }
}

Task<> accept(db::Database& database, InvitationId invitation, int user, std::string& outcome) {
  db::ControlTx tx = database.control(person(user, Role::viewer));
  const Acceptance acceptance = co_await accept_invitation(tx, invitation, user_number(user));
  switch (acceptance) {
    case Acceptance::accepted:
      outcome = "accepted";
      break;
    case Acceptance::expired:
      outcome = "expired";
      break;
    case Acceptance::revoked:
      outcome = "revoked";
      break;
    case Acceptance::already_used:
      outcome = "already used";
      break;
    case Acceptance::inviter_may_not:
      outcome = "inviter may not";
      break;
    case Acceptance::already_member:
      outcome = "already member";
      break;
  }
  if (acceptance == Acceptance::accepted) co_await tx.commit();
}

Task<> withdraw(db::Database& database, InvitationId invitation) {
  db::ControlTx tx = database.control(person(1, Role::owner));
  co_await revoke_invitation(tx, invitation);
  co_await tx.commit();
}

Task<> erase(db::Database& database, int user, std::string email) {
  db::ControlTx tx = database.control(person(1, Role::owner));
  co_await audit::erase_person(tx, user_number(user), std::move(email));
  co_await tx.commit();
}

Task<> mail_again(db::Database& database, InvitationId invitation) {
  db::ControlTx tx = database.control(person(1, Role::owner));
  co_await resend_invitation(tx, invitation);
  co_await tx.commit();
}

Task<> give_token(db::Database& database, InvitationId invitation, std::string token) {
  db::ControlTx tx = database.control(person(1, Role::owner));
  co_await set_invitation_token(tx, invitation, token);
  co_await tx.commit();
}

Task<> open_with(db::Database& database, std::string token, InvitationId expected,
                 std::string& outcome) {
  const auto ref = co_await find_invitation_by_token(database, token);
  outcome += !ref ? "closed\n" : ref->invitation_id == expected ? "opens it\n" : "another\n";
}

struct Fixture {
  test::World world{{"db", "events", "audit", "tenancy", "access"}, 2};
  Roles roles{module().permissions};
  Gatekeeper gate{world.runtime(), world.database(), world.clocks(), roles};

  Fixture() { run(found, 1, 1); }
  template <class Function, class... Args>
  void run(Function function, Args&&... args) {
    world.run([&](db::Database& database) { return function(database, args...); });
  }
  std::string who(int user, const std::string& slug = "tenant-1") {
    std::string answer;
    world.run([&](db::Database&) { return ask_person(gate, slug, user, answer); });
    return answer;
  }
  std::string holder(const std::string& secret) {
    std::string answer;
    world.run([&](db::Database&) { return ask_key(gate, secret, answer); });
    return answer;
  }
  std::int64_t runs_of(std::string_view query) {
    for (const auto& use : world.database().query_uses())
      if (use.name == query) return use.runs;
    return 0;
  }
  std::string names(int user, const std::string& slug) {
    std::string answer;
    world.run([&](db::Database&) { return ask_names(gate, user, slug, answer); });
    return answer;
  }
  CreatedKey key(Role role, std::optional<Instant> expires_at = {}) {
    CreatedKey made;
    std::string outcome;
    run(make_key, person(1, Role::owner), NewKey{"Import", role, expires_at}, std::ref(made),
        std::ref(outcome));
    REQUIRE(outcome == "made");
    return made;
  }
  InvitationId invitation(const std::string& email, Role role, int by = 1,
                          Role by_role = Role::owner) {
    InvitationId id;
    std::string outcome;
    run(send, person(by, by_role), email, role, std::ref(id), std::ref(outcome));
    REQUIRE(outcome == "sent");
    return id;
  }
  std::string invite_outcome(Role by_role, const std::string& email, Role role) {
    InvitationId id;
    std::string outcome;
    run(send, person(1, by_role), email, role, std::ref(id), std::ref(outcome));
    return outcome;
  }
  std::string acceptance(InvitationId id, int user) {
    std::string outcome;
    run(accept, id, user, std::ref(outcome));
    return outcome;
  }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "a person acts in the workspaces that are theirs, in their role") {
  run(found, 2, 2);
  run(add, 3, Role::viewer);
  CHECK(who(1) == "owner, manages members");
  CHECK(who(3) == "viewer");
  CHECK(who(2) == "nobody");
  CHECK(who(1, "tenant-2") == "nobody");
  CHECK(who(1, "no-such-place") == "nobody");
}

TEST_CASE_FIXTURE(Fixture, "a changed role and a removal hold after a second") {
  run(add, 2, Role::viewer);
  CHECK(who(2) == "viewer");
  run(set_role, 2, Role::admin);
  world.machine().advance(seconds(1));
  CHECK(who(2) == "admin, manages members");
  run(remove, 2);
  world.machine().advance(seconds(1));
  CHECK(who(2) == "nobody");
}

TEST_CASE_FIXTURE(
    Fixture, "a tenant is known by its old slug for less than a second, by a new one at once") {
  CHECK(names(1, "tenant-1") == "tenant-1, 1");
  CHECK(names(2, "lynx") == ", none");
  world.rows("update tenancy.tenant set slug = 'lynx' returning 1");
  CHECK(names(1, "tenant-1") == "tenant-1, 1");
  CHECK(names(1, "lynx") == "tenant-1, 1");
  world.machine().advance(seconds(1));
  CHECK(names(1, "tenant-1") == "lynx, none");
  CHECK(names(1, "lynx") == "lynx, 1");
}

TEST_CASE_FIXTURE(Fixture,
                  "who joins a first tenant is known there at once, and in a second after one") {
  CHECK(names(2, "tenant-1") == ", 1");
  run(found, 2, 2);
  CHECK(names(2, "tenant-1") == "tenant-2, 1");
  run(add, 2, Role::viewer);
  CHECK(names(2, "tenant-1") == "tenant-2, 1");
  world.machine().advance(seconds(1));
  CHECK(names(2, "tenant-1") == ", 1");  // of two tenants none is meant
}

TEST_CASE_FIXTURE(Fixture, "a key acts in its role, and never manages members") {
  CHECK(holder(key(Role::admin).secret) == "admin, reads the audit");
  CHECK(holder(key(Role::viewer).secret) == "viewer");
}

TEST_CASE_FIXTURE(Fixture, "a key that is mistyped, revoked or expired opens nothing") {
  const CreatedKey revoked = key(Role::member);
  const CreatedKey expiring = key(Role::member, world.business().now() + hours(1));
  std::string mistyped = revoked.secret;
  mistyped[20] = mistyped[20] == 'a' ? 'b' : 'a';
  CHECK(holder(revoked.secret) == "member");
  CHECK(holder(expiring.secret) == "member");
  CHECK(holder(mistyped) == "nobody");
  CHECK(holder("") == "nobody");

  run(revoke, revoked.key.id);
  world.machine().advance(hours(1));
  CHECK(holder(revoked.secret) == "nobody");
  CHECK(holder(expiring.secret) == "nobody");
}

TEST_CASE_FIXTURE(Fixture, "a key that works cannot be hidden behind keys that do not") {
  const CreatedKey hidden = key(Role::admin);
  for (int i = 0; i < 200; ++i) run(revoke, key(Role::viewer).key.id);
  std::vector<ApiKey> listed;
  run(list_keys, std::ref(listed));
  REQUIRE(listed.size() == 200);
  CHECK(listed.front().id == hidden.key.id);

  for (int i = 1; i < 100; ++i) key(Role::viewer);
  CreatedKey made;
  std::string outcome;
  run(make_key, person(1, Role::owner), NewKey{"One more", Role::viewer, {}}, std::ref(made),
      std::ref(outcome));
  CHECK(outcome == "invalid_input name");
}

TEST_CASE_FIXTURE(Fixture, "the secret of a key is not kept, only its fingerprint") {
  const CreatedKey made = key(Role::member);
  const std::string secret = made.secret.substr(made.secret.size() - 50, 43);
  CHECK(world.rows("select count(*) from access.api_key k where k::text like '%" + secret + "%'") ==
        "0\n");
  CHECK(world.rows("select count(*) from audit.event e where e::text like '%" + secret + "%'") ==
        "0\n");
  CHECK(world.rows("select count(*) from events.outbox e where e::text like '%" + secret + "%'") ==
        "0\n");
  CHECK(world.rows("select octet_length(secret_hash) from access.api_key") == "32\n");
}

TEST_CASE_FIXTURE(Fixture, "when a key was last used is noted once a minute") {
  const CreatedKey made = key(Role::member);
  const std::string sql =
      "select to_char(last_used_at at time zone 'utc', 'HH24:MI:SS') "
      "from access.api_key";
  CHECK(world.rows(sql) == "\n");
  holder(made.secret);
  CHECK(world.rows(sql) == "09:00:00\n");
  world.machine().advance(seconds(30));
  holder(made.secret);
  CHECK(world.rows(sql) == "09:00:00\n");
  world.machine().advance(seconds(31));
  holder(made.secret);
  CHECK(world.rows(sql) == "09:01:01\n");
}

TEST_CASE_FIXTURE(
    Fixture,
    "of the calls that come together with a key, one notes its use and the others do not wait") {
  const CreatedKey made = key(Role::member);
  std::vector<std::string> answers;
  run([&](db::Database&) { return ask_thrice_at_once(gate, made.secret, answers); });
  CHECK(answers == std::vector<std::string>(3, "member"));
  CHECK(runs_of("access.find_key") == 3);
  CHECK(runs_of("access.note_key_use") == 1);
}

TEST_CASE_FIXTURE(Fixture, "nobody makes a key that may do more than they may") {
  CreatedKey made;
  std::string outcome;
  const auto attempt = [&](Role maker, const std::string& name, Role role) {
    run(make_key, person(1, maker), NewKey{name, role, {}}, std::ref(made), std::ref(outcome));
    return outcome;
  };
  CHECK(attempt(Role::member, "Import", Role::admin) == "forbidden");
  CHECK(attempt(Role::admin, "Import", Role::admin) == "made");
  CHECK(attempt(Role::owner, "Import", Role::owner) == "invalid_input role");
  CHECK(attempt(Role::owner, "", Role::member) == "invalid_input name");
}

TEST_CASE_FIXTURE(Fixture, "an invitation makes a member once") {
  const InvitationId id = invitation("ada@example.com", Role::member);
  CHECK(acceptance(id, 2) == "accepted");
  CHECK(acceptance(id, 3) == "already used");
  CHECK(who(2) == "member");
  CHECK(world.rows("select type from events.outbox where type like 'invitation.%' order by type") ==
        "invitation.accepted\n"
        "invitation.sent\n");
}

TEST_CASE_FIXTURE(Fixture, "whoever is erased is not named by the invitations to their address") {
  const InvitationId id = invitation("ada@example.com", Role::member);
  run(mail_again, id);
  CHECK(acceptance(id, 2) == "accepted");
  const std::string named = "select count(*) from audit.person where target_name like '%ada%'";
  CHECK(world.rows(named) == "2\n");
  run(erase, 2, "ada@example.com");
  CHECK(world.rows(named) == "0\n");
  CHECK(world.rows("select count(*) from audit.event where action like 'invitation.%'") == "2\n");
}

TEST_CASE_FIXTURE(Fixture, "an invitation ends by time, by withdrawal, and with its inviter") {
  run(add, 5, Role::admin);
  const InvitationId late = invitation("late@example.com", Role::member);
  const InvitationId withdrawn = invitation("withdrawn@example.com", Role::member);
  const InvitationId from_admin = invitation("admin@example.com", Role::admin, 5, Role::admin);
  const InvitationId member = invitation("owner@example.com", Role::member);
  run(withdraw, withdrawn);
  run(set_role, 5, Role::member);
  CHECK(acceptance(withdrawn, 2) == "revoked");
  CHECK(acceptance(from_admin, 2) == "inviter may not");
  CHECK(acceptance(member, 1) == "already member");
  world.business().advance(invitation_ttl);
  CHECK(acceptance(late, 2) == "expired");
  run(mail_again, late);
  CHECK(acceptance(late, 2) == "accepted");
}

TEST_CASE_FIXTURE(Fixture,
                  "people invite to their own role or below, and owners alone make owners") {
  CHECK(invite_outcome(Role::admin, "a@example.com", Role::owner) == "forbidden");
  CHECK(invite_outcome(Role::admin, "a@example.com", Role::admin) == "sent");
  CHECK(invite_outcome(Role::member, "b@example.com", Role::viewer) == "forbidden");
  CHECK(invite_outcome(Role::owner, "b@example.com", Role::owner) == "sent");
}

TEST_CASE_FIXTURE(Fixture, "one address has one open invitation, and a workspace at most fifty") {
  const InvitationId first = invitation("ada@example.com", Role::member);
  CHECK(invite_outcome(Role::owner, "ada@example.com", Role::viewer) ==
        "one_open_invitation_per_address");
  run(withdraw, first);
  CHECK(invite_outcome(Role::owner, "ada@example.com", Role::viewer) == "sent");
  for (int i = 1; i < 50; ++i) invitation(fmt::format("person{}@example.com", i), Role::viewer);
  CHECK(invite_outcome(Role::owner, "one.more@example.com", Role::viewer) == "invalid_input");
}

TEST_CASE_FIXTURE(Fixture, "the token of the last mail opens the invitation, earlier ones do not") {
  const InvitationId id = invitation("ada@example.com", Role::member);
  run(give_token, id, "first");
  run(give_token, id, "second");
  std::string outcome;
  for (const char* token : {"first", "second", "third"})
    run(open_with, token, id, std::ref(outcome));
  CHECK(outcome ==
        "closed\n"
        "opens it\n"
        "closed\n");
}
