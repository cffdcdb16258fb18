// Who comes into the panel, and for how long.
#include <doctest/doctest.h>

#include "core/async.hpp"
#include "core/problem.hpp"
#include "staff/test_site.hpp"

using namespace freehold;
using namespace freehold::staff;

namespace {

std::string code_of_creating(Site& site, const std::string& email) {
  try {
    site.create(email);
  } catch (const Problem& problem) {
    return fmt::format("{} {}", problem.status, problem.code);
  }
  return "made";
}

Task<> open_it(Staff& staff, std::string email, std::optional<std::string>& secret) {
  secret = co_await open_session(staff, std::move(email), {.ip = "127.0.0.1"});
}

Task<> hash_it(identity::Passwords& passwords, std::string password, identity::PasswordHash& into) {
  into = co_await passwords.hash(std::move(password));
}

std::string post_without_token(Site& site, const std::string& path) {
  test::Browser thief = site.panel;
  thief.form_token = "";
  return seen(thief.post(path));
}

}  // namespace

TEST_CASE("an account is made once, with a password that is shown and not kept") {
  Site site;
  const std::string password = site.create("Sam@Example.com");
  CHECK(password.size() == 24);
  CHECK(site.world.rows("select email, phc like '$argon2id$%', position('" + password +
                        "' in phc) from staff.account") == "sam@example.com t 0\n");
  CHECK(site.world.rows("select type, payload ? 'staff' from events.outbox") ==
        "staff.created t\n");
  CHECK(code_of_creating(site, "sam@example.com") == "409 staff_exists");
  CHECK(code_of_creating(site, "nobody") == "422 invalid_input");
}

TEST_CASE("only the right password opens the panel, and a wrong one says no more than that") {
  Site site;
  const std::string password = site.create("sam@example.com");
  test::Browser browser = site.panel_browser();
  const std::string refused = "422 The email address or the password is wrong.";
  CHECK(seen(site.log_in(browser, "sam@example.com", "wrong")) == refused);
  CHECK(seen(site.log_in(browser, "nobody@example.com", password)) == refused);
  CHECK(seen(site.log_in(browser, "not an address", password)) == refused);
  CHECK(seen(site.log_in(browser, "sam@example.com", std::string(300, 'x'))) == refused);
  CHECK(browser.cookies.count("fh_staff_sid") == 0);
  CHECK(seen(browser.get("/tenants")) == "303 /login?next=/tenants");

  CHECK(seen(site.log_in(browser, " SAM@example.com ", password)) == "303 /tenants");
  CHECK(browser.get("/tenants").status == 200);
  CHECK(seen(browser.get("/login")) == "303 /tenants");
  CHECK(site.world.rows("select count(*) from staff.session") == "1\n");
  CHECK(site.world.rows("select count(*) from events.outbox where type = 'staff.logged_in'") ==
        "1\n");
}

TEST_CASE("an unknown address costs as much work as a wrong password") {
  Site site;
  site.create("sam@example.com");
  test::Browser browser = site.panel_browser();
  const auto before = site.passwords.computed();
  site.log_in(browser, "sam@example.com", "wrong");
  const auto one = site.passwords.computed() - before;
  site.log_in(browser, "nobody@example.com", "wrong");
  CHECK(one > 0);
  CHECK(site.passwords.computed() - before == 2 * one);
}

TEST_CASE("ten attempts on one account are enough for a while, and others still come in") {
  Site site;
  const std::string password = site.create("sam@example.com");
  const std::string other = site.create("kim@example.com");
  test::Browser browser = site.panel_browser();
  for (int n = 0; n < 10; ++n) site.log_in(browser, "sam@example.com", "wrong");
  const auto response = site.log_in(browser, "sam@example.com", password);
  CHECK(seen(response) == "429 Too many attempts. Wait 90 seconds, then try again.");
  CHECK(response.header("Retry-After") == "90");
  CHECK(seen(site.log_in(browser, "kim@example.com", other)) == "303 /tenants");
  // Keys of the throttle have no address.
  for (const auto& [key, made] : site.attempts) CHECK(key.find("sam") == std::string::npos);
}

TEST_CASE("after the log-in goes on to the page that was wanted, never to another site") {
  Site site;
  const std::string password = site.create("sam@example.com");
  const auto goes_to = [&](const std::string& next) {
    test::Browser browser = site.panel_browser();
    site.attempts.clear();
    browser.get("/login");
    const auto response = browser.post(
        "/login", {{"email", "sam@example.com"}, {"password", password}, {"next", next}});
    return std::string(response.header("Location"));
  };
  CHECK(goes_to("/failed-events?page=2") == "/failed-events?page=2");
  for (const std::string next :
       {"https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil",
        "javascript:alert(1)", "/\tx", "", "/login", "/login?next=/login"})
    CHECK_MESSAGE(goes_to(next) == "/tenants", next);

  test::Browser browser = site.panel_browser();
  const auto page = browser.get("/login?next=/health");
  CHECK(page.body.find("name=\"next\" value=\"/health\"") != std::string::npos);
  CHECK(seen(browser.get("/tenants?view=trial&q=a")) ==
        "303 /login?next=/tenants%3Fview%3Dtrial%26q%3Da");
}

TEST_CASE("a session ends after an hour unused and after twelve hours in any case") {
  Site site;
  const std::string password = site.create("sam@example.com");
  test::Browser browser = site.panel_browser();
  site.log_in(browser, "sam@example.com", password);
  site.world.machine().advance(minutes(59));
  CHECK(browser.get("/tenants").status == 200);
  site.world.machine().advance(minutes(60));
  CHECK(seen(browser.get("/tenants")) == "303 /login?next=/tenants");

  test::Browser busy = site.panel_browser();
  site.log_in(busy, "sam@example.com", password);
  for (int n = 0; n < 23; ++n) {
    site.world.machine().advance(minutes(30));
    CHECK(busy.get("/tenants").status == 200);
  }
  site.world.machine().advance(minutes(30));
  CHECK(seen(busy.get("/tenants")) == "303 /login?next=/tenants");
}

TEST_CASE("advancing the business clock logs nobody out, and old sessions are removed") {
  Site site;
  const std::string password = site.create("sam@example.com");
  test::Browser browser = site.panel_browser();
  site.log_in(browser, "sam@example.com", password);
  site.advance(days(30));
  CHECK(browser.get("/tenants").status == 200);
  site.world.machine().advance(hours(2));
  site.advance(days(2));
  CHECK(site.world.rows("select count(*) from staff.session") == "0\n");
}

TEST_CASE("logging out ends the session on the server too") {
  Site site;
  const std::string password = site.create("sam@example.com");
  test::Browser browser = site.panel_browser();
  site.log_in(browser, "sam@example.com", password);
  browser.get("/tenants");
  test::Browser copy = browser;
  CHECK(seen(browser.post("/logout")) == "303 /login");
  CHECK(browser.cookies.count("fh_staff_sid") == 0);
  CHECK(seen(copy.get("/tenants")) == "303 /login?next=/tenants");
}

TEST_CASE("a form without its token changes nothing") {
  Site site;
  site.enter();
  for (const std::string tab : {"/overrides", "/resync"})
    CHECK(post_without_token(site, site.path(tab)).starts_with("403"));
  CHECK(post_without_token(site, "/logout").starts_with("403"));
  CHECK(site.panel.get("/tenants").status == 200);
  // The token of another session does not pass either.
  test::Browser other = site.panel_browser();
  site.log_in(other, "kim@example.com", site.create("kim@example.com"));
  other.get("/tenants");
  test::Browser mixed = site.panel;
  mixed.form_token = other.form_token;
  CHECK(seen(mixed.post(site.path("/resync"))).starts_with("403"));
}

TEST_CASE("the cookie of a customer opens nothing here, and that of staff nothing there") {
  Site site;
  site.enter();
  test::Browser as_customer = site.panel_browser();
  as_customer.cookies = site.customer.cookies;
  CHECK(seen(as_customer.get("/tenants")) == "303 /login?next=/tenants");
  as_customer.cookies = {{"fh_staff_sid", site.customer.cookies.at("fh_sid")}};
  CHECK(seen(as_customer.get("/tenants")) == "303 /login?next=/tenants");
  CHECK(seen(as_customer.get(site.path("/events"))).starts_with("303 /login"));

  test::Browser as_staff = site.customer;
  as_staff.cookies = site.panel.cookies;
  CHECK(seen(as_staff.get("/account")) == "303 /login");
  as_staff.cookies = {{"fh_sid", site.panel.cookies.at("fh_staff_sid")}};
  CHECK(seen(as_staff.get("/account")) == "303 /login");
}

TEST_CASE("the cookie is for this site alone, and every page is behind the log-in") {
  Site site;
  const std::string password = site.create("sam@example.com");
  test::Browser browser = site.panel_browser();
  const auto response = site.log_in(browser, "sam@example.com", password);
  REQUIRE(response.cookies.size() == 1);
  CHECK(response.cookies[0].same_site == "Strict");
  CHECK(response.cookies[0].http_only);
  test::Browser stranger = site.panel_browser();
  int behind = 0;
  for (const http::Route& route : site.panel_router.routes()) {
    if (route.path == "/login" || route.path == "/logout") continue;
    CHECK_MESSAGE(route.access.kind == http::Access::Kind::staff, route.path);
    ++behind;
  }
  CHECK(behind > 10);
}

TEST_CASE("a session is opened without a password for an account that exists, and no other") {
  Site site;
  site.create("sam@example.com");
  std::optional<std::string> secret;
  site.world.run([&](db::Database&) { return open_it(site.staff, "nobody@example.com", secret); });
  CHECK(!secret);
  site.world.run([&](db::Database&) { return open_it(site.staff, "Sam@example.com", secret); });
  REQUIRE(secret);
  test::Browser browser = site.panel_browser();
  browser.cookies[std::string(cookie)] = *secret;
  CHECK(browser.get("/tenants").status == 200);
}

TEST_CASE("a password that was hashed under an older key is hashed anew at the next log-in") {
  Site site;
  const std::string password = site.create("sam@example.com");
  identity::Passwords older(site.world.runtime(), {Secret("an older key")});
  identity::PasswordHash hash;
  site.world.run([&](db::Database&) { return hash_it(older, password, hash); });
  const std::string old_row =
      site.world.rows(fmt::format("update staff.account set phc = '{}', pepper_id = '{}' "
                                  "returning pepper_id",
                                  hash.phc, hash.pepper_id));
  test::Browser browser = site.panel_browser();
  CHECK(seen(site.log_in(browser, "sam@example.com", password)) == "303 /tenants");
  CHECK(site.world.rows("select pepper_id from staff.account") != old_row);
  test::Browser again = site.panel_browser();
  CHECK(seen(site.log_in(again, "sam@example.com", password)) == "303 /tenants");
}
