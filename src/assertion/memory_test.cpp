#include "assertion/memory.hpp"

#include <doctest/doctest.h>

using namespace freehold;
using namespace freehold::assertion;

namespace {

const Instant start = from_unix_seconds(1'796'000'000);

template <class SomeId>
SomeId number(unsigned n) {
  SomeId id;
  for (std::size_t i = 0; i < 4; ++i) id.uuid.bytes[15 - i] = std::uint8_t(n >> (8 * i));
  return id;
}

Basis person_in(unsigned tenant, unsigned session = 1) {
  Basis basis;
  basis.user = number<UserId>(1);
  basis.session = number<SessionId>(session);
  basis.tenant = number<TenantId>(tenant);
  basis.tenant_slug = "acme";
  basis.role = "member";
  basis.permissions[3] = true;
  basis.entitlement_version = 7;
  return basis;
}

Memory::Shared made_of(const Basis& basis, Instant at = start) {
  auto made = std::make_shared<Assertion>();
  made->basis = basis;
  made->issued_at = at;
  return made;
}

// Whether one that was made of `person_in(1)` is handed out after the change.
template <class Change>
bool is_handed_out_after(Change change) {
  Memory memory;
  Basis basis = person_in(1);
  memory.remember(made_of(basis));
  change(basis);
  return memory.find(basis, start) != nullptr;
}

}  // namespace

TEST_CASE("an assertion is handed out again for ten seconds") {
  Memory memory;
  const auto made = made_of(person_in(1));
  memory.remember(made);
  CHECK(memory.find(person_in(1), start) == made);
  CHECK(memory.find(person_in(1), start + seconds(10) - Duration(1)) == made);
  CHECK(memory.find(person_in(1), start + seconds(10)) == nullptr);
}

TEST_CASE("an assertion is handed out for nothing but what it was made of") {
  CHECK(is_handed_out_after([](Basis&) {}));
  CHECK_FALSE(is_handed_out_after([](Basis& basis) { basis.user = number<UserId>(2); }));
  CHECK_FALSE(is_handed_out_after([](Basis& basis) { basis.session = number<SessionId>(2); }));
  CHECK_FALSE(is_handed_out_after([](Basis& basis) { basis.tenant = number<TenantId>(2); }));
  CHECK_FALSE(is_handed_out_after([](Basis& basis) { basis.tenant.reset(); }));
  CHECK_FALSE(is_handed_out_after([](Basis& basis) { basis.tenant_slug = "acme-2"; }));
  CHECK_FALSE(is_handed_out_after([](Basis& basis) { basis.role = "viewer"; }));
  CHECK_FALSE(is_handed_out_after([](Basis& basis) { basis.permissions[4] = true; }));
  CHECK_FALSE(is_handed_out_after([](Basis& basis) { basis.permissions[3] = false; }));
  CHECK_FALSE(is_handed_out_after([](Basis& basis) { basis.entitlement_version = 8; }));
  CHECK_FALSE(is_handed_out_after([](Basis& basis) {
    basis.user.reset();
    basis.session.reset();
    basis.key = number<KeyId>(1);  // a key whose id has the session's bytes
  }));
}

TEST_CASE("somebody in two workspaces has two assertions side by side") {
  Memory memory;
  const auto first = made_of(person_in(1));
  const auto second = made_of(person_in(2));
  memory.remember(first);
  memory.remember(second);
  CHECK(memory.find(person_in(1), start) == first);
  CHECK(memory.find(person_in(2), start) == second);
  CHECK(memory.size() == 2);
}

TEST_CASE("what is signed anew takes the place of what it was before") {
  Memory memory;
  memory.remember(made_of(person_in(1)));
  Basis changed = person_in(1);
  changed.role = "admin";
  const auto newer = made_of(changed, start + seconds(1));
  memory.remember(newer);
  CHECK(memory.size() == 1);
  CHECK(memory.find(changed, start + seconds(1)) == newer);
}

TEST_CASE("however many ask, only some are remembered, and those who asked last") {
  Memory memory;
  constexpr unsigned many = 20'000;
  std::size_t most = 0;
  for (unsigned session = 1; session <= many; ++session) {
    memory.remember(made_of(person_in(1, session)));
    most = std::max(most, memory.size());
  }
  CHECK(most <= 2 * Memory::most_in_generation);
  CHECK(memory.find(person_in(1, 1), start) == nullptr);
  for (unsigned session = many - Memory::most_in_generation + 1; session <= many; ++session)
    REQUIRE(memory.find(person_in(1, session), start) != nullptr);
}

TEST_CASE("who has not asked for twenty seconds takes no memory") {
  Memory memory;
  for (unsigned session = 1; session <= 1'000; ++session)
    memory.remember(made_of(person_in(1, session)));
  memory.remember(made_of(person_in(1, 1'001), start + seconds(10)));
  memory.remember(made_of(person_in(1, 1'002), start + seconds(20)));
  CHECK(memory.size() == 2);
}
