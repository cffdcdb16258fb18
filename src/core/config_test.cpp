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
