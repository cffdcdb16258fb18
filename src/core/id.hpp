// Identifiers. Each kind of thing has its own type, so that an invoice's id is not taken for a
// tenant's. Inside they are UUIDv7 (RFC 9562), outside TypeIDs:
// "tenant_01h455vb4pex5vsknk084sn02q". https://github.com/jetify-com/typeid/tree/main/spec
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/time.hpp"

namespace freehold {

struct Uuid {
  std::array<std::uint8_t, 16> bytes{};

  friend auto operator<=>(const Uuid&, const Uuid&) = default;
};

// A new UUIDv7: 48 bits of milliseconds, 12 that count within it, 62 random ones. Sorts by time;
// those of one thread by the order they were made in.
Uuid new_uuid(Instant now);
std::string to_string(const Uuid& uuid);  // 8-4-4-4-12 hexadecimal
std::optional<Uuid> parse_uuid(std::string_view text);

std::string to_typeid(std::string_view prefix, const Uuid& uuid);
std::optional<Uuid> parse_typeid(std::string_view prefix, std::string_view text);

// Tag names the kind: it has `static constexpr std::string_view prefix`.
template <class Tag>
struct Id {
  Uuid uuid;

  static constexpr std::string_view prefix = Tag::prefix;

  static Id make(Instant now) { return {new_uuid(now)}; }
  static std::optional<Id> parse(std::string_view text) {
    const auto uuid = parse_typeid(prefix, text);
    if (!uuid) return std::nullopt;
    return Id{*uuid};
  }

  friend auto operator<=>(const Id&, const Id&) = default;
};

template <class Tag>
std::string to_string(const Id<Tag>& id) {
  return to_typeid(Tag::prefix, id.uuid);
}

// The kinds that several modules speak of. A kind that only one module knows is declared there.
struct TenantTag {
  static constexpr std::string_view prefix = "tenant";
};
struct UserTag {
  static constexpr std::string_view prefix = "user";
};
struct SessionTag {
  static constexpr std::string_view prefix = "session";
};
struct KeyTag {
  static constexpr std::string_view prefix = "key";
};
struct ProductKeyTag {
  static constexpr std::string_view prefix = "product_key";
};
struct StaffTag {
  static constexpr std::string_view prefix = "staff";
};
struct EventTag {
  static constexpr std::string_view prefix = "event";
};
struct JobTag {
  static constexpr std::string_view prefix = "job";
};

using TenantId = Id<TenantTag>;
using UserId = Id<UserTag>;
using SessionId = Id<SessionTag>;
using KeyId = Id<KeyTag>;
using ProductKeyId = Id<ProductKeyTag>;
using StaffId = Id<StaffTag>;
using EventId = Id<EventTag>;
using JobId = Id<JobTag>;

}  // namespace freehold

template <>
struct std::hash<freehold::Uuid> {
  std::size_t operator()(const freehold::Uuid& uuid) const noexcept;
};

template <class Tag>
struct std::hash<freehold::Id<Tag>> {
  std::size_t operator()(const freehold::Id<Tag>& id) const noexcept {
    return std::hash<freehold::Uuid>{}(id.uuid);
  }
};
