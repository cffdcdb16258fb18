// What stands around pages outside of a workspace, and the page of an error.
#include "app/parts.hpp"
#include "core/json.hpp"
#include "core/words.hpp"
#include "http/as_data.hpp"

namespace freehold::app {
namespace {

html::Theme theme_of(const http::Request& req) {
  return parse_enum<html::Theme>(req.cookie("theme")).value_or(html::Theme::system);
}

struct Words {
  std::string_view title;
  std::string_view advice;
};

Words words_for(int status) {
  switch (status) {
    case 401:
      return {"Log in to go on", "This page is for people with an account."};
    case 402:
      return {"Your plan does not cover this", ""};
    case 403:
      return {"You may not do this", ""};
    case 404:
      return {"There is nothing here",
              "The address may be mistyped, or what was here is gone or not yours to see."};
    case 405:
      return {"This cannot be done here", ""};
    case 409:
      return {"Something was in the way", ""};
    case 413:
      return {"That was too large", ""};
    case 429:
      return {"That was a bit fast", ""};
    case 502:
    case 504:
      return {"This part does not answer right now", ""};
    case 503:
      return {"This part is not available right now",
              "Nothing was changed. Try again in a minute."};
    default:
      return {status >= 500 ? "Something went wrong on our side"
                            : "The request could not be understood",
              ""};
  }
}

html::Message message_of(const http::Request& req, const Problem& problem) {
  const Words words = words_for(problem.status);
  html::Message message{.code = std::to_string(problem.status), .title = std::string(words.title)};
  message.paragraphs.push_back(
      problem.status == 500
          ? "Nothing was changed. Try again; if it happens once more, tell us the number below."
          : problem.detail);
  if (!words.advice.empty() && problem.status != 503) message.paragraphs.emplace_back(words.advice);
  for (const FieldError& error : problem.errors) message.paragraphs.push_back(error.message);
  html::Buttons buttons;
  if (problem.upgrade && !problem.upgrade->url.empty())
    buttons.items.push_back(
        {.label = "Compare plans", .url = problem.upgrade->url, .kind = "primary"});
  const std::string home = req.tenant_slug.empty() ? "/" : "/t/" + req.tenant_slug;
  buttons.items.push_back({.label = "Back to the start", .url = home});
  message.actions = std::move(buttons);
  if (problem.status >= 500) message.request_id = req.id;
  return message;
}

}  // namespace

html::Frame public_frame(const Node::Parts& parts, const http::Request& req) {
  html::Frame frame;
  frame.layout = "public";
  frame.csrf_token = parts.tokens.token_for(req);
  frame.idempotency_key = to_base64url(random_bytes(18));
  frame.brand = parts.brand.current()->on_pages("/");
  frame.theme = theme_of(req);
  frame.theme_url = "/theme";
  frame.logout_url = "/logout";
  frame.return_to = req.path;
  frame.as_data = http::wants_json(req);
  frame.site_nav = {
      {.label = "Pricing", .url = "/pricing", .icon = "tag", .current = req.path == "/pricing"}};
  if (req.session_) {
    frame.site_actions = {{.label = worded("Open workspace"), .url = "/select", .kind = "primary"}};
  } else {
    frame.site_actions = {{.label = "Log in", .url = "/login", .kind = "ghost"},
                          {.label = "Sign up", .url = "/signup", .kind = "primary"}};
  }
  frame.footer = {{.label = "Pricing", .url = "/pricing"},
                  {.label = "API reference", .url = "/reference"}};
  if (!req.session_) frame.footer.push_back({.label = "Log in", .url = "/login"});
  return frame;
}

html::Frame staff_frame(const Node::Parts& parts, const http::Request& req) {
  html::Frame frame;
  frame.layout = "plain";
  frame.csrf_token = parts.tokens.token_for(req);
  frame.idempotency_key = to_base64url(random_bytes(18));
  frame.brand = parts.brand.current()->on_pages("/");
  frame.theme = theme_of(req);
  frame.theme_url = "/theme";
  frame.return_to = req.path;
  return frame;
}

html::Frame mailbox_frame(const Node::Parts& parts, const http::Request& req) {
  html::Frame frame = staff_frame(parts, req);
  frame.layout = "public";
  frame.brand = {.name = "Mailbox", .url = "/mailbox"};
  frame.theme_url = "/mailbox/theme";
  frame.site_nav = {
      {.label = "Tour", .url = parts.settings.base_url + "/tour", .icon = "flag"},
      {.label = "Product", .url = parts.settings.base_url, .icon = "globe"},
      {.label = "Staff panel", .url = parts.settings.staff_base_url, .icon = "shield"},
      {.label = "Simulator", .url = "/", .icon = "card"}};
  return frame;
}

http::Response error_page(const Node::Parts& parts, const http::Request& req,
                          const Problem& problem) {
  html::Frame frame = public_frame(parts, req);
  frame.layout = "plain";
  const html::Message message = message_of(req, problem);
  frame.title = message.title;
  json::object model = req.wants_fragment() ? json::object{} : html::frame_model(frame);
  model["message"] = to_json(message);
  return http::html(problem.status, parts.views.render("app/message", model));
}

}  // namespace freehold::app
