#include <doctest/doctest.h>

#include "core/scope.hpp"
#include "identity/test_site.hpp"

using namespace freehold;
using namespace freehold::identity;

namespace {

constexpr std::string_view account_rows = R"(
  select email, name, (select count(*) from identity.password p where p.user_id = a.user_id)
    from identity.account a order by email)";

// What somebody gets for posting the sign-up form, without what has to differ from time to time.
std::string shape_of(const http::Response& response) {
  std::string shape = fmt::format("{}\n", response.status);
  for (const auto& [name, value] : response.headers)
    if (name != "Request-Id") shape += fmt::format("{}: {}\n", name, value);
  for (const auto& cookie : response.cookies)
    shape += fmt::format("{} of {} for {}\n", cookie.name, cookie.value.size(),
                         cookie.max_age.value_or(-1));
  return shape + response.body;
}

}  // namespace

TEST_CASE("a sign-up becomes an account when its mailbox is proven, and not before") {
  on_site([](Site& site) -> Task<> {
    Browser ada(site);
    const auto sent = co_await ada.sign_up("Ada@Example.com");
    CHECK(seen(sent) == "303 /signup/sent");
    const auto page = co_await ada.get("/signup/sent");
    CHECK(seen(page) == "200 Check your mail");
    CHECK(page.body.find("ada@example.com") != std::string::npos);
    CHECK(site.rows(std::string(account_rows)) == "");
    CHECK(site.event_types() == "signup.requested");

    const std::string link = co_await site.mailed_link(signup_requested);
    // Mail scanners follow links: looking changes nothing.
    for (int i = 0; i < 3; ++i) {
      const auto button = co_await ada.get(link);
      CHECK(seen(button) == "200 Confirm your address");
    }
    CHECK(site.rows(std::string(account_rows)) == "");

    const auto confirmed = co_await ada.post(link);
    CHECK(seen(confirmed) == "303 /t/acme");
    CHECK(site.rows(std::string(account_rows)) == "ada@example.com|ada|1");
    CHECK(site.rows("select slug, name from tenancy.tenant") == "acme|Acme");
    CHECK(site.event_types() == "signup.requested tenant.created member.added");
    CHECK(co_await ada.is_logged_in());
    const auto workspace = co_await ada.get("/select");
    CHECK(seen(workspace) == "303 /t/acme");

    Browser elsewhere(site);
    const auto logged_in = co_await elsewhere.log_in("ada@example.com");
    CHECK(seen(logged_in) == "303 /select");
  });
}

TEST_CASE("a link that was used says so, and makes nothing twice") {
  on_site([](Site& site) -> Task<> {
    Browser ada(site);
    co_await ada.sign_up("ada@example.com");
    const std::string link = co_await site.mailed_link(signup_requested);
    co_await ada.get(link);
    co_await ada.post(link);

    const auto seen_again = co_await ada.get(link);
    CHECK(seen(seen_again) == "410 This link was used before");
    co_await ada.get("/account");
    const auto again = co_await ada.post(link);
    CHECK(seen(again) == "410 This link was used before");
    CHECK(site.rows("select count(*) from identity.account") == "1");
    CHECK(co_await site.mailed_link(signup_requested) == "no mail");
  });
}

TEST_CASE(
    "a password that was set before the mailbox was proven does not survive another browser") {
  on_site([](Site& site) -> Task<> {
    Browser attacker(site);
    co_await attacker.sign_up("victim@example.com", "chosen by the attacker", "Trap");
    const std::string link = co_await site.mailed_link(signup_requested);

    Browser victim(site);
    const auto button = co_await victim.get(link);
    CHECK(seen(button) == "200 Confirm your address");
    const auto asked = co_await victim.post(link);
    CHECK(seen(asked) == "200 Choose a password");
    CHECK(site.rows("select phc is null, pepper_id is null from identity.pending_signup") == "t|t");
    // The attacker's own browser cannot confirm with its old password any more either.
    co_await attacker.get(link);
    const auto back = co_await attacker.post(link);
    CHECK(seen(back) == "200 Choose a password");

    const auto weak = co_await victim.post(link, {{"password", "victim123"}});
    CHECK(
        seen(weak) ==
        "422 Choose a password: Choose a password that is not built on your name, your address or "
        "the workspace");
    const auto confirmed = co_await victim.post(link, {{"password", "chosen by the victim"}});
    CHECK(seen(confirmed) == "303 /t/trap");

    const auto refused = co_await attacker.log_in("victim@example.com", "chosen by the attacker");
    CHECK(refused.status == 422);
    const auto welcome =
        co_await Browser(site).log_in("victim@example.com", "chosen by the victim");
    CHECK(seen(welcome) == "303 /select");
  });
}

TEST_CASE("the first proof of an address ends every other sign-up for it") {
  on_site([](Site& site) -> Task<> {
    Browser attacker(site);
    co_await attacker.sign_up("victim@example.com", "chosen by the attacker", "Trap");
    const std::string trap = co_await site.mailed_link(signup_requested);
    Browser victim(site);
    co_await victim.sign_up("victim@example.com", "chosen by the victim", "Mine");
    const std::string mine = co_await site.mailed_link(signup_requested);

    co_await victim.get(mine);
    const auto confirmed = co_await victim.post(mine);
    CHECK(seen(confirmed) == "303 /t/mine");
    CHECK(site.rows("select count(*) from identity.pending_signup") == "0");
    co_await attacker.get(trap);
    const auto late = co_await attacker.post(trap);
    CHECK(seen(late) == "410 This link was used before");
    CHECK(site.rows("select slug from tenancy.tenant") == "mine");
  });
}

TEST_CASE("an address that has an account gets the same answer for the same work") {
  on_site([](Site& site) -> Task<> {
    co_await site.account("ada@example.com");
    const auto before = site.passwords.computed();
    const auto fresh = co_await Browser(site).sign_up("new@example.com", pale_password, "Other");
    const auto for_new = site.passwords.computed() - before;
    const std::string rows_for_new =
        site.rows("select count(*) from identity.pending_signup") + " pending, " +
        site.rows("select count(*) from identity.one_time_token where consumed_at is null") +
        " links";

    Browser attacker(site);
    const auto known = co_await attacker.sign_up("ada@example.com", "chosen by the attacker", "X1");
    const auto for_known = site.passwords.computed() - before - for_new;
    CHECK(shape_of(known) == shape_of(fresh));
    CHECK(for_new == 1);
    CHECK(for_known == 1);
    CHECK(rows_for_new == "1 pending, 1 links");
    CHECK(site.rows("select count(*) from identity.pending_signup") == "2");
    CHECK(site.event_types() ==
          "signup.requested tenant.created member.added signup.requested "
          "signup.for_existing_account");
    const auto event = site.latest(signup_for_existing_account);
    CHECK(json::serialize(event).find("ada@example.com") == std::string::npos);

    const auto page = co_await attacker.get("/signup/sent");
    CHECK(seen(page) == "200 Check your mail");
    const auto again = co_await attacker.post("/signup/sent");
    CHECK(seen(again) == "303 /signup/sent?again=1");
    // Even with the link, which is never mailed, there is no second account and no new password.
    const std::string token = site.rows(
        "select t.id from identity.one_time_token t "
        "join identity.pending_signup s on s.id = t.subject "
        "where s.email = 'ada@example.com' limit 1");
    const std::string secret =
        site.links.secret_of(Purpose::signup, TokenId{parse_uuid(token).value()});
    const auto confirmed = co_await attacker.post("/verify/" + secret);
    CHECK(seen(confirmed) == "410 This link was used before");
    const auto refused = co_await attacker.log_in("ada@example.com", "chosen by the attacker");
    CHECK(refused.status == 422);
  });
}

TEST_CASE("fifty confirmations at once make one account") {
  on_site([](Site& site) -> Task<> {
    Browser ada(site);
    co_await ada.sign_up("ada@example.com");
    const std::string link = co_await site.mailed_link(signup_requested);
    co_await ada.get(link);

    std::map<std::string, int> answers;
    struct Press {
      static Task<> once(Browser browser, std::string link, std::map<std::string, int>& answers) {
        const auto response = co_await browser.post(link);
        ++answers[seen(response)];
      }
    };
    Scope presses(site.runtime.executor(0));
    for (int i = 0; i < 50; ++i) presses.spawn("press", Press::once(ada, link, answers));
    co_await presses.join();

    std::string counted;
    for (const auto& [answer, times] : answers) counted += fmt::format("{} x {}\n", times, answer);
    CHECK(counted == "1 x 303 /t/acme\n49 x 410 This link was used before\n");
    CHECK(site.rows("select count(*) from identity.account") == "1");
    CHECK(site.rows("select count(*) from tenancy.tenant") == "1");
  });
}

TEST_CASE("two sign-ups of one address that are confirmed at once make one account") {
  on_site([](Site& site) -> Task<> {
    std::vector<Browser> browsers;
    std::vector<std::string> links;
    for (int i = 0; i < 10; ++i) {
      Browser& browser = browsers.emplace_back(site);
      co_await browser.sign_up("ada@example.com", pale_password, fmt::format("Acme {}", i));
      links.push_back(co_await site.mailed_link(signup_requested));
      co_await browser.get(links.back());
    }
    std::map<int, int> statuses;
    struct Press {
      static Task<> once(Browser& browser, std::string link, std::map<int, int>& statuses) {
        const auto response = co_await browser.post(link);
        ++statuses[response.status];
      }
    };
    Scope presses(site.runtime.executor(0));
    for (std::size_t i = 0; i < links.size(); ++i)
      presses.spawn("press", Press::once(browsers[i], links[i], statuses));
    co_await presses.join();

    CHECK(statuses == std::map<int, int>{{303, 1}, {410, 9}});
    CHECK(site.rows("select count(*) from identity.account") == "1");
    CHECK(site.rows("select count(*) from identity.pending_signup") == "0");
  });
}

TEST_CASE("the form says everything that is wrong at once, and keeps all but the password") {
  on_site([](Site& site) -> Task<> {
    const auto refused =
        co_await Browser(site).sign_up("ada@example", "short", "<script>alert(1)</script>\x01");
    CHECK(
        seen(refused) ==
        "422 Create your workspace: Enter an email address in the correct format, like "
        "name@example.com; Use at least 8 characters for the password; The workspace name may not "
        "contain invisible characters");
    CHECK(refused.body.find("value=\"ada@example\"") != std::string::npos);
    CHECK(refused.body.find("short") == std::string::npos);
    CHECK(refused.body.find("<script>alert") == std::string::npos);
    CHECK(refused.body.find("<title>Error: Create your workspace") != std::string::npos);
    CHECK(refused.body.find("autocomplete=\"new-password\"") != std::string::npos);
    CHECK(site.event_types() == "");
    CHECK(site.passwords.computed() == 0);
  });
}

TEST_CASE("a link that has expired offers a new mail") {
  on_site([](Site& site) -> Task<> {
    Browser ada(site);
    co_await ada.sign_up("ada@example.com");
    const std::string link = co_await site.mailed_link(signup_requested);
    site.machine.advance(hours(24));
    const auto expired = co_await ada.get(link);
    CHECK(seen(expired) == "410 This link has expired");
    const auto late = co_await ada.post(link);
    CHECK(seen(late) == "410 This link has expired");

    const auto renewed = co_await ada.post(link + "/mail");
    CHECK(seen(renewed) == "200 Check your mail");
    const std::string next = co_await site.mailed_link(signup_requested);
    CHECK(next != link);
    co_await ada.get(next);
    const auto confirmed = co_await ada.post(next);
    CHECK(seen(confirmed) == "303 /t/acme");
  });
}

TEST_CASE("a link's time begins when its mail goes out, and a second attempt sends the same link") {
  on_site([](Site& site) -> Task<> {
    Browser ada(site);
    co_await ada.sign_up("ada@example.com");
    site.machine.advance(hours(30));  // the mail server was away
    const std::string link = co_await site.mailed_link(signup_requested);
    CHECK(co_await site.mailed_link(signup_requested) == link);
    const auto page = co_await ada.get(link);
    CHECK(seen(page) == "200 Confirm your address");
    // Neither the database nor the event holds it.
    const std::string secret = link.substr(std::string_view("/verify/").size());
    CHECK(
        site.rows("select count(*) from identity.one_time_token where encode(hash, 'escape') = '" +
                  secret + "'") == "0");
    CHECK(json::serialize(site.latest(signup_requested)).find(secret) == std::string::npos);
    site.machine.advance(days(8));
    CHECK(co_await site.mailed_link(signup_requested) == "no mail");
  });
}

TEST_CASE("a link that never was is no link") {
  on_site([](Site& site) -> Task<> {
    Browser ada(site);
    co_await ada.get("/login");
    for (const std::string token : {"x", "0000000000000000000000000000000000000000000"}) {
      const auto page = co_await ada.get("/verify/" + token);
      CHECK(seen(page) == "404 This link does not work");
      const auto posted = co_await ada.post("/verify/" + token);
      CHECK(seen(posted) == "404 This link does not work");
      const auto renewed = co_await ada.post("/verify/" + token + "/mail");
      CHECK(seen(renewed) == "303 /verify/" + token);
    }
  });
}

TEST_CASE("the address of the workspace is shown before it is made") {
  on_site([](Site& site) -> Task<> {
    co_await site.account("ada@example.com");
    Browser ada(site);
    const auto free = co_await ada.get("/signup/address?workspace=Northwind+Labs");
    CHECK(free.body == "Its address will be /t/northwind-labs\n");
    const auto taken = co_await ada.get("/signup/address?workspace=ACME");
    CHECK(taken.body == "/t/acme is taken, so a number will be added to it\n");
    const auto nothing = co_await ada.get("/signup/address?workspace=");
    CHECK(nothing.body == "\n");
  });
}

TEST_CASE("too many sign-ups and mails wait") {
  on_site([](Site& site) -> Task<> {
    Browser ada(site);
    co_await ada.sign_up("ada@example.com");
    site.full = "mail.account";
    const auto refused = co_await ada.sign_up("ada@example.com");
    CHECK(seen(refused) ==
          "429 Create your workspace: Too many attempts. Wait 3 minutes, then try again.");
    CHECK(refused.header("Retry-After") == "170");
    co_await ada.get("/signup/sent");
    const auto again = co_await ada.post("/signup/sent");
    CHECK(seen(again) == "429 Check your mail: Too many attempts. Wait 3 minutes, then try again.");
    CHECK(site.event_types() == "signup.requested");
    for (const std::string& key : site.throttled)
      CHECK_MESSAGE(key.find("ada") == std::string::npos, key);
  });
}

TEST_CASE("an invitation's account ends pending sign-ups of its address") {
  on_site([](Site& site) -> Task<> {
    Browser attacker(site);
    co_await attacker.sign_up("victim@example.com", "chosen by the attacker", "Trap");
    const std::string trap = co_await site.mailed_link(signup_requested);

    const PasswordHash hash = co_await site.passwords.hash(pale_password);
    auto tx = site.database.identity();
    const auto user = co_await open_account(tx, {"victim@example.com", "Vic", hash}, site.clocks);
    CHECK(user.has_value());
    co_await tx.commit();
    auto second = site.database.identity();
    const auto twice =
        co_await open_account(second, {"victim@example.com", "Vic", hash}, site.clocks);
    CHECK(!twice.has_value());

    co_await attacker.get(trap);
    const auto late = co_await attacker.post(trap);
    CHECK(seen(late) == "410 This link was used before");
    CHECK(site.rows(std::string(account_rows)) == "victim@example.com|Vic|1");
  });
}
