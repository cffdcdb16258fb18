// Server and database are killed while clients write: whatever was acknowledged is there
// afterwards.
#include <doctest/doctest.h>

#include <atomic>
#include <mutex>
#include <set>
#include <thread>

#include "core/json.hpp"
#include "tests/program/http_call.hpp"
#include "tests/program/own_server.hpp"
#include "tests/program/rows.hpp"
#include "tests/program/server_process.hpp"
#include "tests/program/workspace.hpp"

using namespace freehold;
using namespace freehold::program;

namespace {

// Writes documents until the server is gone, and remembers each that was acknowledged.
class Writers {
 public:
  Writers(int port, std::string key) : port_(port), key_(std::move(key)) {
    for (int i = 0; i < 4; ++i) threads_.emplace_back([this, i] { write(i); });
  }

  int count() const { return count_; }
  int attempts() const { return attempts_; }
  std::set<std::string> acknowledged() {
    threads_.clear();
    return ids_;
  }

 private:
  void write(int writer) {
    for (int i = 0;; ++i) {
      ++attempts_;
      const Heard heard = call(port_, "POST", "/api/v1/documents",
                               {{"Authorization", "Bearer " + key_},
                                {"Content-Type", "application/json"},
                                {"Idempotency-Key", fmt::format("{}-{}", writer, i)}},
                               fmt::format(R"({{"title": "Document {} of {}"}})", i, writer));
      if (heard.status != 201) return;
      const std::lock_guard lock(mutex_);
      ids_.insert(std::string(json::parse(heard.body).at("id").as_string()));
      count_ = int(ids_.size());
    }
  }

  int port_;
  std::string key_;
  std::atomic<int> count_ = 0;
  std::atomic<int> attempts_ = 0;
  std::mutex mutex_;
  std::set<std::string> ids_;
  std::vector<std::jthread> threads_;
};

std::set<std::string> documents_in(const std::string& database) {
  std::set<std::string> ids;
  std::string text = rows(database, "select id from documents.document");
  for (std::size_t at = 0; at < text.size(); at += 37)
    ids.insert(to_typeid("document", parse_uuid(text.substr(at, 36)).value()));
  return ids;
}

// Of a workspace that somebody signed up for.
std::string new_key(const app::Settings& settings, const std::string& database) {
  Program program(settings);
  return sign_up(program, database, "ada@example.com", "Acme").api_key;
}

}  // namespace

TEST_CASE("a server that is told to stop finishes what it has begun, and nothing is lost") {
  const auto scratch = new_database();
  const std::string database = scratch.admin();
  app::Settings settings = process_settings(database);
  const std::string key = new_key(settings, database);

  ServerProcess server(settings);
  Writers writers(port_of(settings.public_listener), key);
  wait_until([&] { return writers.count() >= 20; });
  CHECK(server.stop() == 0);
  const auto acknowledged = writers.acknowledged();
  const auto kept = documents_in(database);
  CHECK(std::ranges::includes(kept, acknowledged));
}

TEST_CASE("a worker process does what is due, and ends when it is told to") {
  const auto scratch = new_database();
  const std::string database = scratch.admin();
  const app::Settings settings = process_settings(database);
  new_key(settings, database);
  const std::string letters = "select count(*) from notify.mail where sent_at is not null";
  const std::string before = value(database, letters);
  Program program(settings);
  Visitor forgetful(program);
  forgetful.get("/forgot");
  CHECK(forgetful.post("/forgot", {{"email", "ada@example.com"}}).status == 303);

  ServerProcess worker(settings, ServerProcess::Command::worker);
  wait_until([&] { return value(database, letters) != before; });
  CHECK(worker.stop() == 0);
}

TEST_CASE("what was acknowledged before kill -9 of server and database is there afterwards") {
  db::TestServer& postgres = own_server();  // durable, as it is installed
  const std::string database = new_own_database();
  const app::Settings settings = process_settings(database);
  const std::string key = new_key(settings, database);

  ServerProcess server(settings);
  Writers writers(port_of(settings.public_listener), key);
  wait_until([&] { return writers.count() >= 60; });
  server.kill();
  postgres.crash();
  const auto acknowledged = writers.acknowledged();
  postgres.start();

  const auto kept = documents_in(database);
  CHECK(std::ranges::includes(kept, acknowledged));
  const int used = std::stoi(value(database, "select sum(used) from metering.counter"));
  CHECK(used >= int(acknowledged.size()));
  CHECK(used <= writers.attempts());

  // A start on what is left needs nothing done by hand.
  ServerProcess again(settings);
  const Heard list = call(port_of(settings.public_listener), "GET", "/api/v1/documents",
                          {{"Authorization", "Bearer " + key}});
  CHECK(list.status == 200);
}
