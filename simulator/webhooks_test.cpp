// Webhooks: signatures, retries, the plan, and invoices that wait for them.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "core/crypto.hpp"
#include "simulator/deliveries.hpp"
#include "simulator/testing/world.hpp"

namespace freehold::simulator {

namespace {

Reply listen(World& world, const std::string& events = "*",
             const std::string& url = "http://127.0.0.1:1/hook") {
  return world.post("/v1/webhook_endpoints", "url=" + url + "&enabled_events[]=" + events);
}

void plan(World& world, const std::string& form) {
  REQUIRE(world.control("POST", "/_sim/webhooks/plan", form).status == 200);
}

std::string deliver_ids(World& world) {
  std::string ids;
  for (std::vector<Delivery> due; !(due = world.simulator.take_deliveries()).empty();)
    for (const Delivery& delivery : due) {
      const json::object event = json::parse(delivery.body).as_object();
      ids += text_of(object_of(object_of(event, "data"), "object"), "name") + " ";
      world.simulator.record(delivery.id, {.status = 200});
    }
  return ids;
}

void make_products(World& world, std::string_view names) {
  for (const char name : names) world.post("/v1/products", std::string("name=") + name);
}

}  // namespace

TEST_CASE("a delivery is the event, signed with the endpoint's secret at the time of the attempt") {
  World world;
  const std::string secret = listen(world, "product.created").text("secret");
  const std::string product = world.post("/v1/products", "name=Pro").id();
  const std::vector<Delivery> due = world.simulator.take_deliveries();
  REQUIRE(due.size() == 1);
  CHECK(due[0].url == "http://127.0.0.1:1/hook");
  CHECK(due[0].event_type == "product.created");
  const json::object event = json::parse(due[0].body).as_object();
  CHECK(text_of(object_of(object_of(event, "data"), "object"), "id") == product);
  CHECK(text_of(event, "api_version") == "2026-10-28.endive");
  CHECK(number_of(event, "pending_webhooks") == 1);

  const std::int64_t now = to_unix_seconds(world.clock.now());
  const Digest digest = hmac_sha256(secret, fmt::format("{}.{}", now, due[0].body));
  CHECK(due[0].headers.back() ==
        std::pair<std::string, std::string>("Stripe-Signature",
                                            fmt::format("t={},v1={}", now, to_hex(view(digest)))));
  world.simulator.record(due[0].id, {.status = 200});
  const Reply kept = world.get("/v1/events/" + text_of(event, "id"));
  CHECK(number_of(kept.body, "pending_webhooks") == 0);
}

TEST_CASE("an event keeps the object as it was, and tells what changed") {
  World world;
  const std::string id = world.post("/v1/products", "name=One").id();
  world.post("/v1/products/" + id, "name=Two&metadata[a]=1");
  const json::object events = world.get("/v1/events").body;
  const json::object& update = array_of(events, "data")[0].get_object();
  const json::object& creation = array_of(events, "data")[1].get_object();
  CHECK(text_of(update, "type") == "product.updated");
  CHECK(json::serialize(object_of(object_of(update, "data"), "previous_attributes")) ==
        R"({"metadata":{"a":null},"name":"One"})");
  CHECK(text_of(object_of(object_of(creation, "data"), "object"), "name") == "One");
  CHECK(text_of(object_of(update, "request"), "id").starts_with("req_"));
  world.post("/v1/products/" + id, "name=Two");
  CHECK(array_of(world.get("/v1/events").body, "data").size() == 2);
}

TEST_CASE("while a secret is rolled both sign") {
  World world;
  const Reply endpoint = listen(world);
  const Reply rolled = world.control("POST", "/_sim/webhook_endpoints/" + endpoint.id() + "/roll",
                                     "expires_in_hours=2");
  CHECK(rolled.text("secret") != endpoint.text("secret"));
  CHECK(world.get("/v1/webhook_endpoints/" + endpoint.id()).text("secret") == "");
  const auto signatures = [&] {
    make_products(world, "a");
    const std::vector<Delivery> due = world.simulator.take_deliveries();
    world.simulator.record(due.at(0).id, {.status = 200});
    const std::string& header = due.at(0).headers.back().second;
    std::size_t count = 0;
    for (std::size_t at = 0; (at = header.find("v1=", at)) != std::string::npos; ++at) ++count;
    return count;
  };
  CHECK(signatures() == 2);
  world.pass(hours(2));
  CHECK(signatures() == 1);
}

TEST_CASE("a failed delivery is tried again, at first on the machine's clock") {
  World world;
  listen(world);
  make_products(world, "a");
  std::string waits;
  for (int attempt = 1; attempt <= 14; ++attempt) {
    std::vector<Delivery> due = world.simulator.take_deliveries();
    REQUIRE(due.size() == 1);
    const std::int64_t machine = world.base.now().micros;
    const std::int64_t begin = world.clock.now().micros;
    world.simulator.record(due[0].id, {.status = 500});
    const auto next = world.simulator.next_delivery();
    if (!next) {
      waits += "given up";
      break;
    }
    if (attempt < 5)
      world.base.set(*next);
    else
      world.pass(Duration{next->micros - world.base.now().micros});
    waits += fmt::format("{} ", (world.clock.now().micros - begin) / 1'000'000);
    CHECK((attempt < 5) == (world.base.now().micros != machine));
  }
  CHECK(waits == "1 5 30 120 600 3600 10800 21600 43200 43200 43200 43200 43200 given up");
  const json::object undelivered = world.get("/v1/events?delivery_success=false").body;
  CHECK(array_of(undelivered, "data").size() == 1);
}

TEST_CASE("an endpoint gets the types it asked for, and nothing while it is disabled") {
  World world;
  const std::string id = listen(world, "price.created").id();
  world.price();
  CHECK(world.deliver() == "price.created\n");
  world.post("/v1/webhook_endpoints/" + id, "disabled=true");
  world.price();
  CHECK(world.deliver() == "");
  world.post("/v1/webhook_endpoints/" + id, "disabled=false&enabled_events[]=*");
  make_products(world, "a");
  world.del("/v1/webhook_endpoints/" + id);
  CHECK(world.deliver() == "");
}

TEST_CASE("the plan drops, doubles, delays and shuffles") {
  World world;
  listen(world);
  plan(world, "drop_every=2");
  make_products(world, "abcd");
  CHECK(deliver_ids(world) == "a c ");
  plan(world, "duplicate_every=2");
  make_products(world, "abcd");
  CHECK(deliver_ids(world) == "a b b c d d ");
  plan(world, "delay_seconds=10");
  make_products(world, "a");
  CHECK(deliver_ids(world) == "");
  world.base.advance(seconds(10));
  CHECK(deliver_ids(world) == "a ");
  plan(world, "shuffle_seed=3");
  make_products(world, "abcdef");
  const std::string order = deliver_ids(world);
  CHECK(order.size() == 12);
  CHECK(order != "a b c d e f ");
  plan(world, "");
  make_products(world, "ab");
  CHECK(deliver_ids(world) == "a b ");
}

TEST_CASE("the plan drops one, turns the order, and spoils what is tried again") {
  World world;
  const std::string secret = listen(world).text("secret");
  plan(world, "drop=2");
  make_products(world, "abc");
  CHECK(deliver_ids(world) == "a c ");
  plan(world, "reverse=true");
  make_products(world, "abc");
  CHECK(deliver_ids(world) == "c b a ");
  for (const std::string_view spoilt : {"corrupt_every=1", "stale_every=1"}) {
    plan(world, std::string(spoilt));
    make_products(world, "a");
    const auto header = [&](int answer) {
      const std::vector<Delivery> due = world.simulator.take_deliveries();
      const std::int64_t now = to_unix_seconds(world.clock.now());
      const bool right =
          due.at(0).headers.back().second == signature_header(now, due.at(0).body, {secret});
      world.simulator.record(due.at(0).id, {.status = answer});
      world.base.advance(seconds(1));
      return right;
    };
    CHECK_FALSE(header(400));
    CHECK(header(200));
  }
}

TEST_CASE("the plan renders in an older version, and sends thin twins") {
  World world;
  listen(world, "customer.subscription.created");
  plan(world, "older_every=1&thin_every=1");
  const std::string id = world.subscribe(world.customer());
  std::vector<json::object> sent;
  for (std::vector<Delivery> due; !(due = world.simulator.take_deliveries()).empty();) {
    sent.push_back(json::parse(due.at(0).body).as_object());
    world.simulator.record(due.at(0).id, {.status = 200});
  }
  REQUIRE(sent.size() == 2);
  CHECK(text_of(sent[0], "api_version") == "2023-08-16");
  const json::object& old = object_of(object_of(sent[0], "data"), "object");
  CHECK(number_of(old, "current_period_end") > number_of(old, "current_period_start"));
  CHECK_FALSE(old.contains("billing_mode"));
  CHECK(text_of(sent[1], "object") == "v2.core.event");
  CHECK(text_of(sent[1], "type") == "v1.customer.subscription.created");
  CHECK(text_of(object_of(sent[1], "related_object"), "url") == "/v1/subscriptions/" + id);
  CHECK(sent[1].at("snapshot_event") == sent[0].at("id"));
  const Reply kept = world.get("/v1/events/" + text_of(sent[0], "id"));
  CHECK(kept.text("api_version") == "2026-10-28.endive");
  CHECK(number_of(kept.body, "pending_webhooks") == 0);
}

TEST_CASE("an endpoint that never answers is disabled after nine days") {
  World world;
  const std::string id = listen(world).id();
  const auto status = [&] { return world.get("/v1/webhook_endpoints/" + id).text("status"); };
  const auto fail_all = [&] {
    for (const Delivery& delivery : world.simulator.take_deliveries())
      world.simulator.record(delivery.id, {.status = 500});
  };
  make_products(world, "a");
  fail_all();
  world.pass(days(8));
  make_products(world, "b");
  fail_all();
  CHECK(status() == "enabled");
  world.base.advance(minutes(5));
  world.pass(days(1));
  fail_all();
  CHECK(status() == "disabled");
}

TEST_CASE("what is held is released in the order that is asked for") {
  World world;
  listen(world);
  const auto released = [&](const std::string& form) {
    plan(world, "hold=true");
    make_products(world, "abc");
    CHECK(deliver_ids(world) == "");
    world.control("POST", "/_sim/webhooks/release", form);
    return deliver_ids(world);
  };
  CHECK(released("") == "a b c ");
  CHECK(released("reverse=true") == "c b a ");
  CHECK(released("shuffle_seed=1").size() == 6);

  plan(world, "hold=true");
  make_products(world, "abc");
  const json::object events = world.get("/v1/events?limit=3").body;
  const std::string second = text_of(array_of(events, "data")[1].get_object(), "id");
  world.control("POST", "/_sim/webhooks/release", "order[]=" + second);
  CHECK(deliver_ids(world) == "b a c ");
}

TEST_CASE("a draft waits for invoice.created to be acknowledged, at most three days") {
  World world;
  const std::string customer = world.customer();
  const std::string id = world.subscribe(customer);
  listen(world, "invoice.created");

  world.pass(days(28) + hours(5));
  CHECK(text_of(world.latest_invoice(id), "status") == "draft");
  CHECK(world.deliver() == "invoice.created\n");
  world.pass(minutes(59));
  CHECK(text_of(world.latest_invoice(id), "status") == "draft");
  world.pass(minutes(1));
  CHECK(text_of(world.latest_invoice(id), "status") == "paid");

  world.pass_to(to_unix_seconds(*parse_rfc3339("2026-03-31T09:00:00Z")));
  world.pass(hours(71));
  CHECK(text_of(world.latest_invoice(id), "status") == "draft");
  world.pass(hours(1));
  CHECK(text_of(world.latest_invoice(id), "status") == "paid");
}

}  // namespace freehold::simulator
