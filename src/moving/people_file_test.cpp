#include "moving/people_file.hpp"

#include <doctest/doctest.h>

#include "core/json.hpp"

using namespace freehold;
using namespace freehold::moving;

namespace {

// All that was read, a line each.
std::string said(const PeopleFile& file) {
  std::string text;
  for (const auto& o : file.organisations)
    text += fmt::format("{} organisation {} {} {}\n", o.line, o.external_id, o.name, o.slug);
  for (const auto& p : file.people)
    text += fmt::format("{} person {} {} {} {} {}\n", p.line, p.external_id, p.email,
                        p.email_verified, p.name, p.password_hash.substr(0, 4));
  for (const auto& m : file.memberships)
    text += fmt::format("{} {} is {} of {}\n", m.line, m.person, name_of(m.role), m.organisation);
  for (const auto& mistake : file.mistakes)
    text += fmt::format("{} BAD {}\n", mistake.line, mistake.reason);
  return text;
}

}  // namespace

TEST_CASE("one file says the same as CSV and as JSON lines") {
  const std::string csv =
      "type,external_id,name,email,email_verified,password_hash,organisation,person,role\r\n"
      "organisation,o1,\"Acme, \"\"the\"\" first\",,,,,,\r\n"
      "person,u1,Ada,ADA@Example.com,true,"
      "$2b$04$abcdefghijklmnopqrstuu2RLwJYmqf4gRLPQWHqXO0DyEXNJPJdq,,,\r\n"
      "\r\n"
      "person,u2,,bob@example.com,,,,,\r\n"
      "membership,,,,,,o1,u1,owner\r\n";
  const std::string lines =
      R"({"type": "organisation", "external_id": "o1", "name": "Acme, \"the\" first"})"
      "\n"
      R"({"type": "person", "external_id": "u1", "name": "Ada", "email": "ADA@Example.com", )"
      R"("email_verified": true, )"
      R"("password_hash": "$2b$04$abcdefghijklmnopqrstuu2RLwJYmqf4gRLPQWHqXO0DyEXNJPJdq"})"
      "\n\n"
      R"({"type": "person", "external_id": "u2", "name": null, "email": "bob@example.com"})"
      "\n"
      R"({"type": "membership", "organisation": "o1", "person": "u1", "role": "owner"})";
  CHECK(said(read_people(csv)) ==
        "2 organisation o1 Acme, \"the\" first \n"
        "3 person u1 ada@example.com true Ada $2b$\n"
        "5 person u2 bob@example.com false bob \n"
        "6 u1 is owner of o1\n");
  CHECK(said(read_people(lines)) ==
        "1 organisation o1 Acme, \"the\" first \n"
        "2 person u1 ada@example.com true Ada $2b$\n"
        "4 person u2 bob@example.com false bob \n"
        "5 u1 is owner of o1\n");
}

TEST_CASE("each line that is wrong is told with its number and every reason") {
  CHECK(said(read_people("type,external_id,email,name,role\n"
                         "person,,nobody,Ada,\n"
                         "person,u1,ada@example.com,Ada\n"
                         "robot,u2,,,\n"
                         ",u2,,,\n"
                         "person,u3,eve@example.com,Eve,owner\n"
                         "person,u4,\"eve\"@example.com,Eve,\n")) ==
        "2 BAD external_id is missing; the email nobody is no address that mail can reach\n"
        "3 BAD the line has 4 values, and the head 5\n"
        "4 BAD the type robot is none of organisation, person, membership\n"
        "5 BAD the type is missing: organisation, person or membership\n"
        "6 BAD role is no field of this type of line\n"
        "7 BAD the line has something behind a quoted value\n");
  CHECK(said(read_people("{\"type\": \"membership\", \"person\": \"u1\"}\n"
                         "{\"type\": \"person\", \"external_id\": 7}\n"
                         "{broken\n"
                         "[]\n"
                         "{\"type\":\"person\",\"external_id\":\"u\",\"email\":\"a@b.example\","
                         "\"email_verified\":\"yes\",\"password_hash\":\"md5\"}")) ==
        "1 BAD organisation is missing; the role  is none of owner, admin, member, viewer\n"
        "2 BAD the line has a external_id that is neither text nor true or false\n"
        "3 BAD the line is not JSON\n"
        "4 BAD the line is not a JSON object\n"
        "5 BAD email_verified is yes, and neither true nor false; the password hash is no bcrypt, "
        "scrypt, PBKDF2 or Argon2 hash that is known here\n");
}

TEST_CASE("a file that is no file of people says so once") {
  CHECK(said(read_people("")) == "1 BAD the file is empty\n");
  CHECK(said(read_people(" \r\n ")) == "1 BAD the file is empty\n");
  CHECK(said(read_people("type,type\nperson,x\n")) == "1 BAD the head has the column type twice\n");
  CHECK(said(read_people("type,\nperson,x\n")) == "1 BAD the head has a column without a name\n");
  CHECK(said(read_people("type,\"name\nperson")) ==
        "1 BAD the head begins a quoted value that never ends\n");
  CHECK(said(read_people(std::string(most_lines + 1, '\n') + "x")) ==
        "1 BAD the file has more than 1000000 lines\n");
  CHECK(said(read_people("type,name\nperson,\xff\n")) == "2 BAD the line is not UTF-8\n");
  CHECK(said(read_people("type,name\nperson," + std::string(70'000, 'x') + "\n")) ==
        "2 BAD the line is longer than 64 KiB\n");
}
