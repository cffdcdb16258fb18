// /login, /logout and /select.
#include "core/async.hpp"
#include "core/json.hpp"
#include "identity/next_url.hpp"
#include "identity/page_routes.hpp"
#include "identity/screens.hpp"
#include "tenancy/tenancy.hpp"

namespace freehold::identity {
namespace {

// One text for an unknown address, a wrong password and a disabled account.
constexpr std::string_view failure =
    "The email address or the password is wrong. Check both, or set a new password.";

std::string url_encoded(std::string_view text) {
  std::string encoded;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '/' || c == '-' || c == '_';
    encoded += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return encoded;
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
                      .max_length = int(longest_password)}},
          .hidden = {{"next", std::move(next)}},
          .errors = std::move(errors)};
}

http::Response login_page(const Identity& identity, const http::Request& request,
                          const html::Form& form) {
  html::Frame frame = hosted(identity, request, "Log in");
  frame.prompt = html::Prompt{"New here?", "Create a workspace", "/signup"};
  const bool reset = request.query.has("password_set");
  if (reset)
    frame.toast = html::Toast{.text = "Your password is set. Log in with it.", .action = {}};
  return show_form(identity, "identity/login", frame, form, {});
}

Task<http::Response> show_login(Identity& identity, http::Request& request) {
  std::string next = safe_next(request.query.get("next"));
  if (request.session_) co_return http::see_other(std::move(next));
  co_return login_page(identity, request, login_form("", std::move(next), {}));
}

Task<http::Response> submit_login(Identity& identity, http::Request& request, db::Database&) {
  const http::Fields& form = request.form();
  const std::string email(form.get("email"));
  const std::string password(form.get("password"));
  const std::string next = safe_next(form.get("next"));
  FieldErrors errors;
  if (email.empty()) errors.push_back({"email", "Enter your email address"});
  if (password.empty()) errors.push_back({"password", "Enter your password"});
  if (!errors.empty())
    co_return login_page(identity, request, login_form(email, next, std::move(errors)));

  std::vector<Attempt> attempts{{network_key(request), rates::login_network},
                                {account_key(email), rates::login_account},
                                {key_of_both(request, email), rates::login_both}};
  if (const auto wait = co_await wait_of(identity, std::move(attempts))) {
    const html::Form page = login_form(email, next, {{"", wait_text(*wait)}});
    co_return limited(login_page(identity, request, page), *wait);
  }
  const auto opened = co_await log_in(identity, email, password, visit_of(request));
  if (!opened)
    co_return login_page(identity, request, login_form(email, next, {{"", std::string(failure)}}));
  co_return with_session(http::see_other(next), identity, *opened);
}

// Also for a session that has ended already: the cookie goes in any case.
Task<http::Response> log_out(Identity& identity, http::Request& request, db::Database& database) {
  if (request.session_) {
    auto tx = database.identity();
    co_await identity.sessions.close(tx, request.session_->user, request.session_->id);
    co_await tx.commit();
  }
  co_return http::see_other("/login")
      .with_cookie(no_session())
      .with_header("Clear-Site-Data", "\"cache\", \"storage\"");
}

std::string role_label(tenancy::Role role) {
  std::string label(name_of(role));
  label.front() = char(label.front() - ('a' - 'A'));
  return label;
}

struct Choice {
  std::string name;
  std::string url;
  std::string initials;
  std::string role;
};
BOOST_DESCRIBE_STRUCT(Choice, (), (name, url, initials, role))

Task<http::Response> select_workspace(Identity& identity, http::Request& request,
                                      db::Database& database) {
  const auto belongings = co_await tenancy::belongings_of(database, request.session().user);
  if (belongings.size() == 1) co_return http::see_other("/t/" + belongings.front().slug);
  json::array choices;
  for (const auto& belonging : belongings)
    choices.push_back(
        to_json(Choice{belonging.name, "/t/" + belonging.slug, html::initials_of(belonging.name),
                       role_label(belonging.role)}));
  const json::object model{{"workspaces", choices}, {"none", choices.empty()}};
  co_return show(identity, "identity/select", hosted(identity, request, "Choose a workspace"),
                 model);
}

}  // namespace

std::string login_url(std::string_view next) {
  const std::string path = safe_next(next);
  return path == after_login ? "/login" : "/login?next=" + url_encoded(path);
}

http::Response to_login(const http::Request& request) {
  const std::string place =
      http::is_safe(request.method) ? login_url(request.target) : std::string("/login");
  if (!request.wants_fragment()) return http::see_other(place);
  return http::text(401, "").with_header("HX-Redirect", place);
}

void login_routes(http::Router& at, Identity& identity) {
  auto with = at.with(identity);
  with.get("/login", show_login, http::anyone);
  with.post("/login", submit_login, http::anyone);
  with.post("/logout", log_out, http::anyone);
  with.get("/select", select_workspace, http::signed_in);
}

}  // namespace freehold::identity
