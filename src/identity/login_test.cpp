#include <doctest/doctest.h>

#include "identity/arrivals.hpp"
#include "identity/test_site.hpp"

using namespace freehold;
using namespace freehold::identity;

namespace {

constexpr std::string_view failure =
    "422 Log in: The email address or the password is wrong. Check both, or set a new password.";

}  // namespace

TEST_CASE("an unknown account, a wrong password and a disabled account look and cost the same") {
  on_site([](Site& site) -> Task<> {
    co_await site.account("ada@example.com");
    co_await site.account("eve@example.com", "Globex");
    site.rows("update identity.account set state = 'disabled' where email = 'eve@example.com'");

    Browser browser(site);
    std::map<std::string, std::uint64_t> work;
    std::string pages[4];
    const std::pair<std::string, std::string> tries[] = {{"ada@example.com", "not her password"},
                                                         {"bob@example.com", "not her password"},
                                                         {"eve@example.com", pale_password},
                                                         {"not an address!", "not her password"}};
    for (std::size_t i = 0; i < 4; ++i) {
      const auto before = site.passwords.computed();
      const auto response = co_await browser.log_in(tries[i].first, tries[i].second);
      CHECK(seen(response) == failure);
      CHECK(site.passwords.computed() - before == 1);
      CHECK(response.body.find(tries[i].second) == std::string::npos);
      pages[i] = response.body;
      pages[i].replace(pages[i].find(tries[i].first), tries[i].first.size(), "who");
    }
    CHECK(pages[0] == pages[1]);
    CHECK(pages[0] == pages[2]);
    CHECK(pages[0] == pages[3]);
    CHECK(!browser.cookies.contains(std::string(Sessions::cookie)));
  });
}

TEST_CASE("a log-in makes a new session and ends the one before") {
  on_site([](Site& site) -> Task<> {
    co_await site.account("ada@example.com");
    Browser ada(site);
    const auto first = co_await ada.log_in(" ADA@Example.com ");
    CHECK(seen(first) == "303 /select");
    const std::string cookie(Sessions::cookie);
    const std::string before = ada.cookies.at(cookie);

    // Somebody else's fixed session id is of no use: the log-in replaces it.
    co_await ada.get("/account");
    const FormFields fields{{"email", "ada@example.com"}, {"password", pale_password}};
    const auto second = co_await ada.post("/login", fields);
    CHECK(seen(second) == "303 /select");
    CHECK(ada.cookies.at(cookie) != before);
    Browser old(site);
    old.cookies[cookie] = before;
    CHECK(!co_await old.is_logged_in());
    CHECK(co_await ada.is_logged_in());
    Browser fixed(site);
    fixed.cookies[cookie] = std::string(43, 'A');
    co_await fixed.log_in("ada@example.com");
    CHECK(fixed.cookies.at(cookie) != std::string(43, 'A'));

    const auto& set = second.cookies.back();
    CHECK(set.name == "fh_sid");
    CHECK(set.http_only);
    CHECK(set.same_site == "Lax");
    CHECK(set.max_age == 30 * 24 * 3600);
  });
}

TEST_CASE("a log-in leads back to where it was asked for, and nowhere else") {
  on_site([](Site& site) -> Task<> {
    co_await site.account("ada@example.com");
    Browser ada(site);
    const auto sent = co_await ada.get("/account/security?x=1");
    CHECK(seen(sent) == "303 /login?next=/account/security%3Fx%3D1");
    const auto page = co_await ada.get(std::string(sent.header("Location")));
    CHECK(page.body.find("name=\"next\" value=\"/account/security?x=1\"") != std::string::npos);
    const FormFields fields{{"email", "ada@example.com"},
                            {"password", pale_password},
                            {"next", "/account/security?x=1"}};
    const auto back = co_await ada.post("/login", fields);
    CHECK(seen(back) == "303 /account/security?x=1");

    Browser eve(site);
    co_await eve.get("/login?next=//evil.example");
    const FormFields evil{
        {"email", "ada@example.com"}, {"password", pale_password}, {"next", "//evil.example"}};
    const auto kept = co_await eve.post("/login", evil);
    CHECK(seen(kept) == "303 /select");
    const auto again = co_await eve.get("/login?next=https://evil.example");
    CHECK(seen(again) == "303 /select");
  });
}

TEST_CASE("too many log-ins wait, by network, by account and by both") {
  on_site([](Site& site) -> Task<> {
    co_await site.account("ada@example.com");
    site.throttled.clear();
    Browser ada(site);
    ada.ip = "2001:db8:1:2:3:4:5:6";
    co_await ada.log_in("ADA@example.com", "wrong password");
    const std::vector<std::string> first = site.throttled;
    site.throttled.clear();
    ada.ip = "2001:db8:1:2:ffff::1";
    co_await ada.log_in("ada@example.com", "wrong password");
    CHECK(site.throttled == first);
    const std::string account = "account:" + to_hex(view(sha256("ada@example.com")).substr(0, 16));
    const std::string network = "network:20010db800010002/64";
    CHECK(first == std::vector<std::string>{"login.network " + network, "login.account " + account,
                                            "login.both " + account + ',' + network});

    const auto before = site.passwords.computed();
    site.full = "login.both";
    const auto refused = co_await ada.log_in("ada@example.com");
    CHECK(seen(refused) == "429 Log in: Too many attempts. Wait 3 minutes, then try again.");
    CHECK(refused.header("Retry-After") == "170");
    CHECK(site.passwords.computed() == before);
  });
}

TEST_CASE("logging out ends the session, with or without one") {
  on_site([](Site& site) -> Task<> {
    co_await site.account("ada@example.com");
    Browser ada(site);
    co_await ada.log_in("ada@example.com");
    const Browser copy = ada;
    co_await ada.get("/account");
    const auto out = co_await ada.post("/logout");
    CHECK(seen(out) == "303 /login");
    CHECK(out.header("Clear-Site-Data") == "\"cache\", \"storage\"");
    CHECK(!ada.cookies.contains(std::string(Sessions::cookie)));
    Browser thief = copy;
    CHECK(!co_await thief.is_logged_in());
    co_await ada.get("/login");
    const auto again = co_await ada.post("/logout");
    CHECK(seen(again) == "303 /login");
  });
}

TEST_CASE("a form without its token, or from another site, is not carried out") {
  on_site([](Site& site) -> Task<> {
    co_await site.account("ada@example.com");
    Browser ada(site);
    const FormFields fields{{"email", "ada@example.com"}, {"password", pale_password}};
    const auto refused = co_await ada.post("/login", fields);
    CHECK(refused.status == 403);
    CHECK(!ada.cookies.contains(std::string(Sessions::cookie)));
  });
}

TEST_CASE("a password of older parameters or an older pepper is hashed again at log-in") {
  Site site({Secret("the new key"), Secret("the old key")});
  on_site(site, [](Site& at) -> Task<> {
    Passwords old(at.runtime, {Secret("the old key")});
    const PasswordHash stored = co_await old.hash(pale_password);
    auto tx = at.database.identity();
    const auto user = co_await open_account(tx, {"ada@example.com", "Ada", stored}, at.clocks);
    CHECK(user.has_value());
    co_await tx.commit();

    const auto in = co_await Browser(at).log_in("ada@example.com");
    CHECK(seen(in) == "303 /select");
    const std::string rows = "select phc, pepper_id from identity.password";
    const std::string once = at.rows(rows);
    CHECK(once.find(stored.pepper_id) == std::string::npos);
    CHECK(once.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
    const auto before = at.passwords.computed();
    const auto again = co_await Browser(at).log_in("ada@example.com");
    CHECK(seen(again) == "303 /select");
    CHECK(at.passwords.computed() - before == 1);
    CHECK(at.rows(rows) == once);
  });
}

namespace {

// bcrypt of cost 4, as another system kept it.
constexpr const char* brought = "$2b$04$abcdefghijklmnopqrstuu2RLwJYmqf4gRLPQWHqXO0DyEXNJPJdq";

Task<UserId> arrive(Site& site, std::string email, std::optional<std::string> hash) {
  auto tx = site.database.identity();
  Arrival arrival{"legacy", "id of " + email, email, "Ada", std::move(hash)};
  const UserId user = co_await take_in(tx, std::move(arrival), site.clocks);
  co_await tx.commit();
  co_return user;
}

}  // namespace

TEST_CASE("whoever comes from another system logs in as before, and is hashed our way then") {
  on_site([](Site& site) -> Task<> {
    co_await arrive(site, "ada@example.com", brought);
    const auto wrong = co_await Browser(site).log_in("ada@example.com", "not her password");
    CHECK(seen(wrong) == failure);
    CHECK(site.rows("select phc, pepper_id from identity.password") == std::string(brought) + "|");

    const auto in = co_await Browser(site).log_in("ada@example.com");
    CHECK(seen(in) == "303 /select");
    const std::string ours = site.rows("select phc from identity.password");
    CHECK(ours.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
    CHECK(site.rows("select pepper_id <> '' from identity.password") == "t");
    const auto again = co_await Browser(site).log_in("ada@example.com");
    CHECK(seen(again) == "303 /select");
    CHECK(site.rows("select phc from identity.password") == ours);
  });
}

TEST_CASE("somebody else's brought hash lets nobody in, whoever's time it lends") {
  on_site([](Site& site) -> Task<> {
    co_await arrive(site, "ada@example.com", brought);
    // Ada's is the only hash there is: half of all unknown addresses are checked against it.
    for (int i = 0; i < 8; ++i) {
      const auto before = site.passwords.computed();
      const auto refused =
          co_await Browser(site).log_in(fmt::format("nobody{}@example.com", i), pale_password);
      CHECK(seen(refused) == failure);
      CHECK(site.passwords.computed() - before == 1);
    }
    CHECK(site.rows("select phc from identity.password") == brought);
  });
}

TEST_CASE("who comes twice is one person, and an account that is here keeps its password") {
  on_site([](Site& site) -> Task<> {
    const UserId here = co_await site.account("ada@example.com");
    const std::string before = site.rows("select phc from identity.password");
    const UserId first = co_await arrive(site, "ada@example.com", brought);
    const UserId second = co_await arrive(site, "ada@example.com", brought);
    CHECK(first == here);
    CHECK(second == here);
    CHECK(site.rows("select phc from identity.password") == before);
    CHECK(site.rows("select source, external_id from identity.external_id") ==
          "legacy|id of ada@example.com");

    auto db = site.database.identity_read();
    const auto known = co_await known_arrivals(db, "legacy", {"id of ada@example.com", "another"});
    CHECK(known.size() == 1);
    CHECK(known.at(0).user_id == here);
    const auto elsewhere = co_await known_arrivals(db, "other", {"id of ada@example.com"});
    CHECK(elsewhere.empty());
  });
}

TEST_CASE("who comes without a password sets one by mail") {
  on_site([](Site& site) -> Task<> {
    co_await arrive(site, "ada@example.com", {});
    const auto refused = co_await Browser(site).log_in("ada@example.com");
    CHECK(seen(refused) == failure);
    Browser ada(site);
    co_await ada.get("/forgot");
    co_await ada.post("/forgot", {{"email", "ada@example.com"}});
    const std::string link = co_await site.mailed_link(password_reset_requested);
    co_await ada.get(link);
    co_await ada.post(link, {{"password", pale_password}});
    const auto in = co_await Browser(site).log_in("ada@example.com");
    CHECK(seen(in) == "303 /select");
  });
}

TEST_CASE("a hash is of no use without its pepper") {
  on_site([](Site& site) -> Task<> {
    const PasswordHash ours = co_await site.passwords.hash(pale_password);
    Passwords other(site.runtime, {Secret("another key")});
    const auto elsewhere = co_await other.check(pale_password, ours, {});
    CHECK(!elsewhere.right);
    const auto renamed = co_await other.check(
        pale_password, PasswordHash{ours.phc, (co_await other.hash("x")).pepper_id}, {});
    CHECK(!renamed.right);
    const auto here = co_await site.passwords.check(pale_password, ours, {});
    CHECK(here.right);
    CHECK(!here.outdated);
  });
}

TEST_CASE("one password, however the keyboard composes its letters") {
  on_site([](Site& site) -> Task<> {
    const PasswordHash composed = co_await site.passwords.hash("caf\xc3\xa9 au lait");
    const auto decomposed = co_await site.passwords.check("cafe\xcc\x81 au lait", composed, {});
    CHECK(decomposed.right);
    const auto without = co_await site.passwords.check("cafe au lait", composed, {});
    CHECK(!without.right);
    // Bytes that are no text, and those after a NUL, count as well.
    const PasswordHash bytes = co_await site.passwords.hash(std::string("nul\0 one\xff", 9));
    const auto other = co_await site.passwords.check(std::string("nul\0 two\xff", 9), bytes, {});
    CHECK(!other.right);
  });
}

TEST_CASE("whoever belongs to several workspaces chooses, and to none is told") {
  on_site([](Site& site) -> Task<> {
    const UserId user = co_await site.account("ada@example.com");
    Browser ada(site);
    co_await ada.log_in("ada@example.com");
    const auto one = co_await ada.get("/select");
    CHECK(seen(one) == "303 /t/acme");
    const std::string person = to_string(user.uuid);
    site.rows("insert into tenancy.tenant values ('" + person + "', 'globex', 'Globex', now())");
    site.rows("insert into tenancy.membership values ('" + person + "', '" + person + "', '" +
              person + "', 'viewer', now())");
    const auto choice = co_await ada.get("/select");
    CHECK(seen(choice) == "200 Choose a workspace");
    CHECK(choice.body.find("/t/globex") != std::string::npos);
    CHECK(choice.body.find("/t/acme") != std::string::npos);
    site.rows("delete from tenancy.membership");
    const auto none = co_await ada.get("/select");
    CHECK(none.body.find("You belong to no workspace") != std::string::npos);
  });
}
