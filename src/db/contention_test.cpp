// Transactions that meet: on the same connection, on the same tenant, on several threads.
#include <doctest/doctest.h>

#include "core/scope.hpp"
#include "db/blocking_connection.hpp"
#include "db/test_node.hpp"

using namespace freehold;
using namespace freehold::db;

namespace {

Config with_one_connection(const std::string& url) {
  Config config = config_for(url);
  config.budget = 11;
  return config;
}

Task<> insert(DataTx& tx, std::string title) {
  co_await tx.run(insert_note, NoteId::make(node_clock().now()), title);
}

Task<> insert_and_drop(Database& db, std::string title) {
  DataTx tx = db.data(actor_of(acme()));
  co_await insert(tx, title);
}

Task<> insert_and_commit(Database& db, TenantId tenant, std::string title) {
  DataTx tx = db.data(actor_of(tenant));
  co_await insert(tx, title);
  co_await tx.commit();
}

Task<> read_all(Database& db) {
  DataRead read = db.data_read(actor_of(acme()));
  co_await read.rows(all_notes);
}

}  // namespace

namespace {

Task<> hold(Database& db, double seconds) {
  DataTx tx = db.data(actor_of(acme()));
  co_await tx.row(nap, seconds);
}

Task<> queue_up(Database& db, int n, std::string& text) {
  const std::string verdict =
      co_await verdict_of(insert_and_commit(db, acme(), fmt::format("{}", n)));
  text += fmt::format("{} {}\n", n, verdict);
}

Task<> crowd(Database& db, double seconds, std::string& text) {
  const auto executor = co_await asio::this_coro::executor;
  freehold::Scope scope(executor);
  scope.spawn("holder", hold(db, seconds));
  for (int n = 1; n <= 3; ++n) scope.spawn("waiter", queue_up(db, n, text));
  co_await scope.join();
}

}  // namespace

TEST_CASE("transactions wait for a connection in order, and not for ever") {
  const auto database = sample_database();
  Config config = with_one_connection(database.admin());
  std::string served;
  on_node(config, [&](Database& db) { return crowd(db, 0.1, served); });
  CHECK(served == "1 ok\n2 ok\n3 ok\n");

  config.acquire_timeout = std::chrono::milliseconds(100);
  std::string expired;
  on_node(config, [&](Database& db) { return crowd(db, 0.4, expired); });
  CHECK(expired == "1 503 database_timeout\n2 503 database_timeout\n3 503 database_timeout\n");
}

namespace {

Task<> hold_and_note(Database& db, double seconds, int& ended) {
  co_await hold(db, seconds);
  ++ended;
}

Task<> read_beside_slow_ones(Database& db, int& reads_before_end) {
  const auto executor = co_await asio::this_coro::executor;
  int ended = 0;
  freehold::Scope scope(executor);
  for (int i = 0; i < 4; ++i) scope.spawn("slow", hold_and_note(db, 1.0, ended));
  for (int i = 0; i < 200; ++i) {
    co_await read_all(db);
    if (ended == 0) ++reads_before_end;
  }
  co_await scope.join();
}

}  // namespace

TEST_CASE("slow transactions do not hold up reads") {
  const auto database = sample_database();
  int reads_before_end = 0;
  on_node(config_for(database.admin()),
          [&](Database& db) { return read_beside_slow_ones(db, reads_before_end); });
  CHECK(reads_before_end == 200);
}

namespace {

// The first thread's exclusive pools are few; the second thread has none of some roles at all.
Task<> write_many(Database& db, TenantId tenant, int count) {
  for (int i = 0; i < count; ++i) {
    const std::string title = fmt::format("{:03}", i);
    co_await insert_and_commit(db, tenant, title);
    co_await insert_and_drop(db, "dropped");
    DataRead read = db.data_read(actor_of(tenant));
    const std::vector<Note> notes = co_await read.rows(all_notes);
    if (notes.size() != std::size_t(i) + 1) throw std::logic_error("a note is missing");
  }
}

}  // namespace

TEST_CASE("a thread without a connection of its own uses another's") {
  const auto database = sample_database();
  const Config config = with_one_connection(database.admin());
  on_node(config, {[](Database& db) { return write_many(db, acme(), 20); },
                   [](Database& db) { return write_many(db, globex(), 20); },
                   [](Database& db) { return write_many(db, acme(), 0); }});
  CHECK(titles(database, acme()).size() == 20 * 4 - 1);
  CHECK(titles(database, globex()).size() == 20 * 4 - 1);
}

namespace {

Task<> cancel_in_the_middle(Database& db, std::string& text) {
  const auto executor = co_await asio::this_coro::executor;
  for (int round = 0; round < 20; ++round) {
    freehold::Scope cancelled(executor);
    for (int i = 0; i < 8; ++i) {
      cancelled.spawn("cancelled", insert_and_commit(db, globex(), "cancelled or not"));
      cancelled.spawn("cancelled", read_all(db));
    }
    co_await sleep_for(std::chrono::microseconds(150 * round));
    co_await cancelled.stop();
  }
  text = co_await verdict_of(insert_and_commit(db, acme(), "at last"));
}

}  // namespace

TEST_CASE("calls may be cancelled at any moment") {
  const auto database = sample_database();
  std::string text;
  on_node(with_one_connection(database.admin()),
          [&](Database& db) { return cancel_in_the_middle(db, text); });
  CHECK(text == "ok");
  CHECK(titles(database, acme()) == "at last");
}

TEST_CASE("calls that use another thread's connections may be, too") {
  const auto database = sample_database();
  std::array<std::string, 3> texts;
  on_node(with_one_connection(database.admin()),
          {[&](Database& db) { return cancel_in_the_middle(db, texts[0]); },
           [&](Database& db) { return cancel_in_the_middle(db, texts[1]); },
           [&](Database& db) { return cancel_in_the_middle(db, texts[2]); }});
  CHECK(texts == std::array<std::string, 3>{"ok", "ok", "ok"});
  CHECK(titles(database, acme()) == "at last at last at last");
}

namespace {

Task<> ask(Database& db, int& answers) {
  ControlRead read = db.control_read(actor_of(acme()));
  co_await read.rows(all_notes);
  ++answers;
}

// The second of two calls at once makes the pool grow. Both are answered by the first connection,
// long before the other one has logged in.
Task<> end_while_growing(Runtime& runtime, Database& db, int& answers) {
  co_await ask(db, answers);
  freehold::Scope calls(runtime.executor(0));
  calls.spawn("call", ask(db, answers));
  calls.spawn("call", ask(db, answers));
  co_await calls.join();
  runtime.stop();
}

}  // namespace

TEST_CASE("a node may be taken down while it logs in") {
  const auto scratch = sample_database();
  Runtime runtime(1, 1);
  Database database(runtime, config_for(scratch.admin()), Clocks{node_clock(), node_clock()});
  freehold::Scope scope(runtime.executor(0));
  int answers = 0;
  scope.spawn("end", end_while_growing(runtime, database, answers));
  runtime.run();
  CHECK(answers == 3);
}
