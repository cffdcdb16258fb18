#include "http/list.hpp"

#include <charconv>

#include "core/json.hpp"

namespace freehold::http::detail {

int limit_of(const Request& request) {
  const std::string_view text = request.query.get("limit");
  if (text.empty()) return usual_items;
  int limit = 0;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, limit);
  if (parsed.ec != std::errc() || parsed.ptr != end || limit < 1 || limit > most_items)
    throw Problem::invalid({{"limit", "must be a whole number from 1 to 100"}});
  return limit;
}

void refuse_starting_after(std::string_view prefix) {
  const std::string words = prefix.empty()
                                ? "must be the id of an item of this list"
                                : fmt::format("must be an id that starts with {}_", prefix);
  throw Problem::invalid({{"starting_after", words}});
}

Notes notes_on_page(const Notes& item) {
  return {item.name + "List",
          "A part of a list.",
          {{"data", "The items, in the order of the list."},
           {"has_more", "Whether items follow the last one; ask with `starting_after`."},
           {"url", "The address of the list."}}};
}

}  // namespace freehold::http::detail
