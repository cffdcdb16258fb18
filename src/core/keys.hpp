// The ids that routes, plans and roles speak in. A module declares its own as constants and lists
// them in its Module; a key that no module declared stops the start.
#pragma once

#include <bitset>
#include <cstdint>
#include <string_view>

namespace freehold {

// "members:invite". Bits 0 to 95 are the platform's, 96 to 127 the product's; the start-up refuses
// two permissions of one bit.
struct Permission {
  std::uint8_t bit;
  std::string_view key;
};
using Permissions = std::bitset<128>;

// A yes/no that a plan includes: "documents.export".
struct Feature {
  std::string_view key;
};

// A number of live things a plan allows: "documents.documents".
struct Limit {
  std::string_view key;
};

// Usage that is counted over the billing period: "documents.api_calls".
struct Meter {
  std::string_view key;
};

// Something that happened: "tenant.created". News that other modules and the feed may follow.
struct EventType {
  std::string_view key;
};

}  // namespace freehold
