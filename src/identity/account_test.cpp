#include <doctest/doctest.h>

#include "identity/test_site.hpp"

using namespace freehold;
using namespace freehold::identity;

namespace {

const std::string next_password = "lantern-orbit-17-moss";

}  // namespace

TEST_CASE("changing the password asks for the current one and ends every other session") {
  on_site([](Site& site) -> Task<> {
    co_await site.account("ada@example.com");
    Browser phone(site);
    co_await phone.log_in("ada@example.com");
    Browser ada(site);
    co_await ada.log_in("ada@example.com");
    const Browser before = ada;

    co_await ada.get("/account/security");
    const auto wrong =
        co_await ada.post("/account/password", {{"current", "x"}, {"password", next_password}});
    CHECK(seen(wrong) == "422 Security: This is not your current password");
    CHECK(wrong.body.find("href=\"/account/security\" aria-current=\"page\"") != std::string::npos);
    const auto weak = co_await ada.post("/account/password",
                                        {{"current", pale_password}, {"password", "ada12345"}});
    CHECK(weak.status == 422);
    const auto same = co_await ada.post("/account/password",
                                        {{"current", pale_password}, {"password", pale_password}});
    CHECK(seen(same) == "422 Security: This is the password you have now");
    CHECK(co_await phone.is_logged_in());

    co_await ada.get("/account/security");
    const auto changed = co_await ada.post(
        "/account/password", {{"current", pale_password}, {"password", next_password}});
    CHECK(seen(changed) == "303 /account/security?password=1");
    CHECK(co_await ada.is_logged_in());
    CHECK(!co_await phone.is_logged_in());
    Browser old = before;
    CHECK(!co_await old.is_logged_in());
    CHECK(site.event_types().ends_with("password.changed"));
    const auto in = co_await Browser(site).log_in("ada@example.com", next_password);
    CHECK(seen(in) == "303 /select");
  });
}

TEST_CASE("the current password cannot be guessed through the form either") {
  on_site([](Site& site) -> Task<> {
    co_await site.account("ada@example.com");
    Browser ada(site);
    co_await ada.log_in("ada@example.com");
    co_await ada.get("/account/security");
    site.full = "login.both";
    const auto before = site.passwords.computed();
    const auto refused =
        co_await ada.post("/account/password", {{"current", "x"}, {"password", next_password}});
    CHECK(seen(refused) == "429 Security: Too many attempts. Wait 3 minutes, then try again.");
    CHECK(site.passwords.computed() == before);
  });
}

TEST_CASE("a changed password voids reset links that were mailed before") {
  on_site([](Site& site) -> Task<> {
    co_await site.account("ada@example.com");
    Browser ada(site);
    co_await ada.get("/forgot");
    co_await ada.post("/forgot", {{"email", "ada@example.com"}});
    const std::string link = co_await site.mailed_link(password_reset_requested);
    co_await ada.log_in("ada@example.com");
    co_await ada.get("/account/security");
    co_await ada.post("/account/password",
                      {{"current", pale_password}, {"password", next_password}});
    const auto page = co_await ada.get(link);
    CHECK(seen(page) == "410 This link does not work any more");
  });
}

TEST_CASE("the devices of a person are listed and logged out, one or all others") {
  on_site([](Site& site) -> Task<> {
    co_await site.account("ada@example.com");
    Browser phone(site);
    phone.user_agent = "Mozilla/5.0 (iPhone) Version/17.4 Safari/604.1 \xc3\xa9<b>";
    phone.ip = "198.51.100.4";
    co_await phone.log_in("ada@example.com");
    Browser tablet(site);
    co_await tablet.log_in("ada@example.com");
    Browser ada(site);
    co_await ada.log_in("ada@example.com");

    const auto page = co_await ada.get("/account/security");
    CHECK(seen(page) == "200 Security");
    CHECK(page.body.find("Safari on iPhone") != std::string::npos);
    CHECK(page.body.find("198.51.100.4") != std::string::npos);
    CHECK(page.body.find("This device") != std::string::npos);
    const std::string end = "/account/sessions/";
    const auto at = page.body.find("198.51.100.4");
    const auto url = page.body.find(end + "session_", at);
    REQUIRE(url != std::string::npos);
    const std::string path = page.body.substr(url, page.body.find('"', url) - url);
    const auto ended = co_await ada.post(path);
    CHECK(seen(ended) == "303 /account/security?ended=1");
    CHECK(!co_await phone.is_logged_in());
    CHECK(co_await tablet.is_logged_in());

    co_await ada.get("/account/security");
    const auto all = co_await ada.post("/account/sessions/logout");
    CHECK(seen(all) == "303 /account/security?ended=1");
    CHECK(!co_await tablet.is_logged_in());
    CHECK(co_await ada.is_logged_in());
    const auto alone = co_await ada.get("/account/security");
    CHECK(alone.body.find("Log out other devices") == std::string::npos);
  });
}

TEST_CASE("a person changes the name that members of the workspaces see") {
  on_site([](Site& site) -> Task<> {
    co_await site.account("ada@example.com");
    Browser ada(site);
    co_await ada.log_in("ada@example.com");
    const auto page = co_await ada.get("/account");
    CHECK(seen(page) == "200 Profile");
    const auto refused = co_await ada.post("/account", {{"name", " "}});
    CHECK(seen(refused) == "422 Profile: The name is missing");
    const auto saved = co_await ada.post("/account", {{"name", "Ada <b>Lovelace</b>"}});
    CHECK(seen(saved) == "303 /account?saved=1");
    const auto shown = co_await ada.get("/account");
    CHECK(shown.body.find("Ada &lt;b&gt;Lovelace&lt;/b&gt;") != std::string::npos);
    CHECK(shown.body.find("<b>Lovelace") == std::string::npos);
    const auto menu = co_await ada.get("/account/menu");
    CHECK(seen(menu) == "200 Navigation");
  });
}

TEST_CASE("every page of the account needs a log-in") {
  on_site([](Site& site) -> Task<> {
    Browser visitor(site);
    for (const auto& route : site.router.routes()) {
      if (!route.path.starts_with("/account") && route.path != "/select") continue;
      CHECK_MESSAGE(to_string(route.access) == "signed in", route.path);
      if (route.method != http::Method::get) continue;
      const auto sent = co_await visitor.get(route.path);
      CHECK_MESSAGE(seen(sent).starts_with("303 /login"), route.path);
    }
  });
}
