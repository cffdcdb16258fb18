#include "http/list.hpp"

#include <charconv>

#include "core/json.hpp"

namespace freehold::http::detail {

int limit_of(const Request& request) {
  constexpr int usual = 20;
  constexpr int most = 100;
  const std::string_view text = request.query.get("limit");
  if (text.empty()) return usual;
  int limit = 0;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, limit);
  if (parsed.ec != std::errc() || parsed.ptr != end || limit < 1 || limit > most)
    throw Problem::invalid({{"limit", "must be a whole number from 1 to 100"}});
  return limit;
}

void refuse_starting_after(std::string_view prefix) {
  const std::string words = prefix.empty()
                                ? "must be the id of an item of this list"
                                : fmt::format("must be an id that starts with {}_", prefix);
  throw Problem::invalid({{"starting_after", words}});
}

Response list_response(const Request& request, json::array data, bool has_more) {
  return json_response(200, json::object{{"object", "list"},
                                         {"data", std::move(data)},
                                         {"has_more", has_more},
                                         {"url", request.path}});
}

}  // namespace freehold::http::detail
