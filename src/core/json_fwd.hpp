// Names of Boost.JSON for faces that only pass values on, and what makes a struct a resource.
#pragma once

#include <concepts>
#include <string_view>

namespace boost::json {
class value;
class object;
class array;
}  // namespace boost::json

namespace freehold {

namespace json = boost::json;

// What the API gives says what it is, so that a program can tell one thing from another wherever it
// finds it: `static constexpr std::string_view object = "document";` in a described struct becomes
// the first member of its JSON. Values without a life of their own, such as an amount, have none.
template <class T>
concept Resource = std::same_as<decltype(T::object), const std::string_view>;

// What leaves out its empty members instead of saying null, because most of them are:
// `static constexpr bool is_sparse = true;` in a described struct.
template <class T>
concept Sparse = T::is_sparse;

}  // namespace freehold
