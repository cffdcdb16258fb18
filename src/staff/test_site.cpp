#include "staff/test_site.hpp"

#include <doctest/doctest.h>

#include "billing/billing.hpp"
#include "core/json.hpp"
#include "tenancy/tenancy.hpp"

namespace freehold::staff {
namespace {

constexpr std::string_view panel_url = "http://localhost:8081";
constexpr std::string_view customer_url = "http://localhost:8080";

std::vector<Grant> grants() {
  auto all = access::module().permissions;
  for (const Grant& grant : billing::module().permissions) all.push_back(grant);
  return all;
}

html::Frame frame(const http::Request& request) {
  html::Frame frame;
  frame.layout = "public";
  frame.brand = {"Freehold", "/"};
  frame.csrf_token = request.csrf_token();
  frame.idempotency_key = "key";
  frame.theme_url = "/theme";
  frame.return_to = request.path;
  return frame;
}

Task<std::optional<std::chrono::seconds>> count(std::map<std::string, int>& attempts,
                                                std::string key, identity::RateClass rate) {
  const int made = ++attempts[std::string(rate.name) + " " + key];
  if (made <= rate.burst) co_return std::nullopt;
  co_return std::chrono::seconds(90);
}

// What the customers' listener does: no log-in is no page.
Task<std::optional<http::Response>> admit(identity::Sessions& sessions, http::Request& request,
                                          const http::Route& route) {
  const std::string cookie(request.cookie(identity::Sessions::cookie));
  const auto live = co_await sessions.find(cookie);
  if (live) request.session_ = http::Session{live->id, live->user_id, live->csrf_token};
  if (route.access.kind == http::Access::Kind::anyone || live) co_return std::nullopt;
  co_return http::see_other("/login");
}

std::unique_ptr<http::Edge> edge_of(test::World& world, const http::Router& router,
                                    std::string_view base_url, http::Hooks hooks) {
  hooks.log = [](std::string_view) {};
  http::Site site;
  site.base_url = std::string(base_url);
  site.key = Secret("form tokens");
  return std::make_unique<http::Edge>(
      http::EdgeParts{world.runtime(), router, &world.database(), world.clocks()}, std::move(site),
      std::move(hooks));
}

Task<> make_account(Staff& staff, std::string email, std::string& password) {
  password = co_await staff::create(staff, std::move(email));
}

Task<> open_customer_session(Site& site, std::string& secret) {
  db::IdentityTx tx = site.world.database().identity();
  auto opened = co_await site.sessions.open(tx, *site.money.owner.user(), "203.0.113.7", "Firefox");
  co_await tx.commit();
  secret = std::move(opened.secret);
}

Task<> make_workspace(Site& site, Actor owner, std::string slug, std::string name) {
  db::ControlTx tx = site.world.database().control_of_new_tenant(owner);
  const tenancy::NewTenant draft{owner.tenant(), std::move(slug), std::move(name), *owner.user()};
  co_await tenancy::create_tenant(tx, draft);
  co_await billing::start(tx, site.money.catalog);
  co_await tx.commit();
}

Task<> ask_gates(Site& site, std::string& answer) {
  const auto snapshot = co_await site.staff.gates.snapshot(site.money.owner);
  answer = snapshot->plan + " " + std::string(name_of(snapshot->access));
  if (snapshot->is_enabled(Feature{"documents.export"})) answer += " export";
}

}  // namespace

Site::Site()
    : money({"db", "http", "events", "brand", "audit", "tenancy", "identity", "access",
             "entitlements", "metering", "billing", "staff"}),
      world(money.world),
      passwords(world.runtime(), {Secret("the key"), Secret("an older key")}),
      links({Secret("the only key")}),
      sessions(world.runtime(), world.database(), money.billing.clocks, {}),
      roles(grants()),
      identity{.database = world.database(),
               .clocks = money.billing.clocks,
               .config = {},
               .passwords = passwords,
               .links = links,
               .sessions = sessions,
               .views = money.views,
               .throttle =
                   [this](std::string key, identity::RateClass rate) {
                     return count(attempts, std::move(key), rate);
                   },
               .frame = frame,
               .offer = [](const identity::Wish&) { return identity::Offer{"Free.", {}}; }},
      brand(world.runtime(), world.database(),
            {.name = "Freehold", .mail_from = "Freehold <hello@example.com>"}),
      staff{.database = world.database(),
            .clocks = money.billing.clocks,
            .passwords = passwords,
            .views = money.views,
            .catalog = money.catalog,
            .gates = money.gates,
            .roles = roles,
            .brand = brand,
            .billing = money.billing,
            .throttle =
                [this](std::string key, identity::RateClass rate) {
                  return count(attempts, std::move(key), rate);
                },
            .frame = frame},
      panel_edge([this] {
        routes(panel_router, staff);
        http::Hooks hooks;
        hooks.guard = [this](http::Request& request, const http::Route& route) {
          return guard(staff, request, route);
        };
        return edge_of(world, panel_router, panel_url, std::move(hooks));
      }()),
      customer_edge([this] {
        identity::routes(customer_router, identity);
        http::Hooks hooks;
        hooks.guard = [this](http::Request& request, const http::Route& route) {
          return admit(sessions, request, route);
        };
        return edge_of(world, customer_router, customer_url, std::move(hooks));
      }()),
      panel(world, *panel_edge, std::string(panel_url)),
      customer(world, *customer_edge, std::string(customer_url)) {}

void Site::enter() {
  world.rows(
      fmt::format("insert into identity.account (user_id, email, name, created_at) "
                  "values ('{}', 'ada@example.com', 'Ada Lovelace', now()) returning user_id",
                  to_string(money.owner.user()->uuid)));
  money.sign_up();
  settle();
  gates();
  const std::string password = create("sam@example.com");
  REQUIRE(seen(log_in(panel, "sam@example.com", password)) == "303 /tenants");
  world.run(
      [&](db::Database&) { return open_customer_session(*this, customer.cookies["fh_sid"]); });
  REQUIRE(customer.get("/account").status == 200);
}

std::string Site::create(const std::string& email) {
  std::string password;
  world.run([&](db::Database&) { return make_account(staff, email, password); });
  return password;
}

http::Response Site::log_in(test::Browser& browser, const std::string& email,
                            const std::string& password) {
  browser.get("/login");
  return browser.post("/login", {{"email", email}, {"password", password}, {"next", "/tenants"}});
}

test::Browser Site::panel_browser() {
  return {world, *panel_edge, std::string(panel_url)};
}

TenantId Site::workspace(const std::string& slug, const std::string& name) {
  const auto tenant = TenantId::make(world.machine().now());
  const Actor owner = ActorMint::user(tenant, *money.owner.user(), "owner", {}, {});
  world.run([&](db::Database&) { return make_workspace(*this, owner, slug, name); });
  settle();
  return tenant;
}

void Site::settle() {
  money.settle();
  events::Worker worker(world.runtime(), 0, world.database(), money.billing.clocks, work(staff),
                        {});
  world.run([&](db::Database&) { return worker.settle(); });
}

void Site::advance(Duration by) {
  money.advance(by);
  settle();
}

std::string Site::path(const std::string& tab) {
  return "/tenants/" + to_string(money.tenant) + tab;
}

std::string Site::page(const std::string& path) {
  const auto response = panel.get(path);
  CHECK_MESSAGE(response.status == 200, path);
  CHECK_MESSAGE(test::mistakes_in(response.body) == "", path);
  return test::words_of(response.body);
}

std::string Site::line() {
  const auto response = panel.get("/tenants?q=acme");
  const std::string row = test::between(response.body, "<tbody>", "</tbody>");
  return test::words_of(row);
}

std::string Site::head() {
  const auto response = panel.get(path());
  return test::words_of(test::between(response.body, "class=\"page-actions\">", "</div>"));
}

std::string Site::gates() {
  // As the poll does by itself. What it learns is posted to the threads, so the second one runs
  // when the first has arrived.
  world.run([this](db::Database&) { return staff.gates.poll(); });
  world.run([this](db::Database&) { return staff.gates.poll(); });
  std::string answer;
  world.run([&](db::Database&) { return ask_gates(*this, answer); });
  return answer;
}

std::string Site::rollups() {
  return world.rows(
      "select name, slug, plan, source, access, status, "
      "coalesce(to_char(access_until at time zone 'utc', 'YYYY-MM-DD'), '-'), mrr, members "
      "from staff.tenant_rollup order by slug");
}

std::string seen(const http::Response& response) {
  const std::string_view location = response.header("Location");
  if (!location.empty()) return fmt::format("{} {}", response.status, location);
  const auto at = response.body.find("data-error-summary");
  if (at == std::string::npos) return std::to_string(response.status);
  const std::string list =
      test::between(std::string_view(response.body).substr(at), "<ul>", "</ul>");
  return fmt::format("{} {}", response.status, test::words_of(list));
}

}  // namespace freehold::staff
