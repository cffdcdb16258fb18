#include "identity/test_site.hpp"

#include <doctest/doctest.h>

#include "core/embedded.hpp"
#include "core/scope.hpp"
#include "tenancy/tenancy.hpp"

namespace freehold::identity {
namespace {

constexpr std::string_view base_url = "http://127.0.0.1:8080";

html::Source source() {
  return {embedded::templates(), embedded::assets(), ""};
}

// What onboarding does in the transaction that confirms a sign-up, without trials and defaults.
Task<http::Response> confirm(Identity& identity, http::Request& request, db::Database& database) {
  auto prepared = co_await prepare_confirmation(identity, request);
  if (auto* page = std::get_if<http::Response>(&prepared)) co_return std::move(*page);
  const auto& ready = std::get<ReadySignup>(prepared);
  const auto tenant = TenantId::make(identity.clocks.machine.now());
  const Actor owner = ActorMint::user(tenant, ready.user, "owner", {}, {});
  auto tx = database.control_of_new_tenant(owner);
  const auto confirmed = co_await confirm_signup(tx, ready);
  if (!confirmed) co_return used_link_page(identity, request);
  const std::string slug = tenancy::slug_of(confirmed->workspace_name);
  co_await tenancy::create_tenant(tx, {tenant, slug, confirmed->workspace_name, ready.user});
  co_await tx.commit();
  co_return co_await enter(identity, request, ready.user, "/t/" + slug);
}

Task<std::optional<http::Response>> admit(Site& site, http::Request& request,
                                          const http::Route& route) {
  const auto live = co_await site.sessions.find(request.cookie(Sessions::cookie));
  if (live) request.session_ = http::Session{live->id, live->user_id, live->csrf_token};
  const bool open = route.access.kind == http::Access::Kind::anyone;
  if (open || request.session_) co_return std::nullopt;
  co_return http::see_other(login_url(request.target));
}

Task<std::optional<std::chrono::seconds>> throttle(Site& site, std::string key, RateClass rate) {
  site.throttled.push_back(fmt::format("{} {}", rate.name, key));
  if (site.full == rate.name) co_return std::chrono::seconds(170);
  co_return std::nullopt;
}

html::Frame frame(const http::Request& request) {
  html::Frame frame;
  frame.brand = {"Freehold", "/"};
  frame.csrf_token = request.csrf_token();
  frame.idempotency_key = "key";
  frame.theme_url = "/theme";
  return frame;
}

// Of two plans, one of which is sold.
Offer offer(const Wish& wish) {
  if (wish.plan != "business") return {"14 days of the Pro plan. No card needed.", {}};
  return {"Business can be chosen at any time.", {}, wish};
}

Task<> run_to_end(Site& site, Task<> (*work)(Site&), std::exception_ptr& failure) {
  try {
    co_await work(site);
  } catch (...) {
    failure = std::current_exception();
  }
  co_await site.database.close();
}

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

}  // namespace

Site::Site(const std::vector<Secret>& master_keys)
    : scratch(test::migrations_of({"db", "http", "events", "audit", "tenancy", "identity"})),
      runtime(1, 2),
      business(*parse_rfc3339("2026-11-22T09:00:00Z")),
      machine(*parse_rfc3339("2026-11-22T09:00:00Z")),
      clocks{business, machine},
      database(runtime, test::config_of(scratch), clocks),
      passwords(runtime, master_keys),
      links(master_keys),
      sessions(runtime, database, clocks, Config{}),
      views(source(), html::Missing::error),
      identity{.database = database,
               .clocks = clocks,
               .config = Config{},
               .passwords = passwords,
               .links = links,
               .sessions = sessions,
               .views = views,
               .throttle = [this](std::string key,
                                  RateClass rate) { return throttle(*this, std::move(key), rate); },
               .frame = frame,
               .offer = offer} {
  routes(router, identity);
  router.with(identity).post("/verify/{token}", confirm, http::anyone);
  http::Hooks hooks;
  hooks.guard = [this](http::Request& request, const http::Route& route) {
    return admit(*this, request, route);
  };
  hooks.log = [](std::string_view) {};
  http::Site site;
  site.base_url = std::string(base_url);
  site.key = Secret("form tokens");
  edge = std::make_unique<http::Edge>(http::EdgeParts{runtime, router, &database, clocks},
                                      std::move(site), std::move(hooks));
}

std::string Site::rows(const std::string& sql) {
  db::BlockingConnection admin(scratch.admin());
  std::string text;
  for (const auto& row : admin.run(sql)) {
    if (!text.empty()) text += '\n';
    for (std::size_t i = 0; i < row.size(); ++i) text += (i == 0 ? "" : "|") + row[i];
  }
  return text;
}

std::string Site::attempt_as(std::string_view role, const std::string& sql) {
  db::BlockingConnection connection(scratch.as(role));
  const std::vector<std::string> statements{sql};
  const auto reply = connection.ask_each(statements).front();
  return reply.sqlstate.empty() ? "ok" : reply.sqlstate;
}

json::object Site::latest(const EventType& event) {
  const std::string payload =
      rows(fmt::format("select payload from events.outbox where type = '{}' "
                       "order by occurred_at desc, ctid desc limit 1",
                       event.key));
  REQUIRE_MESSAGE(!payload.empty(), event.key);
  return json::parse(payload).as_object();
}

std::string Site::event_types() {
  return rows("select string_agg(type, ' ' order by occurred_at, ctid) from events.outbox");
}

Task<std::string> Site::mailed_link(const EventType& event) {
  const auto token = TokenId::parse(latest(event).at("token").as_string());
  auto tx = database.identity();
  std::string path = "no mail";
  if (event.key == signup_requested.key) {
    const auto mail = co_await signup_mail(tx, identity, token.value(), {});
    if (mail) path = mail->path;
  } else {
    const auto mail = co_await reset_mail(tx, identity, token.value(), {});
    if (mail) path = mail->path;
  }
  co_await tx.commit();
  co_return path;
}

Task<UserId> Site::account(std::string email, std::string workspace) {
  Browser browser(*this);
  co_await browser.sign_up(email, pale_password, std::move(workspace));
  const std::string link = co_await mailed_link(signup_requested);
  co_await browser.get(link);
  const auto response = co_await browser.post(link);
  REQUIRE(response.status == 303);
  const std::string id =
      rows(fmt::format("select user_id from identity.account where email = '{}'", email));
  co_return UserId{parse_uuid(id).value()};
}

void on_site(Site& site, Task<> (*work)(Site&)) {
  std::exception_ptr failure;
  Scope scope(site.runtime.executor(0));
  scope.spawn("test", run_to_end(site, work, failure));
  site.runtime.release();
  site.runtime.run();
  if (failure) std::rethrow_exception(failure);
}

void on_site(Task<> (*work)(Site&)) {
  Site site;
  on_site(site, work);
}

Task<http::Response> Browser::get(std::string path) {
  http::Request request;
  request.method = http::Method::get;
  request.set_target(path);
  auto response = co_await send(request);
  const std::string token = between(response.body, R"(name="csrf_token" value=")", "\"");
  if (!token.empty()) csrf_token_ = token;
  co_return response;
}

Task<http::Response> Browser::post(std::string path, FormFields fields) {
  http::Request request;
  request.method = http::Method::post;
  request.set_target(path);
  request.add_header("Origin", base_url);
  request.add_header("Content-Type", "application/x-www-form-urlencoded");
  fields.emplace_back("csrf_token", csrf_token_);
  request.body = encoded(fields);
  co_return co_await send(request);
}

Task<http::Response> Browser::send(http::Request& request) {
  site_.business.advance(std::chrono::milliseconds(1));  // so that events have an order
  request.ip = ip;
  request.host = "127.0.0.1:8080";
  request.add_header("User-Agent", user_agent);
  std::string jar;
  for (const auto& [name, value] : cookies)
    jar.append(jar.empty() ? "" : "; ").append(name).append("=").append(value);
  if (!jar.empty()) request.add_header("Cookie", jar);
  auto response = co_await site_.edge->answer(request);
  for (const auto& cookie : response.cookies) {
    cookies[cookie.name] = cookie.value;
    if (cookie.max_age == 0) cookies.erase(cookie.name);
  }
  co_return response;
}

Task<http::Response> Browser::sign_up(std::string email, std::string password,
                                      std::string workspace) {
  co_await get("/signup");
  const FormFields fields{{"email", email}, {"password", password}, {"workspace", workspace}};
  co_return co_await post("/signup", fields);
}

Task<http::Response> Browser::log_in(std::string email, std::string password) {
  co_await get("/login");
  const FormFields fields{{"email", email}, {"password", password}};
  co_return co_await post("/login", fields);
}

Task<bool> Browser::is_logged_in() {
  const auto response = co_await get("/account");
  co_return response.status == 200;
}

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

}  // namespace freehold::identity
