// How C++ values and PostgreSQL's correspond: the type's name and its binary format, as the
// server's send and receive functions have it (integers big-endian).
// https://www.postgresql.org/docs/15/protocol-message-formats.html, src/backend/utils/adt
#pragma once

#include <bit>
#include <boost/describe.hpp>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "core/id.hpp"
#include "core/time.hpp"

namespace freehold::db {

struct RawJson {
  std::string text;
  friend bool operator==(const RawJson&, const RawJson&) = default;
};
struct RawBytes {
  std::string bytes;
  friend bool operator==(const RawBytes&, const RawBytes&) = default;
};

}  // namespace freehold::db

namespace freehold::db::detail {

// pg_type.dat has these numbers; they never change.
struct Type {
  std::string_view name;
  std::uint32_t oid;
  std::string_view array_name;
  std::uint32_t array_oid;
};
inline constexpr Type bool_type{"bool", 16, "bool[]", 1000};
inline constexpr Type bytea_type{"bytea", 17, "bytea[]", 1001};
inline constexpr Type int8_type{"int8", 20, "int8[]", 1016};
inline constexpr Type int4_type{"int4", 23, "int4[]", 1007};
inline constexpr Type text_type{"text", 25, "text[]", 1009};
inline constexpr Type float8_type{"float8", 701, "float8[]", 1022};
inline constexpr Type timestamptz_type{"timestamptz", 1184, "timestamptz[]", 1185};
inline constexpr Type uuid_type{"uuid", 2950, "uuid[]", 2951};
inline constexpr Type jsonb_type{"jsonb", 3802, "jsonb[]", 3807};

// The type with this number; an empty name when it is none of the above or their arrays.
Type find_type(std::uint32_t oid);

struct Column {
  std::string_view name;
  Type type;
  bool nullable;
};

// A value of the answer; no bytes when it is null.
using Cell = std::optional<std::string_view>;

// A value that is not what the query's row says. Becomes a QueryError that names the column.
struct Undecodable {
  std::string_view reason;
};

template <std::integral Number>
void put_number(std::string& out, Number number) {
  const Number big = std::byteswap(number);
  out.append(reinterpret_cast<const char*>(&big), sizeof big);
}

template <std::integral Number>
Number take_number(std::string_view bytes) {
  if (bytes.size() != sizeof(Number)) throw Undecodable{"has the wrong length for its type"};
  Number big;
  std::memcpy(&big, bytes.data(), sizeof big);
  return std::byteswap(big);
}

// Cuts `size` bytes off the front.
std::string_view take_bytes(std::string_view& bytes, std::size_t size);

std::int64_t to_postgres(Instant at);
Instant from_postgres(std::int64_t micros);

template <class T>
concept DescribedStruct = std::is_class_v<T> && boost::describe::has_describe_members<T>::value;
template <class T>
concept DescribedEnum = std::is_enum_v<T> && boost::describe::has_describe_enumerators<T>::value;
template <class T>
using Members = boost::describe::describe_members<T, boost::describe::mod_any_access |
                                                         boost::describe::mod_inherited>;

// Codec<T>: the type, put (append the bytes) and take (read them).
template <class T>
struct Codec;

template <>
struct Codec<bool> {
  static constexpr Type type = bool_type;
  static void put(std::string& out, bool value) { out += char(value ? 1 : 0); }
  static bool take(std::string_view bytes) { return take_number<std::int8_t>(bytes) != 0; }
};

template <>
struct Codec<std::int32_t> {
  static constexpr Type type = int4_type;
  static void put(std::string& out, std::int32_t value) { put_number(out, value); }
  static std::int32_t take(std::string_view bytes) { return take_number<std::int32_t>(bytes); }
};

template <>
struct Codec<std::int64_t> {
  static constexpr Type type = int8_type;
  static void put(std::string& out, std::int64_t value) { put_number(out, value); }
  static std::int64_t take(std::string_view bytes) { return take_number<std::int64_t>(bytes); }
};

template <>
struct Codec<double> {
  static constexpr Type type = float8_type;
  static void put(std::string& out, double value) {
    put_number(out, std::bit_cast<std::uint64_t>(value));
  }
  static double take(std::string_view bytes) {
    return std::bit_cast<double>(take_number<std::uint64_t>(bytes));
  }
};

template <>
struct Codec<std::string> {
  static constexpr Type type = text_type;
  static void put(std::string& out, const std::string& value) { out += value; }
  static std::string take(std::string_view bytes) { return std::string(bytes); }
};

template <>
struct Codec<RawBytes> {
  static constexpr Type type = bytea_type;
  static void put(std::string& out, const RawBytes& value) { out += value.bytes; }
  static RawBytes take(std::string_view bytes) { return {std::string(bytes)}; }
};

// jsonb's binary format is a version byte, 1, and the text.
template <>
struct Codec<RawJson> {
  static constexpr Type type = jsonb_type;
  static void put(std::string& out, const RawJson& value) { (out += '\1') += value.text; }
  static RawJson take(std::string_view bytes) {
    if (bytes.empty() || bytes[0] != '\1') throw Undecodable{"is of an unknown version of jsonb"};
    return {std::string(bytes.substr(1))};
  }
};

template <>
struct Codec<Uuid> {
  static constexpr Type type = uuid_type;
  static void put(std::string& out, const Uuid& value) {
    out.append(reinterpret_cast<const char*>(value.bytes.data()), value.bytes.size());
  }
  static Uuid take(std::string_view bytes) {
    Uuid uuid;
    if (bytes.size() != uuid.bytes.size()) throw Undecodable{"has the wrong length for its type"};
    std::memcpy(uuid.bytes.data(), bytes.data(), uuid.bytes.size());
    return uuid;
  }
};

template <class Tag>
struct Codec<Id<Tag>> {
  static constexpr Type type = uuid_type;
  static void put(std::string& out, const Id<Tag>& value) { Codec<Uuid>::put(out, value.uuid); }
  static Id<Tag> take(std::string_view bytes) { return {Codec<Uuid>::take(bytes)}; }
};

template <>
struct Codec<Instant> {
  static constexpr Type type = timestamptz_type;
  static void put(std::string& out, Instant value) { put_number(out, to_postgres(value)); }
  static Instant take(std::string_view bytes) {
    return from_postgres(take_number<std::int64_t>(bytes));
  }
};

template <DescribedEnum E>
struct Codec<E> {
  static constexpr Type type = text_type;
  static void put(std::string& out, E value) {
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>([&](auto described) {
      if (described.value == value) out += described.name;
    });
  }
  static E take(std::string_view bytes) {
    std::optional<E> found;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>([&](auto described) {
      if (bytes == described.name) found = described.value;
    });
    if (!found) throw Undecodable{"is a word that its enum does not have"};
    return *found;
  }
};

// The head of an array: dimensions (0 when empty), whether there are nulls, the elements' type; of
// the one dimension its size and its first subscript.
void put_array_head(std::string& out, std::uint32_t element_oid, std::size_t size);
std::size_t take_array_head(std::string_view& bytes, std::uint32_t element_oid);

// One value with its length in front: an element of an array, and a parameter.
template <class T>
void put_sized(std::string& out, const T& value) {
  const std::size_t at = out.size();
  out.append(4, '\0');
  Codec<T>::put(out, value);
  const auto size = std::byteswap(std::int32_t(out.size() - at - 4));
  std::memcpy(out.data() + at, &size, sizeof size);
}

template <class T>
struct Codec<std::vector<T>> {
  static constexpr Type type{Codec<T>::type.array_name, Codec<T>::type.array_oid, {}, 0};
  static void put(std::string& out, const std::vector<T>& values) {
    put_array_head(out, Codec<T>::type.oid, values.size());
    for (const T& value : values) put_sized<T>(out, value);
  }
  static std::vector<T> take(std::string_view bytes) {
    const std::size_t size = take_array_head(bytes, Codec<T>::type.oid);
    std::vector<T> values;
    values.reserve(size);
    for (std::size_t i = 0; i < size; ++i) {
      const auto length = take_number<std::int32_t>(take_bytes(bytes, 4));
      if (length < 0) throw Undecodable{"has a null in the array"};
      values.push_back(Codec<T>::take(take_bytes(bytes, std::size_t(length))));
    }
    return values;
  }
};

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

template <class T>
struct Plain {
  using type = T;
};
template <class T>
struct Plain<std::optional<T>> {
  using type = T;
};

template <class T>
Type type_of() {
  return Codec<typename Plain<T>::type>::type;
}

template <class T>
T take_cell(const Cell& cell) {
  if constexpr (is_optional<T>) {
    if (!cell) return std::nullopt;
    return Codec<typename Plain<T>::type>::take(*cell);
  } else {
    if (!cell) throw Undecodable{"is null, and the row has no optional there"};
    return Codec<T>::take(*cell);
  }
}

template <class T>
Column column_of(std::string_view name) {
  return {name, type_of<T>(), is_optional<T>};
}

template <class Row>
std::vector<Column> columns_of() {
  std::vector<Column> columns;
  if constexpr (DescribedStruct<Row>) {
    boost::mp11::mp_for_each<Members<Row>>([&](auto member) {
      using Value = std::remove_cvref_t<decltype(std::declval<Row>().*member.pointer)>;
      columns.push_back(column_of<Value>(member.name));
    });
  } else if constexpr (!std::is_void_v<Row>) {
    columns.push_back(column_of<Row>(""));
  }
  return columns;
}

}  // namespace freehold::db::detail
