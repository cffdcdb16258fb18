#include <doctest/doctest.h>

#include "identity/test_site.hpp"

using namespace freehold;
using namespace freehold::identity;

TEST_CASE("no role but fh_auth reads or writes a credential") {
  Site site;
  const std::vector<std::string> tables{"account",        "password",       "session",
                                        "one_time_token", "pending_signup", "external_id"};
  CHECK(site.rows("select string_agg(tablename, ' ' order by tablename) from pg_tables "
                  "where schemaname = 'identity'") ==
        "account external_id one_time_token password pending_signup session signing_key");
  for (const std::string role : {"fh_app", "fh_control", "fh_staff", "fh_worker", "fh_mover"}) {
    for (const std::string& table : tables) {
      const std::string at = role + " on " + table;
      CHECK_MESSAGE(site.attempt_as(role, "select 1 from identity." + table) == "42501", at);
      CHECK_MESSAGE(
          site.attempt_as(role, "insert into identity." + table + " default values") == "42501",
          at);
      CHECK_MESSAGE(site.attempt_as(role, "delete from identity." + table) == "42501", at);
    }
    CHECK_MESSAGE(site.attempt_as(role, "create table identity.copy as select 1") == "42501", role);
  }
  for (const std::string& table : tables)
    CHECK_MESSAGE(site.attempt_as("fh_auth", "select 1 from identity." + table) == "ok", table);
}

TEST_CASE("fh_auth sees nothing but identity's tables") {
  Site site;
  for (const std::string table : {"tenancy.tenant", "tenancy.membership", "audit.event",
                                  "events.outbox", "events.job", "fh.tenant_fence"})
    CHECK_MESSAGE(site.attempt_as("fh_auth", "select 1 from " + table) == "42501", table);
}

TEST_CASE("who may call identity's functions") {
  Site site;
  const std::string confirm =
      "select 1 from identity.confirm_signup('x', 'x', null, null, gen_random_uuid(), now(), "
      "now())";
  const std::string people = "select 1 from identity.people(array[]::uuid[])";
  const auto verdicts = [&](const std::string& sql) {
    std::string text;
    for (const std::string role :
         {"fh_app", "fh_auth", "fh_control", "fh_mover", "fh_staff", "fh_worker"})
      if (site.attempt_as(role, sql) == "ok") text += role + ' ';
    return text;
  };
  CHECK(verdicts(confirm) == "fh_control ");
  CHECK(verdicts(people) == "fh_control fh_staff ");
}

TEST_CASE("a tenant learns the names of its members and of nobody else") {
  on_site([](Site& site) -> Task<> {
    const UserId ada = co_await site.account("ada@example.com");
    const UserId outsider = co_await site.account("eve@example.com", "Globex");
    const TenantId acme{
        parse_uuid(site.rows("select tenant_id from tenancy.tenant where slug = 'acme'")).value()};

    auto db = site.database.control_read(ActorMint::job(acme, "test"));
    const std::vector<UserId> asked{ada, outsider, UserId::make(site.machine.now())};
    const auto found = co_await people(db, asked);
    REQUIRE(found.size() == 1);
    CHECK(found.front().id == ada);
    CHECK(found.front().email == "ada@example.com");
    CHECK(found.front().name == "ada");

    auto nowhere =
        site.attempt_as("fh_control", "select 1 / (select count(*) from identity.people(array['" +
                                          to_string(ada.uuid) + "'::uuid]))");
    CHECK(nowhere == "22012");  // no tenant entered: nobody, so a division by zero
  });
}

TEST_CASE("a person is erased with everything that proves who they are") {
  on_site([](Site& site) -> Task<> {
    co_await site.account("ada@example.com");
    CHECK(site.rows("select (select count(*) from identity.password), "
                    "(select count(*) from identity.session)") == "1|1");
    CHECK(site.attempt_as("fh_auth",
                          "delete from identity.account where email = 'ada@example.com'") == "ok");
    CHECK(site.rows("select (select count(*) from identity.password), "
                    "(select count(*) from identity.session)") == "0|0");
    CHECK(site.rows("select count(*) from events.outbox where payload::text like '%ada%'") == "0");
  });
}

TEST_CASE("what has long expired is removed, what may still be asked about is not") {
  on_site([](Site& site) -> Task<> {
    Browser ada(site);
    co_await ada.sign_up("ada@example.com");
    co_await site.account("eve@example.com");
    const auto counts = [](Site& at) {
      return at.rows(
          "select (select count(*) from identity.pending_signup), "
          "(select count(*) from identity.one_time_token), "
          "(select count(*) from identity.session)");
    };
    const auto purge = work(site.identity).crons.at(0);
    CHECK(purge.name == "identity.purge");
    CHECK(purge.every == hours(1));
    CHECK(counts(site) == "1|2|1");
    site.machine.advance(days(6));
    co_await purge.run({});
    CHECK(counts(site) == "1|2|1");
    site.machine.advance(days(2));
    co_await purge.run({});
    CHECK(counts(site) == "0|2|1");
    site.machine.advance(days(24));
    co_await purge.run({});
    CHECK(counts(site) == "0|0|0");
  });
}
