// /account: who I am, my password, where I am logged in.
#include "core/async.hpp"
#include "core/json.hpp"
#include "core/words.hpp"
#include "identity/page_routes.hpp"
#include "identity/screens.hpp"
#include "identity/user_agent.hpp"

namespace freehold::identity {
namespace {

constexpr std::string_view profile_path = "/account";
constexpr std::string_view security_path = "/account/security";

Task<Person> me(db::IdentityRead& db, const http::Request& request) {
  auto person = co_await find_person(db, request.session().user);
  if (!person) throw Problem::unauthenticated("Log in again: this account is gone.");
  co_return std::move(*person);
}

html::Frame account_frame(const Identity& identity, const http::Request& request,
                          const Person& person, std::string title) {
  html::Frame frame = identity.frame(request);
  frame.layout = "console";
  frame.width = "narrow";
  frame.workspace.reset();
  const auto item = [&](std::string label, std::string_view url, std::string icon) {
    const bool current = label == title;
    frame.nav.push_back({.label = std::move(label),
                         .url = std::string(url),
                         .icon = std::move(icon),
                         .section = "",
                         .current = current,
                         .badge = {},
                         .alert = {}});
  };
  frame.nav.clear();
  item("Profile", profile_path, "user");
  item("Security", security_path, "shield");
  item(worded("Workspaces"), "/select", "building");
  frame.breadcrumbs = {{"Your account", std::string(profile_path)}, {title, {}}};
  frame.user = html::User{person.name, html::initials_of(person.name), person.email};
  frame.menu_url = "/account/menu";
  frame.account_url = std::string(profile_path);
  frame.logout_url = "/logout";
  frame.return_to = std::string(request.path);
  frame.title = std::move(title);
  return frame;
}

// --- Profile

html::Form name_form(std::string name, FieldErrors errors) {
  return {.id = "profile",
          .action = std::string(profile_path),
          .submit = "Save name",
          .fields = {{.name = "name",
                      .label = "Name",
                      .value = std::move(name),
                      .hint = worded("Shown to the members of your workspaces."),
                      .autocomplete = "name",
                      .max_length = 80}},
          .errors = std::move(errors)};
}

http::Response profile_page(const Identity& identity, const http::Request& request,
                            const Person& person, const html::Form& form) {
  html::Frame frame = account_frame(identity, request, person, "Profile");
  if (request.query.has("saved"))
    frame.toast = html::Toast{.text = "Your name is saved", .action = {}};
  return show_form(identity, "identity/profile", frame, form, {{"email", person.email}});
}

Task<http::Response> show_profile(Identity& identity, http::Request& request,
                                  db::IdentityRead& db) {
  const Person person = co_await me(db, request);
  co_return profile_page(identity, request, person, name_form(person.name, {}));
}

Task<http::Response> save_profile(Identity& identity, http::Request& request, db::IdentityTx& tx) {
  const std::string name(request.form().get("name"));
  if (auto mistake = name_mistake("The name", name)) {
    const Person person = co_await me(tx, request);
    const html::Form form = name_form(name, {{"name", std::move(*mistake)}});
    co_return profile_page(identity, request, person, form);
  }
  co_await rename(tx, request.session().user, name);
  co_return http::see_other("/account?saved=1");
}

Task<http::Response> show_menu(Identity& identity, http::Request& request, db::IdentityRead& db) {
  const Person person = co_await me(db, request);
  co_return show(identity, "html/menu", account_frame(identity, request, person, "Navigation"), {});
}

// --- Security

html::Form password_form(FieldErrors errors) {
  return {.id = "password",
          .action = "/account/password",
          .submit = "Change password",
          .fields = {{.name = "current",
                      .label = "Current password",
                      .kind = "password",
                      .autocomplete = "current-password",
                      .max_length = int(longest_password)},
                     {.name = "password",
                      .label = "New password",
                      .kind = "password",
                      .hint = "At least 8 characters. Every other device is logged out.",
                      .autocomplete = "new-password",
                      .max_length = int(longest_password)}},
          .errors = std::move(errors)};
}

struct DeviceRow {
  std::string name;
  std::string ip;
  std::string at;
  std::string at_text;
  bool relative;
  bool current;
  std::string end_url;
};
BOOST_DESCRIBE_STRUCT(DeviceRow, (), (name, ip, at, at_text, relative, current, end_url))

json::array rows_of(const std::vector<Device>& found, SessionId current) {
  json::array rows;
  for (const Device& device : found)
    rows.push_back(
        to_json(DeviceRow{.name = device_name(device.user_agent),
                          .ip = device.ip,
                          .at = to_rfc3339(device.last_seen_at),
                          .at_text = format_date_time(device.last_seen_at),
                          .relative = true,
                          .current = device.id == current,
                          .end_url = "/account/sessions/" + to_string(device.id) + "/logout"}));
  return rows;
}

std::optional<std::string> notice_of(const http::Request& request) {
  if (request.query.has("password"))
    return "Your password is changed. Other devices are logged out.";
  if (request.query.has("ended")) return "Logged out there";
  return {};
}

Task<http::Response> security_page(const Identity& identity, const http::Request& request,
                                   db::IdentityRead& db, FieldErrors errors) {
  const Person person = co_await me(db, request);
  const auto found = co_await devices(db, identity, person.id);
  html::Frame frame = account_frame(identity, request, person, "Security");
  if (const auto notice = notice_of(request))
    frame.toast = html::Toast{.text = *notice, .action = {}};
  const json::object model{{"devices", rows_of(found, request.session().id)},
                           {"others", found.size() > 1}};
  co_return show_form(identity, "identity/security", frame, password_form(std::move(errors)),
                      model);
}

Task<http::Response> show_security(Identity& identity, http::Request& request,
                                   db::IdentityRead& db) {
  co_return co_await security_page(identity, request, db, {});
}

Task<http::Response> submit_password(Identity& identity, http::Request& request,
                                     db::Database& database) {
  const http::Fields& form = request.form();
  auto db = database.identity_read();
  const Person person = co_await me(db, request);
  std::vector<Attempt> attempts{{key_of_both(request, person.email), rates::login_both}};
  if (const auto wait = co_await wait_of(identity, std::move(attempts))) {
    auto page = co_await security_page(identity, request, db, {{"", wait_text(*wait)}});
    co_return limited(std::move(page), *wait);
  }
  PasswordChange change{std::string(form.get("current")), std::string(form.get("password")),
                        product_name(identity, request)};
  const auto outcome =
      co_await change_password(identity, person.id, std::move(change), visit_of(request));
  if (const auto* opened = std::get_if<Sessions::Opened>(&outcome))
    co_return with_session(http::see_other("/account/security?password=1"), identity, *opened);
  FieldErrors errors{{"current", "This is not your current password"}};
  if (const auto* refused = std::get_if<Refused>(&outcome))
    errors = {{"password", refused->mistake}};
  co_return co_await security_page(identity, request, db, std::move(errors));
}

Task<http::Response> end_session(Identity& identity, http::Request& request, db::IdentityTx& tx) {
  const auto session = request.id_of<SessionId>("session_id");
  co_await identity.sessions.close(tx, request.session().user, session);
  if (session == request.session().id)
    co_return http::see_other("/login").with_cookie(no_session());
  co_return http::see_other("/account/security?ended=1");
}

Task<http::Response> end_other_sessions(Identity& identity, http::Request& request,
                                        db::IdentityTx& tx) {
  co_await identity.sessions.close_others(tx, request.session().user, request.session().id);
  co_return http::see_other("/account/security?ended=1");
}

}  // namespace

void account_routes(http::Router& at, Identity& identity) {
  auto with = at.with(identity);
  with.get("/account", show_profile, http::signed_in);
  with.post("/account", save_profile, http::signed_in);
  with.get("/account/menu", show_menu, http::signed_in);
  with.get("/account/security", show_security, http::signed_in);
  with.post("/account/password", submit_password, http::signed_in);
  with.post("/account/sessions/{session_id}/logout", end_session, http::signed_in);
  with.post("/account/sessions/logout", end_other_sessions, http::signed_in);
}

void routes(http::Router& at, Identity& identity) {
  signup_routes(at, identity);
  verify_routes(at, identity);
  login_routes(at, identity);
  reset_routes(at, identity);
  account_routes(at, identity);
}

}  // namespace freehold::identity
