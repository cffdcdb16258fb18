// The file that people and organisations of another system come in: CSV with a head, or JSON lines,
// told apart by the first character. docs/leaving.md documents it. Nothing here knows a database.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tenancy/tenancy.hpp"

namespace freehold::moving {

struct OrganisationLine {
  int line;
  std::string external_id;
  std::string name;
  std::string slug;  // empty: made from the name
};

struct PersonLine {
  int line;
  std::string external_id;
  std::string email;  // canonical
  bool email_verified;
  std::string name;
  std::string password_hash;  // of a form that can be taken over; empty: none
};

struct MembershipLine {
  int line;
  std::string organisation;  // external ids
  std::string person;
  tenancy::Role role;
};

struct Mistake {
  int line;
  std::string reason;  // a sentence without its full stop
};

struct PeopleFile {
  std::vector<OrganisationLine> organisations;
  std::vector<PersonLine> people;
  std::vector<MembershipLine> memberships;
  std::vector<Mistake> mistakes;  // lines that are in none of the three, in order
};

inline constexpr std::size_t longest_line = 64 * 1024;
inline constexpr int most_lines = 1'000'000;

// What is wrong with the file as a whole (no head, too many lines) is a mistake of line 1.
PeopleFile read_people(std::string_view text);

}  // namespace freehold::moving
