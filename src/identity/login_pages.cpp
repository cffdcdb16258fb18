// /login, /logout and /select.
#include "core/async.hpp"
#include "core/json.hpp"
#include "core/words.hpp"
#include "identity/next_url.hpp"
#include "identity/page_routes.hpp"
#include "identity/return_to.hpp"
#include "identity/screens.hpp"
#include "tenancy/tenancy.hpp"

namespace freehold::identity {
namespace {

// One text for an unknown address, a wrong password and a disabled account.
constexpr std::string_view failure =
    "The email address or the password is wrong. Check both, or set a new password.";

// What a log-in leads to, carried through the form: a path of this site, or the product.
std::vector<std::pair<std::string, std::string>> hidden_of(const http::Fields& fields) {
  std::vector<std::pair<std::string, std::string>> hidden{{"next", safe_next(fields.get("next"))}};
  for (const std::string_view name : {"return_to", "state"})
    if (fields.has(name)) hidden.emplace_back(name, fields.get(name));
  return hidden;
}

html::Form login_form(std::string email, const http::Fields& fields, FieldErrors errors) {
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
          .hidden = hidden_of(fields),
          .errors = std::move(errors)};
}

http::Response login_page(const Identity& identity, const http::Request& request,
                          const html::Form& form) {
  html::Frame frame = hosted(identity, request, "Log in");
  frame.prompt = html::Prompt{"New here?", worded("Create a workspace"), "/signup"};
  const bool reset = request.query.has("password_set");
  if (reset)
    frame.toast = html::Toast{.text = "Your password is set. Log in with it.", .action = {}};
  return show_form(identity, "identity/login", frame, form, {});
}

// Where a log-in leads. To the product by way of the choice of a workspace.
std::string after(const Identity& identity, const http::Fields& fields) {
  const auto to = return_of(identity.return_urls, fields);
  return to ? link_with("/select", *to) : safe_next(fields.get("next"));
}

Task<http::Response> show_login(Identity& identity, http::Request& request) {
  std::string next = after(identity, request.query);  // refuses an address that is not listed
  if (request.session_) co_return http::see_other(std::move(next));
  co_return login_page(identity, request, login_form("", request.query, {}));
}

Task<http::Response> submit_login(Identity& identity, http::Request& request, db::Database&) {
  const http::Fields& form = request.form();
  const std::string email(form.get("email"));
  const std::string password(form.get("password"));
  const std::string next = after(identity, form);
  FieldErrors errors;
  if (email.empty()) errors.push_back({"email", "Enter your email address"});
  if (password.empty()) errors.push_back({"password", "Enter your password"});
  if (!errors.empty())
    co_return login_page(identity, request, login_form(email, form, std::move(errors)));

  std::vector<Attempt> attempts{{network_key(request), rates::login_network},
                                {account_key(email), rates::login_account},
                                {key_of_both(request, email), rates::login_both}};
  if (const auto wait = co_await wait_of(identity, std::move(attempts))) {
    const html::Form page = login_form(email, form, {{"", wait_text(*wait)}});
    co_return limited(login_page(identity, request, page), *wait);
  }
  const auto opened = co_await log_in(identity, email, password, visit_of(request));
  if (!opened)
    co_return login_page(identity, request, login_form(email, form, {{"", std::string(failure)}}));
  co_return with_session(http::see_other(next), identity, *opened);
}

// A link from a product leads here: logging out takes a form, which no other site can send.
Task<http::Response> show_logout(Identity& identity, http::Request& request) {
  const auto to = return_of(identity.return_urls, request.query);
  html::Form form{.id = "logout", .action = "/logout", .submit = "Log out", .busy = "Logging out…"};
  if (to) form.hidden = {{"return_to", to->url}, {"state", to->state}};
  co_return show_form(identity, "identity/logout", hosted(identity, request, "Log out"), form, {});
}

// Also for a session that has ended already: the cookie goes in any case.
Task<http::Response> log_out(Identity& identity, http::Request& request, db::Database& database) {
  const auto to = return_of(identity.return_urls, request.form());
  if (request.session_) {
    auto tx = database.identity();
    co_await identity.sessions.close(tx, request.session_->user, request.session_->id);
    co_await tx.commit();
  }
  co_return http::see_other(to ? address_of(*to, "") : "/login")
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

// Back to this page, or to the product that the link came from.
std::string login_for(const http::Request& request) {
  if (!http::is_safe(request.method)) return "/login";
  const std::string_view url = request.query.get("return_to");
  if (url.empty()) return login_url(request.target);
  return link_with("/login", {std::string(url), std::string(request.query.get("state"))});
}

Task<http::Response> select_workspace(Identity& identity, http::Request& request,
                                      db::Database& database) {
  const auto belongings = co_await tenancy::belongings_of(database, request.session().user);
  const auto to = return_of(identity.return_urls, request.query);
  const auto url_of = [&](const std::string& slug) {
    return to ? address_of(*to, slug) : "/t/" + slug;
  };
  if (belongings.size() == 1) co_return http::see_other(url_of(belongings.front().slug));
  json::array choices;
  for (const auto& belonging : belongings)
    choices.push_back(
        to_json(Choice{belonging.name, url_of(belonging.slug), html::initials_of(belonging.name),
                       role_label(belonging.role)}));
  const json::object model{{"workspaces", choices}, {"none", choices.empty()}};
  co_return show(identity, "identity/select",
                 hosted(identity, request, worded("Choose a workspace")), model);
}

}  // namespace

std::string login_url(std::string_view next) {
  const std::string path = safe_next(next);
  return path == after_login ? "/login" : "/login?next=" + url_encoded(path);
}

http::Response to_login(const http::Request& request) {
  const std::string place = login_for(request);
  if (!request.wants_fragment()) return http::see_other(place);
  return http::text(401, "").with_header("HX-Redirect", place);
}

void login_routes(http::Router& at, Identity& identity) {
  auto with = at.with(identity);
  with.get("/login", show_login, http::anyone);
  with.post("/login", submit_login, http::anyone);
  with.get("/logout", show_logout, http::anyone);
  with.post("/logout", log_out, http::anyone);
  with.get("/select", select_workspace, http::signed_in);
}

}  // namespace freehold::identity
