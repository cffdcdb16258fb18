#include "identity/screens.hpp"

#include "core/json.hpp"

namespace freehold::identity {

html::Frame hosted(const Identity& identity, const http::Request& request, std::string title) {
  html::Frame frame = identity.frame(request);
  frame.layout = "auth";
  frame.title = std::move(title);
  return frame;
}

http::Response show(const Identity& identity, std::string_view view, const html::Frame& frame,
                    const json::object& model) {
  if (frame.as_data) return http::json_response(200, html::page_data(view, frame, model));
  json::object whole = html::frame_model(frame);
  for (const auto& [name, value] : model) whole[name] = value;
  return http::html(200, identity.views.render(view, whole));
}

http::Response show_form(const Identity& identity, std::string_view view, html::Frame frame,
                         const html::Form& form, json::object model) {
  frame.has_errors = !form.errors.empty();
  model["form"] = html::form_model(form);
  http::Response response = show(identity, view, frame, model);
  if (frame.has_errors) response.status = 422;
  return response;
}

http::Response show_message(const Identity& identity, const http::Request& request,
                            const html::Message& message, int status) {
  const html::Frame frame = hosted(identity, request, message.title);
  const json::object model{{"message", to_json(message)}};
  http::Response response = show(identity, "identity/message", frame, model);
  response.status = status;
  return response;
}

std::string product_name(const Identity& identity, const http::Request& request) {
  return identity.frame(request).brand.name;
}

Visit visit_of(const http::Request& request) {
  return {request.origin(), request.session_};
}

http::Response with_session(http::Response response, const Identity& identity,
                            const Sessions::Opened& opened) {
  const auto lifetime =
      std::chrono::duration_cast<std::chrono::seconds>(identity.config.session_absolute);
  response.cookies.push_back(
      {.name = std::string(Sessions::cookie), .value = opened.secret, .max_age = lifetime.count()});
  return response;
}

http::Cookie no_session() {
  return {.name = std::string(Sessions::cookie), .value = "", .max_age = 0};
}

std::string browser_of(const http::Request& request) {
  constexpr std::size_t nonce_size = 43;  // 256 bits in base64url
  const std::string_view nonce = request.cookie(signup_cookie);
  if (nonce.size() != nonce_size || !from_base64url(nonce)) return {};
  return std::string(nonce);
}

}  // namespace freehold::identity
