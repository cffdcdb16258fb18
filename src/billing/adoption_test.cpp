#include "billing/adoption.hpp"

#include <doctest/doctest.h>

#include "billing/test_site.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "identity/arrivals.hpp"
#include "tenancy/tenancy.hpp"

using namespace freehold;
using namespace freehold::billing;

namespace {

// A Freehold with workspaces that came from elsewhere, and a Stripe account that was there before.
struct Move {
  Site site{"db",       "http",   "events",       "audit",    "tenancy",
            "identity", "access", "entitlements", "metering", "billing"};
  AdoptionOrder order{.source = "legacy", .external_id_key = "org"};
  std::map<std::string, TenantId> tenants;

  Move() { site.world.business().set(site.clock.now()); }

  // A workspace with an owner of this address.
  void workspace(std::string slug, std::string email) {
    site.world.run([&](db::Database&) { return make(*this, slug, email); });
  }

  std::string ask(const std::string& target, const std::string& form) {
    const json::value made = json::parse(site.ask("POST", target, form));
    REQUIRE_MESSAGE(made.as_object().contains("id"), json::serialize(made));
    return std::string(made.at("id").as_string());
  }
  std::string price(std::string_view amount, const std::string& more = "") {
    return ask("/v1/prices", fmt::format("product_data[name]=Old&currency=usd&unit_amount={}&"
                                         "recurring[interval]=month{}",
                                         amount, more));
  }
  std::string customer(const std::string& form) { return ask("/v1/customers", form); }
  // Paid by a card.
  std::string subscribe(const std::string& customer, const std::string& price,
                        const std::string& card = "pm_card_visa") {
    const std::string method =
        ask("/v1/payment_methods/" + card + "/attach", "customer=" + customer);
    return ask("/v1/subscriptions", fmt::format("customer={}&items[0][price]={}&"
                                                "default_payment_method={}",
                                                customer, price, method));
  }

  AdoptionReport adopt() {
    AdoptionReport report;
    site.world.run([&](db::Database&) { return run(*this, report); });
    return report;
  }

  std::string rows(const std::string& sql) { return site.world.rows(sql); }
  std::string standings() {
    return rows(
        "select slug, plan, access, source from entitlements.standing join tenancy.tenant "
        "using (tenant_id) order by slug");
  }

 private:
  static Task<> run(Move& move, AdoptionReport& report) {
    report = co_await adopt_account(move.site.billing, move.order);
  }
  static Task<> make(Move& move, std::string slug, std::string email) {
    auto people = move.site.world.database().identity();
    identity::Arrival arrival{"legacy", email, email, "Owner", {}};
    const UserId owner = co_await identity::take_in(people, arrival, move.site.world.clocks());
    co_await people.commit();
    const TenantId id = TenantId::make(move.site.clock.now());
    move.tenants[slug] = id;
    db::ControlTx tx = move.site.world.database().control_of_new_tenant(
        ActorMint::user(id, owner, "owner", Permissions{}.set(), {}));
    const tenancy::NewTenant draft{id, slug, slug, owner,
                                   tenancy::ExternalId{"legacy", "org_" + slug}};
    co_await tenancy::create_tenant(tx, draft);
    co_await start(tx, move.site.catalog);
    co_await tx.commit();
  }
};

// The catalogue of the tests, in which the plan is also what an older price gives.
catalog::Catalog catalog_with_legacy(const Move& move, std::string_view plan,
                                     std::string_view price) {
  std::string text;
  for (const catalog::Plan& each : move.site.catalog.plans()) {
    text += fmt::format("[[plans]]\nkey = \"{}\"\nname = \"{}\"\n", each.key, each.name);
    if (each.is_default) text += "default = true\n";
    if (each.trial_days) text += fmt::format("trial_days = {}\n", *each.trial_days);
    if (each.key == plan) text += fmt::format("legacy_prices = [\"{}\"]\n", price);
    if (!each.prices.empty())
      text +=
          fmt::format("prices = [{{ amount = {}, currency = \"usd\", interval = \"month\" }}]\n",
                      each.prices.front().amount.minor);
  }
  return catalog::Catalog::parse(text, move.site.catalog.declared());
}

const Adopted& of(const AdoptionReport& report, const std::string& customer) {
  const auto found = std::ranges::find(report.customers, customer, &Adopted::customer);
  REQUIRE(found != report.customers.end());
  return *found;
}

std::string problems(const AdoptionReport& report, const std::string& customer) {
  return fmt::format("{}", fmt::join(of(report, customer).problems, "; "));
}

std::string count_at_stripe(Move& move) {
  const json::value events = json::parse(move.site.ask("GET", "/v1/events?limit=100"));
  return std::to_string(events.at("data").as_array().size());
}

}  // namespace

TEST_CASE("a customer is the workspace of its external id, or the only one that its email owns") {
  Move move;
  move.workspace("acme", "ada@example.com");
  move.workspace("bolt", "bob@example.com");
  move.workspace("coil", "eve@example.com");
  move.workspace("coil-two", "eve@example.com");
  const auto by_id = move.customer("email=billing@acme.example&metadata[org]=org_acme");
  const auto by_email = move.customer("email=BOB@Example.com");
  const auto unclear = move.customer("email=eve@example.com");
  const auto unknown = move.customer("email=who@example.com");

  const AdoptionReport report = move.adopt();
  CHECK(of(report, by_id).workspace == "acme");
  CHECK(of(report, by_id).how == "by the external id");
  CHECK(of(report, by_email).workspace == "bolt");
  CHECK(of(report, by_email).how == "by the email of an owner");
  CHECK(problems(report, unclear) ==
        "its email owns several workspaces (coil, coil-two); name one in the mapping file");
  CHECK(problems(report, unknown).starts_with("no workspace: it has no external id that is here"));

  move.order.given = {{unclear, "coil-two"}, {unknown, "org_coil"}, {"cus_gone", "acme"}};
  const AdoptionReport again = move.adopt();
  CHECK(of(again, unclear).workspace == "coil-two");
  CHECK(of(again, unknown).workspace == "coil");
  CHECK(problems(again, "cus_gone") == "it was deleted at Stripe, or never was there");
}

TEST_CASE("a dry run says what each would have, and writes nothing here and nothing to Stripe") {
  Move move;
  move.workspace("acme", "ada@example.com");
  const std::string old = move.price("3900");
  const std::string acme = move.customer("email=ada@example.com");
  const std::string subscription = move.subscribe(acme, old);
  const std::string before = count_at_stripe(move);

  AdoptionReport report = move.adopt();
  CHECK(problems(report, acme) ==
        subscription + " has a price that no plan knows; write it into legacy_prices of its plan");
  CHECK(report.unknown_prices ==
        std::vector<std::string>{fmt::format("$39.00 a month, {} (Old)", old)});

  move.site.catalog = catalog_with_legacy(move, "business", old);
  report = move.adopt();
  CHECK(problems(report, acme) == "");
  CHECK(of(report, acme).subscriptions ==
        std::vector<std::string>{
            fmt::format("{}: active, $39.00 a month, {}, plan business", subscription, old)});
  CHECK(of(report, acme).access_now == "full on pro (trial)");
  CHECK(of(report, acme).access_then == "full on business (subscription)");
  CHECK(move.standings() == "acme pro full trial\n");
  CHECK(move.rows("select count(*) from billing.customer") == "0\n");
  CHECK(count_at_stripe(move) == before);
}

TEST_CASE("adopting gives each workspace what the dry run has said, by the ordinary path, once") {
  Move move;
  move.workspace("acme", "ada@example.com");
  move.workspace("bolt", "bob@example.com");
  const std::string old = move.price("3900", "&lookup_key=starter");
  move.site.catalog = catalog_with_legacy(move, "business", old);
  const std::string acme = move.customer("email=ada@example.com");
  move.subscribe(acme, old);
  const std::string second = move.subscribe(acme, old);
  const std::string bolt = move.customer("email=bob@example.com");
  const std::string before = count_at_stripe(move);

  move.order.dry_run = false;
  const AdoptionReport report = move.adopt();
  CHECK(
      of(report, acme).notes ==
      std::vector<std::string>{"2 live subscriptions: the better one counts, and all are charged"});
  for (const std::string& each : {acme, bolt}) {
    CHECK(problems(report, each) == "");
    CHECK(of(report, each).access_now == of(report, each).access_then);
  }
  CHECK(move.standings() == "acme business full subscription\nbolt pro full trial\n");
  CHECK(move.rows("select count(*) from billing.mirror") == "2\n");
  CHECK(count_at_stripe(move) == before);

  const std::string events = move.site.events();
  move.adopt();
  CHECK(move.site.events() == events);
  CHECK(move.standings() == "acme business full subscription\nbolt pro full trial\n");

  // From then on it is a customer like any other.
  move.site.ask("DELETE", "/v1/subscriptions/" + second);
  move.site.settle();
  CHECK(move.rows("select count(*) from billing.mirror where status = 'canceled'") == "1\n");
}

TEST_CASE("a customer that cannot pay has the grace that its invoice gives it") {
  Move move;
  move.workspace("acme", "ada@example.com");
  const std::string old = move.price("3900");
  move.site.catalog = catalog_with_legacy(move, "business", old);
  const std::string acme = move.customer("email=ada@example.com");
  const std::string subscription = move.subscribe(acme, old);
  const std::string declined =
      move.ask("/v1/payment_methods/pm_card_chargeCustomerFail/attach", "customer=" + acme);
  move.ask("/v1/subscriptions/" + subscription, "default_payment_method=" + declined);
  move.site.advance(days(32));
  const AdoptionReport earlier = move.adopt();
  CHECK(of(earlier, acme).access_then == "grace on business (subscription)");
  move.site.advance(days(8));
  const AdoptionReport later = move.adopt();
  CHECK(of(later, acme).access_then == "limited on business (subscription)");
  CHECK(differences_since(earlier, later).contains("grace on business (subscription)"));
  CHECK(differences_since(later, later) == "");
}

TEST_CASE("a workspace is one customer's: nobody is guessed, and what Freehold made gives way") {
  Move move;
  move.workspace("acme", "ada@example.com");
  const std::string one = move.customer("email=ada@example.com");
  const std::string two = move.customer("metadata[org]=org_acme");
  AdoptionReport report = move.adopt();
  CHECK(problems(report, one) ==
        fmt::format("acme would be the workspace of {} too; say in the mapping file whose it is",
                    two));
  CHECK(problems(report, two) ==
        fmt::format("acme would be the workspace of {} too; say in the mapping file whose it is",
                    one));
  move.order.given = {{two, "acme"}};
  report = move.adopt();
  CHECK(problems(report, two) == "");
  CHECK(!of(report, one).problems.empty());

  // One that was made at a checkout and bought nothing is replaced.
  move.order.given = {{one, "acme"}};
  move.order.dry_run = false;
  move.adopt();
  CHECK(move.rows("select customer_id from billing.customer") == one + "\n");
  move.order.given = {{two, "acme"}};
  report = move.adopt();
  CHECK(move.rows("select customer_id from billing.customer") == two + "\n");
  CHECK(move.rows("select customer_id from billing.sync") == two + "\n");
}

TEST_CASE("a customer that was deleted at Stripe is said to be, and its workspace stays as it is") {
  Move move;
  move.workspace("acme", "ada@example.com");
  const std::string old = move.price("3900");
  move.site.catalog = catalog_with_legacy(move, "business", old);
  const std::string acme = move.customer("email=ada@example.com");
  move.subscribe(acme, old);
  move.site.ask("DELETE", "/v1/customers/" + acme);
  move.order.dry_run = false;
  const AdoptionReport report = move.adopt();
  CHECK(problems(report, acme) == "it was deleted at Stripe, or never was there");
  CHECK(move.standings() == "acme pro full trial\n");
}
