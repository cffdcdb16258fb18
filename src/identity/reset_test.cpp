#include <doctest/doctest.h>

#include "core/scope.hpp"
#include "identity/test_site.hpp"

using namespace freehold;
using namespace freehold::identity;

namespace {

const std::string next_password = "lantern-orbit-17-moss";

Task<http::Response> forget(Browser& browser, std::string email) {
  co_await browser.get("/forgot");
  co_return co_await browser.post("/forgot", {{"email", email}});
}

}  // namespace

TEST_CASE("a forgotten password is set anew by the owner of the mailbox") {
  on_site([](Site& site) -> Task<> {
    const UserId user = co_await site.account("ada@example.com");
    Browser laptop(site);
    co_await laptop.log_in("ada@example.com");
    Browser phone(site);
    co_await phone.log_in("ada@example.com");

    Browser ada(site);
    const auto sent = co_await forget(ada, "Ada@example.com");
    CHECK(seen(sent) == "303 /forgot/sent");
    const auto page = co_await ada.get("/forgot/sent");
    CHECK(seen(page) == "200 Check your mail");
    CHECK(page.body.find("ada@example.com") == std::string::npos);
    const std::string link = co_await site.mailed_link(password_reset_requested);

    for (int i = 0; i < 3; ++i) {
      const auto form = co_await ada.get(link);
      CHECK(seen(form) == "200 Set a new password");
      // Two browsers above, and the one that signed up.
      CHECK(form.body.find("This logs you out on 3 devices.") != std::string::npos);
    }
    const auto weak = co_await ada.post(link, {{"password", "password1"}});
    CHECK(weak.status == 422);
    CHECK(co_await laptop.is_logged_in());
    co_await ada.get(link);
    const auto set = co_await ada.post(link, {{"password", next_password}});
    CHECK(seen(set) == "303 /login?password_set=1");

    CHECK(!co_await laptop.is_logged_in());
    CHECK(!co_await phone.is_logged_in());
    const auto old = co_await ada.log_in("ada@example.com");
    CHECK(old.status == 422);
    const auto fresh = co_await ada.log_in("ada@example.com", next_password);
    CHECK(seen(fresh) == "303 /select");
    const auto event = site.latest(password_changed);
    CHECK(json::serialize(event) == "{\"user\":\"" + to_string(user) + "\"}");
  });
}

TEST_CASE("a reset link works once, and setting a password voids the other ones") {
  on_site([](Site& site) -> Task<> {
    co_await site.account("ada@example.com");
    Browser ada(site);
    co_await forget(ada, "ada@example.com");
    const std::string first = co_await site.mailed_link(password_reset_requested);
    co_await forget(ada, "ada@example.com");
    const std::string second = co_await site.mailed_link(password_reset_requested);
    CHECK(first != second);
    co_await ada.get(second);
    const auto set = co_await ada.post(second, {{"password", next_password}});
    CHECK(seen(set) == "303 /login?password_set=1");

    for (const std::string& link : {first, second}) {
      const auto page = co_await ada.get(link);
      CHECK(seen(page) == "410 This link does not work any more");
      co_await ada.get("/forgot");
      const auto posted = co_await ada.post(link, {{"password", "something else entirely"}});
      CHECK(seen(posted) == "410 This link does not work any more");
    }
    const auto in = co_await ada.log_in("ada@example.com", next_password);
    CHECK(seen(in) == "303 /select");
  });
}

TEST_CASE("fifty uses of a reset link at once set one password") {
  on_site([](Site& site) -> Task<> {
    co_await site.account("ada@example.com");
    Browser ada(site);
    co_await forget(ada, "ada@example.com");
    const std::string link = co_await site.mailed_link(password_reset_requested);
    const std::string secret = link.substr(std::string_view("/reset/").size());

    struct Use {
      static Task<> once(Site& at, std::string of, int& count) {
        auto tx = at.database.identity();
        const auto token =
            co_await consume(tx, Purpose::password_reset, of, at.clocks.machine.now());
        co_await tx.commit();
        if (token) ++count;
      }
    };
    int consumed = 0;
    Scope uses(site.runtime.executor(0));
    for (int i = 0; i < 50; ++i) uses.spawn("use", Use::once(site, secret, consumed));
    co_await uses.join();
    CHECK(consumed == 1);
  });
}

TEST_CASE("a link of one purpose is nothing to another") {
  on_site([](Site& site) -> Task<> {
    co_await site.account("ada@example.com");
    Browser ada(site);
    co_await forget(ada, "ada@example.com");
    const std::string reset = co_await site.mailed_link(password_reset_requested);
    const std::string reset_secret = reset.substr(std::string_view("/reset/").size());
    co_await ada.sign_up("new@example.com", pale_password, "Other");
    const std::string verify = co_await site.mailed_link(signup_requested);
    const std::string verify_secret = verify.substr(std::string_view("/verify/").size());

    const auto wrong_verify = co_await ada.get("/verify/" + reset_secret);
    CHECK(seen(wrong_verify) == "404 This link does not work");
    const auto wrong_confirm = co_await ada.post("/verify/" + reset_secret);
    CHECK(seen(wrong_confirm) == "404 This link does not work");
    const auto wrong_reset = co_await ada.get("/reset/" + verify_secret);
    CHECK(seen(wrong_reset) == "410 This link does not work any more");
    const auto wrong_set =
        co_await ada.post("/reset/" + verify_secret, {{"password", next_password}});
    CHECK(seen(wrong_set) == "410 This link does not work any more");

    CHECK(site.rows("select purpose from identity.one_time_token where consumed_at is null "
                    "order by purpose") == "password_reset\nsignup");
    co_await ada.get(reset);
    const auto set = co_await ada.post(reset, {{"password", next_password}});
    CHECK(seen(set) == "303 /login?password_set=1");
    co_await ada.get(verify);
    const auto confirmed = co_await ada.post(verify);
    CHECK(seen(confirmed) == "303 /t/other");
  });
}

TEST_CASE("asking for an unknown address looks the same, costs the same, and sends nothing") {
  on_site([](Site& site) -> Task<> {
    co_await site.account("ada@example.com");
    Browser ada(site);
    const auto known = co_await forget(ada, "ada@example.com");
    CHECK(co_await site.mailed_link(password_reset_requested) != "no mail");
    const auto unknown = co_await forget(ada, "nobody@example.com");
    CHECK(co_await site.mailed_link(password_reset_requested) == "no mail");
    CHECK(seen(unknown) == seen(known));
    CHECK(unknown.body == known.body);
    CHECK(site.rows("select count(*), count(subject) from identity.one_time_token "
                    "where purpose = 'password_reset'") == "2|1");
    CHECK(site.rows("select count(*) from events.outbox where type = 'password.reset_requested'") ==
          "2");
    const auto nonsense = co_await forget(ada, "nobody");
    CHECK(seen(nonsense) ==
          "422 Set a new password: Enter an email address in the correct format, like "
          "name@example.com");
  });
}

TEST_CASE("a reset link lives for thirty minutes of the machine's clock from its mail on") {
  on_site([](Site& site) -> Task<> {
    co_await site.account("ada@example.com");
    Browser ada(site);
    co_await forget(ada, "ada@example.com");
    site.machine.advance(hours(2));
    site.business.advance(days(30));
    const std::string link = co_await site.mailed_link(password_reset_requested);
    site.machine.advance(minutes(30) - seconds(1));
    const auto alive = co_await ada.get(link);
    CHECK(seen(alive) == "200 Set a new password");
    site.machine.advance(seconds(1));
    const auto gone = co_await ada.post(link, {{"password", next_password}});
    CHECK(seen(gone) == "410 This link does not work any more");

    co_await forget(ada, "ada@example.com");
    site.machine.advance(days(2));
    CHECK(co_await site.mailed_link(password_reset_requested) == "no mail");
  });
}

TEST_CASE("a log-in that is under way while the password changes opens nothing") {
  on_site([](Site& site) -> Task<> {
    co_await site.account("ada@example.com");
    Browser thief(site);
    co_await thief.get("/login");

    // What a reset does, held open between its statements and its commit.
    db::BlockingConnection reset(site.scratch.admin());
    reset.run("begin");
    reset.run("update identity.password set phc = '$argon2id$' || 'the new one'");
    reset.run("update identity.session set revoked_at = now()");

    struct LogIn {
      static Task<> with_old_password(Browser& browser, std::string& outcome) {
        const FormFields fields{{"email", "ada@example.com"}, {"password", pale_password}};
        const auto response = co_await browser.post("/login", fields);
        outcome = std::to_string(response.status);
      }
    };
    std::string outcome;
    Scope scope(site.runtime.executor(0));
    scope.spawn("log in", LogIn::with_old_password(thief, outcome));
    const std::string waiting =
        "select count(*) from pg_stat_activity where datname = current_database() "
        "and wait_event_type = 'Lock'";
    while (outcome.empty() && site.rows(waiting) == "0")
      co_await sleep_for(std::chrono::milliseconds(1));
    CHECK(outcome == "");
    reset.run("commit");
    co_await scope.join();

    CHECK(outcome == "422");
    CHECK(site.rows("select count(*) from identity.session where revoked_at is null") == "0");
  });
}
