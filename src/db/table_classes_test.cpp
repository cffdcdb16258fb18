// What fh.protect does, seen by the roles.
#include <doctest/doctest.h>

#include "db/sample_shop.hpp"

using namespace freehold;
using namespace freehold::db;
using freehold::test::ScratchDatabase;

namespace {

const std::array<std::string, 11> tables = {
    "shop.tenant",   "shop.customer", "shop.slug",     "shop.figure", "shop.password",  "shop.note",
    "shop.currency", "shop.delivery", "shop.document", "log.entry",   "fh.tenant_fence"};

// One line per table, one column per role: the answer, or - where it is not allowed.
std::string table_of(const Shop& shop, const std::string& before, const std::string& question) {
  std::string text = "                 ";
  for (const std::string_view role : login_roles) text += fmt::format("{:11}", role);
  text += '\n';
  for (const std::string& table : tables) {
    text += fmt::format("{:17}", table);
    for (const std::string_view role : login_roles) {
      const std::string context = role == "fh_auth" ? "" : before;
      const std::string answer =
          shop.ask(role, context + fmt::format(fmt::runtime(question), table));
      text += fmt::format("{:11}", answer == "42501" ? "-" : answer);
    }
    text += '\n';
  }
  return text;
}

}  // namespace

TEST_CASE("outside of a tenant nobody sees a tenant's rows, except the queues' worker") {
  const Shop& shop = shared_shop();
  CHECK(table_of(shop, "", "select count(*) from {}") ==
        "                 fh_app     fh_control fh_auth    fh_staff   fh_worker  fh_mover   \n"
        "shop.tenant      -          0          -          0          -          0          \n"
        "shop.customer    -          0          -          0          -          0          \n"
        "shop.slug        -          0          -          0          -          0          \n"
        "shop.figure      -          0          -          2          2          0          \n"
        "shop.password    -          -          1          -          -          -          \n"
        "shop.note        -          -          -          1          -          -          \n"
        "shop.currency    1          1          1          1          1          1          \n"
        "shop.delivery    -          0          -          0          3          0          \n"
        "shop.document    0          -          -          -          -          0          \n"
        "log.entry        0          0          -          0          2          0          \n"
        "fh.tenant_fence  0          0          -          0          0          0          \n");
}

TEST_CASE("inside a tenant each role of its plane sees that tenant's rows") {
  const Shop& shop = shared_shop();
  CHECK(table_of(shop, entered(acme), "select count(*) from {}") ==
        "                 fh_app     fh_control fh_auth    fh_staff   fh_worker  fh_mover   \n"
        "shop.tenant      -          1          -          1          -          1          \n"
        "shop.customer    -          1          -          1          -          1          \n"
        "shop.slug        -          1          -          1          -          1          \n"
        "shop.figure      -          1          -          2          2          1          \n"
        "shop.password    -          -          1          -          -          -          \n"
        "shop.note        -          -          -          1          -          -          \n"
        "shop.currency    1          1          1          1          1          1          \n"
        "shop.delivery    -          1          -          1          3          1          \n"
        "shop.document    1          -          -          -          -          1          \n"
        "log.entry        1          1          -          1          2          1          \n"
        "fh.tenant_fence  1          1          -          1          1          1          \n");
}

TEST_CASE("inside a tenant only its own rows can be changed, and logs not even those") {
  const Shop& shop = shared_shop();
  const std::string count =
      "with changed as (update {0} set {1} = {1} returning 1) select count(*) from changed";
  const auto changes = [&](std::string_view table, std::string_view column) {
    std::string text;
    for (const std::string_view role : login_roles) {
      const std::string context = role == "fh_auth" ? "" : entered(acme);
      text += shop.ask(role, context + fmt::format(fmt::runtime(count), table, column)) + " ";
    }
    return text;
  };

  CHECK(changes("shop.customer", "email") == "42501 1 42501 42501 42501 1 ");
  CHECK(changes("shop.slug", "slug") == "42501 1 42501 42501 42501 1 ");
  CHECK(changes("shop.figure", "mrr") == "42501 1 42501 42501 2 1 ");
  CHECK(changes("shop.delivery", "due_at") == "42501 1 42501 42501 3 1 ");
  CHECK(changes("shop.document", "title") == "1 42501 42501 42501 42501 1 ");
  CHECK(changes("log.entry", "at") == "42501 42501 42501 42501 2 1 ");
  CHECK(changes("shop.password", "hash") == "42501 42501 1 42501 42501 42501 ");
  CHECK(changes("shop.currency", "code") == "42501 42501 42501 42501 1 42501 ");
  CHECK(changes("fh.tenant_fence", "state") == "42501 42501 42501 42501 42501 42501 ");
}

TEST_CASE("a row can be added to one's own tenant only") {
  const Shop& shop = shared_shop();
  const auto adds = [&](std::string_view role, std::string_view table, std::string_view values) {
    const std::string row = fmt::format(fmt::runtime(values), acme);
    const std::string strange = fmt::format(fmt::runtime(values), bolt);
    const std::string insert = fmt::format("insert into {} values ", table);
    return shop.ask(role, entered(acme) + insert + row) + " " +
           shop.ask(role, entered(acme) + insert + strange);
  };
  const std::string customer = "({}, gen_random_uuid(), 'y')";
  const std::string entry = "({}, gen_random_uuid(), '2026-06-02')";
  const std::string delivery = "(gen_random_uuid(), {}, now())";

  CHECK(adds("fh_control", "shop.customer", customer) == "ok 42501");
  CHECK(adds("fh_staff", "shop.customer", customer) == "42501 42501");
  CHECK(adds("fh_app", "shop.document", customer) == "ok 42501");
  CHECK(adds("fh_app", "log.entry", entry) == "ok 42501");
  CHECK(adds("fh_control", "log.entry", entry) == "ok 42501");
  CHECK(adds("fh_staff", "log.entry", entry) == "ok 42501");
  CHECK(adds("fh_control", "shop.delivery", delivery) == "ok 42501");
  CHECK(adds("fh_worker", "shop.delivery", delivery) == "ok ok");
}

TEST_CASE("identity and staff may queue what belongs to no tenant, and nothing else") {
  const Shop& shop = shared_shop();
  const std::string of_nobody = "insert into shop.delivery values (gen_random_uuid(), null, now())";
  const std::string of_acme =
      fmt::format("insert into shop.delivery values (gen_random_uuid(), {}, now())", acme);

  CHECK(shop.ask("fh_auth", of_nobody) == "ok");
  CHECK(shop.ask("fh_staff", of_nobody) == "ok");
  CHECK(shop.ask("fh_control", of_nobody) == "42501");
  CHECK(shop.ask("fh_auth", of_acme) == "42501");
  CHECK(shop.ask("fh_staff", of_acme) == "42501");
}

TEST_CASE("a directory is read before the tenant is known, by exact match and by listed roles") {
  const Shop& shop = shared_shop();
  const std::string look_up = "select right(shop.tenant_of_slug('b')::text, 1)";

  CHECK(shop.ask("fh_control", look_up) == "b");
  CHECK(shop.ask("fh_auth", look_up) == "b");
  CHECK(shop.ask("fh_app", look_up) == "42501");
  CHECK(shop.ask("fh_control", "select coalesce(shop.tenant_of_slug('%')::text, 'none')") ==
        "none");
}

TEST_CASE("a partition is reached through its parent only") {
  const Shop& shop = shared_shop();
  CHECK(shop.ask("fh_app", entered(acme) + "select count(*) from log.entry_2026") == "42501");
  CHECK(shop.ask("fh_worker", "select count(*) from log.entry_2026") == "42501");
}

TEST_CASE("what fh.protect refuses") {
  const ScratchDatabase database(sample_shop());
  const auto answer = [&](const std::string& sql) {
    BlockingConnection connection(database.admin());
    connection.run("set role fh_owner; set fh.plane = 'control'");
    const std::vector<Reply> replies = connection.ask_each(std::array{sql});
    return replies[0].sqlstate.empty() ? "ok" : replies[0].message;
  };
  BlockingConnection owner(database.admin());
  owner.run(
      "set role fh_owner; create table shop.plain (id int); "
      "create table shop.loose (tenant_id uuid); create table shop.text (tenant_id text)");

  CHECK(answer("select fh.protect('shop.plain', 'secret')") == "unknown table class: secret");
  CHECK(answer("select fh.protect('shop.plain', 'tenant')") ==
        "a tenant table needs a column tenant_id uuid: shop.plain");
  CHECK(answer("select fh.protect('shop.text', 'queue')") ==
        "a queue table needs a column tenant_id uuid: shop.text");
  CHECK(answer("select fh.protect('shop.loose', 'rollup')") ==
        "tenant_id must be not null in a rollup table: shop.loose");
  CHECK(
      answer("select fh.protect('shop.plain', 'private')").contains("private_tables_name_a_role"));
  CHECK(answer("select fh.protect('shop.plain', 'private', 'fh_app')")
            .contains("tenants_share_no_private"));
  CHECK(answer("select fh.protect('shop.plain', 'reference', 'fh_auth')")
            .contains("private_tables_name_a_role"));
  CHECK(answer("select fh.protect('log.entry_2026', 'queue')") ==
        "protect the parent instead of its partition log.entry_2026");
  CHECK(answer("select fh.insert_only('shop.plain')") ==
        "fh.protect shop.plain before making it insert-only");
  CHECK(answer("select fh.insert_only('shop.slug')").contains("insert_only_where_inserted"));
  CHECK(answer("select fh.allow_function('fh.tid()', 'fh_app')") ==
        "only a security definer function needs to be allowed: fh.tid()");
  CHECK(answer("select fh.protect('shop.loose', 'queue')") == "ok");

  BlockingConnection outside(database.admin());
  outside.run("set role fh_owner");
  CHECK_THROWS_WITH_AS(outside.run("select fh.protect('shop.loose', 'queue')"),
                       "fh.plane is not set: fh.protect belongs in a migration", ServerError);
}
