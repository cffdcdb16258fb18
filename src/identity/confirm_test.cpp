// identity.confirm_signup as fh_control sees it: the last word, whatever the program does.
#include <doctest/doctest.h>

#include <barrier>
#include <thread>

#include "identity/test_site.hpp"

using namespace freehold;
using namespace freehold::identity;

namespace {

// Sign-ups `<address>` 1 to `count`, each with the link "<address>-<n>" and the browser "b<n>".
std::string pending(const std::string& address, int count) {
  return fmt::format(R"(
    with number as (select n, gen_random_uuid() as id from generate_series(1, {1}) n),
         signup as (
      insert into identity.pending_signup (id, email, phc, pepper_id, workspace_name, browser_hash,
                                           created_at)
      select id, '{0}@example.com', '$argon2id$' || n, 'p', 'W', sha256(('b' || n)::bytea), now()
        from number)
    insert into identity.one_time_token (id, purpose, hash, subject, created_at, expires_at)
    select gen_random_uuid(), 'signup', sha256(('{0}-' || n)::bytea), id, now(),
           now() + interval '1 hour'
      from number)",
                     address, count);
}

std::string confirm(const std::string& link, const std::string& browser,
                    const std::string& chosen = "null, null") {
  return fmt::format(
      "select count(*) from identity.confirm_signup(sha256('{}'), sha256('{}'), {}, "
      "gen_random_uuid(), now(), now())",
      link, browser, chosen);
}

}  // namespace

TEST_CASE("the database confirms with the sign-up's password in its own browser only") {
  Site site;
  site.rows(pending("ada", 1));
  CHECK(site.attempt_as("fh_control", confirm("ada-1", "another browser")) == "FH010");
  CHECK(site.rows("select count(*) from identity.account") == "0");
  CHECK(site.attempt_as("fh_control", confirm("ada-1", "b1")) == "ok");
  CHECK(site.rows("select phc from identity.password") == "$argon2id$1");

  site.rows(pending("eve", 1));
  CHECK(site.attempt_as("fh_control", confirm("eve-1", "another browser", "'$argon2id$x', 'q'")) ==
        "ok");
  CHECK(site.rows("select p.phc, p.pepper_id from identity.password p "
                  "join identity.account a using (user_id) where a.email like 'eve%'") ==
        "$argon2id$x|q");
}

TEST_CASE("the database confirms no link that is used, expired, of another purpose or unknown") {
  Site site;
  site.rows(pending("ada", 4));
  site.rows("update identity.one_time_token set consumed_at = now() where hash = sha256('ada-1')");
  site.rows("update identity.one_time_token set expires_at = now() where hash = sha256('ada-2')");
  site.rows(
      "update identity.one_time_token set purpose = 'password_reset' where hash = sha256('ada-3')");
  site.rows("update identity.one_time_token set subject = null where hash = sha256('ada-4')");
  for (const std::string link : {"ada-1", "ada-2", "ada-3", "ada-4", "ada-5"}) {
    const std::string browser = "b" + link.substr(4);
    CHECK_MESSAGE(site.rows(confirm(link, browser)) == "0", link);
  }
  CHECK(site.rows("select count(*) from identity.account") == "0");
  CHECK(site.rows("select count(*) from identity.pending_signup") == "4");
}

TEST_CASE("sign-ups of one address that are confirmed in the same instant never block each other") {
  constexpr int rounds = 100;
  constexpr int callers = 4;
  Site site;
  for (int round = 0; round < rounds; ++round)
    site.rows(pending(fmt::format("ada{}", round), callers));

  std::atomic<int> confirmed = 0;
  std::vector<std::string> failures(callers);
  std::barrier start(callers);
  {
    std::vector<std::jthread> threads;
    for (int n = 1; n <= callers; ++n) {
      threads.emplace_back([&, n] {
        db::BlockingConnection connection(site.scratch.as("fh_control"));
        for (int round = 0; round < rounds; ++round) {
          start.arrive_and_wait();
          const std::vector<std::string> statement{
              confirm(fmt::format("ada{}-{}", round, n), fmt::format("b{}", n))};
          const auto reply = connection.ask_each(statement).front();
          failures.at(std::size_t(n - 1)) += reply.message;
          if (reply.sqlstate.empty() && reply.rows.at(0).at(0) == "1") ++confirmed;
        }
      });
    }
  }
  for (const std::string& failure : failures) CHECK(failure == "");
  CHECK(confirmed == rounds);
  CHECK(site.rows("select count(*) from identity.account") == std::to_string(rounds));
  CHECK(site.rows("select count(*) from identity.pending_signup") == "0");
}
