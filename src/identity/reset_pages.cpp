// /forgot and /reset/{token}.
#include "core/async.hpp"
#include "core/json.hpp"
#include "identity/page_routes.hpp"
#include "identity/screens.hpp"

namespace freehold::identity {
namespace {

html::Form forgot_form(std::string email, FieldErrors errors) {
  return {.id = "forgot",
          .action = "/forgot",
          .submit = "Send a link",
          .busy = "Sending…",
          .fields = {{.name = "email",
                      .label = "Email",
                      .kind = "email",
                      .value = std::move(email),
                      .autocomplete = "username",
                      .max_length = 254}},
          .errors = std::move(errors)};
}

http::Response forgot_page(const Identity& identity, const http::Request& request,
                           const html::Form& form) {
  html::Frame frame = hosted(identity, request, "Set a new password");
  frame.prompt = html::Prompt{"Remembered it?", "Log in", "/login"};
  return show_form(identity, "identity/forgot", frame, form, {});
}

Task<http::Response> show_forgot(Identity& identity, http::Request& request) {
  co_return forgot_page(identity, request, forgot_form("", {}));
}

Task<http::Response> ask_for_reset(Identity& identity, http::Request& request, db::Database&) {
  const std::string typed(request.form().get("email"));
  const auto email = canonical_email(typed);
  if (!email) {
    FieldErrors errors{
        {"email", "Enter an email address in the correct format, like name@example.com"}};
    co_return forgot_page(identity, request, forgot_form(typed, std::move(errors)));
  }
  std::vector<Attempt> attempts{{network_key(request), rates::mail_network},
                                {account_key(*email), rates::mail_account}};
  if (const auto wait = co_await wait_of(identity, std::move(attempts)))
    co_return limited(forgot_page(identity, request, forgot_form(typed, {{"", wait_text(*wait)}})),
                      *wait);
  co_await request_reset(identity, *email, request.origin());
  co_return http::see_other("/forgot/sent");
}

Task<http::Response> show_sent(Identity& identity, http::Request& request) {
  co_return show_message(
      identity, request,
      {.title = "Check your mail",
       .paragraphs = {"If the address has an account, a link to set a new password is on its way. "
                      "It works for " +
                          text_of(identity.config.reset_ttl) + ".",
                      "Nothing there? Look into the spam folder, and check the address."},
       .actions = html::Buttons{{{"Try another address", "/forgot", "secondary"}}}});
}

http::Response gone_page(const Identity& identity, const http::Request& request) {
  return show_message(
      identity, request,
      {.title = "This link does not work any more",
       .paragraphs =
           {"It has expired or was used before. A link to set a password works once, for " +
            text_of(identity.config.reset_ttl) + "."},
       .actions = html::Buttons{{{"Send a new link", "/forgot", "primary"}}}},
      410);
}

std::string ending_text(std::int64_t sessions) {
  if (sessions == 0) return "You are logged in nowhere else.";
  return fmt::format("This logs you out on {} {}.", sessions, sessions == 1 ? "device" : "devices");
}

http::Response reset_page(const Identity& identity, const http::Request& request,
                          const ResetLink& link, FieldErrors errors) {
  const html::Form form{.id = "reset",
                        .action = "/reset/" + std::string(request.parameter("token")),
                        .submit = "Set password",
                        .fields = {{.name = "password",
                                    .label = "New password",
                                    .kind = "password",
                                    .hint = "At least 8 characters. Several words are easy to "
                                            "remember and hard to guess.",
                                    .autocomplete = "new-password",
                                    .max_length = int(longest_password)}},
                        .errors = std::move(errors)};
  const json::object model{{"email", link.person.email}, {"ending", ending_text(link.sessions)}};
  return show_form(identity, "identity/reset", hosted(identity, request, "Set a new password"),
                   form, model);
}

Task<http::Response> show_reset(Identity& identity, http::Request& request) {
  co_await count_link_use(identity, request);
  const auto link = co_await find_reset(identity, std::string(request.parameter("token")));
  if (!link) co_return gone_page(identity, request);
  co_return reset_page(identity, request, *link, {});
}

Task<http::Response> submit_reset(Identity& identity, http::Request& request, db::Database&) {
  co_await count_link_use(identity, request);
  const std::string secret(request.parameter("token"));
  PasswordReset reset{secret, std::string(request.form().get("password")),
                      product_name(identity, request)};
  const auto outcome = co_await reset_password(identity, std::move(reset), request.origin());
  if (std::holds_alternative<LinkGone>(outcome)) co_return gone_page(identity, request);
  if (const auto* refused = std::get_if<Refused>(&outcome)) {
    const auto link = co_await find_reset(identity, secret);
    if (!link) co_return gone_page(identity, request);
    co_return reset_page(identity, request, *link, {{"password", refused->mistake}});
  }
  co_return http::see_other("/login?password_set=1").with_cookie(no_session());
}

}  // namespace

void reset_routes(http::Router& at, Identity& identity) {
  auto with = at.with(identity);
  with.get("/forgot", show_forgot, http::anyone);
  with.post("/forgot", ask_for_reset, http::anyone);
  with.get("/forgot/sent", show_sent, http::anyone);
  with.get("/reset/{token}", show_reset, http::anyone);
  with.post("/reset/{token}", submit_reset, http::anyone);
}

}  // namespace freehold::identity
