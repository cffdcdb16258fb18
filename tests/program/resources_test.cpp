// What the API gives: every resource says what it is, and every list can be read page by page.
#include <doctest/doctest.h>

#include "core/json.hpp"
#include "tests/program/doors.hpp"

using namespace freehold;
using namespace freehold::program;

namespace {

http::Response get(const std::string& path) {
  return neighbours().ours.api(http::Method::get, path);
}

std::string text_at(const json::value& value, std::string_view name) {
  const json::value* found = value.is_object() ? value.get_object().if_contains(name) : nullptr;
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : "";
}

std::vector<json::value> data_of(const json::value& list) {
  const json::array& data = list.at("data").as_array();
  return {data.begin(), data.end()};
}

// The paths of the API that answer with a list. The feed is read by cursors of its own instead.
std::vector<std::string> lists() {
  std::vector<std::string> paths;
  for (const Door& door : doors(Changes::no)) {
    if (!door.is_api() || !parameters_of(door.route.path).empty()) continue;
    const auto answer = get(door.route.path);
    if (answer.content_type != "application/json") continue;
    const json::value body = json::parse(answer.content());
    const bool is_feed = body.is_object() && body.get_object().contains("next_cursor");
    if (text_at(body, "object") == "list" && !is_feed) paths.push_back(door.route.path);
  }
  return paths;
}

// What is wrong with reading the list one by one.
std::string one_by_one(const std::string& path, std::size_t& longest) {
  const auto whole = data_of(json::parse(get(path + "?limit=100").body));
  longest = std::max(longest, whole.size());
  std::string after;
  for (std::size_t i = 0; i < std::min<std::size_t>(whole.size(), 5); ++i) {
    const json::value page = json::parse(get(path + "?limit=1" + after).body);
    const auto data = data_of(page);
    if (data.size() != 1 || data[0] != whole[i]) return fmt::format("{}: not item {}\n", path, i);
    if (page.at("has_more").as_bool() != (i + 1 < whole.size()))
      return fmt::format("{}: has_more after item {}\n", path, i);
    after = "&starting_after=" + text_at(data[0], "id");
  }
  return {};
}

// What a query that cannot be is answered.
std::string refused(const std::string& path, const std::string& query) {
  const auto answer = get(path + query);
  if (answer.status == 422) return {};
  return fmt::format("{}{}: {}\n", path, query, answer.status);
}

}  // namespace

TEST_CASE("every answer and every item of a list says what it is") {
  std::string wrong;
  for (const Door& door : doors(Changes::no)) {
    if (!door.is_api()) continue;
    const auto answer = get(path_of(door));
    if (answer.content_type != "application/json") continue;
    const json::value body = json::parse(answer.content());
    if (body.as_object().contains("openapi")) continue;  // not a resource, but what tells of them
    const std::string object = text_at(body, "object");
    if (object.empty()) wrong += door.name() + "\n";
    if (object != "list") continue;
    for (const json::value& item : data_of(body)) {
      const std::string what = text_at(item, "object");
      if (what.empty() || what == "list") wrong += door.name() + ", an item\n";
    }
  }
  CHECK(wrong == "");
}

TEST_CASE("every list is read page by page, and says what it cannot do") {
  std::string wrong;
  const auto paths = lists();
  int with_more = 0;
  for (const std::string& path : paths) {
    std::size_t longest = 0;
    wrong += one_by_one(path, longest);
    with_more += longest > 1 ? 1 : 0;
    for (const char* query : {"?limit=0", "?limit=101", "?limit=x", "?limit=-1",
                              "?starting_after=%21", "?starting_after=Nothing%20like%20it"})
      wrong += refused(path, query);
  }
  CHECK(wrong == "");
  CHECK(paths.size() >= 5);
  CHECK(with_more >= 4);
}
