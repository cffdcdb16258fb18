// What a customer might try who wants to send letters in our name, or to fill our memory.
#include <doctest/doctest.h>

#include "app/parts.hpp"
#include "core/json.hpp"
#include "tests/program/rows.hpp"
#include "tests/program/workspace.hpp"

using namespace freehold;
using namespace freehold::program;
using http::Method;

namespace {

struct Stage {
  test::ScratchDatabase scratch = new_database();
  std::string database = scratch.admin();
  Program program{settings_for(database)};
  Workspace workspace = sign_up(program, database, "eve@hostile.example", "Hostile");

  int invite(const std::string& email) {
    workspace.owner.get(workspace.path("/team/invitations"));
    return workspace.owner
        .post(workspace.path("/team/invitations"), {{"email", email}, {"role", "member"}})
        .status;
  }
  std::string open_invitation() {
    const std::string id =
        value(database,
              "select id from access.invitation where accepted_at is null and revoked_at is null");
    const std::string text = to_typeid("invitation", parse_uuid(id).value());
    return workspace.path("/team/invitations/" + text);
  }
};

}  // namespace

TEST_CASE_FIXTURE(Stage, "one address gets five invitations in an hour, however they are sent") {
  CHECK(invite("victim@elsewhere.example") == 303);
  const std::string invitation = open_invitation();
  for (int i = 0; i < 4; ++i) CHECK(workspace.owner.post(invitation + "/resend").status == 303);
  CHECK(workspace.owner.post(invitation + "/resend").status == 429);
  program.settle();
  CHECK(value(database,
              "select count(*) from notify.mail where recipient = 'victim@elsewhere.example'") ==
        "5");

  CHECK(workspace.owner.post(invitation + "/revocation").status == 303);
  CHECK(invite("victim@elsewhere.example") == 429);

  Workspace other = sign_up(program, database, "mallory@hostile.example", "Second");
  other.owner.get(other.path("/team/invitations"));
  CHECK(other.owner
            .post(other.path("/team/invitations"),
                  {{"email", "victim@elsewhere.example"}, {"role", "member"}})
            .status == 429);
}

TEST_CASE_FIXTURE(Stage, "a workspace sends sixty invitations in a day, open or withdrawn") {
  for (int i = 0; i < 60; ++i) {
    REQUIRE(invite(fmt::format("guest{}@elsewhere.example", i)) == 303);
    REQUIRE(workspace.owner.post(open_invitation() + "/revocation").status == 303);
    program.machine().advance(seconds(1));
  }
  CHECK(invite("one.more@elsewhere.example") == 429);
}

TEST_CASE_FIXTURE(Stage, "a second export waits until the first has arrived") {
  const std::string path = "/api/v1/document_export";
  {
    const auto being_sent = workspace.api(Method::get, path);
    CHECK(being_sent.status == 200);
    CHECK(workspace.api(Method::get, path).status == 429);
    CHECK(workspace.owner.get(workspace.path("/documents/export/file")).status == 429);
  }
  CHECK(workspace.api(Method::get, path).status == 200);
}
