// Lists: newest first, cut into pages by the ids of their elements.
// https://docs.stripe.com/api/pagination
#pragma once

#include <functional>
#include <string_view>

#include "simulator/params.hpp"
#include "simulator/state.hpp"

namespace freehold::simulator {

using Filter = std::function<bool(const Record&)>;

// One page of the records of `kind` that pass, by limit (1 to 100, default 10), starting_after and
// ending_before. With a `key` only records that it leads to are looked at.
json::value list_records(const State& state, const Params& params, std::string_view kind,
                         std::string_view url, const Filter& passes, const std::string& key = {});
// The first of these parameters that was sent: a key (keys.hpp) of everything that passes.
std::string keyed_by(const Params& params, std::initializer_list<std::string_view> names);
// The same over objects that lie inside another one, in their own order.
json::value list_objects(const Params& params, const json::array& objects, std::string_view url);

// The filter "created=1" or "created[gte]=1&created[lt]=2" on a member of the object.
Filter time_filter(const Params& params, std::string_view name);
// Passes what has `value` under `member`; everything when the parameter was not sent.
Filter member_filter(const Params& params, std::string_view name, std::string_view member);
Filter all_of(std::vector<Filter> filters);

// The kind of the elements of a list, by the last word of its url.
std::string_view kind_of_list(std::string_view url);

}  // namespace freehold::simulator
