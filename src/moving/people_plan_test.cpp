#include "moving/people_plan.hpp"

#include <doctest/doctest.h>

#include "core/json.hpp"

using namespace freehold;
using namespace freehold::moving;

namespace {

UserId user_number(int n) {
  UserId id;
  id.uuid.bytes[15] = std::uint8_t(n);
  return id;
}

TenantId tenant_number(int n) {
  TenantId id;
  id.uuid.bytes[15] = std::uint8_t(n);
  return id;
}

std::string said(std::string_view csv, const Known& known = {}) {
  const auto plan = plan_people(
      read_people("type,external_id,name,slug,email,organisation,person,role\n" + std::string(csv)),
      known);
  std::string text;
  for (const Verdict& verdict : plan.verdicts)
    text += fmt::format("{} {}\n", verdict.line, verdict.what);
  for (const Mistake& mistake : plan.mistakes)
    text += fmt::format("{} BAD {}\n", mistake.line, mistake.reason);
  return text + fmt::format("{} people, {} workspaces, {} here", plan.people.size(),
                            plan.organisations.size(), plan.already_here);
}

}  // namespace

TEST_CASE("lines may stand in any order") {
  CHECK(said("membership,,,,,o1,u1,owner\n"
             "person,u1,Ada,,ada@example.com,,,\n"
             "organisation,o1,Acme,,,,,\n") ==
        "2 membership: u1 becomes owner of o1\n"
        "3 person u1: new, without a password: sets one by mail\n"
        "4 organisation o1: a new workspace, Acme\n"
        "1 people, 1 workspaces, 0 here");
}

TEST_CASE("what a bad line leaves without ground is bad too") {
  CHECK(said("organisation,o1,Acme,,,,,\n"
             "person,u1,Ada,,not an address,,,\n"
             "person,u2,Bob,,bob@example.com,,,\n"
             "membership,,,,,o1,u1,owner\n"
             "membership,,,,,o1,u2,member\n"
             "membership,,,,,o9,u2,member\n") ==
        "4 person u2: new, without a password: sets one by mail\n"
        "2 BAD no good line of a membership makes anybody owner of the organisation o1\n"
        "3 BAD the email not an address is no address that mail can reach\n"
        "5 BAD the person u1 is not here and not in the file, or its line is bad\n"
        "6 BAD the line of its organisation o1 is bad\n"
        "7 BAD the organisation o9 is not here and not in the file, or its line is bad\n"
        "1 people, 0 workspaces, 0 here");
}

TEST_CASE("nothing is said twice in a file") {
  CHECK(said("organisation,o1,Acme,acme,,,,\n"
             "organisation,o1,Again,,,,,\n"
             "organisation,o2,Other,acme,,,,\n"
             "person,u1,Ada,,ada@example.com,,,\n"
             "person,u1,Ada,,eve@example.com,,,\n"
             "person,u2,Ada,,ADA@example.com,,,\n"
             "membership,,,,,o1,u1,owner\n"
             "membership,,,,,o1,u1,viewer\n") ==
        "2 organisation o1: a new workspace, Acme\n"
        "5 person u1: new, without a password: sets one by mail\n"
        "8 membership: u1 becomes owner of o1\n"
        "3 BAD the organisation o1 stands in line 2 already\n"
        "4 BAD the slug acme stands in line 2 already\n"
        "6 BAD the person u1 stands in line 5 already\n"
        "7 BAD the email ada@example.com stands in line 5 already\n"
        "9 BAD the membership of u1 in o1 stands in line 8 already\n"
        "1 people, 1 workspaces, 0 here");
}

TEST_CASE("who and what is here already is left as it is") {
  Known known;
  known.organisations["o1"] = {"o1", tenant_number(1), "acme", "Acme"};
  known.people["u1"] = user_number(1);
  known.addresses["bob@example.com"] = user_number(2);
  known.members[tenant_number(1)] = {user_number(1)};
  known.slugs = {"taken"};
  CHECK(said("organisation,o1,Acme,,,,,\n"
             "organisation,o2,Other,taken,,,,\n"
             "person,u1,Ada,,ada@example.com,,,\n"
             "person,u2,Bob,,bob@example.com,,,\n"
             "membership,,,,,o1,u1,viewer\n"
             "membership,,,,,o1,u2,viewer\n",
             known) ==
        "2 organisation o1: is here already, as acme\n"
        "4 person u1: is here already\n"
        "5 person u2: has an account here, which stays as it is; the external id is noted\n"
        "6 membership: u1 is a member of o1 already\n"
        "7 membership: u2 becomes viewer of o1\n"
        "3 BAD the slug taken is taken here\n"
        "1 people, 1 workspaces, 3 here");
}
