// The console's pages as people of each role see them: the real routes, templates and database,
// without a browser. With FREEHOLD_PAGES=<folder> every page that is visited is also written there.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "access/console.hpp"
#include "core/async.hpp"
#include "core/embedded.hpp"
#include "core/json.hpp"
#include "documents/documents.hpp"
#include "html/assets.hpp"
#include "metering/metering.hpp"
#include "metering/pages.hpp"
#include "tests/support/world.hpp"

using namespace freehold;
using tenancy::Role;

namespace {

constexpr std::string_view plans = R"(
[[plans]]
key = "free"
name = "Free"
tagline = "Free."
default = true
limits = { "documents.documents" = 3 }
meters = { "documents.api_calls" = 100 }

[[plans]]
key = "pro"
name = "Pro"
tagline = "Pro."
features = ["documents.export"]
limits = { "documents.documents" = 1000 }
meters = { "documents.api_calls" = 10000 }
prices = [{ amount = 4900, currency = "usd", interval = "month" }]
)";

std::vector<Grant> all_grants() {
  auto all = access::module().permissions;
  for (const Grant& grant : documents::module().permissions) all.push_back(grant);
  return all;
}

UserId user_number(int n) {
  UserId id;
  id.uuid.bytes[15] = std::uint8_t(n);
  return id;
}

TenantId acme() {
  TenantId id;
  id.uuid.bytes[15] = 1;
  return id;
}

entitlements::Standing on(std::string plan, entitlements::Access access) {
  entitlements::Standing standing;
  standing.plan = std::move(plan);
  standing.access = access;
  standing.then_plan = "free";
  standing.usage_anchor = *parse_rfc3339("2026-11-10T12:00:00Z");
  return standing;
}

Task<> found(db::Database& database) {
  const Actor owner = ActorMint::user(acme(), user_number(1), "owner", {}, {});
  db::ControlTx tx = database.control_of_new_tenant(owner);
  co_await tenancy::create_tenant(tx, {acme(), "acme", "Acme Boats", user_number(1)});
  co_await tenancy::add_member(tx, user_number(2), Role::admin);
  co_await tenancy::add_member(tx, user_number(3), Role::member);
  co_await tenancy::add_member(tx, user_number(4), Role::viewer);
  co_await entitlements::set_standing(tx, on("free", entitlements::Access::full));
  co_await tx.commit();
}

Task<> stand(db::Database& database, entitlements::Standing standing) {
  const Actor actor = ActorMint::job(acme(), "test");
  db::ControlTx tx = database.control(actor);
  co_await entitlements::set_standing(tx, std::move(standing));
  co_await tx.commit();
}

Task<> use_calls(db::Database& database, entitlements::Gates& gates, std::int64_t n,
                 std::string key) {
  const Actor actor = ActorMint::job(acme(), "test");
  const auto snapshot = co_await gates.snapshot(actor);
  co_await metering::consume(database, actor, *snapshot, documents::api_calls, n, std::move(key));
}

Task<> answer(http::Router& router, http::Request& req, db::Database& database,
              http::Response& into) {
  const auto match = router.match(req);
  if (match.route == nullptr) throw Problem::not_found("page");
  if (match.route->access.permission && !req.actor().can(*match.route->access.permission))
    throw Problem::forbidden("no permission");
  into = co_await match.route->run(req, &database);
}

std::string encoded(const std::vector<std::pair<std::string, std::string>>& fields) {
  std::string body;
  for (const auto& [name, value] : fields) {
    body += (body.empty() ? "" : "&") + name + '=';
    for (const unsigned char c : value) body += fmt::format("%{:02x}", c);
  }
  return body;
}

std::string between(std::string_view text, std::string_view before, std::string_view after) {
  const auto from = text.find(before);
  if (from == std::string_view::npos) return {};
  text.remove_prefix(from + before.size());
  return std::string(text.substr(0, text.find(after)));
}

Task<html::Frame> frame(const http::Request& req) {
  html::Frame frame;
  frame.layout = "console";
  frame.brand = {"Freehold", "/"};
  frame.csrf_token = "token";
  frame.idempotency_key = "key";
  const auto item = [&](std::string label, std::string_view path, std::string icon) {
    const std::string url = "/t/acme" + std::string(path);
    frame.nav.push_back({.label = std::move(label),
                         .url = url,
                         .icon = std::move(icon),
                         .current = req.path.starts_with(url)});
  };
  item("Documents", "/documents", "file_text");
  item("Team", "/team", "users");
  item("Usage", "/usage", "gauge");
  item("API keys", "/developers/keys", "key");
  item("Audit log", "/audit", "scroll");
  item("Settings", "/settings", "settings");
  frame.workspace = html::Workspace{"Acme Boats", "AB", "Free plan"};
  frame.user = html::User{"Maya Okafor", "MO", "maya@example.com"};
  frame.menu_url = "/t/acme/menu";
  frame.logout_url = "/logout";
  frame.theme_url = "/theme";
  frame.return_to = req.path;
  co_return frame;
}

void write(const std::filesystem::path& path, std::string_view text) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

Task<std::optional<std::chrono::seconds>> never_too_many(std::string, identity::RateClass) {
  co_return std::nullopt;
}

struct Site {
  test::World world{{"db", "http", "events", "audit", "tenancy", "identity", "access",
                     "entitlements", "metering", "documents"}};
  const access::Roles roles{all_grants()};
  const catalog::Catalog catalog =
      catalog::Catalog::parse(plans, catalog::declared_by({documents::module()}));
  const html::Views views{html::Source{embedded::templates(), embedded::assets(), ""},
                          html::Missing::error};
  entitlements::Gates gates{world.runtime(), world.database(), nullptr, world.clocks(), catalog};
  access::Console console{.database = world.database(),
                          .roles = roles,
                          .views = views,
                          .frame = [](http::Request& req) { return frame(req); },
                          .base_url = "http://127.0.0.1:8080",
                          .throttle = never_too_many};
  documents::Documents product{
      .database = world.database(),
      .catalog = catalog,
      .gates = gates,
      .views = views,
      .frame = [](http::Request& req) { return frame(req); },
      .upgrade_url = [](const http::Request&) { return std::string("/t/acme/billing/plans"); },
      .who_can =
          [this](const Actor& actor, const Permission& permission) {
            return access::who_can(console, actor, permission);
          }};
  metering::Pages usage{.database = world.database(),
                        .gates = gates,
                        .catalog = catalog,
                        .views = views,
                        .frame = [](http::Request& req) { return frame(req); },
                        .gauges = {{documents::document_limit, [this](const Actor& actor) {
                                      return documents::count_live(world.database(), actor);
                                    }}}};
  http::Router router;

  Site() {
    access::routes(router, console);
    documents::routes(router, product);
    metering::routes(router, usage);
    world.run([](db::Database& database) { return found(database); });
    world.rows(
        "with made as (insert into identity.account (user_id, email, name, created_at) values "
        "('00000000-0000-0000-0000-000000000001', 'maya@example.com', 'Maya Okafor', now()), "
        "('00000000-0000-0000-0000-000000000002', 'jonas@example.com', 'Jonas Silva', now()), "
        "('00000000-0000-0000-0000-000000000003', 'ada@example.com', 'Ada Lindqvist', now()) "
        "returning 1) select count(*) from made");
  }

  // As user 1 to 4: an owner, an admin, a member, a viewer.
  http::Response send(int user, http::Request& req) {
    static constexpr Role ranks[] = {Role::owner, Role::admin, Role::member, Role::viewer};
    const Role role = ranks[user - 1];
    world.business().advance(seconds(1));
    req.tenant_slug = "acme";
    req.session_ = http::Session{{}, user_number(user), "token"};
    req.actor_ = ActorMint::user(acme(), user_number(user), std::string(name_of(role)),
                                 roles.of(role), {"req_1", "203.0.113.7", "Firefox"});
    http::Response response;
    world.run([&](db::Database& database) { return answer(router, req, database, response); });
    return response;
  }
  http::Response get(int user, const std::string& path, const std::string& name = "") {
    http::Request req;
    req.method = http::Method::get;
    req.set_target(path);
    return kept(send(user, req), name);
  }
  http::Response post(int user, const std::string& path,
                      const std::vector<std::pair<std::string, std::string>>& fields = {},
                      const std::string& name = "") {
    http::Request req;
    req.method = http::Method::post;
    req.set_target(path);
    req.add_header("Content-Type", "application/x-www-form-urlencoded");
    req.body = encoded(fields);
    return kept(send(user, req), name);
  }
  http::Response kept(http::Response response, const std::string& name) {
    const char* folder = std::getenv("FREEHOLD_PAGES");
    if (folder == nullptr || name.empty()) return response;
    write(std::filesystem::path(folder) / (name + ".html"), response.body);
    for (const EmbeddedFile& file : embedded::assets())
      write(folder + views.assets().url(file.path), file.body);
    return response;
  }
  void set(const std::string& plan, entitlements::Access access = entitlements::Access::full) {
    world.run([&](db::Database& database) { return stand(database, on(plan, access)); });
    world.machine().advance(seconds(3));
  }
  void call(std::int64_t n, const std::string& key) {
    world.run([&](db::Database& database) { return use_calls(database, gates, n, key); });
  }
};

// "303 /t/acme/team", "422 Settings: The workspace name is missing", "200 Team"
std::string seen(const http::Response& response) {
  const std::string_view location = response.header("Location");
  if (!location.empty()) return fmt::format("{} {}", response.status, location);
  std::string text = fmt::format("{} {}", response.status, between(response.body, "<h1>", "</h1>"));
  std::string_view rest = response.body;
  const auto summary = rest.find("error-summary");
  if (summary == std::string_view::npos) return text;
  const std::string list = between(rest.substr(summary), "<ul>", "</ul>");
  std::string_view separator = ": ";
  for (std::string_view item = list; item.find("<li>") != item.npos;) {
    item.remove_prefix(item.find("<li>") + 4);
    std::string error(item.substr(0, item.find("</li>")));
    if (error.starts_with("<a")) error = between(error, ">", "</a>");
    text.append(separator).append(error);
    separator = "; ";
  }
  return text;
}

std::string code_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const Problem& problem) {
    return problem.code;
  }
  return "none";
}

bool has(const http::Response& response, std::string_view text) {
  return response.body.find(text) != std::string::npos;
}

}  // namespace

TEST_CASE_FIXTURE(Site, "documents are written, found, changed, deleted and brought back") {
  CHECK(has(get(3, "/t/acme/documents", "documents-empty"), "No documents yet"));
  CHECK(seen(get(3, "/t/acme/documents/new", "documents-new")) == "200 New document");
  const auto wrong =
      post(3, "/t/acme/documents", {{"title", ""}, {"body", "Kept <text>"}}, "documents-wrong");
  CHECK(seen(wrong) == "422 New document: Enter a title.");
  CHECK(has(wrong, "Kept &lt;text&gt;"));

  const auto made = post(3, "/t/acme/documents",
                         {{"title", "Sailing plans"},
                          {"body", "To Malm\xc3\xb6.\r\nIn May."},
                          {"tags", "Boats, trip,,"}});
  const std::string url =
      std::string(made.header("Location")).substr(0, made.header("Location").find('?'));
  CHECK(made.status == 303);
  const auto shown = get(3, url + "?saved=1", "documents-show");
  CHECK(seen(shown) == "200 Sailing plans");
  CHECK(has(shown, "To Malm\xc3\xb6.\nIn May."));
  CHECK(has(get(3, "/t/acme/documents?q=sail&tag=boats", "documents-found"), "Sailing plans"));
  CHECK(has(get(3, "/t/acme/documents?q=fish", "documents-none"), "No documents match"));

  CHECK(seen(post(3, url, {{"title", "Sailing"}, {"body", ""}, {"tags", ""}})) ==
        "303 " + url + "?saved=1");
  const auto gone = post(3, url + "/deletion");
  CHECK(gone.status == 303);
  const auto list = get(3, std::string(gone.header("Location")), "documents-deleted");
  CHECK(has(list, "“Sailing” is deleted"));
  CHECK(seen(post(3, url + "/restoration")) == "303 " + url + "?restored=1");
  CHECK(!has(get(3, std::string(gone.header("Location"))), "is deleted"));
}

TEST_CASE_FIXTURE(Site, "who may not write sees why and who can help, and is refused") {
  const auto list = get(4, "/t/acme/documents", "documents-viewer");
  CHECK(has(list, "Maya Okafor or Jonas Silva can change your role."));
  CHECK(has(list, "disabled"));
  CHECK(code_of([&] { post(4, "/t/acme/documents", {{"title", "No"}}); }) == "forbidden");
  CHECK(code_of([&] { get(4, "/t/acme/documents/new"); }) == "forbidden");
}

TEST_CASE_FIXTURE(Site, "at the limit the text is kept and the way out is named") {
  for (const char* title : {"One", "Two", "Three"})
    post(3, "/t/acme/documents", {{"title", title}});
  const auto list = get(3, "/t/acme/documents", "documents-full");
  CHECK(has(list, "3 of 3 documents"));
  CHECK(has(list, "No room for another document"));
  const auto refused =
      post(3, "/t/acme/documents", {{"title", "Four"}, {"body", "My words"}}, "documents-refused");
  CHECK(seen(refused) == "402 New document");
  CHECK(has(refused, "My words"));
  CHECK(has(refused, "$49.00 a month"));
  CHECK(has(refused, "/t/acme/billing/plans"));
}

TEST_CASE_FIXTURE(Site, "the export is prompted for on one plan and given on another") {
  post(3, "/t/acme/documents", {{"title", "One"}});
  CHECK(has(get(4, "/t/acme/documents/export", "export-gated"), "Export is not in this plan"));
  CHECK(get(4, "/t/acme/documents/export").status == 402);
  set("pro");
  CHECK(seen(get(4, "/t/acme/documents/export", "export")) == "200 Export");
  const auto file = get(4, "/t/acme/documents/export/file");
  CHECK(json::parse(file.body).at("title") == "One");
}

TEST_CASE_FIXTURE(Site, "an unpaid workspace reads, and says why it does not write") {
  set("pro", entitlements::Access::limited);
  CHECK(has(get(1, "/t/acme/documents"), "read-only for now. Its billing page says why"));
}

TEST_CASE_FIXTURE(Site, "the team page shows each person and lets those who may change roles") {
  const auto owner = get(1, "/t/acme/team", "team");
  CHECK(has(owner, "Ada Lindqvist"));
  CHECK(has(owner, "Former member"));
  CHECK(has(owner, "The only owner: make somebody else an owner first"));
  CHECK(has(get(2, "/t/acme/team", "team-admin"), "Only owners can change an owner"));
  const auto member = get(3, "/t/acme/team", "team-member");
  CHECK(has(member, "Maya Okafor or Jonas Silva can help."));
  CHECK(!has(member, "name=\"role\""));

  const std::string of_ada = "/t/acme/team/" + between(owner.body.substr(owner.body.find("ada@")),
                                                       "action=\"/t/acme/team/", "/role");
  CHECK(seen(post(1, of_ada + "/role", {{"role", "viewer"}})) == "303 /t/acme/team?changed=1");
  CHECK(code_of([&] { post(2, of_ada + "/role", {{"role", "owner"}}); }) == "forbidden");
  CHECK(code_of([&] { post(1, of_ada + "/role", {{"role", "king"}}); }) == "invalid_input");
  CHECK(has(get(1, of_ada + "/removal", "team-removal"), "Remove Ada Lindqvist"));
  CHECK(seen(post(2, of_ada + "/removal")) == "303 /t/acme/team?removed=1");
  CHECK(code_of([&] { post(1, "/t/acme/team/leave"); }) == "last_owner");
  CHECK(has(get(4, "/t/acme/team/leave", "team-leave"), "Leave “Acme Boats”?"));
  CHECK(seen(post(4, "/t/acme/team/leave")) == "303 /select");
  CHECK(world.rows("select count(*) from tenancy.membership") == "2\n");
}

TEST_CASE_FIXTURE(Site, "invitations are sent, sent again and withdrawn, with every mistake said") {
  CHECK(has(get(1, "/t/acme/team/invitations", "invitations-empty"), "No open invitations"));
  CHECK(seen(post(1, "/t/acme/team/invitations", {{"email", "nobody"}}, "invitations-wrong")) ==
        "422 Team: Enter an email address, like name@example.com.; Choose a role.");
  CHECK(seen(post(1, "/t/acme/team/invitations",
                  {{"email", "Ada@example.com"}, {"role", "member"}})) ==
        "422 Team: This person belongs to the workspace already.");
  const std::vector<std::pair<std::string, std::string>> priya{{"email", "priya@example.com"},
                                                               {"role", "member"}};
  CHECK(seen(post(1, "/t/acme/team/invitations", priya)) == "303 /t/acme/team/invitations?sent=1");
  CHECK(seen(post(1, "/t/acme/team/invitations", priya)) ==
        "422 Team: This address is invited already. Send the mail again instead.");
  const auto list = get(1, "/t/acme/team/invitations?sent=1", "invitations");
  CHECK(has(list, "invited by Maya Okafor"));
  const std::string url =
      "/t/acme/team/invitations/" + between(list.body, "/t/acme/team/invitations/", "/resend");
  CHECK(seen(post(1, url + "/resend")) == "303 /t/acme/team/invitations?sent=1");
  CHECK(seen(post(1, url + "/revocation")) == "303 /t/acme/team/invitations?revoked=1");
  CHECK(code_of([&] { post(1, url + "/resend"); }) == "already_revoked");
  CHECK(code_of([&] {
          post(2, "/t/acme/team/invitations", {{"email", "x@example.com"}, {"role", "owner"}});
        }) == "forbidden");
}

TEST_CASE_FIXTURE(Site, "the secret of a key is shown once") {
  CHECK(has(get(1, "/t/acme/developers/keys", "keys-empty"), "No keys yet"));
  CHECK(seen(post(1, "/t/acme/developers/keys", {{"name", ""}, {"role", "owner"}}, "keys-wrong")) ==
        "422 API keys: Enter a name that says what the key is for.; "
        "Choose viewer, member or admin.; Choose how long the key works.");
  const auto made = post(1, "/t/acme/developers/keys",
                         {{"name", "Import"}, {"role", "member"}, {"expiry", "30"}}, "key-created");
  CHECK(seen(made) == "200 Your new key");
  CHECK(made.shown_once);
  const std::string secret = between(made.body, "<code>", "</code>");
  CHECK(secret.starts_with("fh_ak_live_"));
  CHECK(has(made, "Authorization: Bearer " + secret));
  const auto list = get(1, "/t/acme/developers/keys", "keys");
  CHECK(!has(list, secret));
  CHECK(has(list, "22 Dec 2026"));
  const std::string url =
      "/t/acme/developers/keys/" + between(list.body, "href=\"/t/acme/developers/keys/", "\"");
  CHECK(has(get(1, url, "key-revocation"), "Revoke the key “Import”?"));
  CHECK(seen(post(1, url)) == "303 /t/acme/developers/keys?revoked=1");
  CHECK(has(get(1, "/t/acme/developers/keys"), "Revoked"));
  CHECK(code_of([&] { get(3, "/t/acme/developers/keys"); }) == "forbidden");
}

TEST_CASE_FIXTURE(Site, "the audit log says who did what, and its filters are in the address") {
  post(1, "/t/acme/settings", {{"name", "Acme Yachts"}});
  post(3, "/t/acme/documents", {{"title", "Plans"}});
  const auto all = get(1, "/t/acme/audit", "audit");
  CHECK(has(all, "<del>Acme Boats</del>"));
  CHECK(has(all, "<ins>Acme Yachts</ins>"));
  CHECK(has(all, "Ada Lindqvist"));
  const auto one =
      get(1, "/t/acme/audit?action=document.&from=2026-11-22&until=2026-11-22", "audit-filtered");
  CHECK(has(one, "Document created"));
  CHECK(!has(one, "Workspace renamed"));
  CHECK(has(get(1, "/t/acme/audit?until=2026-11-21", "audit-none"), "No events match"));
  CHECK(code_of([&] { get(3, "/t/acme/audit"); }) == "forbidden");
}

TEST_CASE_FIXTURE(Site, "settings rename the workspace for those who may") {
  CHECK(seen(get(1, "/t/acme/settings", "settings")) == "200 Settings");
  CHECK(seen(post(1, "/t/acme/settings", {{"name", " "}}, "settings-wrong")) ==
        "422 Settings: The workspace name is missing");
  CHECK(seen(post(1, "/t/acme/settings", {{"name", "Yachts"}})) == "303 /t/acme/settings?saved=1");
  CHECK(has(get(3, "/t/acme/settings", "settings-member"), "Maya Okafor or Jonas Silva can help."));
}

TEST_CASE_FIXTURE(Site,
                  "the usage page shows what is used, what is left and what happens at the limit") {
  post(3, "/t/acme/documents", {{"title", "Plans"}});
  call(20, "yesterday");
  world.business().advance(days(1));
  call(60, "today");
  const auto some = get(4, "/t/acme/usage", "usage");
  CHECK(has(some, "80 of 100, 80 percent"));
  CHECK(has(some, "20 left. The count starts anew on 10 Dec 2026."));
  CHECK(has(some, "1 of 3, 33 percent"));
  call(20, "the rest");
  const auto full = get(4, "/t/acme/usage", "usage-full");
  CHECK(has(full, "New calls are refused with 402 until 10 Dec 2026"));
}

TEST_CASE_FIXTURE(Site,
                  "the API answers with the workspace, its members, its audit and its usage") {
  const auto workspace = json::parse(get(1, "/api/v1/workspace").body).as_object();
  CHECK(workspace.at("slug") == "acme");
  const auto first = json::parse(get(1, "/api/v1/members?limit=3").body).as_object();
  CHECK(first.at("has_more") == true);
  CHECK(first.at("data").at(0).at("name") == "Maya Okafor");
  const std::string last{first.at("data").at(2).at("id").as_string()};
  const auto rest = json::parse(get(1, "/api/v1/members?starting_after=" + last).body).as_object();
  CHECK(rest.at("data").as_array().size() == 1);
  CHECK(rest.at("has_more") == false);
  const auto audit = json::parse(get(1, "/api/v1/audit_events?action=tenant.created").body);
  CHECK(audit.at("data").at(0).at("target_name") == "Acme Boats");
  const auto usage_now = json::parse(get(1, "/api/v1/usage").body);
  CHECK(usage_now.at("limits").at(0).at("allowance") == 3);
  CHECK(usage_now.at("meters").at(0).at("limit") == 100);
}
