// Lists of the API: `?limit=` (1 to 100, 20 unless told) and `?starting_after=` (the id of the last
// item of the page before), answered with
//
//   {"object":"list","data":[…],"has_more":true,"url":"/api/v1/documents"}
//
//   const auto paging = http::paging<DocumentId>(request);
//   auto documents = co_await newest(tx, paging.starting_after, paging.fetch());
//   co_return http::list(request, paging, std::move(documents));
//
// An id that is none of the list's is followed by nothing; text that cannot be one is a 422.
#pragma once

#include <algorithm>
#include <boost/describe.hpp>
#include <optional>
#include <string_view>
#include <vector>

#include "core/json_fwd.hpp"
#include "core/notes.hpp"
#include "http/request.hpp"

namespace freehold::http {

inline constexpr int usual_items = 20;
inline constexpr int most_items = 100;

template <class SomeId>
struct Paging {
  int limit = usual_items;
  std::optional<SomeId> starting_after;

  // How many rows to ask for: one more than are shown says whether there are more.
  int fetch() const { return limit + 1; }
};

// A part of a list, as it is sent.
template <Resource T>
struct Page {
  static constexpr std::string_view object = "list";
  std::vector<T> data;
  bool has_more = false;
  std::string url;
  BOOST_DESCRIBE_CLASS(Page, (), (data, has_more, url), (), ())
};

namespace detail {
// Throws Problem 422 that names the field.
int limit_of(const Request& request);
[[noreturn]] void refuse_starting_after(std::string_view prefix);
Notes notes_on_page(const Notes& item);
}  // namespace detail

template <Resource T>
Notes notes_on(const Page<T>*) {
  return detail::notes_on_page(notes_on(static_cast<const T*>(nullptr)));
}

template <class SomeId>
Paging<SomeId> paging(const Request& request) {
  Paging<SomeId> paging{.limit = detail::limit_of(request), .starting_after = {}};
  const std::string_view after = request.query.get("starting_after");
  if (after.empty()) return paging;
  paging.starting_after = SomeId::parse(after);
  if (!paging.starting_after) detail::refuse_starting_after(SomeId::prefix);
  return paging;
}

// `rows` as fetched; the surplus one is dropped. Include core/json.hpp where this is used.
template <class SomeId, Resource T>
Response list(const Request& request, const Paging<SomeId>& paging, std::vector<T> rows) {
  const bool has_more = rows.size() > std::size_t(paging.limit);
  if (has_more) rows.resize(std::size_t(paging.limit));
  const Page<T> page{.data = std::move(rows), .has_more = has_more, .url = request.path};
  return json(page);
}

// The page of a list that is at hand as a whole; `id_of(item)` is a SomeId.
template <class SomeId, Resource T, class IdOf>
Response list_of_all(const Request& request, const Paging<SomeId>& paging, std::vector<T> all,
                     IdOf id_of) {
  if (paging.starting_after) {
    const auto at = std::ranges::find(all, *paging.starting_after, id_of);
    all.erase(all.begin(), at == all.end() ? at : at + 1);
  }
  return list(request, paging, std::move(all));
}

}  // namespace freehold::http
