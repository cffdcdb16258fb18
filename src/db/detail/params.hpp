// The caller's parameters of a statement, encoded.
#pragma once

#include <cstdint>
#include <string>

#include "db/detail/types.hpp"

namespace freehold::db::detail {

// libpq is given pointers from a fixed array; no statement of ours comes near.
inline constexpr std::size_t max_parameters = 64;

// Each value with its length in front, -1 for null, in one buffer.
struct Params {
  std::string bytes;
  std::size_t count = 0;

  template <class T>
  void add(const T& value) {
    ++count;
    if constexpr (is_optional<T>) {
      if (!value) return put_number(bytes, std::int32_t{-1});
      put_sized(bytes, *value);
    } else {
      put_sized(bytes, value);
    }
  }
};

template <class... Args>
Params encode(const Args&... args) {
  static_assert(sizeof...(Args) < max_parameters, "pass arrays instead of so many parameters");
  Params params;
  (params.add(args), ...);
  return params;
}

}  // namespace freehold::db::detail
