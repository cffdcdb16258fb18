#include "core/id.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <vector>

using namespace freehold;

TEST_CASE("ids follow the TypeID vectors") {
  // From the specification's valid.yml.
  const std::pair<const char*, const char*> vectors[] = {
      {"00000000-0000-0000-0000-000000000000", "tenant_00000000000000000000000000"},
      {"00000000-0000-0000-0000-000000000001", "tenant_00000000000000000000000001"},
      {"00000000-0000-0000-0000-00000000000a", "tenant_0000000000000000000000000a"},
      {"00000000-0000-0000-0000-000000000020", "tenant_00000000000000000000000010"},
      {"ffffffff-ffff-ffff-ffff-ffffffffffff", "tenant_7zzzzzzzzzzzzzzzzzzzzzzzzz"},
      {"01890a5d-ac96-774b-bcce-b302099a8057", "tenant_01h455vb4pex5vsknk084sn02q"}};
  for (const auto& [uuid, text] : vectors) {
    CHECK(to_string(TenantId{parse_uuid(uuid).value()}) == text);
    CHECK(to_string(TenantId::parse(text).value().uuid) == uuid);
  }
}

TEST_CASE("text that is not an id of the kind is refused") {
  for (const char* text :
       {"", "tenant_", "user_01h455vb4pex5vsknk084sn02q", "tenant_8zzzzzzzzzzzzzzzzzzzzzzzzz",
        "tenant_01h455vb4pex5vsknk084sn02", "tenant_01h455vb4pex5vsknk084sn02qq",
        "tenant_01H455VB4PEX5VSKNK084SN02Q", "tenant_01h455vb4pex5vsknk084sn02l"}) {
    CHECK_MESSAGE(!TenantId::parse(text), text);
  }
}

TEST_CASE("new ids are UUIDv7: they sort by time and never repeat") {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i)
    seen.insert(to_string(TenantId::make(from_unix_seconds(1'700'000'000))));
  CHECK(seen.size() == 1000);
  std::vector<Uuid> made;
  for (int i = 0; i < 1000; ++i) made.push_back(new_uuid(from_unix_seconds(1'700'000'002)));
  CHECK(std::ranges::is_sorted(made));
  const Uuid early = new_uuid(from_unix_seconds(1'700'000'000));
  const Uuid late = new_uuid(from_unix_seconds(1'700'000'001));
  CHECK(early < late);
  CHECK((early.bytes[6] >> 4) == 7);
  CHECK((early.bytes[8] >> 6) == 2);
}
