#include "tests/program/workspace.hpp"

#include <doctest/doctest.h>

#include "app/parts.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "tests/program/rows.hpp"

namespace freehold::program {
namespace {

Task<> push_prices(app::Node::Parts& parts) {
  co_await billing::sync_plans(parts.database, parts.stripe, parts.catalog, false);
}

Task<> make_staff(app::Node::Parts& parts, std::string email, std::string& made) {
  made = co_await staff::create(parts.staff, std::move(email));
}

// "303 /t/acme": what came of a form.
void require_redirect(const http::Response& response, std::string_view to) {
  REQUIRE_MESSAGE(response.status == 303, response.body.substr(0, 2000));
  const std::string location(response.header("Location"));
  REQUIRE_MESSAGE(location.contains(to), location);
}

std::string make_key(Workspace& workspace) {
  Visitor& owner = workspace.owner;
  owner.get(workspace.path("/developers/keys"));
  const auto page = owner.post(workspace.path("/developers/keys"),
                               {{"name", "Tests"}, {"role", "admin"}, {"expiry", "90"}});
  const std::string rest = between(page.body, "fh_ak_live_", "\"");
  const std::string key = "fh_ak_live_" + rest.substr(0, rest.find_first_of("<& \n"));
  REQUIRE_MESSAGE(key.size() > 60, page.body.substr(0, 4000));
  return key;
}

}  // namespace

std::string standing(const Workspace& workspace) {
  return rows(
      workspace.database,
      fmt::format("select plan, access, source from entitlements.standing where tenant_id = "
                  "'{}'",
                  workspace.tenant));
}

void set_override(const Workspace& workspace, Visitor& staff, const std::string& subject,
                  const std::string& to) {
  const std::string tenant = "/tenants/" + to_string(workspace.id());
  staff.get(tenant + "/entitlements");
  require_redirect(
      staff.post(tenant + "/overrides",
                 {{"subject", subject}, {"value", to}, {"reason", "agreed with their owner"}}),
      "set=1");
}

void override_limit(const Workspace& workspace, Visitor& staff, const std::string& key,
                    const std::string& limit) {
  set_override(workspace, staff, "limit " + key, limit);
  workspace.program.machine().advance(seconds(5));  // no snapshot is older
}

void sync_prices(Program& program) {
  program.run([&] { return push_prices(program.parts()); });
}

std::string order(Workspace& workspace, const std::string& plan) {
  Visitor& owner = workspace.owner;
  owner.get(workspace.path("/billing/change?interval=month&plan=" + plan));
  const auto to_checkout =
      owner.post(workspace.path("/billing/change"), {{"plan", plan}, {"interval", "month"}});
  require_redirect(to_checkout, "http");
  return std::string(to_checkout.header("Location"));
}

void buy(Workspace& workspace, Stripe& stripe) {
  stripe.pay(order(workspace, "pro"));
  workspace.program.settle_until([&] { return standing(workspace) == "pro full subscription\n"; });
}

namespace {

void write_documents(Workspace& workspace, const std::string& word) {
  using http::Method;
  std::string id;
  for (const char* title : {"First", "Second", "Gone"}) {
    const std::string draft =
        fmt::format(R"({{"title": "{} {}", "tags": ["{}"]}})", title, word, word);
    http::Request request = workspace.call(Method::post, "/api/v1/documents", draft);
    request.add_header("Idempotency-Key", fmt::format("{}-{}", word, title));
    const auto made = workspace.program.ask(std::move(request));
    REQUIRE_MESSAGE(made.status == 201, made.body);
    id = std::string(json::parse(made.body).at("id").as_string());
  }
  REQUIRE(workspace.api(Method::del, "/api/v1/documents/" + id).status == 204);
}

// One call below the limit, however many that are, it is the warning that stands on the page.
void dismiss_warning(Workspace& workspace, Visitor& staff) {
  const std::string used =
      value(workspace.database, fmt::format("select used + 1 from metering.counter"
                                            " where tenant_id = '{}'"
                                            " order by period_start desc limit 1",
                                            workspace.tenant));
  override_limit(workspace, staff, "documents.api_calls", used);
  workspace.owner.get(workspace.path("/usage"));
  workspace.owner.post(workspace.path("/usage/warning/dismissal"),
                       {{"meter", "documents.api_calls"}, {"return_to", workspace.path("/usage")}});
}

// The fifth call of six is beyond 80 %. How many were made before depends on when the
// subscription's month began, which the webhooks say in their own time.
void come_near_the_limit(Workspace& workspace, Visitor& staff) {
  override_limit(workspace, staff, "documents.api_calls", "6");
  const std::string warnings = fmt::format(
      "select count(*) from metering.threshold where tenant_id = '{}'", workspace.tenant);
  for (int i = 0; i < 6 && value(workspace.database, warnings) == "0"; ++i)
    workspace.api(http::Method::get, "/api/v1/documents");
  REQUIRE(value(workspace.database, warnings) != "0");
  dismiss_warning(workspace, staff);
  override_limit(workspace, staff, "documents.api_calls", "unlimited");
}

}  // namespace

http::Request Workspace::call(http::Method method, const std::string& path,
                              const std::string& json) const {
  http::Request request;
  request.method = method;
  request.set_target(path);
  request.ip = "203.0.113.8";
  request.host = "localhost:8080";
  request.add_header("Authorization", "Bearer " + api_key);
  if (!json.empty()) request.add_header("Content-Type", "application/json");
  request.body = json;
  return request;
}

http::Response Workspace::api(http::Method method, const std::string& path,
                              const std::string& json) {
  return program.ask(call(method, path, json));
}

std::string mailed_path(const std::string& database, const std::string& email) {
  const std::string text = value(
      database, fmt::format("select body_text from notify.mail where recipient = '{}' and sent_at "
                            "is not null order by created_at desc, id desc limit 1",
                            email));
  const std::string path = between(text, base_url, "\n");
  REQUIRE_MESSAGE(!path.empty(), text);
  return path.substr(0, path.find_first_of(" \r"));
}

Workspace sign_up(Program& program, const std::string& database, const std::string& email,
                  const std::string& name) {
  Workspace made{program, database, email, "", "", Visitor(program), ""};
  made.owner.get("/signup");
  require_redirect(
      made.owner.post("/signup", {{"email", email}, {"password", password}, {"workspace", name}}),
      "/signup/sent");
  program.settle();
  const std::string link = mailed_path(database, email);
  made.owner.get(link);
  const auto entered = made.owner.post(link);
  require_redirect(entered, "/start");
  made.slug = between(entered.header("Location"), "/t/", "/");
  made.tenant = value(
      database, fmt::format("select tenant_id from tenancy.tenant where slug = '{}'", made.slug));
  program.settle();
  made.api_key = make_key(made);
  return made;
}

Visitor join(Workspace& workspace, const std::string& email, const std::string& role) {
  workspace.owner.get(workspace.path("/team/invitations"));
  const auto invited =
      workspace.owner.post(workspace.path("/team/invitations"), {{"email", email}, {"role", role}});
  require_redirect(invited, "sent");
  workspace.program.settle();
  const std::string link = mailed_path(workspace.database, email);
  Visitor guest(workspace.program);
  guest.get(link);
  require_redirect(guest.post(link, {{"name", "Guest"}, {"password", password}}),
                   workspace.path(""));
  return guest;
}

void furnish(Workspace& workspace, Stripe& stripe, Visitor& staff, const std::string& word) {
  sync_prices(workspace.program);
  buy(workspace, stripe);
  write_documents(workspace, word);
  join(workspace, word + "@member.example", "member");
  Visitor& owner = workspace.owner;
  owner.get(workspace.path("/team/invitations"));
  owner.post(workspace.path("/team/invitations"),
             {{"email", word + "@asked.example"}, {"role", "viewer"}, {"idempotency_key", word}});
  owner.post(workspace.path("/start/dismissal"));
  come_near_the_limit(workspace, staff);
  workspace.program.settle();
}

Visitor staff_member(Program& program, const std::string& email) {
  std::string secret;
  program.run([&] { return make_staff(program.parts(), email, secret); });
  Visitor visitor(program, Listener::staff);
  visitor.get("/login");
  require_redirect(visitor.post("/login", {{"email", email}, {"password", secret}}), "/tenants");
  visitor.get("/tenants");
  return visitor;
}

}  // namespace freehold::program
