// The mail server says no: for now, and the letter is sent later; for good, and staff can read why.
#include <doctest/doctest.h>

#include "app/parts.hpp"
#include "notify/test_post_office.hpp"
#include "tests/program/rows.hpp"
#include "tests/program/workspace.hpp"

using namespace freehold;
using namespace freehold::program;

namespace {

// Somebody asks for a new password.
void ask_for_a_letter(Program& program, const std::string& email) {
  Visitor visitor(program);
  visitor.get("/forgot");
  REQUIRE(visitor.post("/forgot", {{"email", email}}).status == 303);
}

struct Posting {
  Posting()
      : scratch(new_database()),
        database(scratch.admin()),
        program(settings_for(database)),
        workspace(sign_up(program, database, "ada@example.com", "Acme")) {
    program.parts().notify.smtp = office.server();
  }

  notify::PostOffice office;
  test::ScratchDatabase scratch;
  std::string database;
  Program program;
  Workspace workspace;
};

}  // namespace

TEST_CASE("a letter that the mail server refuses for now is sent later, once") {
  Posting all;
  all.office.answer_recipients("451 try later");
  ask_for_a_letter(all.program, "ada@example.com");
  all.program.settle();
  CHECK(all.office.letters().empty());
  CHECK(all.office.envelopes().contains("<ada@example.com>"));

  all.office.answer_recipients("250 ok");
  all.program.machine().advance(minutes(1));
  all.program.settle();
  CHECK(all.office.letters().size() == 1);
  all.program.machine().advance(hours(2));
  all.program.settle();
  CHECK(all.office.letters().size() == 1);
}

TEST_CASE("a letter that the mail server refuses for good is a failed event that staff read") {
  Posting all;
  all.office.answer_recipients("550 no such user");
  ask_for_a_letter(all.program, "ada@example.com");
  all.program.settle();
  all.program.machine().advance(minutes(10));  // its link is good for half an hour
  all.program.settle();
  CHECK(all.office.envelopes() == "<hello@localhost> -> <ada@example.com>\n");

  Visitor staff = staff_member(all.program, "sam@staff.example");
  const auto page = staff.get("/failed-events");
  CHECK(page.status == 200);
  CHECK(page.body.contains("no such user"));

  // Somebody has made the mailbox, and a member of staff tries again.
  all.office.answer_recipients("250 ok");
  const std::string replay = between(page.body, "action=\"/failed-events/jobs/", "\"");
  REQUIRE(replay != "");
  CHECK(staff.post("/failed-events/jobs/" + replay).status == 303);
  all.program.settle();
  CHECK(all.office.letters().size() == 1);
}
