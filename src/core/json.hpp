// Described structs to JSON and back. A member is its key; an optional that is empty is null, or
// left out where the struct is sparse (json_fwd.hpp); an enumerator is its name; ids, instants and
// money have their textual forms; a resource begins with what it is (json_fwd.hpp). Reading reports
// every field that is wrong, by its path, and refuses fields that the struct does not have.
//
// Not for faces: it includes Boost.JSON (a face that needs to name a value includes json_fwd.hpp).
#pragma once

#include <boost/describe.hpp>
#include <boost/json.hpp>
#include <concepts>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "core/id.hpp"
#include "core/json_fwd.hpp"
#include "core/money.hpp"
#include "core/problem.hpp"
#include "core/time.hpp"

namespace freehold {

namespace detail {

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <class T>
inline constexpr bool is_vector = false;
template <class T>
inline constexpr bool is_vector<std::vector<T>> = true;
template <class T>
inline constexpr bool is_map = false;
template <class T>
inline constexpr bool is_map<std::map<std::string, T>> = true;
template <class T>
inline constexpr bool is_id = false;
template <class Tag>
inline constexpr bool is_id<Id<Tag>> = true;

template <class T>
concept DescribedStruct = std::is_class_v<T> && boost::describe::has_describe_members<T>::value;
template <class T>
concept DescribedEnum = std::is_enum_v<T> && boost::describe::has_describe_enumerators<T>::value;

template <class T>
using Members = boost::describe::describe_members<T, boost::describe::mod_any_access |
                                                         boost::describe::mod_inherited>;

}  // namespace detail

// The name of a described enumerator, and back.
template <detail::DescribedEnum E>
std::string_view name_of(E value) {
  std::string_view name = "?";
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>([&](auto d) {
    if (d.value == value) name = d.name;
  });
  return name;
}

template <detail::DescribedEnum E>
std::optional<E> parse_enum(std::string_view text) {
  std::optional<E> found;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>([&](auto d) {
    if (text == d.name) found = d.value;
  });
  return found;
}

// "{"amount":4900,"currency":"usd"}"
json::value money_to_json(const Money& money);

template <class T>
json::value to_json(const T& value) {
  using namespace detail;
  if constexpr (std::same_as<T, json::value>) {
    return value;
  } else if constexpr (std::same_as<T, json::object> || std::same_as<T, json::array>) {
    return json::value(value);
  } else if constexpr (std::same_as<T, bool>) {
    return json::value(value);
  } else if constexpr (std::integral<T>) {
    return json::value(static_cast<std::int64_t>(value));
  } else if constexpr (std::floating_point<T>) {
    return json::value(static_cast<double>(value));
  } else if constexpr (std::convertible_to<T, std::string_view>) {
    return json::value(std::string_view(value));
  } else if constexpr (std::same_as<T, Instant>) {
    return json::value(to_rfc3339(value));
  } else if constexpr (std::same_as<T, Money>) {
    return money_to_json(value);
  } else if constexpr (std::same_as<T, Currency>) {
    return json::value(value.code());
  } else if constexpr (is_id<T>) {
    return json::value(to_string(value));
  } else if constexpr (is_optional<T>) {
    return value ? to_json(*value) : json::value(nullptr);
  } else if constexpr (is_vector<T>) {
    json::array array;
    array.reserve(value.size());
    for (const auto& item : value) array.push_back(to_json(item));
    return array;
  } else if constexpr (is_map<T>) {
    json::object object;
    for (const auto& [key, item] : value) object[key] = to_json(item);
    return object;
  } else if constexpr (DescribedEnum<T>) {
    return json::value(name_of(value));
  } else {
    static_assert(DescribedStruct<T>, "describe the struct with BOOST_DESCRIBE_STRUCT");
    json::object object;
    if constexpr (Resource<T>) object["object"] = T::object;
    boost::mp11::mp_for_each<Members<T>>([&](auto member) {
      const auto& field = value.*member.pointer;
      if constexpr (Sparse<T> && is_optional<std::remove_cvref_t<decltype(field)>>) {
        if (!field) return;
      }
      object[member.name] = to_json(field);
    });
    return object;
  }
}

// Reads `value` into `into`; every mistake goes to `errors` with the path of its field.
template <class T>
void read_json(const json::value& value, T& into, const std::string& path, FieldErrors& errors);

namespace detail {

void wrong_type(const std::string& path, std::string_view expected, FieldErrors& errors);
std::string join(const std::string& path, std::string_view name);
void refuse_unknown(const json::object& object, const std::vector<std::string_view>& known,
                    const std::string& path, FieldErrors& errors);
bool read_integer(const json::value& value, std::int64_t& into);

template <class T>
void read_struct(const json::value& value, T& into, const std::string& path, FieldErrors& errors) {
  const json::object* object = value.if_object();
  if (object == nullptr) return wrong_type(path, "an object", errors);
  std::vector<std::string_view> known;
  boost::mp11::mp_for_each<Members<T>>([&](auto member) {
    known.push_back(member.name);
    auto& field = into.*member.pointer;
    const json::value* found = object->if_contains(member.name);
    if (found != nullptr) {
      read_json(*found, field, join(path, member.name), errors);
    } else if constexpr (!is_optional<std::remove_cvref_t<decltype(field)>> &&
                         !is_vector<std::remove_cvref_t<decltype(field)>>) {
      errors.push_back({join(path, member.name), "is missing"});
    }
  });
  refuse_unknown(*object, known, path, errors);
}

}  // namespace detail

template <class T>
void read_json(const json::value& value, T& into, const std::string& path, FieldErrors& errors) {
  using namespace detail;
  if constexpr (std::same_as<T, json::value>) {
    into = value;
  } else if constexpr (std::same_as<T, json::object>) {
    if (!value.is_object()) return wrong_type(path, "an object", errors);
    into = value.get_object();
  } else if constexpr (std::same_as<T, bool>) {
    if (!value.is_bool()) return wrong_type(path, "true or false", errors);
    into = value.get_bool();
  } else if constexpr (std::integral<T>) {
    std::int64_t number = 0;
    if (!read_integer(value, number) || !std::in_range<T>(number))
      return wrong_type(path, "a whole number", errors);
    into = static_cast<T>(number);
  } else if constexpr (std::same_as<T, std::string>) {
    if (!value.is_string()) return wrong_type(path, "text", errors);
    into = std::string(value.get_string());
  } else if constexpr (std::same_as<T, Instant>) {
    const auto at = value.is_string() ? parse_rfc3339(value.get_string()) : std::nullopt;
    if (!at) return wrong_type(path, "a time such as 2026-11-22T09:30:00Z", errors);
    into = *at;
  } else if constexpr (is_id<T>) {
    const auto id = value.is_string() ? T::parse(value.get_string()) : std::nullopt;
    if (!id)
      return wrong_type(path, "an id that starts with " + std::string(T::prefix) + "_", errors);
    into = *id;
  } else if constexpr (is_optional<T>) {
    if (value.is_null()) return into.reset();
    read_json(value, into.emplace(), path, errors);
  } else if constexpr (is_vector<T>) {
    const json::array* array = value.if_array();
    if (array == nullptr) return wrong_type(path, "a list", errors);
    for (std::size_t i = 0; i < array->size(); ++i)
      read_json((*array)[i], into.emplace_back(), join(path, std::to_string(i)), errors);
  } else if constexpr (DescribedEnum<T>) {
    const auto found = value.is_string() ? parse_enum<T>(value.get_string()) : std::nullopt;
    if (!found) return wrong_type(path, "one of the allowed words", errors);
    into = *found;
  } else {
    read_struct(value, into, path, errors);
  }
}

// Parses `text` within limits (depth 32); an error is a Problem 400 `invalid_json` that says where.
json::value parse_json(std::string_view text);

// Reads a whole document into T. Throws Problem 400 for text that is not JSON, 422 with every field
// that is wrong.
template <class T>
T read_json_document(std::string_view text) {
  T into{};
  FieldErrors errors;
  read_json(parse_json(text), into, "", errors);
  if (!errors.empty()) throw Problem::invalid(std::move(errors));
  return into;
}

}  // namespace freehold
