// The pages of one tenant, and what staff change there.
#include <doctest/doctest.h>

#include "audit/audit.hpp"
#include "core/async.hpp"
#include "staff/test_site.hpp"

using namespace freehold;
using namespace freehold::staff;

namespace {

bool holds(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

http::Response override(Site& site, const std::string& subject, const std::string& value,
                        const std::string& expires_at = "",
                        const std::string& reason = "The customer asked for it") {
  site.panel.get(site.path("/entitlements"));
  return site.panel.post(
      site.path("/overrides"),
      {{"subject", subject}, {"value", value}, {"expires_at", expires_at}, {"reason", reason}});
}

// What the tenant's own audit log says, read as its owner.
Task<> read_audit(Site& site, std::string& into) {
  db::ControlRead db = site.world.database().control_read(site.money.owner);
  const audit::Filter filter{.action = "override."};
  const auto entries = co_await audit::entries(db, filter);
  for (const audit::Entry& entry : entries) {
    into += entry.action + " by " + entry.actor_type;
    for (const audit::Change& change : entry.changes)
      into += ", " + change.field + " " + change.old_value.value_or("-") + " > " +
              change.new_value.value_or("-");
    into += entry.reason ? ", because " + *entry.reason + "\n" : "\n";
  }
}

std::string customer_reads(Site& site) {
  std::string text;
  site.world.run([&](db::Database&) { return read_audit(site, text); });
  return text;
}

std::string to_overrides(const Site& site) {
  return "303 /tenants/" + to_string(site.money.tenant) + "/entitlements?set=1";
}

// "Thing made n: 7 2026-11-01T00:02:00Z" of each entry of a page of the event log.
void append_entries(const std::string& body, std::vector<std::string>& entries) {
  constexpr std::string_view begin = "<li><span class=\"timeline-icon";
  for (auto at = body.find(begin); at != body.npos; at = body.find(begin, at + 1)) {
    const std::string item = test::between(body.substr(at), "timeline-text\">", "</li>");
    const std::string words = test::words_of(item.substr(0, item.find("<time")));
    entries.push_back(words + " " + test::between(item, "datetime=\"", "\""));
  }
}

// From the newest page through every link to an older one.
std::vector<std::string> whole_log(Site& site) {
  std::vector<std::string> entries;
  std::string page = site.path("/events");
  for (int pages = 0; !page.empty(); ++pages) {
    REQUIRE(pages < 20);
    const auto response = site.panel.get(page);
    REQUIRE(response.status == 200);
    append_entries(response.body, entries);
    page = test::between(response.body, "href=\"" + site.path("/events?before="), "\"");
    if (!page.empty()) page = site.path("/events?before=" + page);
  }
  return entries;
}

std::string time_in(const std::string& entry) {
  return entry.substr(entry.rfind(' ') + 1);
}

bool is_twin(const std::string& entry) {
  return entry.contains("Twin made");
}

std::string errors_of(const http::Response& response) {
  return seen(response);
}

}  // namespace

TEST_CASE("each page of a tenant says what it has") {
  Site site;
  site.enter();
  site.money.buy("4242424242424242");
  site.settle();
  site.advance(days(14) + hours(3));
  const std::string head = "A Acme acme · " + to_string(site.money.tenant) +
                           " Pro Active Overview Subscription Entitlements Usage People Event log ";
  const std::string overview = site.page(site.path());
  CHECK(overview.starts_with(
      head +
      "Overview Monthly revenue $49.00 Plan Pro Plan comes from The subscription Access Active "
      "Access changes Not by itself Members 1 Created 22 Nov 2026, 09:00 UTC"));

  const std::string subscription = site.page(site.path("/subscription"));
  CHECK(subscription.starts_with(head));
  CHECK(holds(subscription, "Status at Stripe active Price $49.00 each month"));
  CHECK(holds(subscription, "Period 6 Dec 2026 – 6 Jan 2027 Ends Renews"));
  CHECK(holds(subscription, "Trial Plan pro Started 22 Nov 2026, 09:00 UTC Ends 6 Dec 2026"));
  CHECK(holds(subscription, "Our copy Follows Stripe"));
  CHECK(holds(subscription, "paid $49.00"));

  CHECK(holds(site.page(site.path("/usage")), "API calls 0 of 10,000"));
  const std::string people = site.page(site.path("/people"));
  CHECK(holds(people, "AL Ada Lovelace ada@example.com owner Can change the plan"));
  const std::string entitlements = site.page(site.path("/entitlements"));
  CHECK(
      holds(entitlements, "Plan Plan Pro Pro Export Feature on on API calls Limit 10,000 10,000"));
  CHECK(holds(entitlements, "None. What was bought is what holds."));
}

TEST_CASE("staff stop charging a tenant, and go on with it") {
  Site site;
  site.enter();
  site.money.buy("4242424242424242");
  site.settle();
  site.advance(days(14) + hours(3));
  site.page(site.path("/subscription"));
  const auto order = [&](const std::string& path, test::FormFields form) {
    const std::string answer = seen(site.panel.post(site.path(path), std::move(form)));
    site.settle();
    return answer;
  };
  CHECK(order("/collection_pause", {{"behavior", "maybe"}}).starts_with("422"));
  CHECK(order("/collection_pause", {{"behavior", "void"}, {"last_day", "2026-12-24"}})
            .starts_with("303"));
  CHECK(holds(site.page(site.path("/subscription")),
              "Charging Stopped (void) until 25 Dec 2026, 00:00 UTC"));
  CHECK(holds(site.page(site.path("/events")), "ollection paused"));
  CHECK(order("/collection_resumption", {}).starts_with("303"));
  CHECK(holds(site.page(site.path("/subscription")), "Charging As usual"));
}

TEST_CASE("the younger of two subscriptions is ended from its page, with a reason") {
  Site site;
  site.enter();
  site.money.buy("4242424242424242");
  const auto one = [&](const std::string& query) {
    const std::string rows = site.money.world.rows(query);
    return rows.substr(0, rows.find('\n'));
  };
  const std::string customer = one("select customer_id from billing.customer");
  const json::value cards =
      json::parse(site.money.ask("GET", "/v1/customers/" + customer + "/payment_methods"));
  site.money.ask(
      "POST", "/v1/subscriptions",
      "customer=" + customer + "&items[0][price]=" +
          one("select price_id from billing.price where lookup_key like '%business%'") +
          "&default_payment_method=" + std::string(cards.at("data").at(0).at("id").as_string()));
  site.money.settle();
  const std::string younger =
      one("select stripe_id from billing.mirror where lookup_key like '%business%'");
  const std::string path = site.path("/subscriptions/" + younger + "/end");
  CHECK(holds(site.page(path), "The other subscription stays as it is."));
  CHECK(
      seen(site.panel.post(path, {{"note", "no"}, {"idempotency_key", "k1"}})).starts_with("422"));
  CHECK(seen(site.panel.post(path, {{"note", "Bought in two tabs."}, {"idempotency_key", "k2"}}))
            .starts_with("303"));
  CHECK(one("select status from billing.mirror where lookup_key like '%business%'") == "canceled");
}

TEST_CASE("a tenant that is not there is not found, whatever the address looks like") {
  Site site;
  site.enter();
  for (const std::string path : {"/tenants/tenant_00000000000000000000000001", "/tenants/acme",
                                 "/tenants/user_00000000000000000000000001/events",
                                 "/tenants/tenant_00000000000000000000000001/entitlements"})
    CHECK_MESSAGE(site.panel.get(path).status == 404, path);
}

TEST_CASE("an override holds in the gates, is in the customer's audit log, and can be revoked") {
  Site site;
  site.enter();
  site.advance(days(15));
  CHECK(site.gates() == "free full");
  CHECK(seen(override(site, "feature documents.export", "on")) == to_overrides(site));
  CHECK(site.gates() == "free full export");
  const std::string page = site.page(site.path("/entitlements"));
  CHECK(holds(page, "Export Feature off on override"));
  CHECK(holds(page, "Export Feature on The customer asked for it 7 Dec 2026 no end"));
  CHECK(customer_reads(site) ==
        "override.set by staff, feature - > documents.export = on, expires_at - > never, because "
        "The customer asked for it\n");

  const std::string revocation = test::between(site.panel.get(site.path("/entitlements")).body,
                                               "action=\"" + site.path(), "\"");
  REQUIRE(revocation.ends_with("/revocation"));
  CHECK(seen(site.panel.post(site.path(revocation))) ==
        "303 " + site.path("/entitlements?revoked=1"));
  CHECK(site.gates() == "free full");
  CHECK(customer_reads(site).starts_with("override.revoked by staff, key documents.export > -\n"));
  CHECK(site.panel.post(site.path(revocation)).status == 404);
}

TEST_CASE("a granted plan shows in list, page and gates until its last day is over") {
  Site site;
  site.enter();
  site.advance(days(15));
  CHECK(seen(override(site, "plan business", "", "2026-12-10")) == to_overrides(site));
  site.settle();
  CHECK(site.gates() == "business full export");
  CHECK(holds(site.line(), "Business by staff $0.00"));
  CHECK(holds(site.page(site.path()), "Plan comes from Nothing bought, with overrides by staff"));
  CHECK(holds(site.page(site.path()), "Access changes 11 Dec 2026, 00:00 UTC"));

  site.advance(days(3));
  CHECK(site.gates() == "business full export");
  site.advance(days(1));
  CHECK(site.gates() == "free full");
  CHECK(site.head() == "Free Free");
  CHECK(holds(site.line(), "A Acme acme Free $0.00"));
  CHECK_FALSE(holds(site.line(), "by staff"));
  CHECK(holds(site.page(site.path("/entitlements")), "10 Dec 2026 expired"));
}

TEST_CASE("a limit that staff raise is the limit, and a new word replaces the old one") {
  Site site;
  site.enter();
  override(site, "limit documents.api_calls", "25000");
  CHECK(holds(site.page(site.path("/usage")), "API calls 0 of 25,000"));
  site.world.business().advance(seconds(1));
  override(site, "limit documents.api_calls", "unlimited");
  const std::string page = site.page(site.path("/entitlements"));
  CHECK(holds(page, "API calls Limit 10,000 unlimited override"));
  CHECK_FALSE(holds(page, "25000"));
  CHECK(site.world.rows("select count(*) from entitlements.override where revoked_at is null") ==
        "1\n");
}

TEST_CASE(
    "what is wrong with an override is said, the form keeps what was typed, nothing changes") {
  Site site;
  site.enter();
  CHECK(errors_of(override(site, "", "on")) == "422 Choose what to override.");
  CHECK(errors_of(override(site, "feature documents.export", "maybe")) == "422 Enter on or off.");
  CHECK(errors_of(override(site, "plan gold", "")) == "422 Choose a plan of the catalogue.");
  CHECK(errors_of(override(site, "limit documents.api_calls", "-1")) ==
        "422 Enter a whole number or unlimited.");
  CHECK(errors_of(override(site, "plan pro", "", "2026-11-01")) ==
        "422 Enter a date in the future.");
  CHECK(errors_of(override(site, "plan pro", "", "tomorrow")) ==
        "422 Enter a date such as 2026-12-31.");
  const auto response = override(site, "plan pro", "", "2026-12-31", "because");
  CHECK(errors_of(response) == "422 Say why in 10 to 500 characters; the customer can read it.");
  CHECK(holds(response.body, "\nbecause</textarea>"));
  CHECK(response.body.find("value=\"2026-12-31\"") != std::string::npos);
  CHECK(holds(response.body, "aria-current=\"page\">Entitlements</a>"));
  CHECK(response.body.find("<option value=\"plan pro\" selected") != std::string::npos);
  CHECK(site.world.rows("select count(*) from entitlements.override") == "0\n");
  CHECK(customer_reads(site) == "");
}

TEST_CASE("the event log tells in one list what happened and who did it, newest first") {
  Site site;
  site.enter();
  site.world.business().advance(minutes(1));
  site.money.base.advance(minutes(1));
  site.money.buy("4242424242424242");
  site.settle();
  site.world.business().advance(minutes(1));
  site.money.base.advance(minutes(1));
  override(site, "limit documents.api_calls", "25000");
  const std::string log = site.page(site.path("/events"));
  CHECK(holds(log,
              "Override set limit: documents.api_calls = 25000; expires_at: never; because: "
              "The customer asked for it Staff: sam@example.com 22 Nov 2026, 09:02 UTC"));
  CHECK(holds(log, "Subscription started plan: pro; status: trialing; subscription: sub_"));
  CHECK(holds(log, "Checkout opened Ada Lovelace 22 Nov 2026, 09:01 UTC"));
  CHECK(holds(log, "Plan changed pro 22 Nov 2026, 09:00 UTC"));
  CHECK(holds(log, "Tenant created"));
  CHECK(log.find("Override set") < log.find("Subscription started"));
  CHECK(log.find("Subscription started") < log.find("Tenant created"));
  // An act and its event are one line.
  CHECK(log.find("Tenant created") == log.rfind("Tenant created"));
}

TEST_CASE("the event log goes back page by page to the first row, in one order and without a gap") {
  Site site;
  site.enter();
  const std::string tenant = to_string(site.money.tenant.uuid);
  // Three at each instant; then more than a page of twins at one, each an act with its event.
  site.world.rows(
      fmt::format("insert into events.outbox (tenant_id, id, type, payload, occurred_at) "
                  "select '{}', gen_random_uuid(), 'thing.made', jsonb_build_object('n', n), "
                  "       '2026-11-01'::timestamptz + n / 3 * interval '1 minute' "
                  "  from generate_series(1, 230) n returning 1",
                  tenant));
  const std::string add_act =
      "insert into audit.event (tenant_id, id, occurred_at, action, actor_type, actor_id, "
      "target_type, target_id, changes, reason, request_id) "
      "select '{}', gen_random_uuid(), '2026-11-01'::timestamptz + {}, '{}', 'job', 'test', '', "
      "'', "
      "'[]', n, '' from generate_series(1, {}) n returning 1";
  site.world.rows(fmt::format(fmt::runtime(add_act), tenant, "n / 2 * interval '1 minute'",
                              "thing.changed", 130));
  site.world.rows(
      fmt::format(fmt::runtime(add_act), tenant, "interval '20 minutes'", "twin.made", 120));
  site.world.rows(
      fmt::format("insert into events.outbox (tenant_id, id, type, payload, occurred_at) "
                  "select tenant_id, gen_random_uuid(), action, '{{}}', occurred_at "
                  "  from audit.event where tenant_id = '{}' and action = 'twin.made' returning 1",
                  tenant));

  const std::vector<std::string> entries = whole_log(site);
  CHECK(std::ranges::is_sorted(entries, std::greater(), time_in));
  const auto count = [&](std::string_view title) {
    const std::set<std::string> different(entries.begin(), entries.end());
    return std::ranges::count_if(different,
                                 [&](const std::string& entry) { return entry.contains(title); });
  };
  CHECK(count("Thing made n: ") == 230);
  CHECK(count("Thing changed because: ") == 130);
  CHECK(count("Twin made because: ") == 120);
  CHECK(std::ranges::count_if(entries, is_twin) == 120);  // told by its act, also across pages
  CHECK(entries.back().contains("2026-11-01T00:00:00Z"));
  CHECK(site.panel.get(site.path("/events?before=nonsense")).status == 200);
  CHECK(site.panel.get(site.path("/events?before=9223372036854775807.event_x")).status == 200);
}

TEST_CASE("a resync asks Stripe again") {
  Site site;
  site.enter();
  site.money.buy("4242424242424242");
  site.panel.get(site.path("/subscription"));
  const int before = site.money.fetches;
  CHECK(seen(site.panel.post(site.path("/resync"))) ==
        "303 " + site.path("/subscription?resync=1"));
  CHECK(holds(site.page(site.path("/subscription")), "Behind: a hint is waiting"));
  site.settle();
  CHECK(site.money.fetches > before);
  CHECK(holds(site.page(site.path("/subscription")), "Our copy Follows Stripe"));
  CHECK(holds(site.page(site.path("/events")),
              "Support resync ordered Staff: sam@example.com 22 Nov 2026, 09:00 UTC"));
  CHECK(holds(site.page(site.path("/events")),
              "Support resync ordered Staff: sam@example.com 22 Nov 2026, 09:00 UTC"));
}
