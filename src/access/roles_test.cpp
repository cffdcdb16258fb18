#include <doctest/doctest.h>

#include "access/access.hpp"
#include "core/json.hpp"

using namespace freehold;
using namespace freehold::access;
using tenancy::Role;

TEST_CASE("what each role and each key may do") {
  const Roles roles{module().permissions};
  std::string table;
  for (const Grant& grant : roles.grants()) {
    std::string line = fmt::format("{:<17}", grant.permission.key);
    for (Role role : {Role::owner, Role::admin, Role::member, Role::viewer}) {
      const bool person = roles.of(role)[grant.permission.bit];
      const bool key = roles.of_key(role)[grant.permission.bit];
      line += person ? (key ? " both  " : " person") : " -     ";
    }
    table += line + "\n";
  }
  CHECK(table ==
        "workspace:read    both   both   both   both  \n"
        "workspace:manage  person person -      -     \n"
        "members:read      both   both   both   both  \n"
        "members:manage    person person -      -     \n"
        "owners:manage     person -      -      -     \n"
        "keys:manage       person person -      -     \n"
        "audit:read        both   both   -      -     \n");
  CHECK(roles.holders_of(permissions::owners_manage) == "an owner");
  CHECK(roles.holders_of(permissions::audit_read) == "an owner or an admin");
  CHECK(roles.holders_of(permissions::workspace_read) == "any member");
}

TEST_CASE("a role is given by the same rank or a higher one, and members give none") {
  std::string table;
  for (Role giver : {Role::owner, Role::admin, Role::member, Role::viewer}) {
    for (Role role : {Role::owner, Role::admin, Role::member, Role::viewer})
      table += may_give(giver, role) ? "yes " : "no  ";
    table += "\n";
  }
  CHECK(table ==
        "yes yes yes yes \n"
        "no  yes yes yes \n"
        "no  no  no  no  \n"
        "no  no  no  no  \n");
}

TEST_CASE("two permissions of one bit or key stop the start") {
  CHECK_THROWS_AS(Roles({{.permission = {1, "a:b"}}, {.permission = {1, "c:d"}}}),
                  std::logic_error);
  CHECK_THROWS_AS(Roles({{.permission = {1, "a:b"}}, {.permission = {2, "a:b"}}}),
                  std::logic_error);
}
