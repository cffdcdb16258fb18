// Letters through a mail server: what is refused, what is tried again, what travels, what is
// logged.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <fstream>

#include "notify/test_post_office.hpp"
#include "notify/test_site.hpp"

using namespace freehold;
using namespace freehold::notify;

namespace {

// What the program writes to its log while `work` runs.
std::string logged(const std::function<void()>& work) {
  char path[] = "/tmp/freehold-log.XXXXXX";
  const int file = ::mkstemp(path);
  const int kept = ::dup(STDERR_FILENO);
  ::dup2(file, STDERR_FILENO);
  work();
  ::dup2(kept, STDERR_FILENO);
  ::close(kept);
  ::close(file);
  std::ifstream lines(path);
  std::string text{std::istreambuf_iterator<char>(lines), {}};
  ::unlink(path);
  return text;
}

std::string state_of_jobs(const Site& site) {
  return site.world.rows(
      "select j.state, j.attempt, coalesce(j.last_error, '-') from events.job j "
      "where j.kind = 'notify.welcome'");
}

std::string header(const std::string& letter, std::string_view name) {
  return test::between(letter, "\r\n" + std::string(name) + ": ", "\r\n");
}

void sign_up_form(Site& site, const std::string& email) {
  site.browser.get("/signup");
  site.browser.post(
      "/signup",
      {{"email", email}, {"password", "tractor-violet-42-lamp"}, {"workspace", "Northwind"}});
  site.settle();
}

}  // namespace

TEST_CASE("a letter travels with both texts and says where it comes from") {
  PostOffice office;
  Site site(office.server());
  site.sign_up();
  REQUIRE(office.letters().size() == 1);
  CHECK(office.envelopes() == "<hello@example.com> -> <ada@example.com>\n");
  const std::string letter = office.letters().front();
  CHECK(letter.starts_with("From: Freehold <hello@example.com>\r\n"));
  CHECK(header(letter, "To") == "ada@example.com");
  CHECK(header(letter, "Subject") == "Your workspace is ready");
  CHECK(header(letter, "Auto-Submitted") == "auto-generated");
  CHECK(header(letter, "Date") == "Sun, 22 Nov 2026 09:00:00 +0000");
  CHECK(header(letter, "Message-ID").ends_with("@example.com>"));
  CHECK(letter.find("Content-Type: text/plain") < letter.find("Content-Type: text/html"));
  // Its content is nowhere in the database.
  CHECK(site.world.rows("select letter, state, recipient is null, body_text is null, "
                        "body_html is null, subject is null from notify.mail") ==
        "welcome sent t t t t\n");
}

TEST_CASE("a name of other letters is readable in a subject that is ASCII") {
  PostOffice office;
  Site site(office.server());
  site.sign_up();
  site.rename("Zürich & Söhne\r\nBcc: everybody@example.com");
  site.world.rows("update identity.account set name = 'Ада' returning 1");
  site.run_again("notify.welcome");
  CHECK(office.letters().size() == 1);
  site.world.rows("update notify.mail set state = 'sending', sent_at = null returning 1");
  site.run_again("notify.welcome");
  const std::string letter = office.letters().back();
  CHECK(header(letter, "Bcc") == "");
  CHECK(std::ranges::all_of(letter, [](char c) { return static_cast<unsigned char>(c) < 0x80; }));
}

TEST_CASE("what the mail server refuses for good is a failed event at once, and can be replayed") {
  PostOffice office;
  office.answer_recipients("550 5.1.1 no such user");
  Site site(office.server());
  site.sign_up();
  CHECK(state_of_jobs(site).starts_with("dead 1 the mail server refuses it: "));
  CHECK(state_of_jobs(site).find("no such user") != std::string::npos);
  site.world.machine().advance(days(2));
  site.settle();
  CHECK(office.envelopes() == "<hello@example.com> -> <ada@example.com>\n");

  office.answer_recipients("250 ok");
  site.run_again("notify.welcome");
  CHECK(office.letters().size() == 1);
}

TEST_CASE("what the mail server cannot take now is tried again later, and then sent once") {
  PostOffice office;
  office.answer_recipients("451 4.3.0 try later");
  Site site(office.server());
  site.sign_up();
  CHECK(state_of_jobs(site).starts_with("available 1 "));
  site.settle();
  CHECK(office.envelopes() == "<hello@example.com> -> <ada@example.com>\n");

  office.answer_recipients("250 ok");
  site.world.machine().advance(minutes(2));
  site.settle();
  site.world.machine().advance(minutes(20));
  site.settle();
  CHECK(state_of_jobs(site).starts_with("done 2 "));
  CHECK(office.letters().size() == 1);
}

TEST_CASE("a mail server that is away costs no letter") {
  std::optional<PostOffice> office(std::in_place);
  const egress::SmtpServer server = office->server();
  office.reset();
  Site site(server);
  site.sign_up();
  CHECK(state_of_jobs(site).starts_with("available 1 "));
  CHECK(site.world.rows("select letter, state from notify.mail") == "welcome sending\n");
}

TEST_CASE("the record of a letter is forgotten a month after it was sent") {
  PostOffice office;
  Site site(office.server());
  site.sign_up();
  site.money.advance(days(29));
  site.settle();
  CHECK(site.world.rows("select letter from notify.mail order by created_at") ==
        "welcome\ntrial_ended\n");
  site.money.advance(days(3));
  site.settle();
  CHECK(site.world.rows("select letter from notify.mail") == "trial_ended\n");
}

TEST_CASE("a worker that dies between sending and recording sends the same letter again") {
  PostOffice office;
  Site site(office.server());
  site.sign_up();
  // As the death leaves it: begun, sent, not recorded.
  site.world.rows("update notify.mail set state = 'sending', sent_at = null returning 1");
  site.run_again("notify.welcome");
  site.run_again("notify.welcome");
  const auto letters = office.letters();
  REQUIRE(letters.size() == 2);
  CHECK(header(letters[0], "Message-ID") == header(letters[1], "Message-ID"));
  CHECK(header(letters[0], "Message-ID") != "");
}

TEST_CASE("no log line has an address, a link or a password") {
  PostOffice office;
  Site site(office.server());
  const std::string log = logged([&] {
    office.answer_recipients("451 4.3.0 try later");
    sign_up_form(site, "maya@example.com");
    office.answer_recipients("250 ok");
    site.world.machine().advance(minutes(2));
    site.settle();
    office.answer_recipients("550 5.1.1 no such user");
    sign_up_form(site, "kim@example.com");
  });
  REQUIRE(office.letters().size() == 1);
  CHECK(log.find("notify.confirm_address") != std::string::npos);  // the failures are there
  for (const std::string_view secret :
       {"maya@example.com", "kim@example.com", "/verify/", "the mail password", "tractor"})
    CHECK_MESSAGE(log.find(secret) == std::string::npos, secret, log);
}
