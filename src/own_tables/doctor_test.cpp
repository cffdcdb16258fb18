// What `freehold doctor --dsn` says of a product's tables: nothing of a sound schema, and each
// mistake.
#include <doctest/doctest.h>

#include <set>

#include "own_tables/examination.hpp"
#include "own_tables/test_product.hpp"
#include "tests/support/source_files.hpp"

using namespace freehold;
using namespace freehold::own_tables;

namespace {

// A product that does what products do: enums, triggers, serial and identity columns, keys of its
// own, views, partitions, a table that all tenants read.
const std::string plain_tables = R"(
create type shop.state as enum ('open', 'done');
create table shop.country (code text primary key);
create table shop.project (id serial primary key, name text not null, state shop.state not null default 'open');
create table shop.task (id uuid primary key default gen_random_uuid(), project_id integer not null,
                        title text not null, changed_at timestamptz);
create table shop.event (id bigint generated always as identity, at timestamptz not null, body text,
                         primary key (id, at)) partition by range (at);
create table shop.event_2026 partition of shop.event for values from ('2026-01-01') to ('2027-01-01');
create table shop.event_rest partition of shop.event default;
create table shop.document (tenant_id uuid not null, id uuid not null, title text, constraint
                            document_pkey primary key (tenant_id, id));
)";

const std::string more_of_them = R"(
alter table shop.task add constraint task_of_project foreign key (tenant_id, project_id)
  references shop.project (tenant_id, id) on delete cascade;
create function shop.touch() returns trigger language plpgsql
  as 'begin new.changed_at := now(); return new; end';
create trigger touch before update on shop.task for each row execute function shop.touch();
create view shop.open_project with (security_invoker = true) as
  select name from shop.project where state = 'open';
grant select on shop.open_project, shop.country to ${app};
)";

std::string filled_in(std::string text, const TestProduct& product) {
  const std::pair<std::string_view, const std::string&> words[] = {
      {"${app}", product.app()},
      {"${owner}", product.owner()},
      {"${database}", product.database().name()}};
  for (const auto& [mark, value] : words)
    for (std::size_t at; (at = text.find(mark)) != std::string::npos;)
      text.replace(at, mark.size(), value);
  return text;
}

void make_sound(const TestProduct& product) {
  REQUIRE(product.as_owner(plain_tables) == "");
  Request request = product.request({"project", "task", "event", "document"});
  request.harden = true;
  REQUIRE(product.protect(request).starts_with("begin;"));
  // Only a superuser may make functions of a language that is nobody's now, or its owner, who keeps
  // it.
  REQUIRE(product.as_owner(filled_in(more_of_them, product)) == "");
  for (const std::string_view tenant : {acme, bolt})
    REQUIRE(product.as_app(in_tenant(tenant,
                                     "insert into shop.project (name) values ('x');"
                                     "insert into shop.task (project_id, title)"
                                     "  select id, 'x' from shop.project")) == "");
}

Examination examination_of(const TestProduct& product) {
  return {.dsn = product.database().admin(), .role = product.app(), .shared = {}};
}

std::set<std::string> lines_of(const std::vector<db::Symptom>& symptoms) {
  std::set<std::string> lines;
  for (const db::Symptom& symptom : symptoms)
    lines.insert(fmt::format("{} {} {}", symptom.rule, symptom.object, symptom.detail));
  return lines;
}

struct Mutation {
  int line = 0;
  std::string rule;
  std::string sql;
  std::string undo;
};

std::vector<Mutation> all_mutations() {
  std::vector<Mutation> mutations;
  const std::string text = test::read_source("tests/own_tables_mutations.txt");
  int number = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    const std::string line = text.substr(at, end - at);
    at = end + 1;
    ++number;
    if (line.empty() || line.starts_with('#')) continue;
    const std::size_t first = line.find(" ~ ");
    const std::size_t second = line.find(" ~ ", first + 3);
    mutations.push_back(
        {.line = number,
         .rule = line.substr(0, first),
         .sql = line.substr(first + 3, second == std::string::npos ? second : second - first - 3),
         .undo = second == std::string::npos ? "" : line.substr(second + 3)});
  }
  return mutations;
}

bool is_seen_by_trying(const Mutation& mutation) {
  return mutation.rule.starts_with("break_in.");
}

bool is_found(const std::string& rule, const std::set<std::string>& before,
              const std::set<std::string>& after) {
  return std::ranges::any_of(after, [&](const std::string& line) {
    return line.starts_with(rule + " ") && !before.contains(line);
  });
}

}  // namespace

TEST_CASE("a sound schema has no findings of isolation or hardening") {
  const TestProduct product;
  make_sound(product);
  CHECK(report_by_level(examine(examination_of(product))) ==
        "Isolation: no findings\n"
        "\n"
        "Hardening: no findings\n"
        "\n"
        "Citus-ready: 10 findings\n"
        "  column.enum  shop.project: state\n"
        "    Use text with a check: an enum's operators are not leakproof, so its indexes go "
        "unused.\n"
        "  column.sequence  shop.event: id\n"
        "  column.sequence  shop.project: id\n"
        "    Use a uuid that the program makes.\n"
        "  key.surrogate_without_tenant  shop.event: shop.event_pkey\n"
        "  key.surrogate_without_tenant  shop.project: shop.project_pkey\n"
        "  key.surrogate_without_tenant  shop.task: shop.task_pkey\n"
        "    Make it (tenant_id, …).\n"
        "  table.tenant_default  shop.event\n"
        "  table.tenant_default  shop.project\n"
        "  table.tenant_default  shop.task\n"
        "    Send tenant_id with each insert and drop the default: a row is placed by it.\n"
        "  table.trigger  shop.task: touch\n"
        "    Do its work in the program.\n");
}

TEST_CASE("every mistake is found in the catalogue") {
  const test::ScratchDatabase with_roles(TestProduct::ground());
  const TestProduct product;
  make_sound(product);
  db::BlockingConnection connection(product.database().admin());
  const auto clean = lines_of(read_catalogue(connection, examination_of(product)));

  std::string missed;
  for (const Mutation& mutation : all_mutations()) {
    if (is_seen_by_trying(mutation)) continue;
    connection.run("begin; set local search_path = pg_catalog");
    connection.run(filled_in(mutation.sql, product));
    connection.run("reset role");
    const auto found = lines_of(read_catalogue(connection, examination_of(product)));
    if (!is_found(mutation.rule, clean, found))
      missed += fmt::format("line {}: {} ~ {}\n", mutation.line, mutation.rule, mutation.sql);
    connection.run("rollback");
  }
  CHECK(missed == "");
}

TEST_CASE("every mistake that shows only to somebody who tries is found by trying") {
  TestProduct product;
  make_sound(product);

  std::string missed;
  for (const Mutation& mutation : all_mutations()) {
    if (!is_seen_by_trying(mutation)) continue;
    const auto database = test::ScratchDatabase::clone_of(product.database());
    db::BlockingConnection connection(database.admin());
    connection.run(filled_in(mutation.sql, product));
    const auto found = lines_of(symptoms_in(connection, examination_of(product)));
    if (!mutation.undo.empty()) product.as_admin(filled_in(mutation.undo, product));
    if (!is_found(mutation.rule, {}, found))
      missed += fmt::format("line {}: {} ~ {}\n", mutation.line, mutation.rule, mutation.sql);
  }
  CHECK(missed == "");
}

TEST_CASE("every rule has a mistake that shows it, and every mistake a rule") {
  std::set<std::string> shown;
  for (const Mutation& mutation : all_mutations()) shown.insert(mutation.rule);
  std::set<std::string> known;
  for (const db::Rule& rule : rules()) known.emplace(rule.name);
  CHECK(shown == known);
}

TEST_CASE("what is shared on purpose is no finding") {
  const TestProduct product;
  make_sound(product);
  product.as_owner(
      filled_in("create table shop.visit (day date primary key, n integer);"
                "grant select, insert, update on shop.visit to ${app};"
                "alter table shop.project add column subdomain text constraint "
                "one_project_per_subdomain unique",
                product));
  Examination examination = examination_of(product);
  CHECK_FALSE(db::is_safe_to_serve(examine(examination)));
  examination.shared = {"shop.visit", "shop.one_project_per_subdomain"};
  CHECK(report_by_level(examine(examination))
            .starts_with("Isolation: no findings\n\nHardening: no findings\n"));
}

TEST_CASE("a database that nobody protected says so") {
  const TestProduct product;
  product.as_owner(plain_tables);
  CHECK(report_by_level(examine(examination_of(product)))
            .contains(fmt::format("role.missing  {}", product.app())));
  product.as_admin(
      filled_in("create role ${app} login; grant usage on schema shop to ${app};"
                "grant all on all tables in schema shop to ${app}",
                product));
  const std::string text = report_by_level(examine(examination_of(product)));
  CHECK(text.contains("context.missing  fh.tid()"));
  CHECK(text.contains("table.rls_off  shop.document"));
  CHECK(text.contains("table.unclassified  shop.project"));
}

TEST_CASE("the product's own log-in is enough for the doctor") {
  const TestProduct product;
  make_sound(product);
  Examination examination = examination_of(product);
  const std::string by_admin = report_by_level(examine(examination));
  examination.dsn = product.database().as(product.app());
  CHECK(report_by_level(examine(examination)) == by_admin);
}
