// Every table that has a tenant_id, as every role of the program, inside our own transaction.
#include <doctest/doctest.h>

#include <set>

#include "db/blocking_connection.hpp"
#include "db/roles.hpp"
#include "tests/program/neighbours.hpp"

using namespace freehold;
using namespace freehold::program;

namespace {

std::string class_of(const std::string& table) {
  return value(neighbours().database,
               fmt::format("select class from fh.table_class where table_name = '{}'", table));
}

// A table with what the attempts on it need to know.
struct Table {
  std::string name;
  std::string table_class;
  std::string their_row;  // as JSON
};

std::vector<Table> all_tables() {
  const Neighbours& all = neighbours();
  std::vector<Table> found;
  for (const std::string& name : tenant_tables(all.database))
    found.push_back(
        {name, class_of(name),
         value(all.database,
               fmt::format("select to_jsonb(t) from {} t where tenant_id = '{}' limit 1", name,
                           all.theirs.tenant))});
  return found;
}

// Who may do everything with the rows of all tenants, and who may see them, by the table's class.
bool does_all(std::string_view role, std::string_view table_class) {
  return role == "fh_worker" && (table_class == "queue" || table_class == "rollup");
}
bool sees_all(std::string_view role, std::string_view table_class) {
  return role == "fh_staff" && table_class == "rollup";
}

// Both workspaces, with rows that none has for long as well: an open checkout, a change that is
// due, and a name that only a workspace from elsewhere has.
Neighbours& full_neighbours() {
  Neighbours& all = neighbours();
  for (const Workspace* workspace : {&all.ours, &all.theirs})
    rows(all.database,
         fmt::format(
             "insert into billing.checkout (tenant_id, session_id, lookup_key, url, "
             "opened_at) values ('{0}', 'cs_{1}', 'pro_usd_year', 'http://localhost', "
             "now()) on conflict do nothing;"
             "insert into billing.dunning_step values ('{0}', 'sub_late', 'in_late', "
             "'first', true, now()) on conflict do nothing; "
             "insert into billing.win_back_step values ('{0}', 'sub_late', 1, true, now()) "
             "on conflict do nothing; "
             "insert into billing.purge (tenant_id, subscription_id, purge_at, scheduled_at, "
             "next_at) "
             "values ('{0}', 'sub_late', now() + interval '1 year', now(), now() + interval '1 "
             "year') on conflict do nothing; "
             "insert into billing.card_update values ('{0}', 'cs_{1}', now()) "
             "on conflict do nothing; "
             "insert into billing.card_trial values ('{0}', 'card_{1}', 'sub_late', now(), false) "
             "on conflict do nothing; "
             "insert into billing.receipt select tenant_id, stripe_id, now() from billing.invoice "
             "where tenant_id = '{0}' limit 1 on conflict do nothing; "
             "insert into billing.details values ('{0}', 1, '{1}', '', '', '', '', '', '', '', '', "
             "'', '{{}}', null, now()) on conflict do nothing; "
             "insert into billing.drift values ('{0}', 'cus_{1}', 'sub_late', "
             "'status', 'active', 'canceled', now(), gen_random_uuid()) on conflict do nothing; "
             "insert into billing.payment values ('{0}', 'inpay_{1}', 'in_late', 'pi_{1}', "
             "'open', 'usd', 0, now(), null) on conflict do nothing; "
             "insert into billing.charge values ('{0}', 'ch_{1}', 'cus_{1}', 'pi_{1}', "
             "'succeeded', 'usd', 4900, 0, false, now()) on conflict do nothing; "
             "insert into billing.refund values ('{0}', 're_{1}', 'ch_{1}', 'pi_{1}', "
             "'succeeded', 'usd', 100, null, null, now()) on conflict do nothing; "
             "insert into billing.credit_note values ('{0}', 'cn_{1}', 'in_late', 'CN-1', "
             "'issued', 'usd', 100, 100, 0, 0, 0, 0, null, now()) on conflict do nothing; "
             "insert into billing.dispute values ('{0}', 'dp_{1}', 'ch_{1}', 'pi_{1}', 'lost', "
             "'fraudulent', 'usd', 100, null, now()) on conflict do nothing; "
             "insert into billing.balance_transaction values ('{0}', 'cbtxn_{1}', 'adjustment', "
             "'usd', -100, -100, null, null, now()) on conflict do nothing; "
             "insert into billing.movement values ('{0}', 'eur', 1, now(), 'new', 100, 100) "
             "on conflict do nothing; "
             "insert into billing.task values ('{0}', gen_random_uuid(), 'dispute', 'dp_{1}', "
             "now(), null, null) on conflict do nothing; "
             "insert into billing.arrears values ('{0}', 'sub_late', 'in_late', 'first', 'usd', "
             "4900, now()) on conflict do nothing; "
             "insert into billing.due (tenant_id, due_at) values ('{0}', now() + interval "
             "'1 year') on conflict do nothing;"
             "insert into billing.seat_change (tenant_id, due_at) values ('{0}', now() + interval "
             "'1 year') on conflict do nothing;"
             "insert into billing.usage_due (tenant_id, due_at) values ('{0}', now() + interval "
             "'1 year') on conflict do nothing;"
             "insert into billing.usage_told values ('{0}', 'documents.api_calls', now()) "
             "on conflict do nothing;"
             "insert into billing.usage_batch values ('{0}', 'documents.api_calls', now(), now() + "
             "interval '1 hour', 3, gen_random_uuid()) on conflict do nothing;"
             "insert into tenancy.external_id (tenant_id, source, external_id) values "
             "('{0}', 'legacy', '{1}') on conflict do nothing",
             workspace->tenant, workspace->slug));
  return all;
}

// One role's connection that is inside our tenant, as far as the role may enter one.
class Insider {
 public:
  explicit Insider(std::string_view role)
      : connection_(neighbours().scratch.as(role)),
        enter_(fmt::format("select fh.enter('{}')", neighbours().ours.tenant)) {
    if (outcome("select 1") == "42501") enter_ = "select 1";
  }

  // The first row's first column, or the SQLSTATE of the refusal.
  std::string outcome(const std::string& sql) {
    std::string found;
    try {
      const auto rows = connection_.run(fmt::format("begin; {}; {}", enter_, sql));
      found = rows.empty() ? "nothing" : rows.at(0).at(0);
    } catch (const db::ServerError& error) {
      found = error.sqlstate;
    }
    connection_.run("rollback");
    return found;
  }

 private:
  db::BlockingConnection connection_;
  std::string enter_;
};

// What the role can do to their rows of the table, a line for each way.
std::string holes(Insider& insider, const Table& table, bool may_see) {
  const std::string& theirs = neighbours().theirs.tenant;
  const std::string& name = table.name;
  const auto counted = [](const std::string& sql) {
    return fmt::format("with changed as ({} returning 1) select count(*) from changed", sql);
  };
  const std::set<std::string> refused{"42501"};
  const std::set<std::string> refused_or_none{"42501", "0"};
  std::string found;
  const auto hold = [&](std::string_view way, const std::string& sql,
                        const std::set<std::string>& allowed) {
    const std::string outcome = insider.outcome(sql);
    if (!allowed.contains(outcome)) found += fmt::format("{} {}: {}\n", way, name, outcome);
  };
  if (!may_see)
    hold("select from", fmt::format("select count(*) from {} where tenant_id = '{}'", name, theirs),
         refused_or_none);
  hold("update",
       counted(
           fmt::format("update {} set tenant_id = tenant_id where tenant_id = '{}'", name, theirs)),
       refused_or_none);
  hold("delete from", counted(fmt::format("delete from {} where tenant_id = '{}'", name, theirs)),
       refused_or_none);
  hold("insert into",
       counted(
           fmt::format("insert into {0} select (jsonb_populate_record(null::{0}, $row${1}$row$)).*",
                       name, table.their_row)),
       refused);
  hold("give away a row of", counted(fmt::format("update {} set tenant_id = '{}'", name, theirs)),
       refused_or_none);
  return found;
}

}  // namespace

TEST_CASE("every table that has a tenant_id has a class that keeps tenants apart") {
  for (const std::string& table : tenant_tables(neighbours().database)) {
    const std::set<std::string> known{"tenant", "queue", "directory", "rollup", "fence"};
    CHECK_MESSAGE(known.contains(class_of(table)), table);
  }
}

TEST_CASE("both workspaces have rows in every table, so that there is something to find") {
  Neighbours& all = full_neighbours();
  std::string empty;
  for (const std::string& table : tenant_tables(all.database)) {
    for (const Workspace* workspace : {&all.ours, &all.theirs}) {
      const std::string count = value(
          all.database,
          fmt::format("select count(*) from {} where tenant_id = '{}'", table, workspace->tenant));
      if (count == "0") empty += fmt::format("{} of {}\n", table, workspace->slug);
    }
  }
  CHECK(empty == "");
}

TEST_CASE("inside our transaction no role sees, changes, adds or removes a row of theirs") {
  Neighbours& all = full_neighbours();
  const auto tables = all_tables();
  const auto before = digests_of_tenant(all.database, all.theirs.tenant);
  for (const std::string_view role : db::login_roles) {
    CAPTURE(std::string(role));
    Insider insider(role);
    std::string found;
    for (const Table& table : tables)
      if (!does_all(role, table.table_class))
        found += holes(insider, table, sees_all(role, table.table_class));
    CHECK(found == "");
  }
  CHECK(differences(before, digests_of_tenant(all.database, all.theirs.tenant)).empty());
}
