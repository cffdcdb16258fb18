// What survives: restarts, kill -9 in the middle of a write, snapshots, resets; and the clock.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <memory>

#include "core/crypto.hpp"
#include "simulator/journal.hpp"
#include "simulator/testing/world.hpp"

namespace freehold::simulator {

namespace {

// A journal in a folder of its own, which goes with it.
struct File {
  std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("freehold-simulator-" + to_hex(random_bytes(8)));
  std::filesystem::path path = folder / "journal";
  File() { std::filesystem::create_directory(folder); }
  ~File() { std::filesystem::remove_all(folder); }

  std::unique_ptr<World> open() const {
    return std::make_unique<World>(Config{.base_url = "http://sim", .journal = path, .seed = 1});
  }
  std::string content() const {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void write(std::string_view text) const { std::ofstream(path, std::ios::binary) << text; }
};

std::string names(World& world) {
  std::string names;
  const json::object list = world.get("/v1/customers?limit=100").body;
  for (const json::value& customer : array_of(list, "data"))
    names += text_of(customer.get_object(), "name");
  return names;
}

}  // namespace

TEST_CASE("a restart finds everything as it was, and the clock where it was") {
  const File file;
  auto world = file.open();
  const std::string id = world->subscribe(world->customer());
  const Reply key = world->post("/v1/customers", "name=x", {{"Idempotency-Key", "k"}});
  world->pass(days(10));
  const json::object before = world->subscription(id);
  const std::string snapshot = world->simulator.snapshot();
  world.reset();

  world = file.open();
  CHECK(to_rfc3339(world->clock.now()) == "2026-02-10T09:00:00Z");
  CHECK(world->subscription(id) == before);
  CHECK(world->simulator.snapshot() == snapshot);
  world->pass(days(20));
  CHECK(number_of(world->latest_invoice(id), "amount_paid") == 4900);
  CHECK(text_of(world->latest_invoice(id), "billing_reason") == "subscription_cycle");
}

TEST_CASE("discounts, usage, prorations and a pending update are there after a restart") {
  const File file;
  auto world = file.open();
  const std::string customer = world->customer();
  const std::string meter =
      world
          ->post("/v1/billing/meters",
                 "display_name=Calls&event_name=calls&default_aggregation[formula]=sum")
          .id();
  const std::string calls = world
                                ->post("/v1/prices",
                                       "currency=usd&unit_amount=2&product_data[name]=Calls"
                                       "&recurring[interval]=month&recurring[usage_type]=metered"
                                       "&recurring[meter]=" +
                                           meter)
                                .id();
  const std::string half = world->post("/v1/coupons", "percent_off=50&duration=forever").id();
  const std::string id =
      world->subscribe(customer, "items[0][price]=" + world->price(1000) +
                                     "&items[1][price]=" + calls + "&discounts[0][coupon]=" + half);
  const json::object made = world->subscription(id);
  const std::string item =
      text_of(array_of(object_of(made, "items"), "data")[0].get_object(), "id");
  world->post("/v1/billing/meter_events",
              "event_name=calls&payload[value]=100&payload"
              "[stripe_customer_id]=" +
                  customer);
  world->pass(days(14));
  const std::string change = "items[0][id]=" + item + "&items[0][quantity]=";
  world->post("/v1/subscriptions/" + id, change + "3");
  world->fail_card(customer);
  world->post("/v1/subscriptions/" + id, change +
                                             "9&proration_behavior=always_invoice"
                                             "&payment_behavior=pending_if_incomplete");
  const std::string snapshot = world->simulator.snapshot();
  world.reset();

  world = file.open();
  CHECK(world->simulator.snapshot() == snapshot);
  CHECK(is_set(world->subscription(id), "pending_update"));
  world->pass(days(1));
  CHECK_FALSE(is_set(world->subscription(id), "pending_update"));
  world->control("POST", "/_sim/customers/" + customer + "/fix_card");
  world->pass(days(13) + hours(1));
  // Three seats, two of them for half of the month before, and a hundred calls, all at half price.
  CHECK(number_of(world->latest_invoice(id), "amount_paid") == 1500 + 500 + 100);
}

TEST_CASE("the clock is also kept when somebody else moves it") {
  const File file;
  auto world = file.open();
  world->clock.advance(days(3));
  world->post("/v1/customers", "name=a");
  world.reset();
  CHECK(to_rfc3339(file.open()->clock.now()) == "2026-02-03T09:00:00Z");
}

TEST_CASE("a change is in the file before it is answered") {
  const File file;
  auto world = file.open();
  world->post("/v1/customers", "name=a");
  const std::string copy = file.content();  // what kill -9 would leave
  world.reset();
  file.write(copy);
  CHECK(names(*file.open()) == "a");
}

TEST_CASE("a line that a crash cut off is dropped, wherever it was cut") {
  const File file;
  auto world = file.open();
  world->post("/v1/customers", "name=a");
  const std::size_t whole = file.content().size();
  world->post("/v1/customers", "name=b");
  const std::string both = file.content();
  world.reset();
  for (std::size_t cut = whole; cut < both.size(); cut += 37) {
    file.write(both.substr(0, cut));
    auto again = file.open();
    CHECK(names(*again) == "a");
    again->post("/v1/customers", "name=c");
    again.reset();
    CHECK(names(*file.open()) == "ca");
  }
  file.write(both);
  CHECK(names(*file.open()) == "ba");
}

TEST_CASE("a damaged line stops the start with the file's name") {
  const File file;
  auto world = file.open();
  world->post("/v1/customers", "name=a");
  world.reset();
  std::string content = file.content();
  content[content.size() / 2] ^= 1;
  file.write(content);
  CHECK_THROWS_WITH_AS(file.open(), doctest::Contains(file.path.c_str()), std::runtime_error);
}

TEST_CASE("two simulators do not share a journal") {
  const File file;
  const auto world = file.open();
  CHECK_THROWS_WITH_AS(file.open(), doctest::Contains("another simulator has it open"),
                       std::runtime_error);
}

TEST_CASE("opening compacts the journal") {
  const File file;
  auto world = file.open();
  const std::string id = world->post("/v1/customers", "name=a").id();
  for (int i = 0; i < 50; ++i) world->post("/v1/customers/" + id, "name=" + std::to_string(i));
  world.reset();
  const std::size_t grown = file.content().size();
  world = file.open();
  CHECK(file.content().size() < grown / 4 * 3);
  CHECK(names(*world) == "49");
}

TEST_CASE("a snapshot brings everything back, the time included") {
  World world;
  const std::string id = world.subscribe(world.customer());
  const std::string snapshot = world.simulator.snapshot();
  world.pass(days(60));
  world.del("/v1/subscriptions/" + id);
  world.simulator.restore(snapshot);
  CHECK(to_rfc3339(world.clock.now()) == "2026-01-31T09:00:00Z");
  CHECK(world.status(id) == "active");
  CHECK(world.simulator.snapshot() == snapshot);

  CHECK_THROWS_AS(world.simulator.restore("nonsense"), std::runtime_error);
  CHECK_THROWS_AS(world.simulator.restore(snapshot.substr(0, snapshot.size() - 3)),
                  std::runtime_error);
  CHECK(world.status(id) == "active");
}

TEST_CASE("a reset forgets the objects and never gives an id twice") {
  World world;
  const std::string first = world.post("/v1/customers", "name=a").id();
  CHECK(world.control("POST", "/_sim/reset").status == 200);
  CHECK(names(world) == "");
  CHECK(world.get("/v1/events").body.at("data").as_array().empty());
  CHECK(world.post("/v1/customers", "name=a").id() != first);
}

TEST_CASE("the same seed and calls give the same ids, another seed others") {
  const auto id = [](std::uint64_t seed) {
    World world(Config{.seed = seed});
    world.post("/v1/customers", "name=a");
    return world.post("/v1/customers", "name=b").id();
  };
  CHECK(id(1) == id(1));
  CHECK(id(1) != id(2));
  CHECK(id(0) != id(0));
}

TEST_CASE("an endpoint of the configuration is there from the start with its secret") {
  const Config config{.seed = 1, .endpoint = KnownEndpoint{"http://app/hook", "whsec_known"}};
  World world(config);
  const json::object list = world.get("/v1/webhook_endpoints").body;
  CHECK(text_of(array_of(list, "data")[0].get_object(), "url") == "http://app/hook");
  world.control("POST", "/_sim/reset");
  CHECK(array_of(world.get("/v1/webhook_endpoints").body, "data").size() == 1);
}

TEST_CASE("the clock is advanced by seconds, to a time, or to what is due next") {
  World world;
  const auto advance = [&](const std::string& form) {
    return world.control("POST", "/_sim/clock", form).outcome() + " " +
           to_rfc3339(world.clock.now());
  };
  CHECK(advance("seconds=3600") == "200 2026-01-31T10:00:00Z");
  CHECK(advance("to=1769860800") == "200 2026-01-31T12:00:00Z");
  CHECK(advance("next=true") ==
        "400 invalid_request_error next: Nothing is due: the clock has nowhere to go. "
        "2026-01-31T12:00:00Z");
  world.subscribe(world.customer(), "trial_period_days=10");
  CHECK(advance("next=true") == "200 2026-02-07T12:00:00Z");
  CHECK(advance("seconds=-1") ==
        "400 invalid_request_error: The clock does not run backwards. 2026-02-07T12:00:00Z");
  CHECK(advance("") ==
        "400 invalid_request_error: Send one of seconds=…, to=… (seconds since 1970) or next=true. "
        "2026-02-07T12:00:00Z");
}

TEST_CASE("what became due while nobody called happens at its own time") {
  World world;
  const std::string id = world.subscribe(world.customer());
  world.base.advance(days(30));
  CHECK(text_of(world.latest_invoice(id), "status") == "paid");
  CHECK(number_of(world.latest_invoice(id), "created") ==
        to_unix_seconds(*parse_rfc3339("2026-02-28T09:00:00Z")));
}

}  // namespace freehold::simulator
