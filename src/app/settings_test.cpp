#include "app/settings.hpp"

#include <doctest/doctest.h>
#include <fmt/ranges.h>

#include <filesystem>
#include <fstream>

using namespace freehold;
using namespace freehold::app;

namespace {

const std::string key(44, 'A');  // 33 bytes

std::string mistakes(std::string_view toml, bool serving = false) {
  return fmt::format("{}", fmt::join(read_settings(toml, {}, serving).mistakes, "\n"));
}

// A file that may be served with, and more.
std::string serving(const std::string& more) {
  return fmt::format(
      "[database]\nurl = \"host=/run/postgresql\"\n[security]\nmaster_key = \"{}\"\n{}", key, more);
}

}  // namespace

TEST_CASE("without a file every setting has a default that is allowed") {
  CHECK(mistakes("") == "");
}

TEST_CASE("serving needs a database and a key, and says how to make one") {
  CHECK(mistakes("", true) ==
        "database.url: is missing (or set DATABASE_URL)\n"
        "security.master_key: must be 32 random bytes in base64: openssl rand -base64 32");
  CHECK(mistakes(serving(""), true) == "");
  CHECK(
      mistakes("[database]\nurl = \"host=/run\"\n[security]\nmaster_key = \"c2hvcnQ=\"\n", true) ==
      "security.master_key: must be 32 random bytes in base64: openssl rand -base64 32");
}

TEST_CASE("behind a pooler the way past it has to be named, and only known poolers are") {
  const auto with = [](std::string_view more) {
    std::string text = serving("");
    text.insert(text.find("url"), more);
    return mistakes(text, true);
  };
  CHECK(with("pooler = \"none\"\n") == "");
  CHECK(with("pooler = \"transaction\"\nadmin_url = \"host=/run/direct\"\n") == "");
  CHECK(
      with("pooler = \"transaction\"\n") ==
      "database.admin_url: is missing: behind a pooler, migrations and the doctor need the server "
      "itself");
  CHECK(with("pooler = \"session\"\n") == "database.pooler: must be none or transaction");
}

TEST_CASE("who hears of tasks is named by address, and anything else is a mistake") {
  const auto read = read_settings(
      "[staff]\ntask_mail = [\"ops@example.com\", \"money@example.com\"]\n", {}, false);
  CHECK(read.mistakes.empty());
  CHECK(read.settings.task_mail ==
        std::vector<std::string>{"ops@example.com", "money@example.com"});
  CHECK(mistakes("[staff]\ntask_mail = [\"ops\"]\n") == "staff.task_mail: ops is no email address");
}

TEST_CASE("a key that nobody knows stops the start, from the file and from the environment") {
  CHECK(mistakes("[http]\nlisen = \"127.0.0.1:80\"\n") ==
        "http.lisen: there is no such setting (from the file)");
  const auto read = read_settings("", {{"FREEHOLD_HTTP_LISEN", "127.0.0.1:80"}}, false);
  REQUIRE(read.mistakes.size() == 1);
  CHECK(read.mistakes[0].contains("no such setting"));
}

TEST_CASE("strangers are served over https only, this machine also without") {
  const auto with = [](std::string_view url) {
    return mistakes(serving(fmt::format("[http]\nbase_url = \"{}\"\n", url)), true);
  };
  const std::string clear =
      "http.base_url: must be https:// unless it is this machine: sessions would travel in the "
      "clear";
  CHECK(with("https://app.example.com") == "");
  CHECK(with("http://localhost:8080") == "");
  CHECK(with("http://127.0.0.1:8080") == "");
  CHECK(with("http://[::1]:8080") == "");
  CHECK(with("http://acme.localhost:8080") == "");
  CHECK(with("http://app.example.com") == clear);
  CHECK(with("http://localhost.example.com") == clear);
  CHECK(with("http://127.0.0.1.example.com") == clear);
  CHECK(mistakes(serving("[staff]\nbase_url = \"http://staff.example.com\"\n"), true)
            .starts_with("staff.base_url: must be https://"));
}

TEST_CASE("a clock that can be advanced is followed on a developer's machine only") {
  const auto with = [](std::string_view http, std::string_view staff) {
    return mistakes(serving(fmt::format("[http]\nbase_url = \"{}\"\n[staff]\nbase_url = \"{}\"\n"
                                        "[dev]\nclock_file = \"var/clock\"\n",
                                        http, staff)),
                    true);
  };
  const std::string refused =
      "dev.clock_file: is for this machine only: trials and periods of customers end by the "
      "calendar";
  CHECK(with("http://localhost:8090", "http://localhost:8091") == "");
  CHECK(with("https://app.example.com", "http://localhost:8091") == refused);
  CHECK(with("http://localhost:8090", "https://staff.example.com") == refused);
}

TEST_CASE("customers pay to Stripe itself, on this machine also to the simulator") {
  const auto with = [](std::string_view base_url) {
    return mistakes(serving(fmt::format("[http]\nbase_url = \"{}\"\n"
                                        "[billing]\nstripe_url = \"http://localhost:8082\"\n",
                                        base_url)),
                    true);
  };
  CHECK(with("http://localhost:8080") == "");
  CHECK(with("https://app.example.com") ==
        "billing.stripe_url: must be https:// unless http.base_url is this machine: the simulator "
        "takes orders that nobody pays, and Stripe's key would travel in the clear");
}

TEST_CASE("an address that links are made of is a scheme and a host, and nothing behind") {
  const std::string wrong =
      "http.base_url: must be http:// or https:// with a host and nothing behind it";
  for (const char* url : {"", "localhost:8080", "ftp://localhost", "https://", "https://a.example/",
                          "https://a.example/app", "https://a.example?x=1", "https://u@a.example"})
    CHECK_MESSAGE(mistakes(fmt::format("[http]\nbase_url = \"{}\"\n", url)) == wrong, url);
}

TEST_CASE("numbers that make no sense are mistakes, all of them together") {
  CHECK(mistakes("[http]\nthreads = 0\nmax_connections = -1\n[worker]\nconcurrency = 0\n"
                 "[log]\nlevel = \"loud\"\n") ==
        "http.threads: must be a number from 1 to 256\n"
        "http.max_connections: must be a number from 1 to 1000000\n"
        "worker.concurrency: must be a number from 1 to 1000\n"
        "log.level: must be debug, info, warn or error");
}

TEST_CASE("several webhook secrets hold at once, while one is replaced") {
  const auto read =
      read_settings("[billing]\nwebhook_secrets = \"whsec_old,,whsec_new\"\n", {}, false);
  std::string secrets;
  for (const Secret& secret : read.settings.stripe_webhook_secrets)
    secrets += secret.reveal() + " ";
  CHECK(secrets == "whsec_old whsec_new ");
}

TEST_CASE("the page about settings never shows a secret") {
  const auto read =
      read_settings(serving("[billing]\nstripe_key = \"sk_test_hidden\"\n"), {}, true);
  const std::string page = document(read.documented);
  CHECK_FALSE(page.contains("sk_test_hidden"));
  CHECK_FALSE(page.contains(key));
  CHECK(page.contains("| `stripe_key` | (secret) |"));
}

TEST_CASE("a second node reads the file that was written for it, ten ports further") {
  std::string folder = "/tmp/freehold-settings.XXXXXX";
  REQUIRE(::mkdtemp(folder.data()) != nullptr);
  std::ofstream(folder + "/master_key") << key;
  std::ofstream(folder + "/webhook_secret") << "whsec_first";
  Settings first =
      read_settings(serving("[billing]\nstripe_key = \"sk_test_sim\"\n"), {}, true).settings;
  first.admin_url = "host=/run/postgresql user=admin";
  first.redis_url = "unix:///run/redis.sock";
  first.templates_folder = "/srv/templates";

  const auto second = read_settings(second_node(first, folder), {}, true);
  CHECK(fmt::format("{}", fmt::join(second.mistakes, "\n")) == "");
  CHECK(second.settings.public_listener.listen == "127.0.0.1:8090");
  CHECK(second.settings.staff_listener.listen == "127.0.0.1:8091");
  CHECK(second.settings.worker_listener.listen == "127.0.0.1:8092");
  CHECK(second.settings.base_url == "http://localhost:8090");
  CHECK(second.settings.clock_file == folder + "/clock");
  CHECK(second.settings.database.url == first.database.url);
  CHECK(second.settings.admin_url == first.admin_url);
  CHECK(second.settings.redis_url == first.redis_url);
  CHECK(second.settings.templates_folder == "/srv/templates");
  CHECK(second.settings.master_key.reveal() == key);
  CHECK(second.settings.stripe_key.reveal() == "sk_test_sim");
  std::filesystem::remove_all(folder);
}

TEST_CASE("the gateway's routes are read with their defaults, and every mistake is told") {
  const ReadSettings right = read_settings(
      "[gateway]\nidle_timeout = \"5s\"\n"
      "[[gateway.route]]\nto = \"http://127.0.0.1:3000\"\n"
      "[[gateway.route]]\npath = \"/api\"\nto = \"unix:/run/p\"\nwho = \"member\"\nmax_body = "
      "\"1KB\"\n",
      {}, false);
  REQUIRE(right.mistakes.empty());
  REQUIRE(right.settings.gateway.routes.size() == 2);
  CHECK(right.settings.gateway.routes[0].path == "/");
  CHECK(right.settings.gateway.routes[0].max_body == 100u << 20);
  CHECK(right.settings.gateway.routes[1].max_body == 1024);
  CHECK(right.settings.gateway.idle_timeout == std::chrono::seconds(5));

  const ReadSettings wrong = read_settings(
      "[[gateway.route]]\nto = \"http://a:b@c\"\n[[gateway.route]]\nto = \"http://c\"\n", {},
      false);
  REQUIRE(wrong.mistakes.size() == 2);
  CHECK(wrong.mistakes[0].starts_with("gateway: the route of /: to must not hold a user"));
  CHECK(wrong.mistakes[1].starts_with("gateway: the route of /: is there twice"));
}
