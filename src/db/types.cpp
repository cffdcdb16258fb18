#include "db/detail/types.hpp"

#include <array>
#include <limits>

namespace freehold::db::detail {
namespace {

constexpr std::int64_t year_2000 = 946'684'800'000'000;  // 2000-01-01 in Unix microseconds

constexpr std::array types{bool_type,   bytea_type,       int8_type, int4_type, text_type,
                           float8_type, timestamptz_type, uuid_type, jsonb_type};

}  // namespace

Type find_type(std::uint32_t oid) {
  for (const Type& type : types) {
    if (type.oid == oid) return type;
    if (type.array_oid == oid) return {type.array_name, type.array_oid, {}, 0};
  }
  return {};
}

std::string_view take_bytes(std::string_view& bytes, std::size_t size) {
  if (bytes.size() < size) throw Undecodable{"ends too early"};
  const std::string_view front = bytes.substr(0, size);
  bytes.remove_prefix(size);
  return front;
}

// The ends of the range are PostgreSQL's 'infinity' and '-infinity', which an Instant has not.
std::int64_t to_postgres(Instant at) {
  std::int64_t micros = 0;
  if (__builtin_sub_overflow(at.micros, year_2000, &micros)) {
    return std::numeric_limits<std::int64_t>::min() + 1;  // refused as out of range by the server
  }
  return micros;
}

Instant from_postgres(std::int64_t micros) {
  using Limits = std::numeric_limits<std::int64_t>;
  if (micros == Limits::max() || micros == Limits::min()) throw Undecodable{"is infinite"};
  Instant at;
  if (__builtin_add_overflow(micros, year_2000, &at.micros)) throw Undecodable{"is out of range"};
  return at;
}

void put_array_head(std::string& out, std::uint32_t element_oid, std::size_t size) {
  const std::int32_t dimensions = size == 0 ? 0 : 1;
  put_number(out, dimensions);
  put_number(out, std::int32_t{0});
  put_number(out, element_oid);
  if (dimensions == 0) return;
  put_number(out, std::int32_t(size));
  put_number(out, std::int32_t{1});
}

std::size_t take_array_head(std::string_view& bytes, std::uint32_t element_oid) {
  const auto dimensions = take_number<std::int32_t>(take_bytes(bytes, 4));
  take_bytes(bytes, 4);
  const auto type = take_number<std::uint32_t>(take_bytes(bytes, 4));
  if (type != element_oid) throw Undecodable{"is an array of another type"};
  if (dimensions == 0) return 0;
  if (dimensions != 1) throw Undecodable{"is an array of more than one dimension"};
  const auto size = take_number<std::int32_t>(take_bytes(bytes, 4));
  take_bytes(bytes, 4);
  // Each element has at least its length.
  if (size < 0 || std::size_t(size) > bytes.size() / 4) throw Undecodable{"ends too early"};
  return std::size_t(size);
}

}  // namespace freehold::db::detail
