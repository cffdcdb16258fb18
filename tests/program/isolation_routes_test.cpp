// Every route, found in the routers, with the ids of another workspace in every place.
#include <doctest/doctest.h>

#include "app/parts.hpp"
#include "tests/program/neighbours.hpp"

using namespace freehold;
using namespace freehold::program;

namespace {

using Kind = http::Access::Kind;

bool is_api(const http::Route& route) {
  return route.path.starts_with("/api/");
}
bool has_slug(const http::Route& route) {
  return route.path.starts_with("/t/{slug}");
}

// One id of theirs for every kind of parameter, under its name and under those that filters have.
const FormFields& their_ids() {
  static const FormFields fields = [] {
    Neighbours& all = neighbours();
    FormFields made;
    for (const auto& route : all.program.parts().public_router.routes())
      for (const std::string& name : parameters_of(route.path))
        if (std::ranges::none_of(made, [&](const auto& f) { return f.first == name; }))
          made.emplace_back(name, victims(all.theirs, name).front());
    const auto id = [&](std::string_view name) {
      return std::ranges::find(made, name, &FormFields::value_type::first)->second;
    };
    made.insert(made.end(), {{"starting_after", id("document_id")},
                             {"deleted", id("document_id")},
                             {"workspace", all.theirs.slug},
                             {"tenant_id", to_string(all.theirs.id())},
                             {"target", id("document_id")},
                             {"target_id", id("document_id")},
                             {"q", their_word},
                             {"tag", their_word}});
    // What forms ask for, so that none is refused for its words.
    made.insert(made.end(), {{"title", "Taken over"},
                             {"body", "Taken over"},
                             {"name", "Taken over"},
                             {"email", "taken@over.example"},
                             {"role", "member"},
                             {"expiry", "90"}});
    return made;
  }();
  return fields;
}

// The route, asked by our owner or our key.
http::Response ask(const http::Route& route, const std::string& path) {
  Workspace& ours = neighbours().ours;
  const std::string target = path + "?" + encoded(their_ids());
  const std::string body = R"({"title": "Taken over"})";
  if (is_api(route)) return ours.api(route.method, target, http::is_safe(route.method) ? "" : body);
  if (http::is_safe(route.method)) return ours.owner.get(target);
  ours.owner.get("/account");  // for its form token
  return ours.owner.post(target, their_ids());
}

// The route, asked by the product with what it takes.
int ask_as_product(const http::Route& route, const std::string& path) {
  Neighbours& all = neighbours();
  static int count = 0;
  std::string body;
  if (path.ends_with("/reservations"))
    body = fmt::format(R"({{"meter":"documents.api_calls","idempotency_key":"own-{}"}})", ++count);
  if (path.ends_with("/audit_events"))
    body = R"({"action":"product.tried","target_type":"report","target_id":"r1"})";
  if (path.ends_with("/events") && route.method == http::Method::post)
    body = R"({"type":"product.tried"})";
  return all.program.ask(all.product.request(route.method, path, body)).status;
}

std::string named(const http::Route& route) {
  return fmt::format("{} {}", http::name_of(route.method), route.path);
}

bool speaks_of_them(const http::Response& response) {
  std::string text(response.content());
  for (const auto& [name, value] : response.headers) text += value + "\n";
  text += response.static_headers;
  for (char& c : text) c = char(std::tolower(static_cast<unsigned char>(c)));
  // What was asked for may be said again: the words of a search, the ids of a filter.
  for (const auto& [name, value] : their_ids()) {
    if (value == their_word) continue;
    for (auto at = text.find(value); at != std::string::npos; at = text.find(value))
      text.erase(at, value.size());
  }
  return text.contains(their_word) || text.contains("theirs.example");
}

// Each way to fill the route's parameters with objects of theirs.
std::vector<std::string> paths_to_theirs(const http::Route& route, const std::string& slug) {
  std::vector<std::string> paths{filled(route.path, "slug", slug)};
  for (const std::string& name : parameters_of(route.path)) {
    if (name == "slug") continue;
    std::vector<std::string> more;
    for (const std::string& victim : victims(neighbours().theirs, name))
      for (const std::string& path : paths) more.push_back(filled(path, name, victim));
    paths = std::move(more);
  }
  return paths;
}

// An id of the kind that "override_id" says.
std::string some_id(const std::string& parameter) {
  const std::string prefix = parameter.substr(0, parameter.rfind("_id"));
  return to_typeid(prefix, new_uuid(neighbours().program.machine().now()));
}

bool names_an_object(const http::Route& route) {
  const auto names = parameters_of(route.path);
  return std::ranges::any_of(names, [](const auto& name) { return name.ends_with("_id"); });
}

// One route with one way to fill it. Objects of theirs are made before anything is asked.
struct Attempt {
  const http::Route& route;
  std::string path;
};

std::vector<Attempt> attempts_at(const std::string& slug, bool (*is_wanted)(const http::Route&)) {
  std::vector<Attempt> attempts;
  for (const auto& route : neighbours().program.parts().public_router.routes()) {
    if (!is_wanted(route)) continue;
    for (std::string& path : paths_to_theirs(route, slug))
      attempts.push_back({route, std::move(path)});
  }
  their_ids();
  return attempts;
}

std::string theirs_changed(const Digests& before) {
  const Neighbours& all = neighbours();
  const auto after = digests_of_tenant(all.database, all.theirs.tenant);
  return fmt::format("{}", fmt::join(differences(before, after), " "));
}

Digests theirs_now() {
  const Neighbours& all = neighbours();
  return digests_of_tenant(all.database, all.theirs.tenant);
}

std::string their_ended_sessions() {
  const Neighbours& all = neighbours();
  return value(all.database, fmt::format("select count(*) from identity.session s join "
                                         "identity.account a using (user_id) where a.email = '{}' "
                                         "and s.revoked_at is not null",
                                         all.theirs.email));
}

}  // namespace

TEST_CASE("every kind of path parameter has somebody who makes such an object") {
  Neighbours& all = neighbours();
  for (const auto& route : all.program.parts().public_router.routes())
    for (const std::string& name : parameters_of(route.path))
      CHECK_NOTHROW_MESSAGE(victims(all.theirs, name), named(route));
}

TEST_CASE("another's workspace does not exist for us, on any of its addresses") {
  const auto attempts = attempts_at(neighbours().theirs.slug, has_slug);
  const Digests before = theirs_now();
  std::string wrong;
  for (const Attempt& attempt : attempts) {
    const auto response = ask(attempt.route, attempt.path);
    if (response.status != 404)
      wrong += fmt::format("{}: {}\n", named(attempt.route), response.status);
    if (speaks_of_them(response))
      wrong += fmt::format("{}: speaks of them\n", named(attempt.route));
  }
  CHECK(wrong == "");
  CHECK(theirs_changed(before) == "");
  CHECK(attempts.size() > 40);
}

TEST_CASE("an object of another's workspace does not exist in ours, nor for our key") {
  const auto attempts = attempts_at(neighbours().ours.slug, names_an_object);
  const Digests before = theirs_now();
  std::string wrong;
  for (const Attempt& attempt : attempts) {
    const auto response = ask(attempt.route, attempt.path);
    // A session that is not one's own is ended by nobody, and nothing is said about it.
    const bool silent = attempt.route.path.starts_with("/account/sessions/");
    // What is the product's is no workspace's, whatever object is named.
    const int refused = attempt.route.access.kind == Kind::product ? 403 : 404;
    if (response.status != refused && !silent)
      wrong += fmt::format("{}: {}\n", named(attempt.route), response.status);
    if (speaks_of_them(response))
      wrong += fmt::format("{}: speaks of them\n", named(attempt.route));
  }
  CHECK(wrong == "");
  CHECK(theirs_changed(before) == "");
  CHECK(their_ended_sessions() == "0");
  CHECK(attempts.size() > 15);
}

TEST_CASE("the same addresses answer for objects of our own") {
  Neighbours& all = neighbours();
  std::string wrong;
  for (const auto& route : all.program.parts().public_router.routes()) {
    if (!names_an_object(route)) continue;
    const std::string name = parameters_of(route.path).back();
    std::string statuses;
    bool found = false;
    for (const std::string& own : victims(all.ours, name)) {
      std::string path = filled(filled(route.path, "slug", all.ours.slug), name, own);
      path = filled(path, "tenant_id", to_string(all.ours.id()));
      const bool is_products = route.access.kind == Kind::product;
      const int status = is_products ? ask_as_product(route, path) : ask(route, path).status;
      statuses += fmt::format(" {}", status);
      found = found || status < 400;
    }
    if (!found) wrong += named(route) + statuses + "\n";
  }
  CHECK(wrong == "");
}

TEST_CASE("what we may ask without naming an object of theirs neither shows nor changes theirs") {
  Neighbours& all = neighbours();
  their_ids();
  const std::string token = victims(all.theirs, "token").front();
  const Digests before = theirs_now();
  std::string wrong;
  for (const auto& route : all.program.parts().public_router.routes()) {
    const Kind kind = route.access.kind;
    // Leaving the workspace or logging out would end the test.
    const bool ends = route.path.ends_with("/leave") || route.path.ends_with("logout");
    if (names_an_object(route) || kind == Kind::webhook || kind == Kind::file) continue;
    if (ends && !http::is_safe(route.method)) continue;
    std::string path = filled(route.path, "slug", all.ours.slug);
    path = filled(path, "token", token);
    const auto response = ask(route, path);
    if (response.status >= 500) wrong += fmt::format("{}: {}\n", named(route), response.status);
    if (speaks_of_them(response)) wrong += fmt::format("{}: speaks of them\n", named(route));
  }
  CHECK(wrong == "");
  CHECK(theirs_changed(before) == "");
}

TEST_CASE("the staff panel does not know customers, nor the product members of staff") {
  Neighbours& all = neighbours();
  std::string wrong;
  for (const auto& route : all.program.parts().staff_router.routes()) {
    if (route.access.kind != Kind::staff) continue;
    Visitor customer(all.program, Listener::staff);
    customer.cookies = all.ours.owner.cookies;
    customer.csrf_token = all.ours.owner.csrf_token;
    std::string path = filled(route.path, "tenant_id", to_string(all.ours.id()));
    for (const std::string& name : parameters_of(path)) path = filled(path, name, some_id(name));
    const bool reads = http::is_safe(route.method);
    const auto response = reads ? customer.get(path) : customer.post(path);
    const bool is_sent_away =
        response.status == 303 && response.header("Location").starts_with("/login");
    if (!is_sent_away && response.status != 403)
      wrong += fmt::format("{}: {}\n", named(route), response.status);
  }
  CHECK(wrong == "");

  Visitor on_product(all.program);
  on_product.cookies = all.staff.cookies;
  CHECK(on_product.get(all.ours.path("")).header("Location").starts_with("/login"));
}
