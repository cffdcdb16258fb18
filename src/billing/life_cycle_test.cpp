// Changing at the end of the period, leaving, pausing, and taking each back.
#include <doctest/doctest.h>

#include "billing/commands.hpp"
#include "billing/test_site.hpp"
#include "core/async.hpp"
#include "core/json.hpp"

using namespace freehold;
using namespace freehold::billing;

namespace {

constexpr std::string_view good_card = "4242424242424242";

constexpr std::string_view limited_plans = R"(
[[plans]]
key = "free"
name = "Free"
default = true
[[plans]]
key = "pro"
name = "Pro"
limits = { "documents.documents" = 10 }
prices = [{ amount = 4900, currency = "usd", interval = "month" }]
[[plans]]
key = "business"
name = "Business"
limits = { "documents.documents" = "unlimited" }
prices = [{ amount = 19900, currency = "usd", interval = "month" }]
)";

Task<> order_change(Site& site, std::string plan, std::string& said) {
  const catalog::Price& price = site.catalog.find(plan)->prices.front();
  try {
    const Ordered ordered = co_await change_plan(site.billing, site.owner, price);
    said = ordered == Ordered::scheduled ? "scheduled"
           : ordered == Ordered::queued  ? "queued"
           : ordered == Ordered::unpaid  ? "unpaid"
                                         : "carried out";
  } catch (const Problem& problem) {
    said = problem.code;
  }
}

// A workspace that pays for Business, in the middle of its second month.
struct Paying : Site {
  Paying() {
    sign_up();
    buy(std::string(good_card), "business");
    advance(days(24));
  }

  std::string change_to(const std::string& plan) {
    std::string said;
    world.run([&](db::Database&) { return order_change(*this, plan, said); });
    settle();
    return said;
  }
  // Path and form of a page's order; where it leads to.
  std::string order(const std::string& path, const std::string& form = "x=1") {
    const std::string answer = page("/t/acme/billing" + path, form);
    settle();
    return answer.substr(0, answer.find('<'));
  }
  std::string pending() {
    return world.rows(
        "select coalesce(pending_lookup_key || ' on ' || pending_at::date, 'nothing'), "
        "schedule_id is not null from billing.mirror");
  }
  std::string commands() {
    return world.rows(
        "select kind, state from billing.command where kind like 'subscription.%' "
        "order by created_at, id");
  }
  std::string subscription() {
    const json::value all = json::parse(ask("GET", "/v1/subscriptions?status=all"));
    return std::string(all.at("data").at(0).at("id").as_string());
  }
  json::value shown() { return json::parse(ask("GET", "/v1/subscriptions/" + subscription())); }
  std::string schedules() {
    const json::value all = json::parse(ask("GET", "/v1/subscription_schedules"));
    std::string text;
    for (const json::value& one : all.at("data").as_array())
      text += fmt::format("{} {}\n", std::string_view(one.at("status").as_string()),
                          one.at("phases").as_array().size());
    return text;
  }
  // The worker's next turns come after the head start of whoever waited, and after its own pauses.
  void let_the_worker_go_on() {
    world.machine().advance(hours(2));
    settle();
    settle();
  }
  std::string newest_invoice() {
    return world.rows(
        "select total || ' ' || status from billing.invoice "
        "order by created_at desc, stripe_id desc limit 1");
  }
};

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a cheaper plan waits for the end of the period, and costs nothing until then") {
  Paying site;
  const std::string before = site.newest_invoice();
  CHECK(site.change_to("pro") == "scheduled");
  CHECK(site.standing() == "business full subscription -\n");
  CHECK(site.pending() == "freehold_pro_month_usd_v1 on 2027-01-06 t\n");
  CHECK(site.newest_invoice() == before);
  CHECK(site.change_to("pro") == "scheduled");
  CHECK(site.schedules() == "active 2\n");

  const std::string page = site.page("/t/acme/billing");
  CHECK(has(page, "Changes to Pro on 6 Jan 2027"));
  CHECK(has(page, "Keep Business"));
  CHECK(has(page, "$49.00"));

  site.advance(days(31));
  CHECK(site.standing() == "pro full subscription -\n");
  CHECK(site.pending() == "nothing t\n");
  CHECK(site.newest_invoice() == "4900 paid\n");
  site.advance(days(32));
  CHECK(site.pending() == "nothing f\n");
  CHECK(site.schedules() == "released 2\n");
}

TEST_CASE("a change that is scheduled is taken back, by its button or by choosing what one has") {
  Paying site;
  site.change_to("pro");
  CHECK(site.order("/change/undo") == "303 /t/acme/billing?done=withdrawn");
  CHECK(site.pending() == "nothing f\n");
  CHECK(site.order("/change/undo") == "303 /t/acme/billing?done=withdrawn");
  site.change_to("pro");
  CHECK(site.change_to("business") == "carried out");
  CHECK(site.pending() == "nothing f\n");
  site.advance(days(40));
  CHECK(site.standing() == "business full subscription -\n");
}

TEST_CASE("a schedule that somebody lets go at Stripe takes the pending change with it") {
  Paying site;
  site.change_to("pro");
  const std::string schedule(site.shown().at("schedule").as_string());
  site.ask("POST", "/v1/subscription_schedules/" + schedule + "/release");
  site.settle();
  CHECK(site.pending() == "nothing f\n");
  CHECK(!has(site.page("/t/acme/billing"), "Changes to Pro"));
  CHECK(site.change_to("pro") == "scheduled");
  CHECK(site.schedules() == "active 2\nreleased 2\n");
}

TEST_CASE("a schedule that was let go meanwhile is as good as taken back") {
  Paying site;
  site.change_to("pro");
  const std::string schedule(site.shown().at("schedule").as_string());
  site.ask("POST", "/v1/subscription_schedules/" + schedule + "/release");
  // Our copy has not heard of it.
  CHECK(site.order("/change/undo") == "303 /t/acme/billing?done=withdrawn");
  CHECK(site.pending() == "nothing f\n");
}

namespace {

// What is left of a change to Pro that went wrong on its way, when the worker goes on.
std::string recovered(Paying& site) {
  site.unreachable.clear();
  site.losing.clear();
  site.let_the_worker_go_on();
  return site.schedules() + site.pending();
}

const std::string all_is_planned = "active 2\nfreehold_pro_month_usd_v1 on 2027-01-06 t\n";
const std::string create = "POST /v1/subscription_schedules";
const std::string plan = "POST /v1/subscription_schedules/";

}  // namespace

TEST_CASE("no failure between the two steps of a scheduled change loses it or makes two") {
  Paying site;
  SUBCASE("nobody answers the first") {
    site.unreachable = create;
  }
  SUBCASE("the answer of the first is lost") {
    site.losing = create;
  }
  SUBCASE("nobody answers the second") {
    site.unreachable = plan;
  }
  SUBCASE("the answer of the second is lost") {
    site.losing = plan;
  }
  CHECK(site.change_to("pro") == "queued");
  CHECK(recovered(site) == all_is_planned);
}

TEST_CASE("a schedule that was made so long ago that Stripe has forgotten its key is found") {
  Paying site;
  site.losing = create;
  CHECK(site.change_to("pro") == "queued");
  site.losing.clear();
  site.unreachable = create;
  site.advance(days(2));
  CHECK(site.schedules() == "active 1\n");
  CHECK(recovered(site) == all_is_planned);
}

TEST_CASE("the latest wish counts: canceling drops a change that was not carried out") {
  Paying site;
  site.unreachable = "POST /v1/subscription_schedules/";
  site.change_to("pro");  // the schedule is made, and has not been told what follows
  site.unreachable.clear();
  CHECK(site.order("/cancel", "when=period_end") == "303 /t/acme/billing?done=canceled");
  site.let_the_worker_go_on();
  CHECK(site.schedules() == "released 1\n");
  CHECK(site.pending() == "nothing f\n");
  CHECK(site.standing() == "business full subscription 2027-01-06\n");
}

TEST_CASE("canceling lets a schedule go that our copy has not heard of") {
  Paying site;
  site.ask("POST", "/v1/subscription_schedules", "from_subscription=" + site.subscription());
  CHECK(site.order("/cancel", "when=period_end") == "303 /t/acme/billing?done=canceled");
  CHECK(site.standing() == "business full subscription 2027-01-06\n");
  CHECK(site.schedules() == "released 1\n");
}

TEST_CASE("a dearer plan, and a pause, let a scheduled change go first") {
  Paying site;
  site.change("pro");
  site.advance(days(31));
  CHECK(site.standing() == "pro full subscription -\n");
  CHECK(site.change_to("business") == "carried out");
  CHECK(site.standing() == "business full subscription -\n");
  CHECK(site.pending() == "nothing f\n");
  site.change_to("pro");
  CHECK(site.order("/pause") == "303 /t/acme/billing?done=paused");
  CHECK(site.standing() == "business limited subscription -\n");
  CHECK(site.pending() == "nothing f\n");
}

TEST_CASE("a subscription that ends or is paused has to go on before its plan is changed") {
  Paying site;
  site.cancel();
  CHECK(site.change_to("pro") == "subscription_ends");
  CHECK(has(site.page("/t/acme/billing/change?plan=pro&interval=month"), "Keep it first"));
  site.keep();
  site.order("/pause");
  CHECK(site.change_to("pro") == "subscription_paused");
  CHECK(has(site.page("/t/acme/billing/change?plan=pro&interval=month"), "Resume it first"));
}

TEST_CASE("what is more than the smaller plan holds is listed with the way there") {
  Paying site;
  const catalog::Declared declared{
      .features = {}, .limits = {{"documents.documents", "Documents"}}, .meters = {}};
  site.catalog = catalog::Catalog::parse(limited_plans, declared);
  site.billing.gauges = {{.limit = {"documents.documents"},
                          .count = [](const Actor&) -> Task<std::int64_t> { co_return 12; },
                          .path = "/documents"}};
  const std::string page = site.page("/t/acme/billing/change?plan=pro&interval=month");
  CHECK(has(page, "<a class=\"link\" href=\"/t/acme/documents\">Remove 2 of 12 documents</a>"));
  CHECK(has(page, "Pro allows 10."));
  CHECK(has(page, "Change to Pro on 6 Jan 2027"));
}

TEST_CASE("canceling now does with open amounts what the installation says, all four ways") {
  const auto left = [](bool invoices, bool prorates, std::string_view sentence) {
    Paying site;
    // A second one, of which the rest of the month waits for the next invoice.
    const std::string item(site.shown().at("items").at("data").at(0).at("id").as_string());
    site.ask("POST", "/v1/subscription_items/" + item, "quantity=2");
    site.settle();
    site.billing.policy.cancel_now_invoices = invoices;
    site.billing.policy.cancel_now_prorates = prorates;
    CHECK(has(site.page("/t/acme/billing/cancel"), sentence));
    CHECK(site.order("/cancel", "when=now") == "303 /t/acme/billing?done=ended");
    const json::value waiting = json::parse(site.ask("GET", "/v1/invoiceitems?pending=true"));
    std::int64_t kept = 0;
    for (const json::value& one : waiting.at("data").as_array())
      kept += one.at("amount").as_int64();
    return fmt::format("waiting {}, newest invoice {}", kept, site.newest_invoice());
  };
  CHECK(left(false, false, "Nothing more is billed, also not what was used and changed") ==
        "waiting 0, newest invoice 19900 paid\n");
  CHECK(left(true, false,
             "A last invoice is made of what was used and changed since the one before. "
             "What is left of the paid period is not given back.") ==
        "waiting 0, newest invoice 13480 paid\n");
  CHECK(left(false, true, "No last invoice is made.") ==
        "waiting -13481, newest invoice 19900 paid\n");
  CHECK(left(true, true,
             "less what is left of the paid period. What is below zero is kept as credit.") ==
        "waiting 0, newest invoice -13481 paid\n");
}

TEST_CASE("why somebody left is told to Stripe and kept") {
  Paying site;
  CHECK(site.order("/cancel", "when=period_end&feedback=too_expensive&comment=It+was+fine.") ==
        "303 /t/acme/billing?done=canceled");
  const json::value details = site.shown().at("cancellation_details");
  CHECK(details.at("feedback").as_string() == "too_expensive");
  CHECK(site.world.rows("select cancellation_feedback, cancellation_comment from billing.mirror") ==
        "too_expensive It was fine.\n");
  site.keep();
  CHECK_THROWS_AS(site.order("/cancel", "when=now&feedback=because"), Problem);
  CHECK(site.standing() == "business full subscription -\n");
}

TEST_CASE("keeping a subscription clears both ways in which Stripe says that it ends") {
  Paying site;
  const std::string path = "/v1/subscriptions/" + site.subscription();
  for (const std::string& way :
       {std::string("cancel_at_period_end=true"),
        fmt::format("cancel_at={}", to_unix_seconds(site.clock.now() + days(3)))}) {
    site.ask("POST", path, way);
    site.settle();
    CHECK(has(site.page("/t/acme/billing"), "Ends on"));
    site.keep();
    CHECK(site.shown().at("cancel_at").is_null());
    CHECK(site.shown().at("cancel_at_period_end") == json::value(false));
    CHECK(site.standing() == "business full subscription -\n");
  }
  // Also of one that our copy has not heard of.
  site.ask("POST", path, fmt::format("cancel_at={}", to_unix_seconds(site.clock.now() + days(3))));
  site.keep();
  CHECK(site.shown().at("cancel_at").is_null());
}

TEST_CASE("a paused subscription reads, charges nothing, and goes on when it is resumed") {
  Paying site;
  const std::string page = site.page("/t/acme/billing/cancel");
  CHECK(has(page, "action=\"/t/acme/billing/pause\""));
  CHECK(site.order("/pause") == "303 /t/acme/billing?done=paused");
  CHECK(site.standing() == "business limited subscription -\n");
  CHECK(site.world.rows("select paused_reason from billing.mirror") == "pause_requested\n");
  const std::string invoices = site.world.rows("select count(*) from billing.invoice");
  site.advance(days(70));
  CHECK(site.world.rows("select count(*) from billing.invoice") == invoices);
  const std::string paused = site.page("/t/acme/billing");
  CHECK(has(paused, "The subscription is paused"));
  CHECK(has(paused, "Resume the subscription"));
  CHECK(!has(site.page("/t/acme/billing/cancel"), "value=\"period_end\""));
  CHECK(site.order("/resume") == "303 /t/acme/billing?done=resumed");
  CHECK(site.standing() == "business full subscription -\n");
  CHECK(site.world.rows("select paused_reason is null from billing.mirror") == "t\n");
}

TEST_CASE("an installation that offers no pause has none") {
  Paying site;
  site.billing.policy.pause_offered = false;
  CHECK(!has(site.page("/t/acme/billing/cancel"), "/billing/pause"));
  CHECK_THROWS_AS(site.order("/pause"), Problem);
}

namespace {

Task<> order_collection(Site& site, bool stop) {
  db::ControlTx tx = site.world.database().control(site.owner);
  const CollectionPause pause{"void", site.clock.now() + days(40)};
  if (stop) co_await pause_collection(tx, pause, site.world.machine().now());
  if (!stop) co_await resume_collection(tx, site.world.machine().now());
  co_await tx.commit();
}

}  // namespace

TEST_CASE("staff stop charging and go on with it, and access is what the installation says") {
  Paying site;
  const auto order = [&](bool stop) {
    site.world.run([&](db::Database&) { return order_collection(site, stop); });
    site.settle();
  };
  order(true);
  CHECK(site.standing() == "business full subscription -\n");
  CHECK(has(site.page("/t/acme/billing"), "Nothing is charged for now"));
  site.advance(days(31));
  CHECK(site.newest_invoice() == "19900 void\n");
  site.billing.policy.collection_pause_access = entitlements::Access::limited;
  order(false);
  CHECK(site.standing() == "business full subscription -\n");
  order(true);
  CHECK(site.standing() == "business limited subscription -\n");
  // The time that was set comes, and nobody tells us.
  site.mail.lost = 100;
  site.advance(days(40));
  CHECK(site.standing() == "business full subscription -\n");
}
