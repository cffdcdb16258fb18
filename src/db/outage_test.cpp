#include <doctest/doctest.h>

#include "core/scope.hpp"
#include "db/blocking_connection.hpp"
#include "db/test_node.hpp"
#include "db/test_proxy.hpp"
#include "db/test_server.hpp"

using namespace freehold;
using namespace freehold::db;

namespace {

using Clock = std::chrono::steady_clock;

const Query<std::string> session{"outage.session", R"(
  select current_setting('timezone') || ' ' || current_setting('statement_timeout')
         || ' ' || current_setting('idle_in_transaction_session_timeout'))"};

Task<> read(Database& db) {
  DataRead read = db.data_read(actor_of(acme()));
  co_await read.rows(all_notes);
}

Task<> write(Database& db, std::string title) {
  DataTx tx = db.data(actor_of(acme()));
  co_await tx.run(insert_note, NoteId::make(node_clock().now()), title);
  co_await tx.commit();
}

// The first verdict that is "ok", at the latest after ten seconds.
Task<std::string> read_until_ok(Database& db) {
  const auto end = Clock::now() + std::chrono::seconds(10);
  std::string verdict;
  while (verdict != "ok" && Clock::now() < end) {
    verdict = co_await verdict_of(read(db));
    if (verdict != "ok") co_await sleep_for(std::chrono::milliseconds(20));
  }
  co_return verdict;
}

std::string join(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

}  // namespace

namespace {

Task<> live_through_crash(Database& db, TestServer& server, std::string& text) {
  text += "before: " + co_await verdict_of(read(db)) + "\n";
  DataTx open = db.data(actor_of(acme()));
  co_await open.run(insert_note, NoteId::make(node_clock().now()), "lost");
  server.crash();
  const auto begin = Clock::now();
  text += "open transaction: " + co_await verdict_of(open.commit()) + "\n";
  std::map<std::string, int> verdicts;
  for (int i = 0; i < 200; ++i) ++verdicts[co_await verdict_of(read(db))];
  for (const auto& [verdict, count] : verdicts) text += fmt::format("{} x {}\n", count, verdict);
  text += "write: " + co_await verdict_of(write(db, "refused")) + "\n";
  text += "failing: " + join(co_await db.failing_roles()) + "\n";
  const bool is_quick = Clock::now() - begin < std::chrono::seconds(1);
  text += is_quick ? "all of it at once\n" : "slowly\n";

  server.start();
  text += "after: " + co_await read_until_ok(db) + "\n";
  text += "write: " + co_await verdict_of(write(db, "kept")) + "\n";
  while (!(co_await db.failing_roles()).empty()) co_await sleep_for(std::chrono::milliseconds(20));
}

}  // namespace

TEST_CASE("a crash of PostgreSQL is answered at once, and its return found by itself") {
  TestServer server;
  make_sample(server.conninfo());
  std::string text;
  on_node(config_for(server.conninfo()),
          [&](Database& db) { return live_through_crash(db, server, text); });
  CHECK(text ==
        "before: ok\n"
        "open transaction: 503 database_unavailable\n"
        "200 x 503 database_unavailable\n"
        "write: 503 database_unavailable\n"
        "failing: fh_app fh_auth fh_control fh_staff fh_worker\n"
        "all of it at once\n"
        "after: ok\n"
        "write: ok\n");
  CHECK(BlockingConnection(server.conninfo()).run("select title from sample.note") ==
        TextRows{{"kept"}});
}

namespace {

Task<> ask_while_away(Database& db, TestProxy& proxy, std::string& text) {
  proxy.go_away();
  const auto begin = Clock::now();
  std::map<std::string, int> verdicts;
  int calls = 0;
  while (Clock::now() - begin < std::chrono::milliseconds(400)) {
    ++verdicts[co_await verdict_of(read(db))];
    ++calls;
  }
  for (const auto& [verdict, count] : verdicts) text += verdict + "\n";
  text += calls > 50 ? "many calls, " : "few calls, ";
  // At once, and after about 50, 100, 200 and 400 ms.
  text += proxy.attempts() <= 6 ? "few attempts\n" : "many attempts\n";
}

}  // namespace

TEST_CASE("a server that is away is not stormed, and nobody waits for it") {
  const auto database = sample_database();
  TestProxy proxy(database.admin());
  std::string text;
  on_node(config_for(proxy.url()), [&](Database& db) { return ask_while_away(db, proxy, text); });
  CHECK(text == "503 database_unavailable\nmany calls, few attempts\n");
}

namespace {

Task<> live_through_hang(Database& db, TestServer& server, std::string& text) {
  text += co_await verdict_of(read(db)) + "\n";
  server.pause();
  const auto begin = Clock::now();
  text += co_await verdict_of(read(db)) + "\n";
  const bool is_in_time = Clock::now() - begin < std::chrono::seconds(4);
  text += is_in_time ? "in time\n" : "too late\n";
  server.resume();
  text += co_await read_until_ok(db) + "\n";
}

}  // namespace

TEST_CASE("a server that hangs does not hang its callers") {
  TestServer server;
  make_sample(server.conninfo());
  Config config = config_for(server.conninfo());
  config.read_timeout = std::chrono::milliseconds(100);
  config.connect_timeout = std::chrono::milliseconds(300);
  std::string text;
  on_node(config, [&](Database& db) { return live_through_hang(db, server, text); });
  CHECK(text == "ok\n503 database_timeout\nin time\nok\n");
}

namespace {

Task<> start(Database& db, std::string& text) {
  try {
    co_await db.start();
    text += "started\n";
    for (const Database::Usage& usage : db.usage()) {
      text += fmt::format("{} {}/{}\n", name_of(usage.role), usage.open, usage.limit);
    }
  } catch (const std::runtime_error& error) {
    text += error.what();
  }
}

std::string start_with(const Config& config) {
  std::string text;
  on_node(config, [&](Database& db) { return start(db, text); });
  return text;
}

}  // namespace

TEST_CASE("the start logs in as each role and says what is wrong") {
  TestServer server;
  make_sample(server.conninfo());
  Config config = config_for(server.conninfo());
  CHECK(start_with(config) ==
        "started\nfh_app 1/10\nfh_control 1/11\nfh_auth 1/5\nfh_staff 1/4\nfh_worker 1/7\n"
        "fh_mover 0/3\n");

  config.budget = 500;
  const std::string refusal = start_with(config);
  CHECK(refusal.starts_with("database.budget is 500, and the server has 5"));
  CHECK(refusal.ends_with("Lower database.budget, or raise max_connections."));
  config.budget = 40;

  BlockingConnection(server.conninfo()).run("alter role fh_staff nologin");
  CHECK(start_with(config).contains(
      "FATAL:  role \"fh_staff\" is not permitted to log in. Check database.url"));

  config.url = "host=/nonexistent dbname=postgres";
  CHECK(
      start_with(config).starts_with("fh_app cannot work with the database: connection to server "
                                     "on socket \"/nonexistent/.s.PGSQL.5432\" failed"));
  config.budget = 10;
  CHECK_THROWS_WITH(
      start_with(config),
      "database.budget is 10: one connection for each pool is the least, 11 together");
}

namespace {

Task<> insert_in_read(Database& db) {
  const TenantId tenant = acme();
  DataRead read = db.data_read(actor_of(tenant));
  co_await read.find(insert_returning, NoteId::make(node_clock().now()));
}

Task<> nap_in_read(Database& db) {
  IdentityRead read = db.identity_read();
  co_await read.row(nap, 5.0);
}

Task<> work_behind_pooler(Database& db, std::string& text) {
  text += co_await verdict_of(write(db, "through the pooler")) + "\n";
  text += co_await verdict_of(read(db)) + "\n";
  text += co_await verdict_of(insert_in_read(db)) + "\n";
  text += co_await verdict_of(nap_in_read(db)) + "\n";
  SystemTx tx = db.system();
  text += co_await tx.row(session) + "\n";
  text += co_await tx.row(session) + "\n";
  co_await tx.commit();
}

}  // namespace

TEST_CASE("behind a pooler that refuses session settings each transaction brings its own") {
  const auto database = sample_database();
  TestProxy proxy(database.admin());
  proxy.refuse_options();
  Config config = config_for(proxy.url());
  config.read_timeout = std::chrono::milliseconds(100);
  std::string text;
  on_node(config, [&](Database& db) { return work_behind_pooler(db, text); });
  CHECK(text ==
        "ok\n"
        "ok\n"
        "test.insert_returning: cannot execute INSERT in a read-only transaction (25006)\n"
        "503 database_timeout\n"
        "UTC 10s 1min\n"
        "UTC 10s 1min\n");
  CHECK(titles(database, acme()) == "through the pooler");
}

namespace {

Task<> close_node(Database& db) {
  co_await db.close();
}

Task<> work_while_draining(Database& db, std::string& text) {
  const auto executor = co_await asio::this_coro::executor;
  DataTx tx = db.data(actor_of(acme()));
  co_await tx.run(insert_note, NoteId::make(node_clock().now()), "before");
  freehold::Scope closing(executor);
  closing.spawn("close", close_node(db));
  co_await sleep_for(std::chrono::milliseconds(1));
  co_await tx.run(insert_note, NoteId::make(node_clock().now()), "while");
  text += "open transaction: " + co_await verdict_of(tx.commit()) + "\n";
  text += "new read: " + co_await verdict_of(read(db)) + "\n";
  co_await closing.join();
  int open = 0;
  for (const Database::Usage& usage : db.usage()) open += usage.open;
  text += fmt::format("{} connections left\n", open);
}

}  // namespace

TEST_CASE("closing lets a transaction finish and takes nothing new") {
  const auto database = sample_database();
  std::string text;
  on_node(config_for(database.admin()),
          [&](Database& db) { return work_while_draining(db, text); });
  CHECK(text ==
        "open transaction: ok\n"
        "new read: 503 database_unavailable\n"
        "0 connections left\n");
  CHECK(titles(database, acme()) == "before while");
}
