#include "simulator/form.hpp"

#include <fmt/format.h>

#include <span>
#include <string>
#include <vector>

#include "simulator/stripe_error.hpp"

namespace freehold::simulator {

namespace {

constexpr std::size_t max_fields = 1000;
constexpr std::size_t max_depth = 8;

StripeError malformed(std::string message) {
  return StripeError::parameter("parameter_invalid", {}, std::move(message));
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// The length of the UTF-8 sequence that begins at `at`; 0 when there is none (RFC 3629).
std::size_t sequence_length(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(at);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || at + length > text.size()) return 0;
  for (std::size_t i = at + 1; i < at + length; ++i)
    if ((byte(i) & 0xC0) != 0x80) return 0;
  const unsigned char second = byte(at + 1);
  const bool overlong = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
  const bool surrogate = lead == 0xED && second > 0x9F;
  const bool beyond = lead == 0xF4 && second > 0x8F;
  return overlong || surrogate || beyond ? 0 : length;
}

void require_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = sequence_length(text, at);
    if (length == 0 || text[at] == '\0') throw malformed("Invalid UTF-8 or NUL in a parameter.");
    at += length;
  }
}

std::string decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      out += ' ';
    } else if (text[i] == '%') {
      const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
      if (high < 0 || low < 0) throw malformed("Invalid %-encoding in a parameter.");
      out += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      out += text[i];
    }
  }
  require_utf8(out);
  return out;
}

// "items[0][price]" → items, 0, price. Brackets that do not pair up are part of the name.
std::vector<std::string> parts_of(const std::string& name) {
  const std::size_t open = name.find('[');
  if (open == std::string::npos || open == 0 || name.back() != ']') return {name};
  std::vector<std::string> parts{name.substr(0, open)};
  for (std::size_t at = open; at < name.size();) {
    const std::size_t close = name.find(']', at);
    if (name[at] != '[' || close == std::string::npos) return {name};
    parts.push_back(name.substr(at + 1, close - at - 1));
    at = close + 1;
  }
  if (parts.size() > max_depth) throw malformed("A parameter is nested too deeply.");
  return parts;
}

// True when the rest of a name already has a value in `element`, so that "[]" begins a new one.
bool holds(const json::object& element, std::span<const std::string> rest) {
  const json::value* value = element.if_contains(rest.front());
  if (value == nullptr) return false;
  if (rest.size() == 1 || !value->is_object()) return true;
  return rest[1].empty() ? false : holds(value->get_object(), rest.subspan(1));
}

// The key that "[]" stands for.
std::string next_key(const json::object& list, std::span<const std::string> rest) {
  if (list.empty()) return "0";
  const std::string last = std::to_string(list.size() - 1);
  const json::value* element = list.if_contains(last);
  const bool same_element = !rest.empty() && element != nullptr && element->is_object() &&
                            !holds(element->get_object(), rest);
  return same_element ? last : std::to_string(list.size());
}

void put(json::object& into, std::span<const std::string> parts, std::string_view value,
         const std::string& name) {
  std::string key = parts.front();
  const auto rest = parts.subspan(1);
  if (key.empty()) key = next_key(into, rest);
  json::value& field = into[key];
  if (rest.empty()) {
    if (field.is_object()) throw malformed(fmt::format("Invalid value for {}: a group.", name));
    field = value;
    return;
  }
  if (field.is_string()) throw malformed(fmt::format("Invalid value for {}: not a group.", name));
  if (field.is_null()) field.emplace_object();
  put(field.get_object(), rest, value, name);
}

}  // namespace

json::object parse_nested_form(std::string_view text) {
  json::object fields;
  std::size_t count = 0;
  while (!text.empty()) {
    const std::size_t end = text.find('&');
    const std::string_view pair = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    if (pair.empty()) continue;
    if (++count > max_fields) throw malformed("A request has at most 1,000 parameters.");

    const std::size_t equals = pair.find('=');
    const std::string name = decode(pair.substr(0, equals));
    const std::string value =
        equals == std::string_view::npos ? std::string() : decode(pair.substr(equals + 1));
    if (name.empty()) continue;
    put(fields, parts_of(name), value, name);
  }
  return fields;
}

}  // namespace freehold::simulator
