#include "core/json.hpp"

#include <fmt/format.h>

namespace freehold {

json::value money_to_json(const Money& money) {
  return json::object{{"amount", money.minor}, {"currency", money.currency.code()}};
}

namespace detail {

void wrong_type(const std::string& path, std::string_view expected, FieldErrors& errors) {
  errors.push_back({path, fmt::format("must be {}", expected)});
}

std::string join(const std::string& path, std::string_view name) {
  return path.empty() ? std::string(name) : fmt::format("{}.{}", path, name);
}

void refuse_unknown(const json::object& object, const std::vector<std::string_view>& known,
                    const std::string& path, FieldErrors& errors) {
  for (const auto& member : object) {
    const std::string_view name = member.key();
    if (std::ranges::find(known, name) == known.end())
      errors.push_back({join(path, name), "is not a field of this request"});
  }
}

bool read_integer(const json::value& value, std::int64_t& into) {
  if (value.is_int64()) {
    into = value.get_int64();
    return true;
  }
  if (value.is_uint64() && std::in_range<std::int64_t>(value.get_uint64())) {
    into = std::int64_t(value.get_uint64());
    return true;
  }
  return false;
}

}  // namespace detail

json::value parse_json(std::string_view text) {
  json::parse_options options;
  options.max_depth = 32;
  boost::system::error_code error;
  json::stream_parser parser({}, options);
  const std::size_t read = parser.write_some(text.data(), text.size(), error);
  if (!error && read < text.size()) error = json::error::extra_data;
  if (!error) parser.finish(error);
  if (error) {
    throw Problem::bad_request(
        "invalid_json",
        fmt::format("The body is not valid JSON (near byte {}): {}.", read, error.message()));
  }
  return parser.release();
}

}  // namespace freehold
