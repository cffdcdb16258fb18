// Reading the JSON objects that the simulator keeps: absent and null are the same thing here.
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <string>
#include <string_view>

namespace freehold::simulator {

namespace json = boost::json;

std::string text_of(const json::object& object, std::string_view key);  // "" when absent
std::int64_t number_of(const json::object& object, std::string_view key,
                       std::int64_t otherwise = 0);
bool flag_of(const json::object& object, std::string_view key);
bool is_set(const json::object& object, std::string_view key);  // neither absent nor null

// The object or array under `key`; an empty one when it is absent.
const json::object& object_of(const json::object& object, std::string_view key);
const json::array& array_of(const json::object& object, std::string_view key);

// Text, or null when it is empty: how Stripe shows what was never given.
json::value text_or_null(std::string_view text);
// Seconds, or null for zero.
json::value number_or_null(std::int64_t number);

// Gives each of the members in `names`, separated by spaces, the same value. Stripe's objects have
// dozens that are null, zero or empty to begin with.
void set_all(json::object& object, std::string_view names, const json::value& value);

// An object with this `data`, as Stripe nests lists: {"object":"list","data":[…],…}.
json::object list_object(json::array data, std::string_view url);

// Indented as Stripe indents its answers and events, so that a receiver which verifies a signature
// over re-serialised JSON fails here as it would fail there.
std::string indented(const json::value& value);

}  // namespace freehold::simulator
