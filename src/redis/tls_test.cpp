#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>

#include "core/async.hpp"
#include "redis/test_server.hpp"

using namespace freehold;
using namespace freehold::redis;

namespace {

// A certificate of our own for `names` (subjectAltName), and its key, as <folder>/<name>.{crt,key}.
void make_certificate(const std::string& folder, const std::string& name,
                      const std::string& names) {
  const auto command = fmt::format(
      "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=test "
      "-addext subjectAltName={} -keyout {}/{}.key -out {}/{}.crt 2>/dev/null",
      names, folder, name, folder, name);
  REQUIRE(std::system(command.c_str()) == 0);
}

struct Folder {
  Folder() { REQUIRE(::mkdtemp(path.data()) != nullptr); }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string path = "/tmp/freehold-tls.XXXXXX";
};

Task<> echo(Client& client, std::string& said) {
  try {
    const auto reply = co_await client.command({"ECHO", "over TLS"});
    said = reply.text();
  } catch (const Unavailable&) {
    said = "unavailable";
  }
}

std::string say(const TestServer& server, std::string url, std::string ca_file) {
  Runtime runtime(1, 1);
  auto config = server.config();
  config.url = std::move(url);
  config.ca_file = std::move(ca_file);
  Client client(runtime, config);
  std::string said;
  run(runtime, client, echo(client, said));
  return said;
}

}  // namespace

TEST_CASE("TLS needs a certificate that is trusted and names the host") {
  const Folder folder;
  const auto& path = folder.path;
  make_certificate(path, "server", "DNS:localhost,IP:127.0.0.1");
  make_certificate(path, "stranger", "DNS:localhost");
  const int port = free_port();
  const TestServer server({"--tls-port", std::to_string(port), "--tls-cert-file",
                           path + "/server.crt", "--tls-key-file", path + "/server.key",
                           "--tls-auth-clients", "no"});
  const auto trusted = path + "/server.crt";

  CHECK(say(server, fmt::format("rediss://localhost:{}", port), trusted) == "over TLS");
  CHECK(say(server, fmt::format("rediss://127.0.0.1:{}", port), trusted) == "over TLS");
  CHECK(say(server, fmt::format("rediss://127.0.0.2:{}", port), trusted) == "unavailable");
  CHECK(say(server, fmt::format("rediss://localhost:{}", port), path + "/stranger.crt") ==
        "unavailable");
  CHECK(say(server, fmt::format("rediss://localhost:{}", port), "") == "unavailable");
  CHECK(say(server, fmt::format("redis://localhost:{}", port), "") == "unavailable");
}

TEST_CASE("a file without certificates is refused at start") {
  Runtime runtime(1, 1);
  CHECK_THROWS_WITH_AS(
      Client(runtime, {.url = "rediss://localhost", .ca_file = "/nowhere.crt"}),
      "the certificates in \"/nowhere.crt\" cannot be used: No such file or directory",
      std::invalid_argument);
}
