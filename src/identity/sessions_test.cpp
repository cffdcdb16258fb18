#include <doctest/doctest.h>

#include "core/both.hpp"
#include "identity/test_site.hpp"

using namespace freehold;
using namespace freehold::identity;

namespace {

Task<Sessions::Opened> opened_for(Site& site, UserId user) {
  auto tx = site.database.identity();
  auto opened = co_await site.sessions.open(tx, user, "203.0.113.9", "curl/8.0");
  co_await tx.commit();
  co_return opened;
}

Task<bool> is_live(Site& site, std::string secret) {
  const auto live = co_await site.sessions.find(secret);
  co_return live.has_value();
}

Task<> ask(Site& site, std::string secret, bool& answer) {
  const auto live = co_await site.sessions.find(secret);
  answer = live.has_value();
}

std::int64_t writes_of_seen(Site& site) {
  for (const auto& use : site.database.query_uses())
    if (use.name == "identity.note_session_seen") return use.runs;
  return 0;
}

std::string revoke_all() {
  return "update identity.session set revoked_at = now() where revoked_at is null";
}

}  // namespace

TEST_CASE("a session is found by its secret, and only its hash is kept") {
  on_site([](Site& site) -> Task<> {
    const UserId user = co_await site.account("ada@example.com");
    const auto opened = co_await opened_for(site, user);
    const auto live = co_await site.sessions.find(opened.secret);
    REQUIRE(live.has_value());
    CHECK(live->id == opened.session.id);
    CHECK(live->user_id == user);
    CHECK(live->csrf_token == opened.session.csrf_token);
    CHECK(live->csrf_token.size() == 43);
    CHECK(opened.secret.size() == 43);
    CHECK(live->csrf_token != opened.secret);
    const auto other = co_await opened_for(site, user);
    CHECK(other.session.csrf_token != live->csrf_token);

    const std::string hash = to_hex(view(sha256(opened.secret)));
    CHECK(site.rows("select count(*) from identity.session where encode(secret_hash, 'hex') = '" +
                    hash + "'") == "1");
    const std::string dump = site.rows("select s::text from identity.session s");
    CHECK(dump.find(opened.secret) == std::string::npos);
    CHECK(dump.find(live->csrf_token) == std::string::npos);
    for (const std::string& wrong :
         {std::string(), std::string("x"), std::string(43, 'A'), opened.secret + 'A', hash})
      CHECK(!co_await is_live(site, wrong));
  });
}

TEST_CASE("advancing the business clock logs nobody out") {
  on_site([](Site& site) -> Task<> {
    const UserId user = co_await site.account("ada@example.com");
    const auto opened = co_await opened_for(site, user);
    site.business.advance(days(400));
    CHECK(co_await is_live(site, opened.secret));
  });
}

TEST_CASE("a session ends after seven unused days, and after thirty in any case") {
  on_site([](Site& site) -> Task<> {
    const UserId user = co_await site.account("ada@example.com");
    const auto idle = co_await opened_for(site, user);
    const auto used = co_await opened_for(site, user);
    for (int day = 0; day < 6; ++day) {
      site.machine.advance(days(1));
      CHECK(co_await is_live(site, used.secret));
    }
    site.machine.advance(days(1) - seconds(1));
    CHECK(co_await is_live(site, used.secret));
    site.machine.advance(seconds(1));
    CHECK(!co_await is_live(site, idle.secret));
    for (int day = 7; day < 30; ++day) {
      CHECK(co_await is_live(site, used.secret));
      site.machine.advance(days(1));
    }
    CHECK(!co_await is_live(site, used.secret));
  });
}

TEST_CASE("when a session was last seen is written once a minute") {
  on_site([](Site& site) -> Task<> {
    const UserId user = co_await site.account("ada@example.com");
    const auto opened = co_await opened_for(site, user);
    const std::string seen_at =
        "select last_seen_at at time zone 'utc' from identity.session "
        "where ip = '203.0.113.9'";
    CHECK(site.rows(seen_at) == "2026-11-22 09:00:00");
    site.machine.advance(seconds(59));
    CHECK(co_await is_live(site, opened.secret));
    CHECK(site.rows(seen_at) == "2026-11-22 09:00:00");
    site.machine.advance(seconds(1));
    CHECK(co_await is_live(site, opened.secret));
    CHECK(site.rows(seen_at) == "2026-11-22 09:01:00");
  });
}

TEST_CASE("of the requests that come together with a session, one writes that it was seen") {
  on_site([](Site& site) -> Task<> {
    const UserId user = co_await site.account("ada@example.com");
    const auto opened = co_await opened_for(site, user);
    site.machine.advance(minutes(2));
    const auto before = writes_of_seen(site);
    std::array<bool, 3> live{};
    co_await run_both(
        run_both(ask(site, opened.secret, live[0]), ask(site, opened.secret, live[1])),
        ask(site, opened.secret, live[2]));
    CHECK(live == std::array{true, true, true});
    CHECK(writes_of_seen(site) - before == 1);
  });
}

TEST_CASE("what another node revokes holds here within a second") {
  on_site([](Site& site) -> Task<> {
    const UserId user = co_await site.account("ada@example.com");
    const auto opened = co_await opened_for(site, user);
    CHECK(co_await is_live(site, opened.secret));
    site.rows(revoke_all());
    site.machine.advance(seconds(1) - Duration(1));
    CHECK(co_await is_live(site, opened.secret));  // remembered: no question to the database
    site.machine.advance(Duration(1));
    CHECK(!co_await is_live(site, opened.secret));
  });
}

TEST_CASE("what this node revokes holds at once") {
  on_site([](Site& site) -> Task<> {
    const UserId user = co_await site.account("ada@example.com");
    const auto one = co_await opened_for(site, user);
    const auto two = co_await opened_for(site, user);
    const auto three = co_await opened_for(site, user);
    for (const auto& opened : {one, two, three}) CHECK(co_await is_live(site, opened.secret));

    auto dropped = site.database.identity();
    co_await site.sessions.close_others(dropped, user, {});
    {
      const auto gone = std::move(dropped);
    }  // not committed
    CHECK(co_await is_live(site, one.secret));

    auto tx = site.database.identity();
    co_await site.sessions.close(tx, user, one.session.id);
    co_await tx.commit();
    CHECK(!co_await is_live(site, one.secret));
    CHECK(co_await is_live(site, two.secret));

    auto others = site.database.identity();
    co_await site.sessions.close_others(others, user, two.session.id);
    co_await others.commit();
    CHECK(co_await is_live(site, two.secret));
    CHECK(!co_await is_live(site, three.secret));
  });
}

TEST_CASE("nobody closes another person's session") {
  on_site([](Site& site) -> Task<> {
    const UserId ada = co_await site.account("ada@example.com");
    co_await site.account("eve@example.com", "Globex");
    Browser eve(site);
    co_await eve.log_in("eve@example.com");
    const auto opened = co_await opened_for(site, ada);
    co_await eve.get("/account/security");
    const auto tried =
        co_await eve.post("/account/sessions/" + to_string(opened.session.id) + "/logout");
    CHECK(seen(tried) == "303 /account/security?ended=1");
    site.machine.advance(seconds(1));
    CHECK(co_await is_live(site, opened.secret));
  });
}

TEST_CASE("a disabled person is logged out within a second") {
  on_site([](Site& site) -> Task<> {
    const UserId user = co_await site.account("ada@example.com");
    const auto opened = co_await opened_for(site, user);
    CHECK(co_await is_live(site, opened.secret));
    site.rows("update identity.account set state = 'disabled'");
    site.machine.advance(seconds(1));
    CHECK(!co_await is_live(site, opened.secret));
  });
}

TEST_CASE("more sessions than are remembered are all found") {
  on_site([](Site& site) -> Task<> {
    const UserId user = co_await site.account("ada@example.com");
    site.rows(fmt::format(
        "insert into identity.session (id, user_id, secret_hash, created_at, last_seen_at, "
        "expires_at, ip, user_agent) select gen_random_uuid(), '{}', "
        "sha256(convert_to(lpad(n::text, 43, 'x'), 'utf8')), '2026-11-22', '2026-11-22 09:00+00', "
        "'2026-12-22', '', '' from generate_series(1, 9000) n",
        to_string(user.uuid)));
    int found = 0;
    for (int round = 0; round < 2; ++round)
      for (int n = 1; n <= 9'000; ++n)
        if (co_await is_live(site, fmt::format("{:x>43}", n))) ++found;
    CHECK(found == 18'000);
  });
}
