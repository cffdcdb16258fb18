#include "gateway/headers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <random>

#include "core/crypto.hpp"
#include "http/edge.hpp"

namespace freehold::gateway {
namespace {

char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Whether a list of tokens, separated by commas, has this one.
bool lists(std::string_view list, std::string_view token) {
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    if (same(trim(list.substr(0, comma)), token)) return true;
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return false;
}

std::uint64_t next_random() {
  thread_local std::mt19937_64 engine = [] {
    std::uint64_t seed = 0;
    for (const std::uint8_t byte : random_bytes(sizeof seed)) seed = seed << 8 | byte;
    return std::mt19937_64(seed);
  }();
  return engine() | 1;  // a span of zeros would be none
}

// The trace that the request belongs to, with a span of our own as the product's parent.
void append_trace(std::string& head, const http::Request& req) {
  const std::string_view sent = req.header("traceparent");
  const bool continues = sent.size() >= 55 && sent.substr(3, 32) == req.trace_id;
  const std::string_view flags = continues ? sent.substr(53, 2) : std::string_view("01");
  append_field(head, "Traceparent",
               fmt::format("00-{}-{:016x}-{}", req.trace_id, next_random(), flags));
  if (continues && !req.header("tracestate").empty())
    append_field(head, "Tracestate", req.header("tracestate"));
}

void append_connection(std::string& head, const http::Request& req, const Forwarded& with) {
  append_field(head, "Host", req.host.empty() ? with.authority : req.host);
  append_field(head, "X-Forwarded-For", req.ip);
  append_field(head, "X-Forwarded-Proto", req.secure ? "https" : "http");
  append_field(head, "X-Forwarded-Host", req.host.empty() ? with.authority : req.host);
  append_field(head, "Request-Id", req.id);
  append_trace(head, req);
  if (with.length) append_field(head, "Content-Length", std::to_string(*with.length));
  if (with.in_chunks) append_field(head, "Transfer-Encoding", "chunked");
  if (with.websocket) head += "Connection: Upgrade\r\nUpgrade: websocket\r\n";
}

}  // namespace

bool same(std::string_view a, std::string_view b) {
  return a.size() == b.size() && begins_with(a, b);
}

bool begins_with(std::string_view text, std::string_view start) {
  if (text.size() < start.size()) return false;
  for (std::size_t i = 0; i < start.size(); ++i)
    if (text[i] != start[i] && to_lower(text[i]) != to_lower(start[i])) return false;
  return true;
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

bool stays_here(std::string_view name, std::string_view connection) {
  constexpr std::array<std::string_view, 11> always{"Connection",
                                                    "Keep-Alive",
                                                    "Proxy-Connection",
                                                    "Proxy-Authenticate",
                                                    "Proxy-Authorization",
                                                    "TE",
                                                    "Trailer",
                                                    "Transfer-Encoding",
                                                    "Upgrade",
                                                    "Content-Length",
                                                    "Request-Id"};
  if (std::ranges::any_of(always, [&](std::string_view one) { return same(name, one); }))
    return true;
  return !connection.empty() && lists(connection, name);
}

bool is_ours_to_say(std::string_view name) {
  // A reader that turns names into variables cannot tell `_` from `-`; nginx drops them as well.
  if (name.find('_') != name.npos) return true;
  constexpr std::array<std::string_view, 3> groups{"Freehold-", "X-Forwarded-", "X-Original-"};
  constexpr std::array<std::string_view, 8> names{"Host",        "Forwarded", "X-Real-IP",
                                                  "Expect",      "Proxy",     "X-Rewrite-URL",
                                                  "Traceparent", "Tracestate"};
  return std::ranges::any_of(groups,
                             [&](std::string_view one) { return begins_with(name, one); }) ||
         std::ranges::any_of(names, [&](std::string_view one) { return same(name, one); });
}

std::string without_our_cookies(std::string_view cookies) {
  std::string kept;
  while (!cookies.empty()) {
    const std::size_t end = std::min(cookies.find(';'), cookies.size());
    const std::string_view cookie = trim(cookies.substr(0, end));
    cookies.remove_prefix(std::min(end + 1, cookies.size()));
    std::string_view name = trim(cookie.substr(0, cookie.find('=')));
    if (begins_with(name, "__Host-")) name.remove_prefix(7);
    if (cookie.empty() || begins_with(name, "fh_")) continue;
    kept.append(kept.empty() ? "" : "; ").append(cookie);
  }
  return kept;
}

bool is_our_key(std::string_view authorization) {
  constexpr std::string_view scheme = "Bearer ";
  if (!begins_with(authorization, scheme)) return false;
  const std::string_view key = trim(authorization.substr(scheme.size()));
  return key.starts_with("fh_ak_") || key.starts_with("fh_sk_");
}

std::string origin_form(std::string_view target) {
  if (target.starts_with('/')) return std::string(target);
  const std::size_t scheme = target.find("://");
  const std::size_t path = target.find_first_of("/?", scheme == target.npos ? 0 : scheme + 3);
  if (path == target.npos) return "/";
  return std::string(target[path] == '?' ? "/" : "").append(target.substr(path));
}

bool wants_websocket(const http::Request& req) {
  return req.method == http::Method::get && same(trim(req.header("upgrade")), "websocket") &&
         lists(req.header("connection"), "upgrade");
}

std::string request_head(const http::Request& req, const Forwarded& with) {
  std::string head;
  head.reserve(2048);
  head.append(http::name_of(req.method)).append(" ").append(origin_form(req.target));
  head.append(" HTTP/1.1\r\n");
  append_connection(head, req, with);
  const auto fields = http::Edge::fields_of(req);
  std::string connection;
  for (const auto& [name, value] : fields)
    if (same(name, "Connection")) connection.append(",").append(value);
  for (const auto& [name, value] : fields) {
    if (stays_here(name, connection) || is_ours_to_say(name)) continue;
    if (same(name, "Authorization") && is_our_key(value)) continue;
    if (same(name, "Cookie")) {
      const std::string kept = without_our_cookies(value);
      if (!kept.empty()) append_field(head, name, kept);
    } else {
      append_field(head, name, value);
    }
  }
  head.append(with.identity).append("\r\n");
  return head;
}

}  // namespace freehold::gateway
