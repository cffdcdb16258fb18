// What an import of people would do, from the file and from what is here already: a pure function,
// so that a dry run says what a real one does. Private to this module.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "moving/people_file.hpp"

namespace freehold::moving {

// By external id where it does not say otherwise.
struct Known {
  std::map<std::string, tenancy::CameFrom> organisations = {};
  std::map<std::string, UserId> people = {};
  std::map<std::string, UserId> addresses = {};
  std::set<std::string> slugs = {};  // taken, of those that the file wishes for
  std::map<TenantId, std::set<UserId>> members = {};
};

struct PlannedOrganisation {
  std::optional<TenantId> known;             // none: it is to be made
  OrganisationLine line = {};                // of a new one
  std::vector<MembershipLine> members = {};  // of a new one, an owner first
};

struct Verdict {
  int line;
  std::string what;  // "person u1: new, bcrypt of cost 12"
};

struct PeoplePlan {
  std::vector<PersonLine> people;  // to be taken in; without a hash where it does not count
  std::vector<PlannedOrganisation> organisations;
  std::vector<Mistake> mistakes;  // in the order of lines
  std::vector<Verdict> verdicts;  // of every other line, in the order of lines
  int already_here = 0;           // lines that change nothing
};

PeoplePlan plan_people(const PeopleFile& file, const Known& known);

}  // namespace freehold::moving
