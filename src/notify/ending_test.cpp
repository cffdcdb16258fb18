// The mails after the last subscription has ended: which come when, what they say, and how a person
// ends those that ask back.
#include <doctest/doctest.h>

#include "billing/retention.hpp"
#include "core/json.hpp"
#include "notify/test_post_office.hpp"
#include "notify/test_site.hpp"

using namespace freehold;
using namespace freehold::notify;

namespace {

constexpr std::string_view without_free_plan = R"(
[[plans]]
key = "ended"
name = "No plan"
default = true
locked = true
[[plans]]
key = "pro"
name = "Pro"
trial_days = 14
prices = [{ amount = 4900, currency = "usd", interval = "month" }]
)";

void lock(Site& site) {
  site.money.catalog = catalog::Catalog::parse(without_free_plan, {});
}

void end_now(Site& site) {
  const json::value list = json::parse(site.money.ask("GET", "/v1/subscriptions"));
  site.money.ask("DELETE",
                 "/v1/subscriptions/" + std::string(list.at("data").at(0).at("id").as_string()));
  site.settle();
}

void buy_and_end(Site& site) {
  site.sign_up();
  site.money.buy("4242424242424242");
  for (int i = 0; i < 20; ++i) site.money.advance(days(1));
  site.settle();
  end_now(site);
  if (!site.notify.smtp) site.new_letters();
}

// "day 1: ada@example.com: …" of every day on which there are letters.
std::string letters_of(Site& site, int count) {
  std::string all;
  for (int day = 1; day <= count; ++day) {
    site.money.advance(days(1));
    site.settle();
    const std::string letters = site.new_letters();
    if (!letters.empty()) all += fmt::format("day {}: {}", day, letters);
  }
  return all;
}

Task<> answer(Site& site, http::Request& request, int& status) {
  const http::Response response = co_await site.edge->answer(request);
  status = response.status;
}

// As a mail program sends it (RFC 8058): without a cookie, an origin or a form's token.
int one_click(Site& site, const std::string& url) {
  http::Request request;
  request.method = http::Method::post;
  request.set_target(url);
  request.ip = "203.0.113.9";
  request.host = std::string(base_url.substr(base_url.find("://") + 3));
  request.add_header("Content-Type", "application/x-www-form-urlencoded");
  request.body = "List-Unsubscribe=One-Click";
  int status = 0;
  site.world.run([&](db::Database&) { return answer(site, request, status); });
  return status;
}

Task<> begin(Site& site) {
  const auto actor = co_await billing::begin_due_purge(site.money.billing);
  if (actor) co_await billing::finish_purge(site.money.billing, *actor, 7);
}

}  // namespace

TEST_CASE("after the end they are asked back three times, warned, and told that it is deleted") {
  Site site;
  lock(site);
  buy_and_end(site);
  CHECK(site.text("subscription_ended").find("kept until 11 Jan 2027") != std::string::npos);
  CHECK(letters_of(site, 30) ==
        "day 1: ada@example.com: Acme is still here\n"
        "day 7: ada@example.com: What was missing in Acme?\n"
        "day 21: ada@example.com: The last mail about Acme\n"
        "day 27: ada@example.com: Acme will be deleted on 11 Jan 2027\n");
  site.world.run([&](db::Database&) { return begin(site); });
  site.settle();
  CHECK(site.new_letters() == "ada@example.com: The data of Acme is deleted\n");
  CHECK(site.text("win_back_first").find("kept until 11 Jan 2027") != std::string::npos);
  CHECK(site.text("purge_notice").find("/t/acme/settings/export") != std::string::npos);
  CHECK(site.text("purge_notice").find("/unsubscribe/") == std::string::npos);
  CHECK(letters_of(site, 10) == "");
}

TEST_CASE("with a free plan nothing is deleted, and the letters do not say so") {
  Site site;
  buy_and_end(site);
  CHECK(letters_of(site, 40) ==
        "day 1: ada@example.com: Acme is still here\n"
        "day 7: ada@example.com: What was missing in Acme?\n"
        "day 21: ada@example.com: The last mail about Acme\n");
  for (const char* name : {"win_back_first", "win_back_reminder", "win_back_last"}) {
    CHECK(site.text(name).find("kept until") == std::string::npos);
    CHECK(site.html(name).find("Choose a plan") != std::string::npos);
  }
}

TEST_CASE("who has a plan again hears nothing more") {
  Site site;
  lock(site);
  buy_and_end(site);
  letters_of(site, 2);
  site.money.buy("4242424242424242");
  site.settle();
  site.new_letters();
  CHECK(letters_of(site, 25) == "");
}

TEST_CASE("one click ends the mails that ask back, looking at the link does not") {
  Site site;
  lock(site);
  buy_and_end(site);
  letters_of(site, 1);
  const std::string page = site.link("win_back_first");  // of the button
  const std::string url = test::between(site.text("win_back_first"),
                                        "No more mails like this:\n" + std::string(base_url), "\n");
  CHECK(page == "/t/acme/billing/plans");
  CHECK(url.starts_with("/unsubscribe/user_"));
  const auto unsubscribed = [&] {
    return site.world.rows("select count(*) from notify.unsubscribed");
  };
  CHECK(site.browser.get(url).status == 200);
  CHECK(unsubscribed() == "0\n");
  CHECK(site.browser.get(url + "x").status == 404);
  CHECK(one_click(site, url) == 303);
  CHECK(one_click(site, url) == 303);
  CHECK(unsubscribed() == "1\n");
  CHECK(letters_of(site, 29) == "day 26: ada@example.com: Acme will be deleted on 11 Jan 2027\n");
  site.browser.get(url);
  CHECK(site.browser.post(url + "/withdrawal", {}).status == 303);
  CHECK(unsubscribed() == "0\n");
}

TEST_CASE("a mail that asks back has the headers of RFC 8058, the last notice has none") {
  PostOffice office;
  Site site(office.server());
  lock(site);
  buy_and_end(site);
  const auto newest = [&] { return office.letters().back(); };
  site.money.advance(days(1));
  site.settle();
  CHECK(newest().find("\r\nList-Unsubscribe: <" + std::string(base_url) + "/unsubscribe/user_") !=
        std::string::npos);
  CHECK(newest().find("\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n") !=
        std::string::npos);
  for (int i = 0; i < 26; ++i) site.money.advance(days(1));
  site.settle();
  CHECK(newest().find("will be deleted") != std::string::npos);
  CHECK(newest().find("List-Unsubscribe") == std::string::npos);
}
