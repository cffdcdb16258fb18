// /verify/{token}: shows a button; the POST, which consumes, is onboarding's.
#include "core/async.hpp"
#include "core/json.hpp"
#include "core/words.hpp"
#include "identity/page_routes.hpp"
#include "identity/pending.hpp"
#include "identity/screens.hpp"

namespace freehold::identity {
namespace {

std::string verify_path(const http::Request& request) {
  return "/verify/" + std::string(request.parameter("token"));
}

html::Form confirm_form(const http::Request& request) {
  return {.id = "verify",
          .action = verify_path(request),
          .submit = worded("Confirm and create workspace"),
          .busy = "Creating…"};
}

html::Form password_form(const http::Request& request, const NeedsPassword& asked) {
  html::Form form = confirm_form(request);
  form.submit = worded("Set password and create workspace");
  form.fields = {{.name = "password",
                  .label = "New password",
                  .kind = "password",
                  .hint = "At least 8 characters. Several words are easy to remember and hard to "
                          "guess.",
                  .autocomplete = "new-password",
                  .max_length = int(longest_password)}};
  if (asked.mistake) form.errors = {{"password", *asked.mistake}};
  return form;
}

json::object model_of(const PendingSignup& signup, bool password) {
  return {{"email", signup.email}, {"workspace", signup.workspace_name}, {"password", password}};
}

http::Response expired_page(const Identity& identity, const http::Request& request,
                            const PendingSignup& signup, FieldErrors errors) {
  const html::Form form{.id = "renew",
                        .action = verify_path(request) + "/mail",
                        .submit = "Send a new mail",
                        .busy = "Sending…",
                        .errors = std::move(errors)};
  const html::Frame frame = hosted(identity, request, "This link has expired");
  const json::object model{{"email", signup.email}};
  http::Response response = show_form(identity, "identity/expired", frame, form, model);
  if (response.ok()) response.status = 410;
  return response;
}

http::Response dead_link_page(const Identity& identity, const http::Request& request,
                              const SignupLink& link) {
  const html::Action login{"Log in", "/login", "primary"};
  const html::Action signup{"Sign up", "/signup", "secondary"};
  if (link.state == LinkState::used)
    return show_message(identity, request,
                        {.title = "This link was used before",
                         .paragraphs = {"The address is confirmed. Log in to go on."},
                         .actions = html::Buttons{{login}}},
                        410);
  if (link.signup) return expired_page(identity, request, *link.signup, {});
  return show_message(identity, request,
                      {.title = "This link does not work",
                       .paragraphs = {"It may be cut off or too old. Open it from the mail again, "
                                      "or sign up once more."},
                       .actions = html::Buttons{{signup, login}}},
                      404);
}

Task<http::Response> show_verify(Identity& identity, http::Request& request) {
  co_await count_link_use(identity, request);
  const auto link = co_await look_up_signup(identity, std::string(request.parameter("token")));
  if (link.state != LinkState::open) co_return dead_link_page(identity, request, link);
  html::Frame frame = hosted(identity, request, "Confirm your address");
  co_return show_form(identity, "identity/verify", frame, confirm_form(request),
                      model_of(*link.signup, false));
}

Task<http::Response> renew(Identity& identity, http::Request& request, db::Database&) {
  const auto link = co_await look_up_signup(identity, std::string(request.parameter("token")));
  if (link.state != LinkState::expired || !link.signup)
    co_return http::see_other(verify_path(request));
  std::vector<Attempt> attempts{{network_key(request), rates::mail_network},
                                {account_key(link.signup->email), rates::mail_account}};
  if (const auto wait = co_await wait_of(identity, std::move(attempts)))
    co_return limited(expired_page(identity, request, *link.signup, {{"", wait_text(*wait)}}),
                      *wait);
  co_await announce_again(identity, *link.signup, request.origin());
  co_return show_message(
      identity, request,
      {.title = "Check your mail",
       .paragraphs = {"A new link is on its way to " + link.signup->email + "."}});
}

}  // namespace

Task<std::variant<ReadySignup, http::Response>> prepare_confirmation(Identity& identity,
                                                                     http::Request& request) {
  co_await count_link_use(identity, request);
  const http::Fields& form = request.form();
  Confirmation confirmation{.secret = std::string(request.parameter("token")),
                            .browser = browser_of(request),
                            .password = {},
                            .product = product_name(identity, request)};
  if (form.has("password")) confirmation.password = std::string(form.get("password"));

  auto outcome = co_await prepare(identity, std::move(confirmation));
  if (auto* ready = std::get_if<ReadySignup>(&outcome)) co_return std::move(*ready);
  if (const auto* link = std::get_if<SignupLink>(&outcome))
    co_return dead_link_page(identity, request, *link);
  const auto& asked = std::get<NeedsPassword>(outcome);
  const html::Frame frame = hosted(identity, request, "Choose a password");
  co_return show_form(identity, "identity/verify", frame, password_form(request, asked),
                      model_of(asked.signup, true));
}

http::Response used_link_page(Identity& identity, const http::Request& request) {
  return dead_link_page(identity, request, {LinkState::used, {}});
}

Task<http::Response> enter(Identity& identity, http::Request& request, UserId user,
                           std::string path) {
  auto tx = identity.database.identity();
  const auto opened = co_await open_session(tx, identity, user, visit_of(request));
  co_await tx.commit();
  auto response = with_session(http::see_other(std::move(path)), identity, opened);
  response.cookies.push_back({.name = std::string(signup_cookie), .value = "", .max_age = 0});
  co_return response;
}

void verify_routes(http::Router& at, Identity& identity) {
  auto with = at.with(identity);
  with.get("/verify/{token}", show_verify, http::anyone);
  with.post("/verify/{token}/mail", renew, http::anyone);
}

}  // namespace freehold::identity
