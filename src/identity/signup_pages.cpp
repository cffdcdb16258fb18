// /signup, and the page after it.
#include "core/async.hpp"
#include "core/json.hpp"
#include "core/text.hpp"
#include "core/words.hpp"
#include "identity/page_routes.hpp"
#include "identity/pending.hpp"
#include "identity/screens.hpp"
#include "tenancy/tenancy.hpp"

namespace freehold::identity {
namespace {

constexpr long signup_cookie_lifetime = 7 * 24 * 3600;  // seconds; as long as a sign-up is kept

struct SignupForm {
  std::string email;
  std::string password;
  std::string workspace;
  Wish wish;
};

Wish wish_in(const http::Fields& fields) {
  return {std::string(fields.get("plan")), std::string(fields.get("interval"))};
}

SignupForm read_form(const http::Request& request) {
  const http::Fields& form = request.form();
  return {std::string(trimmed(form.get("email"))), std::string(form.get("password")),
          std::string(trimmed(form.get("workspace"))), wish_in(form)};
}

FieldErrors mistakes_in(const SignupForm& form, std::string_view product) {
  FieldErrors errors;
  if (!canonical_email(form.email))
    errors.push_back(
        {"email", "Enter an email address in the correct format, like name@example.com"});
  const std::vector<std::string> context{form.email, form.workspace, std::string(product)};
  if (const auto mistake = password_mistake(form.password, context))
    errors.push_back({"password", *mistake});
  if (const auto mistake = name_mistake(worded("The workspace name"), form.workspace))
    errors.push_back({"workspace", *mistake});
  return errors;
}

html::Form signup_form(const SignupForm& values, FieldErrors errors) {
  return {.id = "signup",
          .action = "/signup",
          .submit = worded("Create workspace"),
          .busy = "Creating…",
          .fields = {{.name = "email",
                      .label = "Work email",
                      .kind = "email",
                      .value = values.email,
                      .autocomplete = "email",
                      .max_length = 254},
                     {.name = "password",
                      .label = "Password",
                      .kind = "password",
                      .hint = "At least 8 characters. Several words are easy to remember and hard "
                              "to guess.",
                      .autocomplete = "new-password",
                      .max_length = int(longest_password)},
                     {.name = "workspace",
                      .label = worded("Workspace name"),
                      .value = values.workspace,
                      .autocomplete = "organization",
                      .max_length = 80}},
          .errors = std::move(errors)};
}

// What the workspace's address will be; empty as long as there is no name.
Task<std::string> address_hint(const Identity& identity, std::string name) {
  if (name_mistake("", name)) co_return std::string();
  const std::string slug = tenancy::slug_of(name);
  const auto taken = co_await tenancy::find_by_slug(identity.database, slug);
  co_return taken ? fmt::format("/t/{} is taken, so a number will be added to it", slug)
                  : fmt::format("Its address will be /t/{}", slug);
}

Task<http::Response> signup_page(const Identity& identity, const http::Request& request,
                                 SignupForm values, FieldErrors errors) {
  const Offer offer = identity.offer(values.wish);
  html::Frame frame = hosted(identity, request, worded("Create your workspace"));
  frame.prompt = html::Prompt{"Have an account?", "Log in", "/login"};
  frame.aside = offer.aside;
  std::string address = co_await address_hint(identity, values.workspace);
  const json::object model{{"summary", offer.summary},
                           {"address", std::move(address)},
                           {"plan", offer.wish.plan},
                           {"interval", offer.wish.interval}};
  co_return show_form(identity, "identity/signup", frame, signup_form(values, std::move(errors)),
                      model);
}

Task<http::Response> show_signup(Identity& identity, http::Request& request) {
  if (request.session_) co_return http::see_other("/select");
  SignupForm blank{.email = {}, .password = {}, .workspace = {}, .wish = wish_in(request.query)};
  co_return co_await signup_page(identity, request, std::move(blank), {});
}

Task<http::Response> sign_up(Identity& identity, http::Request& request, db::Database&) {
  SignupForm form = read_form(request);
  FieldErrors errors = mistakes_in(form, product_name(identity, request));
  if (!errors.empty())
    co_return co_await signup_page(identity, request, std::move(form), std::move(errors));

  std::vector<Attempt> attempts{{network_key(request), rates::signup_network},
                                {account_key(form.email), rates::mail_account}};
  if (const auto wait = co_await wait_of(identity, std::move(attempts))) {
    auto page = co_await signup_page(identity, request, std::move(form), {{"", wait_text(*wait)}});
    co_return limited(std::move(page), *wait);
  }

  std::string browser = browser_of(request);
  if (browser.empty()) browser = to_base64url(random_bytes(32));
  NewSignup draft{*canonical_email(form.email),   std::move(form.password),
                  std::move(form.workspace),      browser,
                  identity.offer(form.wish).wish, request.origin()};
  co_await request_signup(identity, std::move(draft));
  co_return http::see_other("/signup/sent")
      .with_cookie({.name = std::string(signup_cookie),
                    .value = browser,
                    .max_age = signup_cookie_lifetime});
}

Task<http::Response> show_address(Identity& identity, http::Request& request) {
  std::string hint =
      co_await address_hint(identity, std::string(trimmed(request.query.get("workspace"))));
  const json::object model{{"layout", nullptr}, {"address", std::move(hint)}};
  co_return http::html(200, identity.views.render("identity/address", model));
}

html::Form resend_form(FieldErrors errors) {
  return {.id = "resend",
          .action = "/signup/sent",
          .submit = "Send the mail again",
          .busy = "Sending…",
          .tone = "secondary",
          .errors = std::move(errors)};
}

http::Response sent_page(const Identity& identity, const http::Request& request,
                         const PendingSignup& signup, FieldErrors errors) {
  html::Frame frame = hosted(identity, request, "Check your mail");
  if (request.query.has("again"))
    frame.toast = html::Toast{.text = "Another mail is on its way", .action = {}};
  const json::object model{{"email", signup.email}};
  return show_form(identity, "identity/check_mail", frame, resend_form(std::move(errors)), model);
}

// The address shown is the one that this browser typed, whether or not it has an account.
Task<http::Response> show_sent(Identity& identity, http::Request& request, db::IdentityRead& db) {
  const auto signup = co_await find_pending(db, browser_of(request));
  if (!signup) co_return http::see_other("/signup");
  co_return sent_page(identity, request, *signup, {});
}

Task<http::Response> send_again(Identity& identity, http::Request& request,
                                db::Database& database) {
  auto db = database.identity_read();
  const auto signup = co_await find_pending(db, browser_of(request));
  if (!signup) co_return http::see_other("/signup");
  std::vector<Attempt> attempts{{network_key(request), rates::mail_network},
                                {account_key(signup->email), rates::mail_account}};
  if (const auto wait = co_await wait_of(identity, std::move(attempts)))
    co_return limited(sent_page(identity, request, *signup, {{"", wait_text(*wait)}}), *wait);
  co_await announce_again(identity, *signup, request.origin());
  co_return http::see_other("/signup/sent?again=1");
}

}  // namespace

void signup_routes(http::Router& at, Identity& identity) {
  auto with = at.with(identity);
  with.get("/signup", show_signup, http::anyone);
  with.post("/signup", sign_up, http::anyone);
  with.get("/signup/address", show_address, http::anyone);
  with.get("/signup/sent", show_sent, http::anyone);
  with.post("/signup/sent", send_again, http::anyone);
}

}  // namespace freehold::identity
