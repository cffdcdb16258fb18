// Every route that changes something, found in the routers, with everything that is not what it
// asks for: the answer is a clear refusal, and nothing has changed.
#include <doctest/doctest.h>

#include <set>

#include "core/json.hpp"
#include "tests/program/doors.hpp"

using namespace freehold;
using namespace freehold::program;

namespace {

// What a request does besides what it is for: it is counted, and its key or session was used.
bool is_bookkeeping(std::string_view table) {
  return table.starts_with("metering.") || table == "access.api_key" ||
         table == "access.product_key" || table == "identity.session" || table == "staff.session";
}

std::string complaint_about(const Door& door, const http::Response& response) {
  if (response.status < 400 || response.status >= 500)
    return fmt::format("{}: {}", door.name(), response.status);
  if (door.is_api()) {
    boost::system::error_code error;
    const json::value body = json::parse(response.body, error);
    if (response.content_type != "application/problem+json" || error ||
        !body.as_object().contains("code"))
      return fmt::format("{}: no problem with a code", door.name());
    return {};
  }
  if (door.is_webhook() || response.content().contains("<h1")) return {};
  return fmt::format("{}: {} without a page", door.name(), response.status);
}

// One kind of bad input: how it spoils a request, and which doors it is for.
struct Spoiled {
  std::string description;
  bool (*is_for)(const Door&);
  void (*spoil)(const Door&, http::Request&);
};

bool for_all(const Door&) {
  return true;
}
bool for_api(const Door& door) {
  return door.is_api();
}
bool for_forms(const Door& door) {
  return !door.is_api() && !door.is_webhook();
}
// Forms that ask for nothing more than their being sent: nobody looks at what is in them.
bool asks_nothing(const Door& door) {
  const auto& path = door.route.path;
  constexpr std::array ends{"logout",       "/revocation",
                            "/removal",     "/deletion",
                            "/restoration", "/resend",
                            "/leave",       "/dismissal",
                            "/reopening",   "/undo",
                            "/replay",      "/resync",
                            "/cancel",      "/mail",
                            "/switch",      "/sent",
                            "/pay",         "/portal",
                            "/card",        "/pause",
                            "/resume",      "/collection_resumption"};
  return std::ranges::any_of(ends, [&](std::string_view end) { return path.ends_with(end); });
}
bool for_questions(const Door& door) {
  return for_forms(door) && !asks_nothing(door);
}
// Those whose request says something: the API's with a body.
bool takes_json(const Door& door) {
  return door.is_api() && door.route.method != http::Method::del &&
         !door.route.path.ends_with("/restoration") && !door.route.path.ends_with("/cancellation");
}

void set_body(http::Request& request, std::string_view type, std::string body) {
  request.add_header("Content-Type", type);
  request.body = std::move(body);
}

const Spoiled spoils[] = {
    {"a body beyond the route's limit", for_all,
     [](const Door& door, http::Request& request) {
       set_body(request, door.is_api() ? "application/json" : form_type,
                std::string(door.route.words.body_limit + 1, 'a'));
     }},
    {"JSON that is none", takes_json,
     [](const Door&, http::Request& request) {
       set_body(request, "application/json", R"({"title": )");
     }},
    {"JSON of another shape", takes_json,
     [](const Door&, http::Request& request) { set_body(request, "application/json", "[1, 2]"); }},
    {"JSON that is nested without end", takes_json,
     [](const Door&, http::Request& request) {
       set_body(request, "application/json", std::string(50'000, '['));
     }},
    {"no body", takes_json, [](const Door&, http::Request&) {}},
    {"an unknown member", takes_json,
     [](const Door&, http::Request& request) {
       set_body(request, "application/json", R"({"title": "a", "no_such_member": 1})");
     }},
    {"text that is not UTF-8", takes_json,
     [](const Door&, http::Request& request) {
       set_body(request, "application/json", "{\"title\": \"\xff\xfe\"}");
     }},
    {"a NUL in text", takes_json,
     [](const Door&, http::Request& request) {
       set_body(request, "application/json", R"({"title": "a\u0000b"})");
     }},
    {"another content type", for_api,
     [](const Door&, http::Request& request) { set_body(request, "text/plain", "title=a"); }},
    {"a form from another site", for_forms,
     [](const Door&, http::Request& request) {
       http::Request other;
       other.method = request.method;
       other.set_target(request.target);
       other.ip = request.ip;
       other.host = request.host;
       other.add_header("Cookie", request.header("Cookie"));
       other.add_header("Origin", "https://evil.example");
       other.add_header("X-CSRF-Token", request.header("X-CSRF-Token"));
       request = std::move(other);
     }},
    {"a form without its token", for_forms,
     [](const Door&, http::Request& request) {
       http::Request other;
       other.method = request.method;
       other.set_target(request.target);
       other.ip = request.ip;
       other.host = request.host;
       other.add_header("Cookie", request.header("Cookie"));
       other.add_header("Origin", request.header("Origin"));
       set_body(other, form_type, "csrf_token=wrong");
       request = std::move(other);
     }},
    {"a broken escape", for_questions,
     [](const Door&, http::Request& request) { set_body(request, form_type, "email=%zz"); }},
    {"an escape that is not UTF-8", for_questions,
     [](const Door&, http::Request& request) { set_body(request, form_type, "email=%ff"); }},
    {"an escaped NUL", for_questions,
     [](const Door&, http::Request& request) { set_body(request, form_type, "email=a%00b"); }},
    {"too many fields", for_questions,
     [](const Door&, http::Request& request) {
       std::string body = "a=1";
       for (int i = 0; i < 250; ++i) body += "&a=1";
       set_body(request, form_type, std::move(body));
     }},
};

std::string changes(const Digests& before) {
  std::string found;
  for (const auto& table : differences(before, digests(neighbours().database)))
    if (!is_bookkeeping(table)) found += " " + table;
  return found;
}

std::string tried(const Door& door, const std::string& path, const Spoiled& spoiled) {
  http::Request request = knock(door, path);
  spoiled.spoil(door, request);
  const std::string complaint = complaint_about(door, send(door, std::move(request)));
  return complaint.empty() ? "" : complaint + "\n";
}

}  // namespace

TEST_CASE("bad input of every kind is refused by every route and changes nothing") {
  std::map<std::string, std::string> paths;
  for (const Door& door : doors(Changes::yes)) paths[door.name()] = path_of(door);
  neighbours().ours.owner.get("/account");
  neighbours().program.settle();
  for (const Spoiled& spoiled : spoils) {
    CAPTURE(spoiled.description);
    std::string wrong;
    const auto before = digests(neighbours().database);
    for (const Door& door : doors(Changes::yes))
      if (spoiled.is_for(door)) wrong += tried(door, paths[door.name()], spoiled);
    CHECK(wrong == "");
    CHECK(changes(before) == "");
  }
}

TEST_CASE("an id of another kind, or none, is not found by any route") {
  std::string wrong;
  for (const Door& door : doors(Changes::yes)) {
    for (const std::string& name : parameters_of(door.route.path)) {
      if (!name.ends_with("_id")) continue;
      for (const char* bad : {"1", "x", "document_00000000000000000000000000x",
                              "user_01h455vb4pex5vsknk084sn02q", "%f0%9f%92%a9", "..%2f"}) {
        std::string path = filled(door.route.path, name, bad);
        for (const std::string& other : parameters_of(path))
          path = filled(path, other, unknown_id(other));
        http::Request request;
        try {
          request = knock(door, path);
        } catch (const Problem& problem) {  // the target itself is refused before any route
          if (problem.status != 400) wrong += fmt::format("{}: {}\n", door.name(), problem.status);
          continue;
        }
        const auto response = send(door, std::move(request));
        if (response.status != 404)
          wrong += fmt::format("{} {}: {}\n", door.name(), bad, response.status);
      }
    }
  }
  CHECK(wrong == "");
}

TEST_CASE("an empty form is answered with what it lacks") {
  std::map<std::string, std::string> paths;
  for (const Door& door : doors(Changes::yes)) paths[door.name()] = path_of(door);
  const auto before = digests(neighbours().database);
  std::string wrong;
  for (const Door& door : doors(Changes::yes)) {
    if (!for_questions(door)) continue;
    http::Request request = knock(door, paths[door.name()]);
    set_body(request, form_type, "");
    const auto response = send(door, std::move(request));
    // Not there, used up, or nothing chosen: what a person does by hand (colours, a plan).
    const std::set<int> fine{422, 404, 410, 303};
    if (!fine.contains(response.status))
      wrong += fmt::format("{}: {}\n", door.name(), response.status);
  }
  CHECK(wrong == "");
  CHECK(changes(before) == "");
}

TEST_CASE("without a log-in, no route that needs one does anything") {
  std::map<std::string, std::string> paths;
  for (const Door& door : doors(Changes::yes)) paths[door.name()] = path_of(door);
  const auto before = digests(neighbours().database);
  std::string wrong;
  for (const Door& door : doors(Changes::yes)) {
    using Kind = http::Access::Kind;
    const Kind kind = door.route.access.kind;
    if (kind == Kind::anyone || kind == Kind::webhook || kind == Kind::file) continue;
    Neighbours& all = neighbours();
    Visitor nobody(all.program, door.listener);
    http::Request request = nobody.request(door.route.method, paths[door.name()]);
    const auto response = send(door, std::move(request));
    const bool to_login =
        response.status == 303 && response.header("Location").starts_with("/login");
    if (!to_login && response.status != 401)
      wrong += fmt::format("{}: {}\n", door.name(), response.status);
  }
  CHECK(wrong == "");
  CHECK(changes(before) == "");
}
