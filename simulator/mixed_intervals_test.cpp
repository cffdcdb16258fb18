// Items of several intervals in one subscription.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "simulator/testing/world.hpp"

namespace freehold::simulator {

namespace {

// Seats by the month, and support by the year at a dollar a day.
struct Mixed : World {
  std::string seats = price(4900, "month");
  std::string support = price(36500, "year");
  std::string ada = customer();

  std::string begin(const std::string& prices = "") {
    return subscribe(
        ada, prices.empty() ? "items[0][price]=" + seats + "&items[1][price]=" + support : prices);
  }

  std::string change(const std::string& id, const std::string& form) {
    return post("/v1/subscriptions/" + id, form).outcome();
  }

  std::string item_of(const std::string& id, const std::string& price) {
    const json::object shown = subscription(id);
    for (const json::value& item : array_of(object_of(shown, "items"), "data"))
      if (text_of(object_of(item.get_object(), "price"), "id") == price)
        return text_of(item.get_object(), "id");
    return "";
  }

  std::string day(std::int64_t seconds) { return format_date(from_unix_seconds(seconds)); }

  // "4900 until 28 Feb 2026; 36500 until 31 Jan 2027"
  std::string lines(const json::object& invoice) {
    std::string out;
    for (const json::value& value : array_of(object_of(invoice, "lines"), "data")) {
      const json::object& line = value.get_object();
      out += fmt::format("{}{} until {}", out.empty() ? "" : "; ", number_of(line, "amount"),
                         day(number_of(object_of(line, "period"), "end")));
    }
    return out;
  }

  std::string billed(const std::string& id) { return lines(latest_invoice(id)); }

  // Passes so many ends of the shortest period, each with its invoice.
  void renew(const std::string& id, int times) {
    for (int i = 0; i < times; ++i) {
      std::int64_t end = 0;
      const json::object shown = subscription(id);
      for (const json::value& item : array_of(object_of(shown, "items"), "data")) {
        const std::int64_t own = number_of(item.get_object(), "current_period_end");
        end = end == 0 ? own : std::min(end, own);
      }
      pass_to(end);
    }
  }
};

}  // namespace

TEST_CASE("each item is billed when its own period begins") {
  Mixed world;
  const std::string id = world.begin();
  CHECK(world.billed(id) == "4900 until 28 Feb 2026; 36500 until 31 Jan 2027");
  world.renew(id, 1);
  CHECK(world.billed(id) == "4900 until 31 Mar 2026");
  world.renew(id, 10);
  CHECK(world.billed(id) == "4900 until 31 Jan 2027");
  world.renew(id, 1);
  CHECK(world.billed(id) == "4900 until 28 Feb 2027; 36500 until 31 Jan 2028");
}

TEST_CASE("the next invoice is previewed with what begins then") {
  Mixed world;
  const std::string id = world.begin();
  CHECK(world.lines(world.post("/v1/invoices/create_preview", "subscription=" + id).body) ==
        "4900 until 31 Mar 2026");
}

TEST_CASE("a yearly item that is added later is charged until its year ends, and then whole") {
  Mixed world;
  const std::string id = world.begin("items[0][price]=" + world.seats);
  world.renew(id, 3);
  CHECK(world.change(id, "proration_behavior=always_invoice&items[0][price]=" + world.support) ==
        "200");
  CHECK(world.billed(id) == "27600 until 31 Jan 2027");
  world.renew(id, 8);
  CHECK(world.billed(id) == "4900 until 31 Jan 2027");
  world.renew(id, 1);
  CHECK(world.billed(id) == "4900 until 28 Feb 2027; 36500 until 31 Jan 2028");
}

TEST_CASE("a monthly item beside a yearly one is billed by its months from then on") {
  Mixed world;
  const std::string id = world.begin("items[0][price]=" + world.support);
  world.pass(days(59));  // 31 March
  CHECK(world.change(id, "proration_behavior=always_invoice&items[0][price]=" + world.seats) ==
        "200");
  CHECK(world.billed(id) == "4900 until 30 Apr 2026");
  world.renew(id, 1);
  CHECK(world.billed(id) == "4900 until 31 May 2026");
}

TEST_CASE("without its monthly item the yearly one goes on, and is not billed before its time") {
  Mixed world;
  const std::string id = world.begin();
  world.pass(days(14));
  CHECK(world.change(id, "items[0][deleted]=true&items[0][id]=" + world.item_of(id, world.seats)) ==
        "200");
  CHECK(world.billed(id) == "4900 until 28 Feb 2026; 36500 until 31 Jan 2027");
  world.renew(id, 1);
  CHECK(world.billed(id) == "-2450 until 28 Feb 2026; 36500 until 31 Jan 2028");
}

TEST_CASE("a yearly item gives back its days, a monthly one its own") {
  Mixed world;
  const std::string id = world.begin();
  world.pass(days(65));
  CHECK(world.change(id, "proration_behavior=always_invoice&items[0][deleted]=true&items[0][id]=" +
                             world.item_of(id, world.support)) == "200");
  CHECK(world.billed(id) == "-30000 until 31 Jan 2027");
}

TEST_CASE("an item that changes its own interval begins all periods anew") {
  Mixed world;
  const std::string id = world.begin("items[0][price]=" + world.seats);
  world.pass(days(14));
  CHECK(world.change(id, "items[0][price]=" + world.support +
                             "&items[0][id]=" + world.item_of(id, world.seats)) == "200");
  CHECK(world.billed(id) == "-2450 until 28 Feb 2026; 36500 until 14 Feb 2027");
}

TEST_CASE("intervals must fit together, and what is metered has the shortest") {
  Mixed world;
  const auto refused = [&](const std::string& other) {
    return world
        .post("/v1/subscriptions", "customer=" + world.ada + "&items[0][price]=" + world.seats +
                                       "&items[1][price]=" + other)
        .outcome();
  };
  CHECK(refused(world.price(100, "week")) ==
        "400 invalid_request_error items[1][price]: The interval of each price must be a multiple "
        "of the shortest one among them.");
  const std::string meter =
      world
          .post("/v1/billing/meters",
                "display_name=Calls&event_name=calls&default_aggregation[formula]=sum")
          .id();
  const Reply metered = world.post(
      "/v1/prices",
      "currency=usd&unit_amount=1&product_data[name]=Calls&recurring[interval]=year&recurring"
      "[usage_type]=metered&recurring[meter]=" +
          meter);
  CHECK(refused(metered.id()) ==
        "400 invalid_request_error items[1][price]: The simulator does not simulate metered prices "
        "beside prices of a shorter interval yet.");
}

TEST_CASE("it can be canceled when the first of its periods ends, or the last") {
  Mixed world;
  const std::string id = world.begin();
  const auto planned = [&](const std::string& at) {
    return world.day(
        number_of(world.post("/v1/subscriptions/" + id, "cancel_at=" + at).body, "cancel_at"));
  };
  CHECK(planned("min_period_end") == "28 Feb 2026");
  CHECK(planned("max_period_end") == "31 Jan 2027");
}

TEST_CASE("after a pause what was paid for the year is not paid for again") {
  Mixed world;
  const std::string id = world.begin();
  world.pass(days(14));
  world.post("/v1/subscriptions/" + id + "/pause", "bill_for[unused_time_from][type]=none");
  world.pass(days(45));  // 31 March
  CHECK(world
            .post("/v1/subscriptions/" + id + "/resume",
                  "billing_cycle_anchor[type]=unchanged&proration_behavior=always_invoice")
            .outcome() == "200");
  CHECK(world.billed(id) == "4900 until 30 Apr 2026");
}

}  // namespace freehold::simulator
