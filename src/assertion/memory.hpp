// Assertions that one io thread may hand out again. Private to the module.
#pragma once

#include <unordered_map>

#include "assertion/assertion.hpp"

namespace freehold::assertion {

// By credential and workspace, so that somebody in two workspaces has two. Two generations keep it
// small without an order of use: when the young one is full or as old as an assertion may be handed
// out, it becomes the old one, and the old one is dropped.
class Memory {
 public:
  using Shared = std::shared_ptr<const Assertion>;

  // Of 3 to 5 KiB each: at most 20 MB a thread, and nothing of those who have not asked for long.
  static constexpr std::size_t most_in_generation = 2'048;

  // One for the same basis that is not too old, or null.
  Shared find(const Basis& basis, Instant now) const;
  void remember(Shared made);
  std::size_t size() const { return young_.size() + old_.size(); }

 private:
  struct Place {
    Uuid credential;
    Uuid tenant;
    friend bool operator==(const Place&, const Place&) = default;
  };
  struct Hash {
    std::size_t operator()(const Place& place) const noexcept {
      const std::hash<Uuid> hash;
      return hash(place.credential) ^ (hash(place.tenant) << 1);
    }
  };
  using Generation = std::unordered_map<Place, Shared, Hash>;

  static Place place_of(const Basis& basis);

  Generation young_;
  Generation old_;
  Instant young_since_;
};

}  // namespace freehold::assertion
