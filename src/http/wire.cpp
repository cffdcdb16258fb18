#include "http/wire.hpp"

#include <charconv>
#include <stdexcept>

#include "core/time.hpp"
#include "http/syntax.hpp"

namespace freehold::http {
namespace {

void append_number(std::string& out, std::size_t number) {
  char digits[20];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  out.append(digits, end);
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

void append_checked(std::string& out, std::string_view name, std::string_view value) {
  if (!is_token(name) || !is_header_value(value))
    throw std::logic_error("a header that cannot be sent: " + std::string(name));
  append_field(out, name, value);
}

void append_cookie(std::string& out, const Cookie& cookie) {
  if (!is_token(cookie.name) || !is_cookie_value(cookie.value))
    throw std::logic_error("a cookie that cannot be sent: " + cookie.name);
  out.append("Set-Cookie: ").append(cookie.name).append("=").append(cookie.value);
  out.append("; Path=/");
  if (cookie.max_age) out.append("; Max-Age=").append(std::to_string(*cookie.max_age));
  if (cookie.secure) out.append("; Secure");
  if (cookie.http_only) out.append("; HttpOnly");
  out.append("; SameSite=").append(cookie.same_site).append("\r\n");
}

// A body whose length nobody knows comes in chunks; to a client that knows none, until the
// connection ends (RFC 9112, 6.3).
void append_length(std::string& out, const Response& response, const SendOptions& options) {
  if (response.pieces) {
    if (!options.is_http_1_0) append_field(out, "Transfer-Encoding", "chunked");
    return;
  }
  out.append("Content-Length: ");
  append_number(out, response.content().size());
  out.append("\r\n");
}

}  // namespace

std::string header_lines(const std::vector<std::pair<std::string, std::string>>& headers) {
  std::string lines;
  for (const auto& [name, value] : headers) append_checked(lines, name, value);
  return lines;
}

void append_head(std::string& out, const Response& response, const SendOptions& options) {
  out.append("HTTP/1.1 ");
  append_number(out, std::size_t(response.status));
  out.append(" ").append(reason_of(response.status)).append("\r\n");
  append_field(out, "Date", options.date);
  if (has_content(response.status)) {
    append_checked(out, "Content-Type", response.content_type);
    append_length(out, response, options);
  }
  if (!options.request_id.empty()) append_field(out, "Request-Id", options.request_id);
  out.append(response.fixed_headers).append(response.static_headers);
  for (const auto& [name, value] : response.headers) append_checked(out, name, value);
  for (const Cookie& cookie : response.cookies) append_cookie(out, cookie);
  if (!options.keep_alive) {
    out.append("Connection: close\r\n");
  } else if (options.is_http_1_0) {
    out.append("Connection: keep-alive\r\n");
  }
  out.append("\r\n");
}

void append_passed_head(std::string& out, int status, std::string_view fields,
                        const PassedHead& head) {
  out.append("HTTP/1.1 ");
  append_number(out, std::size_t(status));
  out.append(" ").append(reason_of(status)).append("\r\n").append(fields);
  append_field(out, "Request-Id", head.request_id);
  if (head.length) {
    out.append("Content-Length: ");
    append_number(out, *head.length);
    out.append("\r\n");
  }
  if (head.in_chunks) append_field(out, "Transfer-Encoding", "chunked");
  if (head.upgrade) {
    append_field(out, "Connection", "Upgrade");
  } else if (!head.keep_alive) {
    append_field(out, "Connection", "close");
  } else if (head.is_http_1_0) {
    append_field(out, "Connection", "keep-alive");
  }
  out.append("\r\n");
}

void append_chunk(std::string& out, std::string_view piece) {
  char digits[20];
  const auto end = std::to_chars(digits, digits + sizeof digits, piece.size(), 16).ptr;
  out.append(digits, end).append("\r\n").append(piece).append("\r\n");
}

bool has_content(int status) {
  return status >= 200 && status != 204 && status != 304;
}

std::string http_date(std::int64_t unix_seconds) {
  constexpr std::string_view days = "ThuFriSatSunMonTueWed";
  constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
  const Date date = date_of(from_unix_seconds(unix_seconds));
  const auto second_of_day = unix_seconds - to_unix_seconds(start_of(date));
  const auto weekday = std::size_t((to_unix_seconds(start_of(date)) / 86'400) % 7);
  return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT", days.substr(weekday * 3, 3), date.day,
                     months.substr((date.month - 1) * 3, 3), date.year, second_of_day / 3600,
                     second_of_day / 60 % 60, second_of_day % 60);
}

}  // namespace freehold::http
