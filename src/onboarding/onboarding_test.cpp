#include <doctest/doctest.h>

#include "onboarding/test_site.hpp"

using namespace freehold;
using namespace freehold::onboarding;
using tenancy::Role;

namespace {

// How many rows each table of a new workspace has.
std::string counts(const Site& site) {
  return site.world.rows(
      "select (select count(*) from identity.account), (select count(*) from tenancy.tenant),"
      " (select count(*) from tenancy.membership),"
      " (select count(*) from events.outbox where type = 'tenant.created')");
}

// An account without a workspace in which it could be met: it owns one of its own.
void account(Site& site, const std::string& email) {
  site.workspace(email, "Place of " + email.substr(0, email.find('@')));
}

// What the banner says, and whether it can be put away.
std::string banner_of(const http::Response& response) {
  const std::string_view body = response.body;
  const auto from = body.find("<section class=\"banner");
  if (from == body.npos) return "none";
  const std::string_view banner = body.substr(from, body.find("</section>", from) - from);
  const auto title = banner.find("<b>") + 3;
  const bool can_go = banner.contains("/t/acme/usage/warning/dismissal");
  return std::string(banner.substr(title, banner.find(".</b>") - title)) +
         (can_go ? ", to be dismissed" : "");
}

std::string slugs(const Site& site) {
  return site.world.rows(
      "select count(*), count(distinct slug), bool_and(slug like 'acme%')"
      " from tenancy.tenant");
}

}  // namespace

TEST_CASE("a confirmed sign-up is a workspace, all of it or nothing") {
  Site site;
  Browser browser(site);
  browser.get("/signup");
  browser.post("/signup",
               {{"email", "maya@example.com"}, {"password", pale_password}, {"workspace", "Acme"}});
  const std::string link = site.signup_link("maya@example.com");
  browser.get(link);

  site.billing_fails = true;
  CHECK(browser.post(link).status == 500);
  CHECK(counts(site) == "0 0 0 0\n");

  site.billing_fails = false;
  browser.get(link);
  CHECK(seen(browser.post(link)) == "303 /t/acme/start");
  CHECK(counts(site) == "1 1 1 1\n");

  browser.get(link);
  CHECK(seen(browser.post(link)) == "410 This link was used before");
  CHECK(counts(site) == "1 1 1 1\n");
}

TEST_CASE("a plan that was wished for before signing up is where the plan's step leads") {
  Site site;
  Browser browser(site);
  const std::string form = browser.get("/signup?plan=business&interval=year").body;
  CHECK(form.contains(R"(name="plan" value="business")"));
  // A mistake in the form does not lose it.
  const FormFields wish{{"plan", "business"}, {"interval", "year"}};
  const std::string again = browser.post("/signup", wish).body;
  CHECK(again.contains(R"(name="interval" value="year")"));
  FormFields fields{
      {"email", "maya@example.com"}, {"password", pale_password}, {"workspace", "Acme"}};
  fields.insert(fields.end(), wish.begin(), wish.end());
  browser.post("/signup", fields);
  const std::string link = site.signup_link("maya@example.com");
  browser.get(link);
  CHECK(seen(browser.post(link)) == "303 /t/acme/start");
  const std::string wished = R"(href="/t/acme/billing/change?plan=business&amp;interval=year")";
  CHECK(browser.get("/t/acme/start").body.contains(wished));
  // Putting the list away and taking it out again keeps it.
  browser.post("/t/acme/start/dismissal");
  browser.get("/t/acme/start");
  browser.post("/t/acme/start/reopening");
  CHECK(browser.get("/t/acme/start").body.contains(wished));

  site.workspace("jonas@example.com", "Without a wish");
  CHECK(site.world.rows("select wished_plan, wished_interval from onboarding.checklist") ==
        "business year\n");
}

TEST_CASE("twenty people who confirm the same name at once all get a workspace of their own") {
  constexpr std::size_t people = 20;
  Site site;
  std::vector<Browser> browsers(people, Browser(site));
  std::vector<std::string> links;
  for (std::size_t n = 0; n < people; ++n) {
    const std::string email = fmt::format("p{}@example.com", n);
    browsers[n].get("/signup");
    browsers[n].post("/signup",
                     {{"email", email}, {"password", pale_password}, {"workspace", "Acme"}});
    links.push_back(site.signup_link(email));
    browsers[n].get(links[n]);
  }
  std::vector<http::Response> answers(people);
  std::vector<test::World::Work> works;
  for (std::size_t n = 0; n < people; ++n)
    works.emplace_back([&, n](db::Database&) {
      return browsers[n].send(browsers[n].posting(links[n], {}), answers[n]);
    });
  site.world.run_all(works);
  for (const http::Response& answer : answers) CHECK(answer.status == 303);
  CHECK(slugs(site) == "20 20 t\n");
}

TEST_CASE("who is invited and has no account makes one on the page and belongs") {
  Site site;
  const std::string slug = site.workspace("maya@example.com", "Acme");
  const Actor owner = site.actor(slug, "maya@example.com", Role::owner);
  site.invite(owner, "jonas@example.com", Role::admin, "jonas-token");

  Browser browser(site);
  CHECK(seen(browser.get("/invite/jonas-token")) == "200 Join Acme");
  CHECK(browser.post("/invite/jonas-token", {{"name", ""}, {"password", "short"}}).status == 422);
  CHECK(seen(browser.post("/invite/jonas-token",
                          {{"name", "Jonas Silva"}, {"password", pale_password}})) ==
        "303 /t/acme?joined=1");
  CHECK(seen(browser.get("/t/acme?joined=1")) == "200 Acme");
  CHECK(site.world.rows("select role from tenancy.membership order by role") == "admin\nowner\n");
  CHECK(seen(browser.get("/invite/jonas-token")) == "200 You belong to this workspace already");
  Browser stranger(site);
  CHECK(seen(stranger.get("/invite/jonas-token")) == "410 This invitation was accepted before");
}

TEST_CASE("who has an account logs in to accept, and nobody else can") {
  Site site;
  const std::string slug = site.workspace("maya@example.com", "Acme");
  const Actor owner = site.actor(slug, "maya@example.com", Role::owner);
  account(site, "jonas@example.com");
  account(site, "eve@example.com");
  site.invite(owner, "jonas@example.com", Role::member, "jonas-token");

  Browser eve(site);
  CHECK(eve.get("/invite/jonas-token").body.contains("/login?next=/invite/jonas-token"));
  CHECK(seen(eve.post("/invite/jonas-token", {{"name", "E"}, {"password", pale_password}})) ==
        "303 /login?next=/invite/jonas-token");
  eve.log_in("eve@example.com");
  CHECK(seen(eve.get("/invite/jonas-token")) == "200 You are logged in as somebody else");
  CHECK(seen(eve.post("/invite/jonas-token")) == "403 You are logged in as somebody else");
  CHECK(seen(eve.post("/invite/jonas-token/switch")) == "303 /invite/jonas-token");
  CHECK(seen(eve.get("/t/place-of-eve")) == "303 /login?next=/t/place-of-eve");

  Browser jonas(site);
  jonas.log_in("jonas@example.com");
  CHECK(seen(jonas.get("/invite/jonas-token")) == "200 Join Acme");
  CHECK(seen(jonas.get("/invite/jonas-token/decline")) == "200 Nothing happened");
  CHECK(seen(jonas.post("/invite/jonas-token")) == "303 /t/acme?joined=1");
  CHECK(seen(jonas.post("/invite/jonas-token")) == "200 You belong to this workspace already");
}

TEST_CASE("an invitation that no longer stands says why, and nobody joins") {
  Site site;
  const std::string slug = site.workspace("maya@example.com", "Acme");
  const Actor owner = site.actor(slug, "maya@example.com", Role::owner);
  site.invite(owner, "a@example.com", Role::member, "revoked");
  site.invite(owner, "b@example.com", Role::owner, "overreaching");
  site.invite(owner, "c@example.com", Role::member, "expired");
  site.world.rows(
      "update access.invitation set revoked_at = now() where email = 'a@example.com'"
      " returning 1");
  site.world.rows("update tenancy.membership set role = 'member' returning 1");

  const FormFields answers{{"name", "Jo"}, {"password", pale_password}};
  const auto both = [&](const std::string& token) {
    Browser browser(site);
    const std::string shown = seen(browser.get("/invite/" + token));
    const std::string answer = seen(browser.post("/invite/" + token, answers));
    return shown == answer ? shown : shown + " / " + answer;
  };
  CHECK(both("revoked") == "410 This invitation was withdrawn");
  CHECK(both("overreaching") == "410 This invitation no longer counts");
  site.world.business().advance(access::invitation_ttl);
  CHECK(both("expired") == "410 This invitation has expired");
  CHECK(both("unknown") == "404 This link does not work");
  CHECK(counts(site) == "1 1 1 1\n");
}

TEST_CASE("first steps are ticked once by what happens, and the list can be put away") {
  Site site;
  const std::string slug = site.workspace("maya@example.com", "Acme");
  const Actor owner = site.actor(slug, "maya@example.com", Role::owner);
  Browser maya(site);
  maya.log_in("maya@example.com");
  CHECK(maya.get("/t/acme/start").body.contains("1 of 4"));

  site.invite(owner, "a@example.com", Role::member, "one");
  site.world.business().advance(minutes(5));
  site.invite(owner, "b@example.com", Role::member, "two");
  site.settle();
  site.settle();
  CHECK(site.world.rows("select key, count(*) over () from onboarding.step") == "invite 1\n");
  CHECK(maya.get("/t/acme").body.contains("2 of 4"));

  CHECK(seen(maya.post("/t/acme/start/dismissal")) == "303 /t/acme");
  CHECK_FALSE(maya.get("/t/acme").body.contains("2 of 4"));
  maya.get("/t/acme/start");
  CHECK(seen(maya.post("/t/acme/start/reopening")) == "303 /t/acme/start");
  CHECK(maya.get("/t/acme").body.contains("2 of 4"));
  CHECK(seen(maya.get("/t/acme/menu")) == "200 Navigation");
}

TEST_CASE("the warning of a limit is put away by one person, until the limit is reached") {
  Site site;
  const std::string slug = site.workspace("maya@example.com", "Acme");
  const Actor owner = site.actor(slug, "maya@example.com", Role::owner);
  site.invite(owner, "jonas@example.com", Role::viewer, "token");
  Browser jonas(site);
  jonas.get("/invite/token");
  jonas.post("/invite/token", {{"name", "Jonas"}, {"password", pale_password}});
  Browser maya(site);
  maya.log_in("maya@example.com");
  const auto banners = [&] {
    return banner_of(maya.get("/t/acme")) + " / " + banner_of(jonas.get("/t/acme"));
  };
  const auto dismiss = [](Browser& browser) {
    return seen(browser.post("/t/acme/usage/warning/dismissal",
                             {{"meter", "things.calls"}, {"return_to", "/t/acme/start"}}));
  };

  site.use(owner, 79);
  CHECK(banners() == "none / none");
  CHECK(dismiss(maya) == "303 /t/acme/start");  // before there is one: it still comes
  site.use(owner, 1);
  CHECK(banners() ==
        "Calls are at 80% of this month’s limit, to be dismissed / "
        "Calls are at 80% of this month’s limit, to be dismissed");
  CHECK(dismiss(maya) == "303 /t/acme/start");
  CHECK(banners() == "none / Calls are at 80% of this month’s limit, to be dismissed");
  CHECK(dismiss(jonas) == "303 /t/acme/start");
  site.use(owner, 19);
  CHECK(banners() == "none / none");

  site.use(owner, 1);
  CHECK(banners() == "Calls: the limit is reached / Calls: the limit is reached");
  CHECK(dismiss(maya) == "303 /t/acme/start");
  CHECK(banners() == "Calls: the limit is reached / Calls: the limit is reached");

  site.world.business().advance(days(31));
  CHECK(banners() == "none / none");
  site.use(owner, 80);
  CHECK(banner_of(maya.get("/t/acme")) ==
        "Calls are at 80% of this month’s limit, to be dismissed");
}

TEST_CASE("colours are kept in a cookie, and the form leads back to this site only") {
  Site site;
  Browser browser(site);
  browser.get("/login");
  CHECK(seen(browser.post("/theme", {{"theme", "dark"}, {"return_to", "/login"}})) == "303 /login");
  CHECK(browser.cookies["theme"] == "dark");
  CHECK(seen(browser.post("/theme", {{"theme", "light"}, {"return_to", "//evil.example"}})) ==
        "303 /");
  CHECK(browser.post("/theme", {{"theme", "pink"}, {"return_to", "/login"}}).status == 422);
  CHECK(browser.cookies["theme"] == "light");
  CHECK(seen(browser.get("/")) == "303 /pricing");
}
