// The way to PostgreSQL over the network: names, certificates, passwords.
#include <doctest/doctest.h>

#include "core/scope.hpp"
#include "db/conninfo.hpp"
#include "db/detail/addresses.hpp"
#include "db/test_node.hpp"
#include "db/test_server.hpp"

using namespace freehold;
using namespace freehold::db;

namespace {

const Query<RawBytes, RawBytes> same_bytes{"network.same_bytes", "select $1"};
const Query<bool> is_encrypted{"network.is_encrypted", R"(
  select ssl from pg_stat_ssl where pid = pg_backend_pid())"};

Task<> echo(Database& db, RawBytes in, bool& is_same) {
  IdentityTx tx = db.identity();
  const RawBytes out = co_await tx.row(same_bytes, in);
  is_same = out == in;
}

RawBytes many_bytes() {
  RawBytes bytes;
  for (unsigned i = 0; bytes.bytes.size() < 8'000'000; ++i) bytes.bytes += char(i * i >> 7);
  return bytes;
}

Task<> ask_over_tls(Database& db, std::string& text) {
  StaffRead read = db.staff_read();
  const bool is_tls = co_await read.row(is_encrypted);
  text += is_tls ? "encrypted\n" : "in clear\n";
  bool is_same = false;
  co_await echo(db, many_bytes(), is_same);
  text += is_same ? "the same bytes\n" : "other bytes\n";
}

Task<> start(Database& db, std::string& refusal) {
  try {
    co_await db.start();
    refusal = "none";
  } catch (const std::runtime_error& error) {
    refusal = error.what();
  }
}

std::string refusal_of(const Config& config) {
  std::string refusal;
  on_node(config, [&](Database& db) { return start(db, refusal); });
  return refusal;
}

Task<> resolve(Conninfo& conninfo, std::string& refusal) {
  refusal = co_await detail::resolve_hosts(conninfo);
}

std::string resolved(const std::string& text) {
  Conninfo conninfo = parse_conninfo(text);
  std::string refusal;
  Runtime runtime(1, 1);
  freehold::Scope scope(runtime.executor(0));
  scope.spawn("test", resolve(conninfo, refusal));
  runtime.release();
  runtime.run();
  return refusal.empty() ? to_string(conninfo) : refusal;
}

}  // namespace

TEST_CASE("millions of bytes go out and come back on a socket") {
  const auto database = sample_database();
  bool is_same = false;
  on_node(config_for(database.admin()),
          [&](Database& db) { return echo(db, many_bytes(), is_same); });
  CHECK(is_same);
}

TEST_CASE("over TCP the certificate is checked against the name and each role has its password") {
  TestServer server(TestServer::Listen::also_on_tcp);
  const Secret key("the test's master key");
  make_sample(server.conninfo(), passwords_of(key));
  Config config = config_for(server.tcp_url());
  config.master_key = key;
  std::string text;
  on_node(config, [&](Database& db) { return ask_over_tls(db, text); });
  CHECK(text == "encrypted\nthe same bytes\n");
  CHECK(refusal_of(config) == "none");

  config.master_key = Secret("another");
  CHECK(refusal_of(config).contains("password authentication failed for user \"fh_app\""));
  config.master_key = key;
  config.url += "&host=127.0.0.1";
  CHECK(refusal_of(config).contains("does not match host name \"127.0.0.1\""));
}

TEST_CASE("names are resolved ahead of libpq, sockets and addresses left alone") {
  CHECK(resolved("host=/run/a,127.0.0.1 port=1,2") == "host='/run/a,127.0.0.1' port='1,2'");
  CHECK(resolved("host=localhost hostaddr=127.0.0.9") == "host='localhost' hostaddr='127.0.0.9'");
  const std::string both = resolved("host=/run/a,localhost port=7");
  CHECK(both.starts_with("host='/run/a,localhost"));
  CHECK(both.contains("127.0.0.1"));
  CHECK(both.contains("port='7,7"));
  CHECK(resolved("host=nobody.invalid").starts_with("could not find the host nobody.invalid: "));
}
