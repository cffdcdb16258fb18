// /login and /logout, and who may come in.
#include "core/async.hpp"
#include "core/crypto.hpp"
#include "core/json.hpp"
#include "html/form.hpp"
#include "identity/next_url.hpp"
#include "staff/accounts.hpp"
#include "staff/screens.hpp"

namespace freehold::staff {
namespace {

namespace rates {
constexpr identity::RateClass network{"staff.login.network", 20, minutes(10)};
constexpr identity::RateClass account{"staff.login.account", 10, minutes(15)};
}  // namespace rates

constexpr std::string_view failure = "The email address or the password is wrong.";

// A page of this panel, or its start; not the log-in page, which leads on to it.
std::string page_after(std::string_view next) {
  std::string page = identity::safe_next(next);
  return page == identity::after_login || page.starts_with("/login") ? "/tenants" : page;
}

html::Form login_form(std::string email, std::string next, FieldErrors errors) {
  return {.id = "login",
          .action = "/login",
          .submit = "Log in",
          .busy = "Logging in…",
          .fields = {{.name = "email",
                      .label = "Email",
                      .kind = "email",
                      .value = std::move(email),
                      .autocomplete = "username",
                      .max_length = 254},
                     {.name = "password",
                      .label = "Password",
                      .kind = "password",
                      .autocomplete = "current-password",
                      .max_length = int(identity::longest_password)}},
          .hidden = {{"next", std::move(next)}},
          .errors = std::move(errors)};
}

http::Response login_page(const Staff& staff, const http::Request& request, const html::Form& form,
                          int status) {
  html::Frame frame = staff.frame(request);
  frame.layout = "auth";
  frame.title = "Log in to the staff panel";
  frame.site_nav.clear();
  frame.site_actions.clear();
  frame.footer.clear();
  frame.has_errors = !form.errors.empty();
  return show(staff, "staff/login", frame, {{"form", html::form_model(form)}}, status);
}

Task<std::optional<std::chrono::seconds>> count_attempt(Staff& staff, std::string ip,
                                                        std::string email) {
  const Digest digest = sha256(email);
  const std::string account = "staff:" + to_hex(view(digest).substr(0, 16));
  const auto by_network = co_await staff.throttle("network:" + ip, rates::network);
  const auto by_account = co_await staff.throttle(account, rates::account);
  co_return std::max(by_network, by_account);
}

Task<http::Response> show_login(Staff& staff, http::Request& request) {
  std::string next = page_after(request.query.get("next"));
  if (request.staff) co_return http::see_other(std::move(next));
  const html::Form form = login_form("", std::move(next), {});
  co_return login_page(staff, request, form, 200);
}

Task<http::Response> submit_login(Staff& staff, http::Request& request, db::Database&) {
  const std::string email(request.form().get("email"));
  const std::string password(request.form().get("password"));
  const std::string next = page_after(request.form().get("next"));
  const std::string address = identity::canonical_email(email).value_or(email);
  const auto wait = co_await count_attempt(staff, request.ip, address);
  if (wait) {
    const std::string words =
        fmt::format("Too many attempts. Wait {} seconds, then try again.", wait->count());
    const html::Form form = login_form(email, next, {{"", words}});
    co_return login_page(staff, request, form, 429)
        .with_header("Retry-After", std::to_string(wait->count()));
  }
  std::optional<std::string> secret;
  if (password.size() <= identity::longest_password)
    secret = co_await log_in(staff, email, password, request.origin());
  if (!secret) {
    const html::Form form = login_form(email, next, {{"", std::string(failure)}});
    co_return login_page(staff, request, form, 422);
  }
  co_return http::see_other(next).with_cookie(
      {.name = std::string(cookie), .value = *secret, .same_site = "Strict"});
}

Task<http::Response> submit_logout(Staff& staff, http::Request& request, db::Database&) {
  const std::string secret(request.cookie(cookie));
  if (!secret.empty()) co_await log_out(staff, secret);
  co_return http::see_other("/login")
      .with_cookie({.name = std::string(cookie), .value = "", .max_age = 0, .same_site = "Strict"})
      .with_header("Clear-Site-Data", "\"cache\", \"storage\"");
}

}  // namespace

Task<std::optional<http::Response>> guard(Staff& staff, http::Request& request,
                                          const http::Route& route) {
  using Kind = http::Access::Kind;
  const Kind kind = route.access.kind;
  if (kind == Kind::webhook || kind == Kind::file) co_return std::nullopt;
  const std::string secret(request.cookie(cookie));
  std::optional<Live> live;
  try {
    live = co_await find_session(staff, secret);
  } catch (const Problem& problem) {
    if (problem.status != 503 || !route.is_open_to_read()) throw;
  }
  if (live) {
    request.staff = live->staff;
    request.staff_csrf_token = live->csrf_token;
  }
  if (kind == Kind::anyone) co_return std::nullopt;
  // Nobody is a customer here: routes for those are closed on this listener.
  if (kind != Kind::staff) throw Problem::not_found("page");
  if (!live) co_return identity::to_login(request);
  if (!request.parameters.contains("tenant_id")) co_return std::nullopt;
  const auto tenant = request.id_of<TenantId>("tenant_id");
  request.actor_ = ActorMint::staff(tenant, live->staff, request.origin());
  co_return std::nullopt;
}

void login_routes(http::Router& at, Staff& staff) {
  auto with = at.with(staff);
  with.get("/login", show_login, http::anyone);
  with.post("/login", submit_login, http::anyone);
  with.post("/logout", submit_logout, http::anyone);
}

}  // namespace freehold::staff
