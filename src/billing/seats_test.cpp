// Seats: Stripe is told how many people there are, whatever happens on the way.
#include "billing/seats.hpp"

#include <doctest/doctest.h>

#include "billing/due.hpp"
#include "billing/test_site.hpp"
#include "core/async.hpp"
#include "core/json.hpp"

using namespace freehold;
using namespace freehold::billing;

namespace {

constexpr std::string_view plans = R"(
[[plans]]
key = "free"
name = "Free"
default = true
[[plans]]
key = "team"
name = "Team"
prices = [
  { amount = 4900, currency = "usd", interval = "month" },
  { amount = 1200, per = "seat", included = 3, currency = "usd", interval = "month" },
]
)";

struct Team : Site {
  Team()
      : Site({"db", "http", "events", "audit", "tenancy", "entitlements", "metering", "billing"},
             plans) {
    people = 4;
    sign_up();
    buy("4242424242424242", "team");
  }
  // What Stripe charges for.
  std::int64_t at_stripe() {
    const json::value list = json::parse(ask("GET", "/v1/subscriptions"));
    for (const json::value& item : list.at("data").at(0).at("items").at("data").as_array()) {
      if (item.at("price").at("lookup_key") == "freehold_team_seat_month_usd_v1")
        return item.at("quantity").as_int64();
    }
    return -1;
  }
  // The worker after a pause.
  void rest() {
    world.machine().advance(seat_pause);
    settle();
  }
  void look_again() {
    world.run([this](db::Database&) { return sweep_now(); });
  }
  std::string orders() {
    return world.rows(
        "select state from billing.command where kind = 'subscription.set_seats' order by "
        "created_at");
  }
  std::string tasks() {
    return world.rows(
        "select kind, split_part(detail, ': ', 2), case when resolved_at is null then 'open' else "
        "'by ' || resolved_by "
        "end from billing.task order by since, id");
  }
  std::string told() {
    return world.rows("select count(*) from events.outbox where type = 'billing.task_opened'");
  }
  std::optional<SeatCost> cost_of(std::int64_t more) {
    std::optional<SeatCost> cost;
    world.run([&](db::Database&) { return ask_cost(more, cost); });
    return cost;
  }

 private:
  Task<> sweep_now() {
    const events::Job job{.id = {}, .kind = "billing.sweep", .event = {}};
    co_await sweep(billing, job);
  }
  Task<> ask_cost(std::int64_t more, std::optional<SeatCost>& cost) {
    cost = co_await seat_cost(billing, owner, more);
  }
};

}  // namespace

TEST_CASE_FIXTURE(Team,
                  "as many seats are bought as there are people, and those included are free") {
  CHECK(at_stripe() == 4);
  CHECK(world.rows("select status, total from billing.invoice") == "paid 6100\n");
  CHECK(standing() == "team full subscription -\n");
}

TEST_CASE_FIXTURE(Team, "65 changes in ten seconds are a few writes, and the last number stands") {
  const int before = seat_writes;
  for (std::int64_t change = 0; change < 65; ++change) {
    note_people(5 + change % 7);
    world.machine().advance(Duration(154'000));
    settle();
  }
  world.machine().advance(seat_pause);
  settle();
  CHECK(at_stripe() == 5 + 64 % 7);
  CHECK(seat_writes - before >= 4);
  CHECK(seat_writes - before <= 12);
}

TEST_CASE_FIXTURE(
    Team, "the order waits for a Stripe that is away, and no second one is sent meanwhile") {
  stripe_is_down = true;
  note_people(9);
  world.machine().advance(seat_pause);
  settle();
  note_people(6);
  world.machine().advance(seat_pause);
  settle();
  CHECK(world.rows("select count(*) from billing.command where state = 'pending'") == "1\n");
  stripe_is_down = false;
  for (int turn = 0; turn < 3; ++turn) {
    world.machine().advance(minutes(2));
    settle();
  }
  CHECK(at_stripe() == 6);
  CHECK(world.rows("select count(*) from billing.seat_change") == "0\n");
}

TEST_CASE_FIXTURE(Team, "an answer that was lost is asked for again and changes nothing twice") {
  ask("POST", "/_sim/faults", "method=POST&path=/v1/subscription_items/&kind=lost&count=1");
  note_people(7);
  world.machine().advance(seat_pause);
  settle();
  world.machine().advance(minutes(2));
  settle();
  CHECK(at_stripe() == 7);
  CHECK(world.rows("select count(*) from billing.command where kind = 'subscription.set_seats'") ==
        "1\n");
}

TEST_CASE_FIXTURE(Team, "an order that Stripe refuses waits for a person, and for each sweep") {
  refusing = "POST /v1/subscription_items/";
  note_people(7);
  rest();
  CHECK(tasks() == "seats_refused It cannot be done. open\n");
  CHECK(orders() == "failed\n");
  rest();
  CHECK(orders() == "failed\n");

  // Once for each sweep, however often the worker looks.
  for (int sweep = 1; sweep <= 2; ++sweep) {
    look_again();
    rest();
    rest();
  }
  CHECK(orders() == "failed\nfailed\nfailed\n");
  CHECK(tasks() == "seats_refused It cannot be done. open\n");
  CHECK(told() == "1\n");
  CHECK(world.rows("select count(*) from audit.event where action = "
                   "'subscription.seats_changed'") == "1\n");

  refusing.clear();
  look_again();
  rest();
  rest();
  CHECK(at_stripe() == 7);
  CHECK(tasks() == "seats_refused It cannot be done. by state\n");
  CHECK(world.rows("select count(*) from billing.seat_change") == "0\n");
}

TEST_CASE_FIXTURE(Team, "a refused order is given anew at once when members change") {
  refusing = "POST /v1/subscription_items/";
  note_people(7);
  rest();
  refusing.clear();
  note_people(8);
  rest();
  rest();
  CHECK(at_stripe() == 8);
  CHECK(tasks() == "seats_refused It cannot be done. by state\n");
}

TEST_CASE_FIXTURE(Team, "a refused order that is not needed any more is forgotten with its task") {
  refusing = "POST /v1/subscription_items/";
  note_people(7);
  rest();
  note_people(4);
  rest();
  CHECK(orders() == "failed\n");
  CHECK(tasks() == "seats_refused It cannot be done. by state\n");
  CHECK(world.rows("select count(*) from billing.seat_change") == "0\n");
}

TEST_CASE_FIXTURE(Team, "members who come while an order is refused are told all the same") {
  refusing = "POST /v1/subscription_items/";
  note_people(7);
  int calls = 0;
  before_call = [this, &calls](const egress::Call& call) {
    if (call.url.find("/v1/subscription_items/") == std::string::npos) return;
    if (++calls > 1) return refusing.clear();
    world.rows(
        "insert into billing.seat_change (tenant_id, due_at) select tenant_id, '-infinity' from "
        "tenancy.tenant returning 1");
    people = 8;
  };
  rest();
  rest();
  CHECK(at_stripe() == 8);
  CHECK(world.rows("select count(*) from billing.seat_change") == "0\n");
}

TEST_CASE_FIXTURE(Team, "what one more costs is known before, and is what Stripe then charges") {
  advance(days(11));
  const SeatCost cost = cost_of(1).value();
  CHECK(cost.seats == 5);
  CHECK(format_money(cost.more) == "$12.00");
  note_people(5);
  world.machine().advance(seat_pause);
  settle();
  advance(days(25));
  const std::string invoice =
      world.rows("select total from billing.invoice order by created_at desc limit 1");
  CHECK(invoice == fmt::format("{}\n", 4900 + 2 * 1200 + cost.until_renewal.minor));
  CHECK(describe(cost_of(2).value()).starts_with("With 7 members you pay $24.00 a month more"));
}

TEST_CASE_FIXTURE(
    Team, "who leaves costs nothing from then on, and below those included nothing at all") {
  note_people(2);
  world.machine().advance(seat_pause);
  settle();
  CHECK(at_stripe() == 2);
  CHECK(format_money(cost_of(1).value().more) == "$0.00");
  CHECK(describe(cost_of(1).value()) == "3 members are included in what you pay.");
}
