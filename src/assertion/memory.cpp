#include "assertion/memory.hpp"

namespace freehold::assertion {

Memory::Place Memory::place_of(const Basis& basis) {
  Place place;
  place.credential = basis.session ? basis.session->uuid : basis.key.value().uuid;
  if (basis.tenant) place.tenant = basis.tenant->uuid;
  return place;
}

Memory::Shared Memory::find(const Basis& basis, Instant now) const {
  const Place place = place_of(basis);
  for (const Generation* generation : {&young_, &old_}) {
    const auto at = generation->find(place);
    if (at == generation->end()) continue;
    const Assertion& made = *at->second;
    const bool holds = now < made.issued_at + handed_out_for && made.basis == basis;
    return holds ? at->second : nullptr;
  }
  return nullptr;
}

void Memory::remember(Shared made) {
  const bool is_full = young_.size() >= most_in_generation;
  if (is_full || made->issued_at >= young_since_ + handed_out_for) {
    old_ = std::exchange(young_, {});
    young_since_ = made->issued_at;
  }
  const Place place = place_of(made->basis);
  old_.erase(place);
  young_.insert_or_assign(place, std::move(made));
}

}  // namespace freehold::assertion
