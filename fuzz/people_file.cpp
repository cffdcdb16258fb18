// Files of people from other systems, CSV and JSON lines: whatever is read keeps what the tables of
// people and tenants demand.
#include <cstdlib>

#include "moving/people_file.hpp"

using namespace freehold;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto file = moving::read_people({reinterpret_cast<const char*>(data), size});
  for (const auto& person : file.people) {
    if (person.external_id.empty() || person.external_id.size() > 200) std::abort();
    if (person.email.find('@') == std::string::npos || person.name.empty()) std::abort();
    if (person.password_hash.size() > 512) std::abort();
  }
  for (const auto& organisation : file.organisations)
    if (organisation.external_id.empty() || organisation.name.empty()) std::abort();
  for (const auto& membership : file.memberships)
    if (membership.organisation.empty() || membership.person.empty()) std::abort();
  for (const auto& mistake : file.mistakes)
    if (mistake.line < 1 || mistake.reason.empty()) std::abort();
  return 0;
}
