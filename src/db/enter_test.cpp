// What fh.enter and fh.create_tenant do, seen by the roles.
#include <doctest/doctest.h>
#include <libpq-fe.h>

#include "core/id.hpp"
#include "db/sample_shop.hpp"

using namespace freehold;
using namespace freehold::db;

TEST_CASE("what fh.enter answers") {
  const Shop shop;
  BlockingConnection mover(shop.database.admin());
  mover.run(fmt::format(
      "insert into fh.tenant_fence values ('00000000-0000-0000-0000-00000000000c', 'frozen', 2),"
      "                                   ('00000000-0000-0000-0000-00000000000d', 'moved', 3)"));
  const auto enters = [&](std::string_view tenant) {
    return shop.ask("fh_app", fmt::format("select fh.enter({})", tenant));
  };

  CHECK(enters("null::uuid") == "FH000");
  CHECK(enters("null::text") == "FH000");
  CHECK(enters("'00000000-0000-0000-0000-00000000000c'") == "FH001");
  CHECK(enters("'00000000-0000-0000-0000-00000000000d'") == "FH002");
  CHECK(enters("'00000000-0000-0000-0000-00000000000e'") == "FH002");
  CHECK(enters("'not a tenant'") == "22P02");
  CHECK(enters(acme) == "");

  mover.run(fmt::format("select pg_advisory_lock(uuid_hash_extended({}, 727271))", acme));
  CHECK(enters(acme) == "FH001");
  CHECK(enters(bolt) == "");
}

TEST_CASE("a transaction belongs to one tenant") {
  const Shop& shop = shared_shop();
  const auto sees = [&](const std::string& sql) {
    return shop.ask("fh_app", sql +
                                  "; select coalesce(min(right(tenant_id::text, 1)), 'nothing')"
                                  "  from shop.document");
  };

  CHECK(sees(entered(acme)) == "a");
  CHECK(sees(entered(acme) + fmt::format("select fh.enter({})", acme)) == "a");
  CHECK(sees(entered(acme) + fmt::format("select fh.enter({})", bolt)) == "FH003");
  CHECK(sees(entered(acme) + fmt::format("select fh.enter({}), title from shop.document", bolt)) ==
        "FH003");
  CHECK(sees(entered(acme) + "commit; " + entered(bolt)) == "b");
  CHECK(sees(entered(acme) + "commit") == "nothing");
  CHECK(sees(entered(acme) + "rollback") == "nothing");
  CHECK(sees("set app.current_tenant = 'garbage'") == "22P02");
}

TEST_CASE("a tenant is entered by the id that the API gives, too") {
  const Shop& shop = shared_shop();
  const auto uuid_of = [&](std::string_view id) {
    return shop.ask("fh_app", fmt::format("select fh.tenant_uuid({})", id));
  };
  const TenantId tenant = TenantId::make(Instant{1'764'000'000'000'000});

  CHECK(uuid_of("'tenant_7zzzzzzzzzzzzzzzzzzzzzzzzz'") == "ffffffff-ffff-ffff-ffff-ffffffffffff");
  CHECK(uuid_of("'tenant_00000000000000000000000000'") == "00000000-0000-0000-0000-000000000000");
  CHECK(uuid_of("'tenant_01h455vb4pex5vsknk084sn02q'") == "01890a5d-ac96-774b-bcce-b302099a8057");
  CHECK(uuid_of(fmt::format("'{}'", to_string(tenant))) == to_string(tenant.uuid));
  CHECK(uuid_of(acme) == "00000000-0000-0000-0000-00000000000a");
  for (const std::string_view wrong :
       {"'user_01h455vb4pex5vsknk084sn02q'", "'tenant_81h455vb4pex5vsknk084sn02q'",
        "'tenant_01h455vb4pex5vsknk084sn02'", "'tenant_01H455VB4PEX5VSKNK084SN02Q'",
        "'tenant_01h455vb4pex5vsknk084sn02u'", "''"})
    CHECK_MESSAGE(uuid_of(wrong) == "22P02", wrong);

  const std::string id = to_typeid("tenant", *parse_uuid("00000000-0000-0000-0000-00000000000a"));
  CHECK(shop.ask("fh_app", fmt::format("begin; select fh.enter('{}'); select title || tenant_id"
                                       "  from shop.document",
                                       id)) == "x00000000-0000-0000-0000-00000000000a");
}

TEST_CASE("one pipeline sync is one transaction in one tenant") {
  const Shop& shop = shared_shop();
  const std::unique_ptr<PGconn, decltype(&PQfinish)> connection(
      PQconnectdb(shop.database.as("fh_app").c_str()), PQfinish);
  PGconn* raw = connection.get();
  const std::string enter = fmt::format("select fh.enter({})", acme);
  const char* count = "select count(*) from shop.document";
  PQenterPipelineMode(raw);
  const auto send = [raw](const char* sql) {
    PQsendQueryParams(raw, sql, 0, nullptr, nullptr, nullptr, nullptr, 0);
  };
  send(enter.c_str());
  send(count);
  PQpipelineSync(raw);
  send(count);
  PQpipelineSync(raw);

  std::string seen;
  for (int syncs = 0; syncs < 2;) {
    const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQgetResult(raw), PQclear);
    if (PQresultStatus(result.get()) == PGRES_PIPELINE_SYNC) ++syncs;
    if (PQresultStatus(result.get()) == PGRES_TUPLES_OK)
      seen += fmt::format("[{}]", PQgetvalue(result.get(), 0, 0));
  }
  CHECK(seen == "[][1][0]");
}

TEST_CASE("a cached generic plan gives each tenant its own rows") {
  const Shop& shop = shared_shop();
  const std::string prepared =
      "set plan_cache_mode = force_generic_plan;"
      "prepare titles as select min(right(tenant_id::text, 1)) from shop.document;" +
      entered(acme) + "execute titles; commit; ";
  CHECK(shop.ask("fh_app", prepared + entered(bolt) + "execute titles") == "b");
  CHECK(shop.ask("fh_app", prepared + "execute titles") == "");
}

TEST_CASE("fh_control makes a tenant and everything it starts with in one transaction") {
  const Shop shop;
  const std::string carl = "'00000000-0000-0000-0000-00000000000c'";
  const std::string make = fmt::format(
      "begin; select fh.create_tenant({0}); insert into shop.tenant values ({0}, 'c');"
      "insert into shop.slug values ('c', {0}); ",
      carl);

  CHECK(shop.ask("fh_control", make + "rollback") == "ok");
  CHECK(shop.ask("fh_app", fmt::format("select fh.enter({})", carl)) == "FH002");
  CHECK(shop.ask("fh_control", make + fmt::format("select fh.enter({}); commit", carl)) == "ok");
  CHECK(shop.ask("fh_app", fmt::format("select fh.enter({})", carl)) == "");
  CHECK(shop.ask("fh_control", make + "commit") == "23505");
  CHECK(shop.ask("fh_control", entered(acme) + "select fh.create_tenant(gen_random_uuid())") ==
        "FH003");
  CHECK(shop.ask("fh_control", "select fh.create_tenant(null)") == "FH000");
  CHECK(shop.ask("fh_app", "select fh.create_tenant(gen_random_uuid())") == "42501");
}
