#include "db/doctor.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <set>

#include "core/text.hpp"
#include "db/blocking_connection.hpp"
#include "db/doctor/parts.hpp"
#include "db/sample_shop.hpp"
#include "tests/support/scratch_database.hpp"
#include "tests/support/source_files.hpp"

using namespace freehold;
using namespace freehold::db;
using freehold::test::ScratchDatabase;

namespace {

struct Mutation {
  int line = 0;
  std::string rule;
  std::string sql;
  std::string undo;
};

std::vector<std::string_view> fields_of(std::string_view line) {
  std::vector<std::string_view> fields;
  for (std::size_t mark; (mark = line.find(" ~ ")) != std::string_view::npos;) {
    fields.push_back(trimmed(line.substr(0, mark)));
    line.remove_prefix(mark + 3);
  }
  fields.push_back(trimmed(line));
  return fields;
}

std::vector<Mutation> mutations_in(std::string_view text) {
  std::vector<Mutation> mutations;
  for (int number = 1; !text.empty(); ++number) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.empty() || line.starts_with('#')) continue;
    const auto fields = fields_of(line);
    Mutation mutation;
    mutation.line = number;
    mutation.rule = fields.at(0);
    mutation.sql = fields.at(1);
    if (fields.size() > 2) mutation.undo = fields[2];
    mutations.push_back(std::move(mutation));
  }
  return mutations;
}

const std::vector<Mutation>& all_mutations() {
  static const std::vector<Mutation> mutations =
      mutations_in(test::read_source("tests/doctor_mutations.txt"));
  return mutations;
}

// A mistake that has to be committed, because it shows only to somebody who logs in.
bool shows_to_others(const Mutation& mutation) {
  return mutation.rule.starts_with("break_in.") || mutation.rule.starts_with("ground.");
}

std::string for_database(std::string sql, const ScratchDatabase& database) {
  constexpr std::string_view mark = "${database}";
  for (std::size_t at; (at = sql.find(mark)) != std::string::npos;)
    sql.replace(at, mark.size(), database.name());
  return sql;
}

// On a host of one's own: made by the superuser, who may also put what a managed host refuses.
ScratchDatabase own_shop() {
  ScratchDatabase database = ScratchDatabase::empty();
  ensure_roles(database.admin(), {});
  migrate(database.admin(), sample_shop());
  return database;
}

// The admin of the other tests' databases is one too many for this one, whose roles it shares.
template <class Found>
std::vector<Found> without_host_admin(std::vector<Found> all) {
  std::erase_if(all, [](const Found& found) {
    return found.rule == "role.acted_by" && found.detail == "can be taken on by host_admin";
  });
  return all;
}

std::vector<Finding> findings_of(const std::string& admin) {
  return without_host_admin(examine(admin, {}));
}

std::vector<Symptom> symptoms_of(BlockingConnection& connection) {
  return without_host_admin(read_catalogue(connection));
}

// Every table with a row, so that a hole shows.
void fill(const ScratchDatabase& database) {
  BlockingConnection connection(database.admin());
  connection.run(R"(
    insert into shop.tenant values ('00000000-0000-0000-0000-00000000000a', 'acme');
    insert into fh.tenant_fence (tenant_id) select tenant_id from shop.tenant;
    insert into shop.customer select tenant_id, tenant_id, 'x' from shop.tenant;
    insert into shop.slug select 'acme', tenant_id from shop.tenant;
    insert into shop.figure select tenant_id, 1 from shop.tenant;
    insert into shop.delivery select tenant_id, tenant_id, now() from shop.tenant;
    insert into shop.document select tenant_id, tenant_id, 'x' from shop.tenant;
    insert into log.entry select tenant_id, tenant_id, '2026-06-01' from shop.tenant;
    insert into shop.password values (gen_random_uuid(), 'x');
    insert into shop.note values (gen_random_uuid(), 'x'))");
}

std::set<std::string> rules_of(const std::vector<Symptom>& symptoms) {
  std::set<std::string> rules;
  for (const Symptom& symptom : symptoms) rules.insert(finding_of(symptom).rule);
  return rules;
}

std::set<std::string> rules_of(const std::vector<Finding>& findings) {
  std::set<std::string> rules;
  for (const Finding& finding : findings) rules.insert(finding.rule);
  return rules;
}

std::string summary(const std::vector<Finding>& findings) {
  std::string text;
  for (const Finding& finding : findings)
    text += fmt::format("{} {} {}\n", is_safe_to_serve(std::array{finding}) ? "warn" : "stop",
                        finding.rule, finding.object);
  return text;
}

// What a managed host gives its customer.
struct PlainAdmin {
  std::string name = fmt::format("fh_test_admin_{}", getpid());
  PlainAdmin() { run("create role {} login createrole createdb"); }
  ~PlainAdmin() { run("drop role {}"); }

  void run(const char* sql) const {
    BlockingConnection connection(test::test_server());
    connection.run(fmt::format(fmt::runtime(sql), name));
  }
};

}  // namespace

TEST_CASE("a clean database has no findings") {
  const ScratchDatabase database = own_shop();
  fill(database);
  CHECK(report(findings_of(database.admin())) == "No findings.\n");
}

TEST_CASE("every mistake is found in the catalogue") {
  const ScratchDatabase database = own_shop();
  BlockingConnection connection(database.admin());

  std::string missed;
  for (const Mutation& mutation : all_mutations()) {
    if (shows_to_others(mutation)) continue;
    connection.run("begin; set local allow_system_table_mods = on");
    CHECK_MESSAGE(symptoms_of(connection).empty(), "line " << mutation.line);
    connection.run("reset role; reset search_path");
    connection.run(for_database(mutation.sql, database));
    if (!rules_of(symptoms_of(connection)).contains(mutation.rule))
      missed += fmt::format("line {}: {} ~ {}\n", mutation.line, mutation.rule, mutation.sql);
    connection.run("rollback");
  }
  CHECK(missed == "");
}

TEST_CASE("every mistake that shows only to somebody who logs in is found by trying") {
  const ScratchDatabase original = own_shop();
  fill(original);

  std::string missed;
  for (const Mutation& mutation : all_mutations()) {
    if (!shows_to_others(mutation)) continue;
    const ScratchDatabase database = ScratchDatabase::clone_of(original);
    BlockingConnection connection(database.admin());
    connection.run(for_database(mutation.sql, database));
    const std::vector<Finding> findings = findings_of(database.admin());
    if (!mutation.undo.empty()) connection.run(mutation.undo);
    if (!rules_of(findings).contains(mutation.rule))
      missed += fmt::format("line {}: {} ~ {}\n{}", mutation.line, mutation.rule, mutation.sql,
                            report(findings));
  }
  CHECK(missed == "");
}

TEST_CASE("every rule has a mistake that shows it, and every mistake a rule") {
  std::string without_mistake;
  for (const Rule& rule : rules())
    if (std::ranges::none_of(all_mutations(),
                             [&](const Mutation& m) { return m.rule == rule.name; }))
      without_mistake += fmt::format("{}\n", rule.name);
  CHECK(without_mistake == "");

  for (const Mutation& mutation : all_mutations())
    CHECK_NOTHROW(finding_of({.rule = mutation.rule, .object = {}, .detail = {}}));
  CHECK_THROWS_AS(finding_of({.rule = "no.such", .object = {}, .detail = {}}), std::logic_error);
}

TEST_CASE("an admin without superuser prepares a database that has warnings and is safe to serve") {
  const PlainAdmin plain;
  const ScratchDatabase database = ScratchDatabase::empty(plain.name);
  const std::string admin = conninfo_as(database.admin(), plain.name, {});
  ensure_roles(admin, {});
  CHECK(migrate(admin, sample_shop()).size() == sample_shop().size());
  fill(database);

  const std::vector<Finding> findings = findings_of(admin);
  CHECK(summary(findings) == fmt::format("warn host.do_blocks {0}\n"
                                         "warn host.set_config {0}\n",
                                         database.name()));
  CHECK(is_safe_to_serve(findings));
  ensure_roles(admin, {});
  CHECK(migrate(admin, sample_shop()).empty());
}

TEST_CASE("a database that was never prepared says what to do") {
  const ScratchDatabase database = ScratchDatabase::empty();
  CHECK(report(findings_of(database.admin())) ==
        "isolation  ground.missing  fh\n"
        "  The database has not been prepared: run `freehold migrate`.\n");
}

TEST_CASE("a report says what, where and what to do, the worst first") {
  const ScratchDatabase database = own_shop();
  {
    BlockingConnection connection(database.admin());
    connection.run(
        "create index on shop.customer (email); grant execute on function "
        "pg_catalog.set_config(text, text, boolean) to fh_app; grant truncate on shop.customer to "
        "fh_control");
  }
  const std::vector<Finding> findings = findings_of(database.admin());

  CHECK(report(findings) ==
        "isolation  grant.excess  shop.customer: fh_control: TRUNCATE\n"
        "  Revoke it. If the role needs the table, the table has the wrong class.\n"
        "hardening  host.set_config  " +
            database.name() +
            ": fh_app\n"
            "  Ask the host's support to revoke it from PUBLIC, or use a host that lets the admin "
            "do so. Until then a flaw that lets a stranger add to a SQL statement is not stopped a "
            "second time.\n"
            "citus-ready  key.index_not_led_by_tenant  shop.customer: shop.customer_email_idx\n"
            "  Make it (tenant_id, …), or declare it with fh.worker_index if the table is a "
            "queue.\n");
  CHECK_FALSE(is_safe_to_serve(findings));
}
