// Values that nobody would type, in every field of every form, in every member of the API's JSON
// and in every query: whatever the answer is, it is not our failure.
#include <doctest/doctest.h>

#include <set>

#include "core/json.hpp"
#include "tests/program/doors.hpp"

using namespace freehold;
using namespace freehold::program;

namespace {

const std::vector<std::string>& odd_values() {
  static const std::vector<std::string> values{
      "",
      " ",
      std::string(20'000, 'a'),
      "-1",
      "0",
      "99999999999999999999",
      "1e999",
      "NaN",
      "2026-99-99",
      "9999-12-31",
      "0000-01-01",
      "\xf0\x9f\x92\xa5\xe2\x80\xae",  // an emoji, then text from right to left
      "\xef\xbf\xbf\xcc\x81",          // no character, with an accent
      "'; drop table documents.document; --",
      "<script>alert(1)</script>{{x}}",
      "%00%ff%zz",
      "\r\nSet-Cookie: a=b",
      "//evil.example/\\",
      "document_01h455vb4pex5vsknk084sn02q",
  };
  return values;
}

// The names of the fields of a page's forms.
void collect_names(std::string_view html, std::set<std::string>& names) {
  constexpr std::string_view mark = " name=\"";
  for (auto at = html.find(mark); at != std::string_view::npos; at = html.find(mark, at + 1)) {
    const auto from = at + mark.size();
    names.emplace(html.substr(from, html.find('"', from) - from));
  }
}

// Every name that a form of ours has, and those that only addresses have.
const std::set<std::string>& field_names() {
  static const std::set<std::string> names = [] {
    std::set<std::string> found{"after",  "deleted",        "done",  "limit",    "next",
                                "plan",   "starting_after", "tries", "interval", "return_to",
                                "target", "workspace",      "value", "view",     "actor_id",
                                "from",   "until",          "theme", "sort",     "tag"};
    for (const Door& door : doors(Changes::no))
      if (!door.is_api()) collect_names(send(door, knock(door, path_of(door))).body, found);
    found.erase("csrf_token");
    return found;
  }();
  return names;
}

FormFields all_fields(const std::string& value) {
  FormFields fields;
  for (const std::string& name : field_names()) fields.emplace_back(name, value);
  return fields;
}

std::string shown(const std::string& value) {
  return json::serialize(json::value(value.substr(0, 40)));
}

// Ends the session or the membership that the test goes on with.
bool ends_the_story(const Door& door) {
  const auto& path = door.route.path;
  return path.ends_with("/leave") || path.ends_with("logout") || path.ends_with("/switch");
}

std::string complaint(const Door& door, const http::Response& response, const std::string& value) {
  std::string found;
  if (response.status >= 500)
    found += fmt::format("{} with {}: {}\n", door.name(), shown(value), response.status);
  for (const auto& [name, content] : response.headers)
    if (content.find_first_of("\r\n") != std::string::npos)
      found += fmt::format("{} with {}: breaks out of {}\n", door.name(), shown(value), name);
  if (response.content_type.starts_with("text/html") &&
      response.content().contains("<script>alert"))
    found += fmt::format("{} with {}: writes markup\n", door.name(), shown(value));
  return found;
}

// A form that is sent has the page's token; the key of its repeat is new.
std::string post_with(const Door& door, const std::string& path, FormFields fields,
                      const std::string& value) {
  http::Request request = knock(door, path);
  request.add_header("Content-Type", form_type);
  request.body = encoded(fields);
  return complaint(door, send(door, std::move(request)), value);
}

}  // namespace

TEST_CASE("no value of a query is our failure") {
  std::string wrong;
  for (const Door& door : doors(Changes::no)) {
    const std::string path = path_of(door);
    for (const std::string& value : odd_values()) {
      if (value.size() > 10'000) continue;  // no such target reaches a route
      const std::string target = path + "?" + encoded(all_fields(value));
      wrong += complaint(door, send(door, knock(door, target)), value);
    }
  }
  CHECK(wrong == "");
  CHECK(field_names().size() > 30);
}

TEST_CASE("no value of a field is our failure, alone or with all the others") {
  Neighbours& all = neighbours();
  std::string wrong;
  for (const Door& door : doors(Changes::yes)) {
    if (door.is_api() || door.is_webhook() || ends_the_story(door)) continue;
    all.ours.owner.get("/account");  // for its form token
    const std::string path = path_of(door);
    for (const std::string& value : odd_values()) {
      FormFields fields = all_fields(value);
      if (value.size() > 10'000) fields = {{"name", value}, {"title", value}, {"email", value}};
      wrong += post_with(door, path, fields, value);
    }
  }
  CHECK(wrong == "");
  CHECK(all.ours.owner.get(all.ours.path("")).status == 200);
}

TEST_CASE("no value of a member is our failure, nor a value of another type") {
  std::string wrong;
  for (const Door& door : doors(Changes::yes)) {
    if (!door.is_api()) continue;
    const std::string path = path_of(door);
    std::vector<json::value> values{
        nullptr, true, -1, 1e300, json::array{1, nullptr}, json::object{{"a", json::object()}}};
    for (const std::string& value : odd_values()) values.emplace_back(value);
    for (const json::value& value : values) {
      for (const char* member : {"title", "body", "tags"}) {
        json::object body{{"title", "Fine"}};
        body[member] = value;
        http::Request request = knock(door, path);
        request.add_header("Content-Type", "application/json");
        request.body = json::serialize(body);
        const auto response = send(door, std::move(request));
        const std::string text = json::serialize(value);
        wrong += complaint(door, response, text);
        const bool is_problem = response.content_type == "application/problem+json";
        if (response.status >= 400 && !is_problem)
          wrong += fmt::format("{} with {}: no problem\n", door.name(), shown(text));
      }
    }
  }
  CHECK(wrong == "");
}

TEST_CASE("no header is our failure") {
  const std::pair<std::string_view, std::string> headers[] = {
      {"Idempotency-Key", std::string(5'000, 'k')},
      {"Idempotency-Key", "\xff\xfe"},
      {"Cookie", "fh_sid=; fh_sid=x; fh_visitor=\x01; =; ;;"},
      {"If-None-Match", "\"\", W/\"x\", *,,"},
      {"Accept-Encoding", "br;q=2, gzip;q=x, ;;,"},
      {"traceparent", "00-zzzz-1-"},
      {"HX-Request-Type", "partial"},
      {"User-Agent", std::string(5'000, 'u') + "\xff"},
      {"X-Forwarded-For", "1.2.3.4, ::1, \xff"},
      {"Authorization", "Bearer \xff"},
  };
  std::string wrong;
  for (const auto changes : {Changes::no, Changes::yes}) {
    for (const Door& door : doors(changes)) {
      if (ends_the_story(door)) continue;
      const std::string path = path_of(door);
      for (const auto& [name, value] : headers) {
        http::Request request = knock(door, path);
        request.add_header(name, value);
        wrong += complaint(door, send(door, std::move(request)), value);
      }
    }
  }
  CHECK(wrong == "");
}
