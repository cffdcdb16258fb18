// What `freehold protect` prints and does.
#include <doctest/doctest.h>

#include "own_tables/test_product.hpp"

using namespace freehold;
using namespace freehold::own_tables;

namespace {

const std::string two_tables =
    "create table shop.project (id serial primary key, name text not null);"
    "create table shop.task (id uuid primary key default gen_random_uuid(), title text)";

// The last statement's value inside the tenant's transaction.
std::string sees(const TestProduct& product, std::string_view tenant, std::string_view sql) {
  return product.as_app(fmt::format("begin; select fh.enter('{}'); {}", tenant, sql));
}

std::string after(const std::string& text, std::string_view mark) {
  return text.substr(text.find(mark));
}

std::string without_roles(std::string text, const TestProduct& product) {
  for (std::size_t at; (at = text.find(product.app())) != std::string::npos;)
    text.replace(at, product.app().size(), "app");
  for (std::size_t at; (at = text.find(product.owner())) != std::string::npos;)
    text.replace(at, product.owner().size(), "shop_owner");
  return text;
}

}  // namespace

TEST_CASE("what is printed is plain SQL, one transaction, and changes nothing by itself") {
  const TestProduct product;
  product.as_owner(two_tables);
  const std::string sql =
      without_roles(product.plan(product.request({"project", "task"})), product);

  CHECK(
      sql.starts_with("begin;\n\n"
                      "-- What the product logs in as. It has no password yet: alter role app "
                      "password '…'\n"
                      "create role app login;\n\n"));
  CHECK(
      sql.contains("create schema fh;\ncreate function fh.tid() returns uuid language sql stable"));
  CHECK(
      after(sql, "-- Who enters tenants") ==
      "-- Who enters tenants: the product, and whoever migrates its tables.\n"
      "grant usage on schema fh to app, shop_owner;\n"
      "grant execute on function fh.tid(), fh.tenant_uuid(text), fh.enter(uuid), fh.enter(text) to "
      "app, shop_owner;\n"
      "\n"
      "-- The product reaches its tables in shop.\n"
      "grant usage on schema shop to app;\n"
      "\n"
      "-- Whose a row of shop.project is.\n"
      "alter table shop.project add column tenant_id uuid not null default fh.tid();\n"
      "\n"
      "-- Whose a row of shop.task is.\n"
      "alter table shop.task add column tenant_id uuid not null default fh.tid();\n"
      "\n"
      "-- Who may see the rows of shop.project.\n"
      "create unique index on shop.project (tenant_id, id);\n"
      "create policy tenant on shop.project using (tenant_id = fh.tid()) with check (tenant_id = "
      "fh.tid());\n"
      "alter table shop.project enable row level security, force row level security;\n"
      "grant select, insert, update, delete on shop.project to app;\n"
      "grant usage on sequence shop.project_id_seq to app;\n"
      "\n"
      "-- Who may see the rows of shop.task.\n"
      "create unique index on shop.task (tenant_id, id);\n"
      "create policy tenant on shop.task using (tenant_id = fh.tid()) with check (tenant_id = "
      "fh.tid());\n"
      "alter table shop.task enable row level security, force row level security;\n"
      "grant select, insert, update, delete on shop.task to app;\n"
      "\n"
      "commit;\n");
  CHECK(product.as_admin("select to_regnamespace('fh') is null") == "t");
}

TEST_CASE(
    "the printed SQL run by hand does what --apply does, and the second run has nothing to do") {
  for (const bool by_hand : {true, false}) {
    const TestProduct product;
    product.as_owner(two_tables);
    const Request request = product.request({"project", "task"});
    if (by_hand)
      CHECK(product.as_admin(product.plan(request)) == "");
    else
      CHECK(product.protect(request).starts_with("begin;"));
    CHECK(product.plan(request) == "");
    CHECK(product.protect(request) == "");

    CHECK(product.as_app("select count(*) from shop.project") == "0");
    CHECK(product.as_app("insert into shop.project (name) values ('x')").starts_with("42501"));
    CHECK(sees(product, acme, "insert into shop.project (name) values ('a'); commit") == "");
    CHECK(sees(product, bolt, "insert into shop.project (name) values ('b'); commit") == "");
    CHECK(sees(product, acme, "select string_agg(name, ' ') from shop.project") == "a");
    CHECK(sees(product, acme,
               fmt::format("insert into shop.project (name, tenant_id) values ('x', '{}')", bolt))
              .starts_with("42501"));
    CHECK(sees(product, acme,
               "with gone as (delete from shop.project returning 1) select count(*) "
               "from gone") == "1");
    CHECK(product.as_app(in_tenant(acme, fmt::format("select fh.enter('{}')", bolt)))
              .starts_with("FH003"));
    CHECK(product.as_app("begin; select fh.enter(null::uuid)").starts_with("FH000"));
    CHECK(sees(product, "tenant_0000000000000000000000000a", "select fh.tid()") == acme);
  }
}

TEST_CASE("an owner without superuser protects its tables") {
  const TestProduct product;
  product.as_admin(
      fmt::format("grant create on database {} to {}", product.database().name(), product.owner()));
  product.as_owner(two_tables);
  Request request = product.request({"project"});
  request.dsn = product.database().as(product.owner());
  CHECK(product.protect(request).starts_with("begin;"));
  CHECK(product.plan(request) == "");
  CHECK(product.as_owner(in_tenant(acme, "insert into shop.project (name) values ('a')")) == "");
  CHECK(product.as_owner("select count(*) from shop.project") == "0");
}

TEST_CASE("names that need quotes, other schemas and words as SQL writes them") {
  const TestProduct product;
  product.as_owner(R"(create table shop."Order" ("the id" integer primary key, "select" text);
                      create table shop."we.ird ""one""" (x text))");
  product.as_admin(
      fmt::format("create schema \"Other One\"; create table \"Other One\".task (id int)"));
  const Request request = product.request(
      {"Order", R"(we.ird "one")", R"("Other One".task)", "shop.\"Order\"", "shop.\"Order\""});
  const std::string sql = product.protect(request);
  CHECK(sql.contains(R"(create unique index on shop."Order" (tenant_id, "the id");)"));
  CHECK(sql.contains(R"(create index on shop."we.ird ""one""" (tenant_id);)"));
  CHECK(sql.contains(R"(alter table "Other One".task enable row level security)"));
  CHECK(product.plan(request) == "");
}

TEST_CASE("nothing is changed when one table cannot be protected, and all reasons are given") {
  const TestProduct product;
  product.as_owner(two_tables +
                   "; create view shop.everything as select * from shop.task;"
                   "create table shop.old (tenant_id text not null);"
                   "create table shop.numbered (tenant_id integer);"
                   "alter table shop.task enable row level security;"
                   "create policy mine on shop.task using (true)");
  const Request request = product.request({"project", "projekt", "no such name", "everything",
                                           "old", "numbered", "task", "project_id_seq"});
  const std::string reasons =
      "refused: There is no table projekt in the schema shop.\n"
      "There is no table no such name in the schema shop.\n"
      "shop.everything is a view. Give it `security_invoker = true` and protect its tables.\n"
      "shop.old.tenant_id is text and has to be uuid. For ids as Freehold gives them: alter table "
      "shop.old alter tenant_id type uuid using fh.tenant_uuid(tenant_id::text)\n"
      "shop.numbered.tenant_id is integer and has to be uuid: Freehold's id of the tenant. Rename "
      "that column.\n"
      "shop.task has a policy of another kind. Policies add up, so it would let more rows through: "
      "drop policy mine on shop.task\n"
      "shop.project_id_seq is a sequence.";
  CHECK(product.plan(request) == reasons);
  CHECK(product.protect(request) == reasons);
  CHECK(product.as_admin("select to_regnamespace('fh') is null") == "t");
  CHECK(product.as_admin(
            "select relrowsecurity from pg_class where oid = 'shop.project'::regclass") == "f");
}

TEST_CASE("a role that row level security does not bind is refused with the reason") {
  const TestProduct product;
  product.as_owner(two_tables);
  Request request = product.request({"project"});
  request.role = "postgres";
  CHECK(
      product.plan(request).contains("The role postgres is superuser, bypassrls, createrole, "
                                     "replication: row level security would "
                                     "not hold for it"));
  request.role = product.owner();
  CHECK(product.plan(request).contains(fmt::format(
      "shop.project belongs to {0}, which {0} is or may become: an owner can switch row "
      "level security off.",
      product.owner())));
  product.as_admin(
      fmt::format("create role {}; grant {} to {}", product.app(), product.owner(), product.app()));
  request.role = product.app();
  CHECK(product.plan(request).contains("an owner can switch row level security off"));
  CHECK(product.as_admin("select to_regnamespace('fh') is null") == "t");
}

TEST_CASE("a table that is half protected gets what is missing, and excess rights go") {
  const TestProduct product;
  product.as_owner(two_tables);
  product.protect(product.request({"project"}));
  product.as_admin(
      fmt::format("alter table shop.project no force row level security;"
                  "grant all on shop.project to {0}, public;"
                  "revoke usage on sequence shop.project_id_seq from {0}",
                  product.app()));
  CHECK(without_roles(product.protect(product.request({"project"})), product) ==
        "begin;\n"
        "\n"
        "-- Who may see the rows of shop.project.\n"
        "alter table shop.project enable row level security, force row level security;\n"
        "revoke all on shop.project from public;\n"
        "revoke references, trigger, truncate on shop.project from app;\n"
        "grant usage on sequence shop.project_id_seq to app;\n"
        "\n"
        "commit;\n");
  // Less than all rights is what somebody wanted.
  product.as_admin(fmt::format("revoke update, delete on shop.project from {}", product.app()));
  CHECK(product.plan(product.request({"project"})) == "");
}

TEST_CASE("a policy in the same words, a narrower one, and one for another role are left alone") {
  const TestProduct product;
  product.as_owner(two_tables);
  product.protect(product.request({"task"}));
  product.as_owner(
      "drop policy tenant on shop.task;"
      "create policy everybody on shop.task using (tenant_id = fh.tid());"
      "create policy narrow on shop.task as restrictive using (title <> '');"
      "create policy support on shop.task to pg_monitor using (true)");
  CHECK(product.plan(product.request({"task"})) == "");
}

TEST_CASE("a partitioned table is protected with its partitions, which are not reached alone") {
  const TestProduct product;
  product.as_owner(
      "create table shop.event (id bigint generated always as identity, at timestamptz not null,"
      "                         primary key (id, at)) partition by range (at);"
      "create table shop.event_rest partition of shop.event default");
  CHECK(product.plan(product.request({"event_rest"})) ==
        "refused: shop.event_rest is a partition: protect shop.event.");
  CHECK(product.protect(product.request({"event"}))
            .contains("alter table shop.event_rest enable row"));
  CHECK(sees(product, acme, "insert into shop.event (at) values (now()); commit") == "");
  CHECK(sees(product, acme, "select count(*) from shop.event") == "1");
  CHECK(sees(product, bolt, "select count(*) from shop.event") == "0");
  CHECK(sees(product, acme, "select count(*) from shop.event_rest").starts_with("42501"));

  product.as_admin(fmt::format("grant select on all tables in schema shop to {}", product.app()));
  CHECK(sees(product, acme, "select count(*) from shop.event_rest") == "0");
  CHECK(product.protect(product.request({"event"})).contains("revoke all on shop.event_rest from"));
  CHECK(product.plan(product.request({"event"})) == "");
}

TEST_CASE(
    "in Freehold's database the product enters Freehold's tenants, and Freehold's doctor agrees") {
  const auto ground = TestProduct::ground();
  const TestProduct product{test::ScratchDatabase(ground)};
  product.as_admin(fmt::format("grant connect on database {} to {}", product.database().name(),
                               product.owner()));
  product.as_owner(two_tables);
  const std::string sql = without_roles(product.protect(product.request({"project"})), product);
  CHECK(sql.contains("grant connect on database"));
  CHECK(
      sql.contains("-- Who enters the tenants that Freehold has here: the product, and whoever "
                   "migrates its tables.\n"
                   "grant fh_product to app, shop_owner;\n"));
  CHECK_FALSE(sql.contains("create function"));
  CHECK(product.plan(product.request({"project"})) == "");

  product.as_admin(fmt::format("insert into fh.tenant_fence (tenant_id) values ('{}')", acme));
  CHECK(sees(product, acme, "insert into shop.project (name) values ('a'); commit") == "");
  CHECK(sees(product, acme, "select name from shop.project") == "a");
  CHECK(sees(product, bolt, "select 1").starts_with("FH002"));
  CHECK(product.as_app("select count(*) from fh.migration").starts_with("42501"));
  CHECK(product.plan(product.request({"fh.tenant_fence"})) ==
        "refused: fh.tenant_fence belongs to Freehold.");
  std::string found;  // what its host does not let it revoke
  for (const db::Finding& finding : db::examine(product.database().host_admin(), {}))
    found += finding.rule + "\n";
  CHECK(found == "host.do_blocks\nhost.set_config\n");
  const auto findings = examine({.dsn = product.database().admin(), .role = product.app()});
  CHECK(db::is_safe_to_serve(findings));
  CHECK(report_by_level(findings).starts_with("Isolation: no findings\n"));
}

TEST_CASE("on a managed host Freehold's admin protects the product's tables beside Freehold's") {
  const TestProduct roles;  // an owner and the name of a role, in a database that is not used
  const std::string admin = fmt::format("fh_test_host_admin_{}", getpid());
  TestRoles::run(fmt::format("create role {} login createrole createdb", admin));
  {
    const auto database = test::ScratchDatabase::empty(admin);
    const std::string dsn = db::conninfo_as(database.admin(), admin, {});
    const auto ground = TestProduct::ground();
    db::ensure_roles(dsn, {});
    db::migrate(dsn, ground);
    db::BlockingConnection connection(dsn);
    connection.run(
        fmt::format("grant {0} to current_user; create schema shop authorization {0};"
                    "set role {0}; create table shop.project (id serial primary key)",
                    roles.owner()));
    Request request = roles.request({"project"});
    request.dsn = dsn;
    CHECK(own_tables::protect(request, ground).contains("grant fh_product to "));
    CHECK(own_tables::plan(request, ground) == "");
    const auto findings =
        examine({.dsn = database.as(roles.app()), .role = roles.app(), .shared = {}});
    CHECK(db::is_safe_to_serve(findings));
    CHECK(db::is_safe_to_serve(db::examine(dsn, {})));
  }
  TestRoles::run(fmt::format("drop role {}", admin));
}

TEST_CASE("hardening closes for the product what its owner keeps") {
  const TestProduct product;
  product.as_owner(two_tables);
  Request request = product.request({"project"});
  request.harden = true;
  const std::string sql = product.protect(request);
  CHECK(sql.contains(
      "revoke execute on function pg_catalog.set_config(text, text, boolean) from public"));
  CHECK(product.plan(request) == "");
  CHECK(product.as_app("select set_config('app.current_tenant', '', true)").starts_with("42501"));
  CHECK(product.as_app("do 'begin end'").starts_with("42501"));
  CHECK(product.as_app("create temporary table x (i integer)").starts_with("42501"));
  CHECK(product.as_owner("do 'begin end'") == "");
  CHECK(product.as_owner("select set_config('app.name', 'x', true)") == "x");
}
