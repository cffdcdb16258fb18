#include "onboarding/test_site.hpp"

#include <doctest/doctest.h>

#include "core/embedded.hpp"

namespace freehold::onboarding {
namespace {

constexpr std::string_view base_url = "http://127.0.0.1:8080";

constexpr std::string_view plans = R"(
[[plans]]
key = "free"
name = "Free"
tagline = "Free."
default = true
meters = { "things.calls" = 100 }
)";

constexpr Meter calls{"things.calls"};

std::string between(std::string_view text, std::string_view before, std::string_view after) {
  const auto from = text.find(before);
  if (from == std::string_view::npos) return {};
  text.remove_prefix(from + before.size());
  return std::string(text.substr(0, text.find(after)));
}

std::string encoded(const FormFields& fields) {
  std::string body;
  for (const auto& [name, value] : fields) {
    body += (body.empty() ? "" : "&") + name + '=';
    for (const unsigned char c : value) body += fmt::format("%{:02x}", c);
  }
  return body;
}

std::string without_newline(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

Task<> start_billing(Site& site, db::ControlTx& tx) {
  if (site.billing_fails) throw std::runtime_error("billing fails");
  entitlements::Standing standing;
  standing.plan = "free";
  standing.then_plan = "free";
  standing.usage_anchor = tx.now();
  co_await entitlements::set_standing(tx, std::move(standing));
}

Task<std::optional<std::chrono::seconds>> never_too_many(std::string, identity::RateClass) {
  co_return std::nullopt;
}

html::Frame frame(const http::Request& req) {
  html::Frame frame;
  frame.brand = {"Freehold", "/"};
  frame.csrf_token = req.csrf_token();
  frame.idempotency_key = "key";
  frame.theme_url = "/theme";
  return frame;
}

Task<std::optional<http::Response>> admit(Site& site, http::Request& req,
                                          const http::Route& route) {
  const std::string cookie(req.cookie(identity::Sessions::cookie));
  const auto live = co_await site.sessions.find(cookie);
  if (live) req.session_ = http::Session{live->id, live->user_id, live->csrf_token};
  if (route.access.kind == http::Access::Kind::anyone) co_return std::nullopt;
  if (!req.session_) co_return http::see_other(identity::login_url(req.target));
  if (!req.path.starts_with("/t/")) co_return std::nullopt;
  req.tenant_slug = req.parameter("slug");
  Origin origin = req.origin();
  req.actor_ =
      co_await site.gatekeeper.person(req.tenant_slug, req.session_->user, std::move(origin));
  if (!req.actor_) throw Problem::not_found("workspace");
  if (route.access.permission && !req.actor_->can(*route.access.permission))
    throw Problem::forbidden("no");
  co_return std::nullopt;
}

std::vector<Step> steps() {
  return {{.key = "invite",
           .done_by = access::invitation_sent,
           .title = "Invite a colleague",
           .text = "By mail.",
           .action = "Invite somebody",
           .path = "/team",
           .permission = access::permissions::members_manage},
          {.key = "name",
           .done_by = tenancy::tenant_renamed,
           .title = "Name the workspace",
           .text = "As people call it.",
           .action = "Change the name",
           .path = "/settings",
           .permission = access::permissions::workspace_manage},
          {.key = "plan",
           .done_by = EventType{"subscription.started"},
           .title = "Choose a plan",
           .text = "All of them.",
           .action = "Compare plans",
           .path = "/billing/plans",
           .permission = access::permissions::workspace_manage,
           .for_wish = [](const identity::Wish& wish) {
             return WishedStep{"The one you wanted.", "Look at it",
                               "/billing/change?plan=" + wish.plan + "&interval=" + wish.interval};
           }}};
}

Task<> mailed_path(Site& site, std::string token, std::string& path) {
  auto tx = site.world.database().identity();
  const auto id = identity::TokenId::parse(token);
  const auto mail = co_await identity::signup_mail(tx, site.identity, id.value(), {});
  co_await tx.commit();
  if (mail) path = mail->path;
}

struct Invited {
  std::string email;
  tenancy::Role role;
  std::string token;
  access::InvitationId made = {};
};

Task<> use_units(Site& site, Actor by, std::int64_t units) {
  const auto snapshot = co_await site.gates.snapshot(by);
  std::string key = to_string(new_uuid(site.world.clocks().machine.now()));
  co_await metering::consume(site.world.database(), by, *snapshot, calls, units, std::move(key));
}

Task<> send_invitation(Site& site, Actor owner, Invited& invited) {
  db::ControlTx tx = site.world.database().control(owner);
  const auto invitation = co_await access::invite(tx, invited.email, invited.role);
  co_await access::set_invitation_token(tx, invitation.id, invited.token);
  co_await tx.commit();
  invited.made = invitation.id;
}

}  // namespace

Site::Site()
    : world({"db", "http", "events", "audit", "tenancy", "identity", "access", "entitlements",
             "metering", "onboarding"}),
      passwords(world.runtime(), {Secret("the only key")}),
      links({Secret("the only key")}),
      sessions(world.runtime(), world.database(), world.clocks(), {}),
      views({embedded::templates(), embedded::assets(), ""}, html::Missing::error),
      roles(access::module().permissions),
      catalog(catalog::Catalog::parse(
          plans, {.features = {}, .limits = {}, .meters = {{std::string(calls.key), "Calls"}}})),
      gates(world.runtime(), world.database(), nullptr, world.clocks(), catalog),
      gatekeeper(world.runtime(), world.database(), world.clocks(), roles),
      identity{
          .database = world.database(),
          .clocks = world.clocks(),
          .config = {},
          .passwords = passwords,
          .links = links,
          .sessions = sessions,
          .views = views,
          .throttle = never_too_many,
          .frame = frame,
          .offer = [](const identity::Wish& wish) { return identity::Offer{"Free.", {}, wish}; }},
      brand(world.runtime(), world.database(),
            {.name = "Freehold", .mail_from = "Freehold <hello@example.com>"}),
      onboarding{.database = world.database(),
                 .clocks = world.clocks(),
                 .identity = identity,
                 .roles = roles,
                 .gates = gates,
                 .catalog = catalog,
                 .views = views,
                 .steps = steps(),
                 .places = {},
                 .start_billing = [this](db::ControlTx& tx) { return start_billing(*this, tx); },
                 .csrf_token = [](const http::Request& req) { return req.csrf_token(); },
                 .brand = brand} {
  identity::routes(router, identity);
  routes(router, onboarding);
  http::Hooks hooks;
  hooks.guard = [this](http::Request& req, const http::Route& route) {
    return admit(*this, req, route);
  };
  hooks.log = [](std::string_view) {};
  http::Site site;
  site.base_url = std::string(base_url);
  site.key = Secret("form tokens");
  edge = std::make_unique<http::Edge>(
      http::EdgeParts{world.runtime(), router, &world.database(), world.clocks()}, std::move(site),
      std::move(hooks));
}

std::string Site::signup_link(const std::string& email) {
  const std::string id = without_newline(
      world.rows(fmt::format("select id from identity.one_time_token where subject = "
                             "(select id from identity.pending_signup where email = '{}')",
                             email)));
  std::string path;
  const std::string token = to_string(identity::TokenId{parse_uuid(id).value()});
  world.run([&](db::Database&) { return mailed_path(*this, token, path); });
  return path;
}

std::string Site::workspace(const std::string& email, const std::string& name) {
  Browser browser(*this);
  browser.get("/signup");
  browser.post("/signup", {{"email", email}, {"password", pale_password}, {"workspace", name}});
  const std::string link = signup_link(email);
  browser.get(link);
  const std::string to(browser.post(link).header("Location"));
  REQUIRE(to.ends_with("/start"));
  return between(to, "/t/", "/start");
}

UserId Site::user(const std::string& email) {
  const std::string id = without_newline(
      world.rows(fmt::format("select user_id from identity.account where email = '{}'", email)));
  return UserId{parse_uuid(id).value()};
}

Actor Site::actor(const std::string& slug, const std::string& email, tenancy::Role role) {
  const std::string id = without_newline(
      world.rows(fmt::format("select tenant_id from tenancy.tenant where slug = '{}'", slug)));
  return ActorMint::user(TenantId{parse_uuid(id).value()}, user(email), std::string(name_of(role)),
                         roles.of(role), {});
}

access::InvitationId Site::invite(const Actor& owner, const std::string& email, tenancy::Role role,
                                  const std::string& token) {
  Invited invited{email, role, token};
  world.run([&](db::Database&) { return send_invitation(*this, owner, invited); });
  return invited.made;
}

void Site::use(const Actor& by, std::int64_t units) {
  world.run([&](db::Database&) { return use_units(*this, by, units); });
}

void Site::settle() {
  events::Worker worker(world.runtime(), 0, world.database(), world.clocks(), work(onboarding), {});
  world.run([&](db::Database&) { return worker.settle(); });
}

Task<> Browser::send(http::Request req, http::Response& into) {
  req.ip = "203.0.113.7";
  req.host = "127.0.0.1:8080";
  std::string jar;
  for (const auto& [name, value] : cookies)
    jar += fmt::format("{}{}={}", jar.empty() ? "" : "; ", name, value);
  if (!jar.empty()) req.add_header("Cookie", jar);
  into = co_await site_.edge->answer(req);
  for (const auto& cookie : into.cookies) {
    cookies[cookie.name] = cookie.value;
    if (cookie.max_age == 0) cookies.erase(cookie.name);
  }
  const std::string token = between(into.body, R"({"X-CSRF-Token":")", "\"");
  if (!token.empty()) csrf_token_ = token;
}

http::Request Browser::posting(const std::string& path, const FormFields& fields) const {
  http::Request req;
  req.method = http::Method::post;
  req.set_target(path);
  req.add_header("Origin", base_url);
  req.add_header("X-CSRF-Token", csrf_token_);
  req.add_header("Content-Type", "application/x-www-form-urlencoded");
  req.body = encoded(fields);
  return req;
}

http::Response Browser::get(const std::string& path) {
  http::Request req;
  req.method = http::Method::get;
  req.set_target(path);
  http::Response response;
  site_.world.run([&](db::Database&) { return send(std::move(req), response); });
  return response;
}

http::Response Browser::post(const std::string& path, const FormFields& fields) {
  http::Response response;
  site_.world.run([&](db::Database&) { return send(posting(path, fields), response); });
  return response;
}

void Browser::log_in(const std::string& email) {
  get("/login");
  const auto response = post("/login", {{"email", email}, {"password", pale_password}});
  REQUIRE(response.status == 303);
}

std::string seen(const http::Response& response) {
  const std::string_view location = response.header("Location");
  if (!location.empty()) return fmt::format("{} {}", response.status, location);
  return fmt::format("{} {}", response.status, between(response.body, "<h1>", "</h1>"));
}

}  // namespace freehold::onboarding
