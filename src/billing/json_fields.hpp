// Reading fields of Stripe's objects, whatever is missing on the way. Private to this module, for
// .cpp files.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.hpp"
#include "core/time.hpp"

namespace freehold::billing::fields {

// A path of keys and numbers: at(&v, "items", "data", 0, "price"). Null when any step is missing.
inline const json::value* at(const json::value* value) {
  return value;
}
template <class... Rest>
const json::value* at(const json::value* value, int index, Rest... rest);
template <class... Rest>
const json::value* at(const json::value* value, const char* key, Rest... rest) {
  const json::object* object = value != nullptr ? value->if_object() : nullptr;
  return at(object != nullptr ? object->if_contains(key) : nullptr, rest...);
}
template <class... Rest>
const json::value* at(const json::value* value, int index, Rest... rest) {
  const json::array* array = value != nullptr ? value->if_array() : nullptr;
  const bool there = array != nullptr && std::size_t(index) < array->size();
  return at(there ? &(*array)[std::size_t(index)] : nullptr, rest...);
}

inline std::optional<std::string> text(const json::value* value) {
  if (value == nullptr || !value->is_string()) return {};
  return std::string(value->get_string());
}

inline std::optional<std::int64_t> number(const json::value* value) {
  if (value == nullptr || !value->is_int64()) return {};
  return value->get_int64();
}

inline std::optional<Instant> time(const json::value* value) {
  const auto seconds = number(value);
  if (!seconds) return {};
  return from_unix_seconds(*seconds);
}

// An id, or an expanded object's id.
inline std::optional<std::string> id_of(const json::value* value) {
  if (value == nullptr) return {};
  return value->is_object() ? text(at(value, "id")) : text(value);
}

inline bool flag(const json::value* value) {
  return value != nullptr && value->is_bool() && value->get_bool();
}

// The elements of a list object's `data`.
inline std::vector<json::value> data_of(const json::value& list) {
  const json::value* data = at(&list, "data");
  const json::array* array = data != nullptr ? data->if_array() : nullptr;
  if (array == nullptr) return {};
  return {array->begin(), array->end()};
}

}  // namespace freehold::billing::fields
