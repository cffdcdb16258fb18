#include <doctest/doctest.h>

#include <boost/json.hpp>

#include "html/frame.hpp"

using namespace freehold;
using namespace freehold::html;

TEST_CASE("navigation is grouped by section in the order it is given") {
  Frame frame{
      .layout = "console", .title = "Team", .csrf_token = "t", .idempotency_key = "k", .brand = {}};
  frame.nav = {{"Home", "/", "home"},
               {"Team", "/team", "users", "Workspace", true},
               {"Keys", "/keys", "key", "Developers"},
               {"Audit", "/audit", "scroll", "Workspace"},
               {"Settings", "/settings", "settings", "foot"}};
  const json::object model = frame_model(frame);
  const json::object& chrome = model.at("chrome").as_object();
  std::string outline;
  for (const json::value& section : chrome.at("nav").as_array()) {
    outline += json::serialize(section.at("label")) + ":";
    for (const json::value& item : section.at("items").as_array())
      outline += " " + std::string(item.at("label").as_string());
    outline += "\n";
  }
  CHECK(outline == "null: Home\n\"Workspace\": Team Audit\n\"Developers\": Keys\n");
  CHECK(chrome.at("nav_foot").at("items").as_array().size() == 1);
}

TEST_CASE("the way to a page of a workspace begins with its name") {
  Frame frame;
  frame.breadcrumbs = {{.label = "Team"}};
  const auto labels = [&] {
    std::string text;
    for (const json::value& crumb : frame_model(frame).at("chrome").at("breadcrumbs").as_array())
      text += std::string(crumb.at("label").as_string()) + "/";
    return text;
  };
  CHECK(labels() == "Team/");
  frame.workspaces = {{"Tern", "T", "/t/tern", false}, {"Acme", "A", "/t/acme", true}};
  CHECK(labels() == "Acme/Team/");
}

TEST_CASE("a frame without a layout is a fragment") {
  CHECK(frame_model(
            Frame{.layout = "", .title = "", .csrf_token = "", .idempotency_key = "", .brand = {}})
            .at("layout")
            .is_null());
}

TEST_CASE("the keys of a page stand beside those of its frame, and win") {
  const Frame frame{
      .layout = "plain", .title = "Tab", .csrf_token = "t", .idempotency_key = "k", .brand = {}};
  const json::object model = page_model(frame, {{"title", "Not found"}, {"code", "404"}});
  CHECK(model.at("title") == "Not found");
  CHECK(model.at("code") == "404");
  CHECK(model.at("layout") == "plain");
  CHECK(model.contains("chrome"));
}

TEST_CASE("initials are the first letters of the first two words") {
  CHECK(initials_of("Northwind Labs") == "NL");
  CHECK(initials_of("maya") == "M");
  CHECK(initials_of("Marlowe & Sons") == "MS");
  CHECK(initials_of("Jean-Luc Picard") == "JL");
  CHECK(initials_of("Åsa Öberg") == "ÅÖ");
  CHECK(initials_of("") == "");
}
