#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "html/assets.hpp"
#include "html/engine/test_templates.hpp"

using namespace freehold;
using namespace freehold::html;

namespace {

const EmbeddedFile files[] = {{"app.css", "body{}", "br", "gz", "text/css", "0123456789ab"},
                              {"inter.woff2", "font", "", "", "font/woff2", "ba9876543210"}};

}  // namespace

TEST_CASE("an asset is found by an address that holds the hash of its content") {
  const Assets assets(files, "");
  CHECK(assets.url("app.css") == "/assets/app.0123456789ab.css");
  CHECK(assets.url("none.css") == "");
  const std::optional<Asset> css = assets.find("/assets/app.0123456789ab.css");
  REQUIRE(css);
  CHECK(css->body == "body{}");
  CHECK(css->br == "br");
  CHECK(css->gz == "gz");
  CHECK(css->type == "text/css");
  CHECK(css->hash == "0123456789ab");
  for (std::string_view path :
       {"/assets/app.css", "/assets/app.0123456789ac.css", "app.css", "/assets/", ""})
    CHECK_FALSE(assets.find(path));
}

TEST_CASE("a template names an asset by its file") {
  const EmbeddedFile page[] = {
      {"src/demo/templates/page.tpl",
       "{{%AUTOESCAPE context=\"HTML\"}}\n<link href=\"{{asset_app_css}}\">",
       {},
       {},
       {},
       {}}};
  const Views views(Source{page, files, ""}, Missing::error);
  CHECK(views.render("demo/page", nullptr) == "<link href=\"/assets/app.0123456789ab.css\">\n");
}

TEST_CASE(
    "from a directory, a new build shows at once and old bytes stay valid while they are held") {
  namespace fs = std::filesystem;
  const fs::path root = fs::temp_directory_path() / fmt::format("freehold-assets-{}", getpid());
  fs::create_directories(root / "assets/dist");
  const auto build = [&](std::string_view hash, std::string_view body) {
    std::ofstream(root / fmt::format("assets/dist/app.{}.css", hash)) << body;
    std::ofstream(root / "assets/dist/manifest.json") << fmt::format(
        R"({{"files":[{{"path":"app.css","file":"app.{0}.css","type":"text/css","hash":"{0}"}}]}})",
        hash);
  };
  build("111111111111", "one");
  const Assets assets({}, root.string());
  const std::optional<Asset> first = assets.find("/assets/app.111111111111.css");
  build("222222222222", "two");
  CHECK(assets.url("app.css") == "/assets/app.222222222222.css");
  CHECK_FALSE(assets.find("/assets/app.111111111111.css"));
  REQUIRE(first);
  CHECK(first->body == "one");
  fs::remove_all(root);
}
