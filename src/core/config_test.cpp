#include "core/config.hpp"

#include <doctest/doctest.h>

using namespace freehold;

namespace {

std::string join(const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& line : lines) text += line + "\n";
  return text;
}

}  // namespace

TEST_CASE("the environment wins over the file, and the file over the default") {
  ConfigReader config("[http]\nlisten = \"a:1\"\nbase_url = \"http://file\"\n",
                      {{"FREEHOLD_HTTP_BASE_URL", "http://env"}, {"DATABASE_URL", "postgres://x"}});
  CHECK(config.text("http.listen", "default", "") == "a:1");
  CHECK(config.text("http.base_url", "default", "") == "http://env");
  CHECK(config.text("http.other", "default", "") == "default");
  CHECK(config.text("database.url", "", "") == "postgres://x");
  CHECK(config.mistakes().empty());
}

TEST_CASE("all mistakes are reported together") {
  ConfigReader config("[http]\nthreads = \"two\"\nquick = 1\n[odd]\nkey = 1\n",
                      {{"FREEHOLD_HTTP_IDLE", "5 minutes"}});
  config.number("http.threads", 2, "");
  config.flag("http.quick", false, "");
  config.duration("http.idle", "30s", "");
  config.secret("http.key", "");
  CHECK(join(config.mistakes()) ==
        "http.threads: \"two\" is not a whole number\n"
        "http.quick: \"1\" is not true or false\n"
        "http.idle: \"5 minutes\" is not a duration such as 300ms, 30s, 5m, 2h or 7d\n"
        "odd.key: there is no such setting (from the file)\n");
}

TEST_CASE("durations have units, lists have commas") {
  ConfigReader config("", {{"FREEHOLD_A_LIST", " x, y,,z "}});
  CHECK(config.duration("a.ms", "300ms", "") == std::chrono::milliseconds(300));
  CHECK(config.duration("a.days", "7d", "") == days(7));
  CHECK(config.list("a.list", "") == std::vector<std::string>{"x", "y", "z"});
}

TEST_CASE("a file that does not parse is a mistake with its line") {
  const ConfigReader config("[http]\nlisten = \n", {});
  REQUIRE(config.mistakes().size() == 1);
  CHECK(config.mistakes()[0].starts_with("the file does not parse: line 2"));
}

TEST_CASE("a list of tables is read one by one, and each setting of it is documented once") {
  ConfigReader config(
      "[[gateway.route]]\npath = \"/a\"\n[[gateway.route]]\npath = \"/b\"\nodd = 1\n", {});
  config.text("gateway.route.path", "/", "Where.");
  std::string paths;
  for (const std::string& at : config.tables("gateway.route"))
    paths += config.text(at + ".path", "/", "Where.");
  CHECK(paths == "/a/b");
  CHECK(config.tables("gateway.other").empty());
  REQUIRE(config.settings().size() == 1);
  CHECK(config.settings()[0].key == "gateway.route.path");
  CHECK(join(config.mistakes()) ==
        "gateway.route[2].odd: there is no such setting (from the file)\n");
}

TEST_CASE("a table where a list belongs is a mistake") {
  const ConfigReader config("[gateway.route]\npath = \"/a\"\n", {});
  CHECK(join(config.mistakes()) == "gateway.route: write [[gateway.route]], with two brackets\n");
}

TEST_CASE("sizes have units") {
  ConfigReader config("", {{"FREEHOLD_A_ODD", "5 MB"}, {"FREEHOLD_A_HUGE", "9000000000GB"}});
  CHECK(config.size("a.small", "2KB", "") == 2048);
  CHECK(config.size("a.large", "3GB", "") == 3ull << 30);
  config.size("a.odd", "1MB", "");
  config.size("a.huge", "1MB", "");
  CHECK(join(config.mistakes()) ==
        "a.odd: \"5 MB\" is not a size such as 512KB, 100MB or 2GB\n"
        "a.huge: \"9000000000GB\" is not a size such as 512KB, 100MB or 2GB\n");
}
