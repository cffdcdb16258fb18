#include <doctest/doctest.h>

#include "core/scope.hpp"
#include "db/blocking_connection.hpp"
#include "db/test_node.hpp"
#include "db/test_proxy.hpp"

using namespace freehold;
using namespace freehold::db;

namespace {

const Query<void> set_zone{"transactions.set_zone", "set timezone = 'Asia/Tokyo'"};
const Query<void> listen{"transactions.listen", "listen somewhere"};
const Query<std::string> zone{"transactions.zone", "select current_setting('timezone')"};
const TenantQuery<std::int64_t, std::string> set_title{"transactions.set_title", R"(
  update sample.note set title = $2
   where tenant_id = $1
  returning 1::int8)"};

NoteId new_note() {
  return NoteId::make(node_clock().now());
}

Task<> insert(DataTx& tx, std::string title) {
  co_await tx.run(insert_note, new_note(), title);
}

}  // namespace

namespace {

Task<> log_transaction(Database& db, TestProxy& proxy, std::string& log) {
  DataTx tx = db.data(actor_of(acme()));
  co_await insert(tx, "one");
  log = "first statement:\n" + proxy.take_log();
  co_await insert(tx, "two");
  log += "\nsecond statement:\n" + proxy.take_log();
  co_await tx.commit();
  log += "\ncommit:\n" + proxy.take_log();
}

Task<> log_transactions(Database& db, TestProxy& proxy, std::string& log) {
  co_await log_transaction(db, proxy, log);
  log += "\n\n";
  std::string second;
  co_await log_transaction(db, proxy, second);
  log += second;
  DataTx idle = db.data(actor_of(acme()));
  co_await idle.commit();
  {
    DataTx dropped = db.data(actor_of(acme()));
  }
  log += "\n\nnothing was run:\n" + proxy.take_log();
}

}  // namespace

TEST_CASE("each statement of a transaction is one round trip, and so is its commit") {
  const auto database = sample_database();
  TestProxy proxy(database.admin());
  std::string log;
  on_node(config_for(proxy.url()), [&](Database& db) { return log_transactions(db, proxy, log); });
  CHECK(log ==
        "first statement:\nPPPBDEBDEBDES\n"
        "second statement:\nBDES\n"
        "commit:\nPBDES\n\n"
        "first statement:\nBDEBDEBDES\n"
        "second statement:\nBDES\n"
        "commit:\nBDES\n\n"
        "nothing was run:\n");
  CHECK(titles(database, acme()) == "one one two two");
}

namespace {

Task<> insert_and_drop(Database& db, std::string title) {
  DataTx tx = db.data(actor_of(acme()));
  co_await insert(tx, title);
}

Task<> insert_and_commit(Database& db, TenantId tenant, std::string title) {
  DataTx tx = db.data(actor_of(tenant));
  co_await insert(tx, title);
  co_await tx.commit();
}

// Fails in its second statement, and goes on all the same.
Task<> fail_and_go_on(Database& db, std::string& text) {
  DataTx tx = db.data(actor_of(acme()));
  co_await insert(tx, "lost");
  text += co_await verdict_of(insert(tx, "")) + "\n";
  text += co_await verdict_of(insert(tx, "later")) + "\n";
  text += co_await verdict_of(tx.commit()) + "\n";
}

Task<> use_after_commit(Database& db, std::string& text) {
  DataTx tx = db.data(actor_of(acme()));
  co_await insert(tx, "kept");
  co_await tx.commit();
  text += co_await verdict_of(insert(tx, "after")) + "\n";
  text += co_await verdict_of(tx.commit()) + "\n";
}

Task<> collect_ends(Database& db, std::string& text) {
  co_await insert_and_drop(db, "dropped");
  co_await fail_and_go_on(db, text);
  co_await use_after_commit(db, text);
  text += co_await verdict_of(insert_and_commit(db, TenantId::make({}), "nobody's")) + "\n";
}

}  // namespace

TEST_CASE("how transactions end: dropped, failed, committed, used after that, without a tenant") {
  const auto database = sample_database();
  std::string text;
  on_node(config_for(database.admin()), [&](Database& db) { return collect_ends(db, text); });
  CHECK(text ==
        "23514 title_is_not_empty\n"
        "sample.insert_note: the transaction failed before: new row for relation \"note\" violates "
        "check constraint \"title_is_not_empty\" (25P02)\n"
        "commit: the transaction failed before: new row for relation \"note\" violates check "
        "constraint \"title_is_not_empty\" (25P02)\n"
        "sample.insert_note: the transaction has ended (25P02)\n"
        "commit: the transaction has ended (25P02)\n"
        "404 not_found\n");
  CHECK(titles(database, acme()) == "kept");
}

namespace {

// With one connection for them all, so that each finds what the one before left.
Config with_one_connection(const std::string& url) {
  Config config = config_for(url);
  config.budget = 11;
  return config;
}

Task<> nap_in_transaction(Database& db, double seconds) {
  DataTx tx = db.data(actor_of(acme()));
  co_await insert(tx, "cancelled");
  co_await tx.row(nap, seconds);
  co_await tx.commit();
}

Task<> run_and_commit(Database& db, const Query<void>& query) {
  DataTx tx = db.data(actor_of(acme()));
  co_await tx.run(query);
  co_await tx.commit();
}

Task<std::string> state_of_connection(Database& db) {
  DataTx tx = db.data(actor_of(globex()));
  const std::string time_zone = co_await tx.row(zone);
  const std::vector<Note> notes = co_await tx.rows(all_notes);
  co_return fmt::format("{}, {} notes\n", time_zone, notes.size());
}

Task<> soil_a_connection(Database& db, std::string& text) {
  const auto executor = co_await asio::this_coro::executor;
  co_await insert_and_drop(db, "dropped");
  text += "dropped: " + co_await state_of_connection(db);
  std::string ignored;
  co_await fail_and_go_on(db, ignored);
  text += "failed: " + co_await state_of_connection(db);
  freehold::Scope cancelled(executor);
  cancelled.spawn("nap", nap_in_transaction(db, 0.1));
  co_await sleep_for(std::chrono::milliseconds(30));
  co_await cancelled.stop();
  text += "cancelled: " + co_await state_of_connection(db);
  co_await run_and_commit(db, set_zone);
  text += "set: " + co_await state_of_connection(db);
  co_await run_and_commit(db, listen);
  text += "listen: " + co_await state_of_connection(db);
}

}  // namespace

TEST_CASE("a connection never comes back dirty") {
  const auto database = sample_database();
  std::string text;
  on_node(with_one_connection(database.admin()),
          [&](Database& db) { return soil_a_connection(db, text); });
  CHECK(text ==
        "dropped: UTC, 0 notes\n"
        "failed: UTC, 0 notes\n"
        "cancelled: UTC, 0 notes\n"
        "set: UTC, 0 notes\n"
        "listen: UTC, 0 notes\n");
  CHECK(titles(database, acme()) == "");
}

namespace {

Task<> commit_with_hints(Database& db, std::string& text) {
  DataTx kept = db.data(actor_of(acme()));
  kept.after_commit([&] { text += "first hint\n"; });
  kept.after_commit([] { throw std::runtime_error("a hint of the test fails"); });
  kept.after_commit([&] { text += "last hint\n"; });
  co_await insert(kept, "kept");
  text += "before commit\n";
  co_await kept.commit();
  text += "after commit\n";

  DataTx failed = db.data(actor_of(acme()));
  failed.after_commit([&] { text += "hint of a failed transaction\n"; });
  co_await verdict_of(insert(failed, ""));
  co_await verdict_of(failed.commit());
}

}  // namespace

TEST_CASE("hints run once the commit has succeeded, whatever the others do") {
  const auto database = sample_database();
  std::string text;
  on_node(config_for(database.admin()), [&](Database& db) { return commit_with_hints(db, text); });
  CHECK(text == "before commit\nfirst hint\nlast hint\nafter commit\n");
}

namespace {

Task<> break_off(Database& db, TestProxy& proxy, std::string& text) {
  DataTx tx = db.data(actor_of(acme()));
  tx.after_commit([&] { text += "hint\n"; });
  co_await insert(tx, "lost");
  proxy.cut_at_sync(1);
  text += co_await verdict_of(insert(tx, "cut")) + "\n";
  text += co_await verdict_of(tx.commit()) + "\n";

  DataTx second = db.data(actor_of(acme()));
  second.after_commit([&] { text += "hint\n"; });
  co_await insert(second, "lost too");
  proxy.cut_at_sync(1);
  text += co_await verdict_of(second.commit()) + "\n";
  text += co_await verdict_of(insert_and_commit(db, acme(), "kept")) + "\n";
}

}  // namespace

TEST_CASE("a transaction whose connection breaks fails and is not repeated") {
  const auto database = sample_database();
  TestProxy proxy(database.admin());
  std::string text;
  on_node(config_for(proxy.url()), [&](Database& db) { return break_off(db, proxy, text); });
  CHECK(text ==
        "503 database_unavailable\n"
        "commit: the transaction failed before: the connection broke (25P02)\n"
        "503 database_unavailable\n"
        "ok\n");
  CHECK(titles(database, acme()) == "kept");
}

namespace {

Task<> make_tenant(Database& db, TenantId tenant) {
  ControlTx tx = db.control_of_new_tenant(actor_of(tenant));
  co_await tx.run(insert_note, new_note(), "its first");
  co_await tx.commit();
}

Task<> make_tenant_twice(Database& db, TenantId tenant, std::string& text) {
  text += co_await verdict_of(make_tenant(db, tenant)) + "\n";
  text += co_await verdict_of(make_tenant(db, tenant)) + "\n";
}

}  // namespace

TEST_CASE("a new tenant and its first rows are made in one transaction, once") {
  const auto database = sample_database();
  const TenantId tenant = TenantId::make(node_clock().now());
  std::string text;
  on_node(config_for(database.admin()),
          [&](Database& db) { return make_tenant_twice(db, tenant, text); });
  CHECK(text == "ok\n23505 one_fence_per_tenant\n");
  CHECK(titles(database, tenant) == "its first");
}

namespace {

void set_fence(const std::string& admin, std::string_view state) {
  BlockingConnection(admin).run("update fh.tenant_fence set state = $1 where tenant_id = $2",
                                {std::string(state), to_string(acme().uuid)});
}

Task<> thaw_soon(std::string admin) {
  co_await sleep_for(std::chrono::milliseconds(60));
  set_fence(admin, "active");
}

Task<> read_all(Database& db) {
  DataRead read = db.data_read(actor_of(acme()));
  co_await read.rows(all_notes);
}

Task<> work_during_move(Database& db, std::string admin, std::string& text) {
  const auto executor = co_await asio::this_coro::executor;
  freehold::Scope mover(executor);
  set_fence(admin, "frozen");
  mover.spawn("thaw", thaw_soon(admin));
  text += co_await verdict_of(read_all(db)) + "\n";
  set_fence(admin, "frozen");
  mover.spawn("thaw", thaw_soon(admin));
  text += co_await verdict_of(insert_and_commit(db, acme(), "moved along")) + "\n";
  set_fence(admin, "frozen");
  text += co_await verdict_of(insert_and_commit(db, acme(), "too late")) + "\n";
  co_await mover.join();
}

}  // namespace

TEST_CASE("while a tenant is moved its calls wait, for two seconds at most") {
  const auto database = sample_database();
  std::string text;
  on_node(config_for(database.admin()),
          [&](Database& db) { return work_during_move(db, database.admin(), text); });
  CHECK(text == "ok\nok\n503 workspace_moving\n");
  CHECK(titles(database, acme()) == "moved along");
}
