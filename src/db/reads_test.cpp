#include <doctest/doctest.h>

#include "core/scope.hpp"
#include "db/blocking_connection.hpp"
#include "db/test_node.hpp"
#include "db/test_proxy.hpp"

using namespace freehold;
using namespace freehold::db;

namespace {

const TenantQuery<void, NoteId> delete_note{"reads.delete_note", R"(
  delete from sample.note where tenant_id = $1 and id = $2)"};
const TenantQuery<Note, NoteId> take_note{"reads.take_note", R"(
  delete from sample.note
   where tenant_id = $1
     and id = $2
  returning id, title)"};
const TenantQuery<Note> unknown_table{"reads.unknown_table", R"(
  select id, title from sample.missing where tenant_id = $1)"};
const Query<bool> kill_me{"reads.kill_me", "select pg_terminate_backend(pg_backend_pid())"};
const Query<std::string> time_zone{"reads.time_zone", "select current_setting('timezone')"};
const TenantQuery<std::string> context{"reads.context", R"(
  select current_setting('app.current_tenant') || ' ' || $1::text)"};
const Query<std::string> left_context{"reads.left_context", R"(
  select coalesce(nullif(current_setting('app.current_tenant', true), ''), 'none'))"};
const Query<std::int64_t> all_titles{"reads.all_titles", "select count(*) from sample.note"};

Task<> read_note(Database& db, TenantId tenant, NoteId id) {
  DataRead read = db.data_read(actor_of(tenant));
  co_await read.row(note_by_id, id);
}

Task<> read_unknown_table(Database& db) {
  DataRead read = db.data_read(actor_of(acme()));
  co_await read.rows(unknown_table);
}

Task<> take(Database& db, NoteId id) {
  DataRead read = db.data_read(actor_of(acme()));
  co_await read.row(take_note, id);
}

Task<> sleep_in_read(Database& db, double seconds) {
  IdentityRead read = db.identity_read();
  co_await read.row(nap, seconds);
}

Task<> die_in_read(Database& db) {
  IdentityRead read = db.identity_read();
  co_await read.row(kill_me);
}

Task<> read_pid(Database& db, std::int32_t& pid) {
  StaffRead read = db.staff_read();
  pid = co_await read.row(backend_pid);
}

}  // namespace

namespace {

Task<> log_reads(Database& db, TestProxy& proxy, NoteId id, std::string& log) {
  co_await read_note(db, acme(), id);
  log = "first read:\n" + proxy.take_log();
  co_await read_note(db, acme(), id);
  log += "\nsecond read:\n" + proxy.take_log();
  co_await verdict_of(read_unknown_table(db));
  log += "\nfailed read:\n" + proxy.take_log();
  co_await verdict_of(read_unknown_table(db));
  log += "\nfailed again:\n" + proxy.take_log();
}

}  // namespace

TEST_CASE("a read is one round trip, the first with its statements' preparation in it") {
  const auto database = sample_database();
  const NoteId id = add_note(database, acme());
  TestProxy proxy(database.admin());
  std::string log;
  on_node(config_for(proxy.url()), [&](Database& db) { return log_reads(db, proxy, id, log); });
  CHECK(log ==
        "first read:\nPPBDEBDES"
        "\nsecond read:\nBDEBDES"
        "\nfailed read:\nPBDEBDES"
        "\nfailed again:\nPBDEBDES");
}

namespace {

Task<> ask_context(Database& db, std::string& text) {
  DataRead read = db.data_read(actor_of(acme()));
  text = co_await read.row(context);
  IdentityRead nobody = db.identity_read();
  const std::string zone = co_await nobody.row(time_zone);
  text += " " + zone;
  SystemRead system = db.system_read();
  const std::string left = co_await system.row(left_context);
  text += " " + left;
}

}  // namespace

TEST_CASE("a read runs inside its tenant, which is bound for it, and in UTC") {
  const auto database = sample_database();
  std::string text;
  on_node(config_for(database.admin()), [&](Database& db) { return ask_context(db, text); });
  const std::string tenant = to_string(acme().uuid);
  CHECK(text == tenant + " " + tenant + " UTC none");
}

namespace {

Task<> count_uses(Database& db, std::string& text) {
  std::string ignored;
  co_await ask_context(db, ignored);
  co_await ask_context(db, ignored);
  co_await verdict_of(read_unknown_table(db));
  for (const Database::QueryUse& use : db.query_uses()) {
    text += fmt::format("{} {} {} {}\n", use.name, use.runs, use.failures,
                        use.time > std::chrono::microseconds(0) ? "took time" : "took none");
  }
}

}  // namespace

TEST_CASE("each query's runs and failures are counted") {
  const auto database = sample_database();
  std::string text;
  on_node(config_for(database.admin()), [&](Database& db) { return count_uses(db, text); });
  CHECK(text ==
        "reads.unknown_table 1 1 took time\n"
        "reads.time_zone 2 0 took time\n"
        "reads.context 2 0 took time\n"
        "reads.left_context 2 0 took time\n");
}

namespace {

TenantId nobodys() {
  return TenantId::make(node_clock().now());
}

Task<> collect_refusals(Database& db, NoteId id, std::string& text) {
  text += co_await verdict_of(read_note(db, acme(), id)) + "\n";
  text += co_await verdict_of(read_note(db, globex(), id)) + "\n";
  text += co_await verdict_of(read_note(db, nobodys(), id)) + "\n";
  text += co_await verdict_of(take(db, id)) + "\n";
  text += co_await verdict_of(read_unknown_table(db)) + "\n";
  text += co_await verdict_of(sleep_in_read(db, 5)) + "\n";
  text += co_await verdict_of(read_note(db, acme(), id)) + "\n";
}

}  // namespace

TEST_CASE("what a read is refused, and that the next one is not hurt") {
  const auto database = sample_database();
  const NoteId id = add_note(database, acme());
  Config config = config_for(database.admin());
  config.read_timeout = std::chrono::milliseconds(100);
  std::string text;
  on_node(config, [&](Database& db) { return collect_refusals(db, id, text); });
  CHECK(text ==
        "ok\n"
        "404 not_found\n"
        "404 not_found\n"
        "reads.take_note: cannot execute DELETE in a read-only transaction (25006)\n"
        "reads.unknown_table: relation \"sample.missing\" does not exist (42P01)\n"
        "503 database_timeout\n"
        "ok\n");
}

namespace {

// Many reads on the way at the same time, every third of which fails in its own way.
Task<> read_one_of(Database& db, int n, NoteId id, std::vector<std::string>& verdicts) {
  std::string& verdict = verdicts[std::size_t(n)];
  if (n % 3 == 0) verdict = co_await verdict_of(read_note(db, acme(), id));
  if (n % 3 == 1) verdict = co_await verdict_of(read_note(db, nobodys(), id));
  if (n % 3 == 2) verdict = co_await verdict_of(read_unknown_table(db));
}

Task<> read_side_by_side(Database& db, NoteId id, std::vector<std::string>& verdicts) {
  const auto executor = co_await asio::this_coro::executor;
  freehold::Scope scope(executor);
  for (int n = 0; n < int(verdicts.size()); ++n) {
    scope.spawn("read", read_one_of(db, n, id, verdicts));
  }
  co_await scope.join();
}

}  // namespace

TEST_CASE("an error in a pipeline belongs to its own flight") {
  const auto database = sample_database();
  const NoteId id = add_note(database, acme());
  std::vector<std::string> verdicts(300);
  on_node(config_for(database.admin()),
          [&](Database& db) { return read_side_by_side(db, id, verdicts); });
  std::map<std::string, int> counts;
  for (const std::string& verdict : verdicts) ++counts[verdict];
  CHECK(counts ==
        std::map<std::string, int>{
            {"404 not_found", 100},
            {"ok", 100},
            {"reads.unknown_table: relation \"sample.missing\" does not exist (42P01)", 100}});
}

namespace {

Task<> read_as(Database& db, TenantId tenant, int& wrong) {
  DataRead read = db.data_read(actor_of(tenant));
  const std::vector<Note> notes = co_await read.rows(all_notes);
  if (notes.size() != 1 || notes[0].title != to_string(tenant)) ++wrong;
}

Task<> read_as_all(Database& db, std::vector<TenantId> tenants, int& wrong) {
  const auto executor = co_await asio::this_coro::executor;
  freehold::Scope scope(executor);
  for (int round = 0; round < 50; ++round) {
    for (const TenantId tenant : tenants) scope.spawn("read", read_as(db, tenant, wrong));
  }
  co_await scope.join();
}

}  // namespace

TEST_CASE("a thousand reads of ten tenants on two threads see their own rows only") {
  const auto database = sample_database();
  std::vector<TenantId> tenants;
  for (int i = 0; i < 10; ++i) {
    tenants.push_back(nobodys());
    add_tenant(database.admin(), tenants.back());
    add_note(database, tenants.back());
  }
  int wrong_first = 0;
  int wrong_second = 0;
  on_node(config_for(database.admin()),
          {[&](Database& db) { return read_as_all(db, tenants, wrong_first); },
           [&](Database& db) { return read_as_all(db, tenants, wrong_second); }});
  CHECK(wrong_first == 0);
  CHECK(wrong_second == 0);
}

namespace {

Task<> lose_and_read(Database& db, TestProxy& proxy, NoteId id, std::string& text) {
  co_await read_note(db, acme(), id);
  proxy.cut_at_sync(1);
  text += co_await verdict_of(read_note(db, acme(), id)) + "\n";
  text += co_await verdict_of(die_in_read(db)) + "\n";
  text += co_await verdict_of(read_note(db, acme(), id)) + "\n";
}

}  // namespace

TEST_CASE("a read whose connection breaks is asked again, once") {
  const auto database = sample_database();
  BlockingConnection(database.admin()).run("grant pg_signal_backend to fh_auth");
  const NoteId id = add_note(database, acme());
  TestProxy proxy(database.admin());
  std::string text;
  on_node(config_for(proxy.url()),
          [&](Database& db) { return lose_and_read(db, proxy, id, text); });
  BlockingConnection(database.admin()).run("revoke pg_signal_backend from fh_auth");
  CHECK(text == "ok\n503 database_unavailable\nok\n");
}

namespace {

Task<> note_replacement(Database& db, std::string admin, bool& is_replaced) {
  std::int32_t before = 0;
  std::int32_t after = 0;
  co_await read_pid(db, before);
  BlockingConnection(admin).run("select pg_terminate_backend($1::int4)", {std::to_string(before)});
  // Its end is seen although nothing was asked of it.
  const auto is_open = [&] { return db.usage()[std::size_t(Role::staff)].open > 0; };
  for (int i = 0; i < 200 && is_open(); ++i) co_await sleep_for(std::chrono::milliseconds(5));
  const bool is_closed = !is_open();
  co_await read_pid(db, after);
  is_replaced = is_closed && after != before;
}

}  // namespace

TEST_CASE("an idle connection that the server ends is noticed and replaced") {
  const auto database = sample_database();
  bool is_replaced = false;
  on_node(past_pooler(database.admin()),
          [&](Database& db) { return note_replacement(db, database.admin(), is_replaced); });
  CHECK(is_replaced);
}

namespace {

Task<> read_across_migration(Database& db, std::string admin, NoteId id, std::string& text) {
  text += co_await verdict_of(read_note(db, acme(), id)) + "\n";
  BlockingConnection(admin).run("alter table sample.note alter title type varchar(80)");
  text += co_await verdict_of(read_note(db, acme(), id)) + "\n";
  BlockingConnection(admin).run("alter table sample.note alter title type text");
  text += co_await verdict_of(read_note(db, acme(), id)) + "\n";
}

}  // namespace

TEST_CASE("a migration that changes a column does not leave stale statements behind") {
  const auto database = sample_database();
  const NoteId id = add_note(database, acme());
  std::string text;
  on_node(config_for(database.admin()),
          [&](Database& db) { return read_across_migration(db, database.admin(), id, text); });
  CHECK(text ==
        "ok\n"
        "sample.note_by_id: column title is type 1043, the row has text\n"
        "ok\n");
}

namespace {

Task<> cancel_in_the_middle(Database& db, NoteId id, std::string& text) {
  const auto executor = co_await asio::this_coro::executor;
  for (int round = 0; round < 20; ++round) {
    freehold::Scope cancelled(executor);
    for (int i = 0; i < 20; ++i) cancelled.spawn("cancelled", read_note(db, acme(), id));
    // Some are on the wire, some wait for a connection, some have ended.
    if (round % 2 == 1) co_await sleep_for(std::chrono::microseconds(100 * round));
    co_await cancelled.stop();
  }
  text = co_await verdict_of(read_note(db, acme(), id));
  text += fmt::format(", {} waiting", db.usage()[std::size_t(Role::app)].waiting);
}

}  // namespace

TEST_CASE("cancelled reads leave the pipeline in order") {
  const auto database = sample_database();
  const NoteId id = add_note(database, acme());
  std::string text;
  on_node(config_for(database.admin()),
          [&](Database& db) { return cancel_in_the_middle(db, id, text); });
  CHECK(text == "ok, 0 waiting");
}
