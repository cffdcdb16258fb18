// Tables that have rows already: whose they are has to be said.
#include <doctest/doctest.h>

#include "core/id.hpp"
#include "own_tables/test_product.hpp"

using namespace freehold;
using namespace freehold::own_tables;

namespace {

const std::string filled =
    "create table shop.organization (id uuid primary key, name text);"
    "create table shop.project (id serial primary key, organization_id uuid references "
    "  shop.organization (id), key text, place integer, name text);"
    "create table shop.task (id serial primary key, project_id integer not null references "
    "  shop.project (id), title text);"
    "insert into shop.organization values ('00000000-0000-0000-0000-00000000000a', 'acme'),"
    "                                     ('00000000-0000-0000-0000-00000000000b', 'bolt');"
    "insert into shop.project (organization_id, key, place, name)"
    "  select id, 'tenant_0000000000000000000000000' || right(id::text, 1), 1, name"
    "    from shop.organization;"
    "insert into shop.task (project_id, title) select id, name from shop.project";

std::string titles(const TestProduct& product, std::string_view tenant, std::string_view column) {
  return product.as_app(
      fmt::format("begin; select fh.enter('{}'); select string_agg({}, ' ') from "
                  "shop.{}",
                  tenant, column, column == "title" ? "task" : "project"));
}

}  // namespace

TEST_CASE("a table with rows is refused until somebody says whose they are") {
  const TestProduct product;
  product.as_owner(filled);
  const Request request = product.request({"project", "task"});
  const std::string reasons = product.protect(request);
  CHECK(
      reasons.starts_with("refused: shop.project has rows. Say whose they are: --tenant-id-from "
                          "COLUMN"));
  CHECK(reasons.contains("\nshop.task has rows."));
  CHECK(product.as_admin("select to_regnamespace('fh') is null") == "t");

  Request both = request;
  both.tenant = acme;
  both.tenant_id_from = "key";
  CHECK(product.plan(both).contains("Either --tenant or --tenant-id-from"));
  Request nobody = request;
  nobody.tenant = "acme";
  CHECK(product.plan(nobody).contains("acme is no tenant's id"));
}

TEST_CASE("all rows are one tenant's: no row is written again") {
  const TestProduct product;
  product.as_owner(filled);
  Request request = product.request({"task"});
  request.tenant = "tenant_0000000000000000000000000a";
  const std::string before = product.as_admin("select pg_relation_filenode('shop.task')");
  CHECK(product.protect(request).contains(
      "alter table shop.task add column tenant_id uuid not null default "
      "'00000000-0000-0000-0000-00000000000a';\n"
      "alter table shop.task alter column tenant_id set default fh.tid();\n"));
  CHECK(product.as_admin("select pg_relation_filenode('shop.task')") == before);
  CHECK(titles(product, acme, "title") == "acme bolt");
  CHECK(titles(product, bolt, "title") == "");
  CHECK(product.plan(request) == "");
}

TEST_CASE("a column says whose a row is: a uuid, or the id as text") {
  for (const std::string_view column : {"organization_id", "key"}) {
    const TestProduct product;
    product.as_owner(filled);
    Request request = product.request({"project"});
    request.tenant_id_from = column;
    const std::string sql = product.protect(request);
    CHECK(sql.contains(column == "key"
                           ? "update shop.project set tenant_id = fh.tenant_uuid(key);\n"
                           : "update shop.project set tenant_id = organization_id;\n"));
    CHECK(titles(product, acme, "name") == "acme");
    CHECK(titles(product, bolt, "name") == "bolt");
    CHECK(product.plan(request) == "");
  }
}

TEST_CASE("a foreign key says whose a row is, by the row that it points to") {
  const TestProduct product;
  product.as_admin(
      fmt::format("grant create on database {} to {}", product.database().name(), product.owner()));
  product.as_owner(filled);
  Request project = product.request({"project"});
  project.tenant_id_from = "organization_id";
  // Its owner is bound by row level security too once it is forced, and fills the child all the
  // same.
  project.dsn = product.database().as(product.owner());
  CHECK(product.protect(project).starts_with("begin;"));

  Request task = product.request({"task"});
  task.dsn = project.dsn;
  task.tenant_id_from = "project_id";
  CHECK(product.protect(task).contains(
      "alter table shop.project no force row level security;\n"
      "alter table shop.task add column tenant_id uuid;\n"
      "update shop.task child set tenant_id = parent.tenant_id from shop.project parent"
      " where parent.id = child.project_id;\n"
      "alter table shop.task alter column tenant_id set not null,"
      " alter column tenant_id set default fh.tid();\n"
      "alter table shop.project force row level security;\n"));
  CHECK(titles(product, acme, "title") == "acme");
  CHECK(titles(product, bolt, "title") == "bolt");
  CHECK(product.plan(task) == "");
  CHECK(product.as_admin("select bool_and(relforcerowsecurity) from pg_class"
                         " where oid in ('shop.project'::regclass, 'shop.task'::regclass)") == "t");
}

TEST_CASE("a column that cannot say it is refused with the reason") {
  const TestProduct product;
  product.as_owner(filled + "; insert into shop.project (name, place) values ('nobody', 2)");
  const auto reason = [&](std::vector<std::string> tables, std::string_view column) {
    Request request = product.request(std::move(tables));
    request.tenant_id_from = column;
    return product.protect(request);
  };
  CHECK(reason({"project"}, "owner_id") == "refused: shop.project has no column owner_id.");
  CHECK(reason({"project"}, "organization_id") ==
        "refused: shop.project.organization_id is null in some rows: they would belong to nobody.");
  CHECK(reason({"project"}, "place")
            .contains("shop.project.place is integer, which is not Freehold's"));
  CHECK(reason({"task", "project"}, "project_id")
            .contains("Name shop.project before shop.task, which takes its tenant from it."));
  CHECK(reason({"project"}, "name")
            .starts_with("refused: invalid input syntax for type uuid: \"acme\"\n  in: update "
                         "shop.project set"));
  CHECK(product.as_admin("select to_regnamespace('fh') is null") == "t");
}

TEST_CASE("a tenant_id that is there already is kept, and filled where it is empty") {
  const TestProduct product;
  product.as_owner(filled +
                   "; alter table shop.project add column tenant_id uuid;"
                   "update shop.project set tenant_id = organization_id where name = 'acme'");
  CHECK(product.plan(product.request({"project"})).starts_with("refused: shop.project has rows"));
  Request request = product.request({"project"});
  request.tenant_id_from = "organization_id";
  CHECK(product.protect(request).contains(
      "update shop.project set tenant_id = organization_id where tenant_id is null;\n"
      "alter table shop.project alter column tenant_id set not null;\n"));
  CHECK(titles(product, bolt, "name") == "bolt");
  CHECK(product.plan(request) == "");
}

TEST_CASE("the tables' own triggers run as they always do while rows are filled") {
  const TestProduct product;
  product.as_owner(filled +
                   "; create table shop.change (at timestamptz);"
                   "create function shop.note() returns trigger language plpgsql"
                   "  as 'begin insert into change values (now()); return new; end';"
                   "create trigger note after update on shop.project for each row execute function "
                   "shop.note()");
  product.as_admin(fmt::format("alter role {} set search_path = shop", product.owner()));
  product.as_admin(
      fmt::format("grant create on database {} to {}", product.database().name(), product.owner()));
  Request request = product.request({"project"});
  request.dsn = product.database().as(product.owner());
  request.tenant_id_from = "organization_id";
  CHECK(product.protect(request).starts_with("begin;"));
  CHECK(product.as_admin("select count(*) from shop.change") == "2");
}
