#include "http/request.hpp"

#include <algorithm>
#include <stdexcept>

#include "core/log.hpp"
#include "http/as_data.hpp"
#include "http/form_tokens.hpp"
#include "http/syntax.hpp"

namespace freehold::http {
namespace {

constexpr std::string_view form_type = "application/x-www-form-urlencoded";

// A body that was large once must not stay with its connection.
constexpr std::size_t kept_capacity = 64 * 1024;

void keep_memory(std::string& from, std::string& into) {
  if (from.capacity() > kept_capacity) return;
  from.clear();
  into.swap(from);
}

}  // namespace

std::string_view name_of(Method method) {
  switch (method) {
    case Method::get:
      return "GET";
    case Method::head:
      return "HEAD";
    case Method::post:
      return "POST";
    case Method::put:
      return "PUT";
    case Method::patch:
      return "PATCH";
    case Method::del:
      return "DELETE";
    case Method::options:
      return "OPTIONS";
  }
  return "";
}

bool is_safe(Method method) {
  return method == Method::get || method == Method::head || method == Method::options;
}

std::string_view Fields::get(std::string_view name) const {
  for (const auto& [field, value] : items_)
    if (field == name) return value;
  return {};
}

bool Fields::has(std::string_view name) const {
  return std::ranges::any_of(items_, [&](const auto& item) { return item.first == name; });
}

std::vector<std::string> Fields::all(std::string_view name) const {
  std::vector<std::string> values;
  for (const auto& [field, value] : items_)
    if (field == name) values.push_back(value);
  return values;
}

void Fields::add(std::string name, std::string value) {
  items_.emplace_back(std::move(name), std::move(value));
}

Fields parse_form(std::string_view text) {
  auto fields = parse_pairs(text);
  if (!fields) throw Problem::bad_request("invalid_form", "The form could not be read.");
  return std::move(*fields);
}

void Request::set_target(std::string_view text) {
  auto parsed = parse_target(text);
  auto fields = parsed ? parse_pairs(parsed->query) : std::nullopt;
  if (!fields) throw Problem::bad_request("invalid_target", "The address could not be read.");
  target = text;
  path = parsed->path;
  query = std::move(*fields);
  if (!parsed->host.empty()) host = parsed->host;
}

std::string_view Request::header(std::string_view name) const {
  const std::string_view text = header_text_;
  for (const Header& header : headers_) {
    if (header.name_size != name.size()) continue;
    if (equal_ignoring_case(text.substr(header.name_at, header.name_size), name))
      return text.substr(header.value_at, header.value_size);
  }
  return {};
}

std::string_view Request::cookie(std::string_view name) const {
  if (!takes_cookies_) return {};
  const std::string_view cookies = header("cookie");
  if (cookies.empty()) return {};
  if (!secure) return find_cookie(cookies, name).value_or(std::string_view());
  return find_cookie(cookies, "__Host-" + std::string(name)).value_or(std::string_view());
}

void Request::add_header(std::string_view name, std::string_view value) {
  const auto at = std::uint32_t(header_text_.size());
  const auto value_at = at + std::uint32_t(name.size());
  header_text_.append(name).append(value);
  headers_.push_back({at, std::uint32_t(name.size()), value_at, std::uint32_t(value.size())});
}

std::string_view Request::parameter(std::string_view name) const {
  const auto found = parameters.find(name);
  return found == parameters.end() ? std::string_view() : std::string_view(found->second);
}

bool Request::has_form() const {
  return is_media_type(header("content-type"), form_type);
}

const Fields& Request::form() const {
  if (form_) return *form_;
  if (is_media_type(header("content-type"), "application/json"))
    return form_.emplace(parse_json_form(body));
  if (!body.empty() && !has_form())
    throw Problem(415, "unsupported_media_type",
                  "Send a form, or a JSON object with Content-Type: application/json.");
  return form_.emplace(parse_form(body));
}

const Actor& Request::actor() const {
  if (!actor_) throw std::logic_error("the route has no actor: name a permission or `member`");
  return *actor_;
}

const Session& Request::session() const {
  if (!session_) throw std::logic_error("the route has no session: name `signed_in`");
  return *session_;
}

std::string Request::csrf_token() const {
  return tokens_ == nullptr ? std::string() : tokens_->token_for(*this);
}

bool Request::wants_fragment() const {
  return header("hx-request-type") == "partial";
}

Origin Request::origin() const {
  constexpr std::size_t longest_agent = 400;
  return {.request_id = id,
          .ip = ip,
          .user_agent = std::string(header("user-agent").substr(0, longest_agent)),
          .trace_id = trace_id};
}

log::Cause Request::cause() const {
  log::Cause cause{.request = id, .trace = trace_id};
  if (actor_) cause.tenant = actor_->tenant();
  return cause;
}

void Request::clear() {
  Request fresh;
  for (std::string Request::* member :
       {&Request::target, &Request::path, &Request::host, &Request::body, &Request::id,
        &Request::trace_id, &Request::ip, &Request::header_text_})
    keep_memory(this->*member, fresh.*member);
  headers_.clear();
  fresh.headers_.swap(headers_);
  *this = std::move(fresh);
}

}  // namespace freehold::http
