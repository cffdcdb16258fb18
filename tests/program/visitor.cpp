#include "tests/program/visitor.hpp"

namespace freehold::program {

std::string encoded(const FormFields& fields) {
  std::string body;
  for (const auto& [name, value] : fields) {
    body += (body.empty() ? "" : "&") + name + '=';
    for (const unsigned char c : value) body += fmt::format("%{:02x}", c);
  }
  return body;
}

std::string between(std::string_view text, std::string_view before, std::string_view after) {
  const auto from = text.find(before);
  if (from == std::string_view::npos) return {};
  text.remove_prefix(from + before.size());
  return std::string(text.substr(0, text.find(after)));
}

http::Request Visitor::request(http::Method method, const std::string& target) const {
  http::Request request;
  request.method = method;
  request.set_target(target);
  request.ip = ip;
  const std::string& origin = listener_ == Listener::product ? base_url : staff_base_url;
  request.host = origin.substr(origin.find("//") + 2);
  std::string jar;
  for (const auto& [name, value] : cookies) jar += (jar.empty() ? "" : "; ") + name + '=' + value;
  if (!jar.empty()) request.add_header("Cookie", jar);
  if (http::is_safe(method)) return request;
  request.add_header("Origin", origin);
  request.add_header("X-CSRF-Token", csrf_token);
  return request;
}

http::Response Visitor::send(http::Request request) {
  http::Response response = listener_ == Listener::product ? program_.ask(std::move(request))
                                                           : program_.ask_staff(std::move(request));
  for (const auto& cookie : response.cookies) {
    cookies[cookie.name] = cookie.value;
    if (cookie.max_age == 0) cookies.erase(cookie.name);
  }
  const std::string token = between(response.body, R"({"X-CSRF-Token":")", "\"");
  if (!token.empty()) csrf_token = token;
  return response;
}

http::Response Visitor::get(const std::string& path) {
  return send(request(http::Method::get, path));
}

http::Response Visitor::post(const std::string& path, const FormFields& fields) {
  http::Request form = request(http::Method::post, path);
  form.add_header("Content-Type", "application/x-www-form-urlencoded");
  form.body = encoded(fields);
  return send(std::move(form));
}

}  // namespace freehold::program
