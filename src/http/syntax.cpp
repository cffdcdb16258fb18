#include "http/syntax.hpp"

#include <algorithm>
#include <charconv>

#include "core/utf8.hpp"

namespace freehold::http {
namespace {

constexpr std::string_view token_marks = "!#$%&'*+-.^_`|~";

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_alnum(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_lower_hex(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); });
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

// Neither a segment that means another place nor a character that some reader takes for a slash.
bool is_plain_path(std::string_view path) {
  if (path.empty() || path.front() != '/' || path.find('\\') != path.npos) return false;
  std::string_view rest = path.substr(1);
  while (!rest.empty()) {
    const std::string_view segment = next_part(rest, '/');
    if (segment.empty() || segment == "." || segment == "..") return false;
  }
  return true;
}

// A path whose escapes hide neither a slash nor a control character.
std::optional<std::string> decode_path(std::string_view path) {
  if (path.find('%') == path.npos) return std::string(path);
  for (std::size_t at = path.find('%'); at != path.npos; at = path.find('%', at + 1)) {
    const std::string_view escape = path.substr(at, 3);
    if (equal_ignoring_case(escape, "%2f") || equal_ignoring_case(escape, "%5c")) return {};
  }
  auto decoded = percent_decode(path, Plus::literal);
  if (!decoded || std::ranges::any_of(*decoded, is_control)) return {};
  return decoded;
}

// Takes scheme and host from the front of an absolute target.
bool split_host(std::string_view& target, Target& into) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!equal_ignoring_case(target.substr(0, scheme.size()), scheme)) continue;
    target.remove_prefix(scheme.size());
    const std::size_t end = std::min(target.find_first_of("/?"), target.size());
    into.host = target.substr(0, end);
    target.remove_prefix(end);
    return !into.host.empty() && is_host(into.host);
  }
  return false;
}

// Thousandths: "0.25" is 250; none when it is not a qvalue.
std::optional<int> parse_quality(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return {};
  int value = (text[0] - '0') * 1000;
  if (text.size() == 1) return value;
  if (text[1] != '.') return {};
  int unit = 100;
  for (const char c : text.substr(2)) {
    if (!is_digit(c)) return {};
    value += (c - '0') * unit;
    unit /= 10;
  }
  if (value > 1000) return {};
  return value;
}

}  // namespace

char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (a[i] != b[i] && to_lower(a[i]) != to_lower(b[i])) return false;
  return true;
}

std::string_view trim(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return is_alnum(c) || token_marks.find(c) != token_marks.npos;
  });
}

bool is_header_value(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return is_control(c) && c != '\t'; });
}

std::string_view next_part(std::string_view& rest, char separator) {
  const std::size_t at = rest.find(separator);
  const std::string_view part = rest.substr(0, at);
  rest.remove_prefix(at == rest.npos ? rest.size() : at + 1);
  return part;
}

std::optional<std::string> percent_decode(std::string_view text, Plus plus) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size()) return {};
      const int high = hex_value(text[i + 1]);
      const int low = hex_value(text[i + 2]);
      if (high < 0 || low < 0) return {};
      c = char(high << 4 | low);
      i += 2;
    } else if (c == '+' && plus == Plus::space) {
      c = ' ';
    }
    if (c == '\0') return {};
    decoded += c;
  }
  if (!is_utf8(decoded)) return {};
  return decoded;
}

std::optional<Fields> parse_pairs(std::string_view text) {
  constexpr std::size_t field_limit = 200;
  Fields fields;
  while (!text.empty()) {
    std::string_view value = next_part(text, '&');
    if (value.empty()) continue;
    const std::string_view name = next_part(value, '=');
    auto decoded_name = percent_decode(name, Plus::space);
    auto decoded_value = percent_decode(value, Plus::space);
    if (!decoded_name || !decoded_value || fields.items().size() == field_limit) return {};
    fields.add(std::move(*decoded_name), std::move(*decoded_value));
  }
  return fields;
}

std::optional<Target> parse_target(std::string_view target) {
  if (!std::ranges::all_of(target, [](char c) { return c > 0x20 && c < 0x7f && c != '#'; }))
    return {};
  if (target == "*") return Target{.path = "*", .query = {}, .host = {}};
  Target parsed;
  if (!target.starts_with('/') && !split_host(target, parsed)) return {};
  std::string_view path = next_part(target, '?');
  if (path.empty() && !parsed.host.empty()) path = "/";
  auto decoded = decode_path(path);
  if (!decoded || !is_plain_path(*decoded)) return {};
  parsed.path = std::move(*decoded);
  parsed.query = target;
  return parsed;
}

bool is_host(std::string_view text) {
  constexpr std::string_view marks = ".-_:[]";
  return text.size() <= 255 && std::ranges::all_of(text, [&](char c) {
           return is_alnum(c) || marks.find(c) != marks.npos;
         });
}

std::optional<std::string_view> find_cookie(std::string_view header, std::string_view name) {
  while (!header.empty()) {
    std::string_view value = trim(next_part(header, ';'));
    if (value.find('=') == value.npos) continue;
    if (trim(next_part(value, '=')) == name) return trim(value);
  }
  return {};
}

bool is_cookie_value(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    return c > 0x20 && c < 0x7f && c != '"' && c != ',' && c != ';' && c != '\\';
  });
}

bool is_media_type(std::string_view content_type, std::string_view media_type) {
  return equal_ignoring_case(trim(next_part(content_type, ';')), media_type);
}

std::string_view name_of(Coding coding) {
  switch (coding) {
    case Coding::br:
      return "br";
    case Coding::gzip:
      return "gzip";
    case Coding::identity:
      break;
  }
  return "identity";
}

Coding best_coding(std::string_view accept_encoding, Offer offer) {
  std::optional<int> br, gzip, any;
  while (!accept_encoding.empty()) {
    std::string_view parameters = next_part(accept_encoding, ',');
    const std::string_view name = trim(next_part(parameters, ';'));
    std::string_view value = trim(parameters);
    std::optional<int> quality = 1000;
    if (!value.empty()) {
      const std::string_view q = trim(next_part(value, '='));
      quality = equal_ignoring_case(q, "q") ? parse_quality(trim(value)) : std::nullopt;
    }
    if (!quality) continue;
    if (equal_ignoring_case(name, "br")) br = quality;
    if (equal_ignoring_case(name, "gzip") || equal_ignoring_case(name, "x-gzip")) gzip = quality;
    if (name == "*") any = quality;
  }
  const int br_quality = offer.br ? br.value_or(any.value_or(0)) : 0;
  const int gzip_quality = offer.gzip ? gzip.value_or(any.value_or(0)) : 0;
  if (br_quality > 0 && br_quality >= gzip_quality) return Coding::br;
  if (gzip_quality > 0) return Coding::gzip;
  return Coding::identity;
}

std::string_view trace_id_of(std::string_view traceparent) {
  constexpr std::size_t size = 55;  // "00-" 32 "-" 16 "-" 2
  if (traceparent.size() < size) return {};
  const std::string_view version = traceparent.substr(0, 2);
  if (!is_lower_hex(version) || version == "ff") return {};
  if (traceparent.size() > size && (version == "00" || traceparent[size] != '-')) return {};
  const std::string_view trace = traceparent.substr(3, 32);
  const std::string_view parent = traceparent.substr(36, 16);
  if (traceparent[2] != '-' || traceparent[35] != '-' || traceparent[52] != '-') return {};
  if (!is_lower_hex(trace) || !is_lower_hex(parent) || !is_lower_hex(traceparent.substr(53, 2)))
    return {};
  const auto is_zero = [](std::string_view text) {
    return text.find_first_not_of('0') == text.npos;
  };
  if (is_zero(trace) || is_zero(parent)) return {};
  return trace;
}

bool matches_etag(std::string_view if_none_match, std::string_view etag) {
  while (!if_none_match.empty()) {
    std::string_view candidate = trim(next_part(if_none_match, ','));
    if (candidate == "*") return true;
    if (candidate.starts_with("W/")) candidate.remove_prefix(2);
    if (candidate == etag) return true;
  }
  return false;
}

}  // namespace freehold::http
