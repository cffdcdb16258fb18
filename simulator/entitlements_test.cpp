// Features, and who may use them.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "simulator/testing/world.hpp"

namespace freehold::simulator {

namespace {

constexpr std::string_view told = "entitlements.active_entitlement_summary.updated\n";

struct Features : World {
  std::string pro = price();
  std::string product = get("/v1/prices/" + pro).text("product");
  std::string export_it = feature("export");

  std::string feature(const std::string& key) {
    return post("/v1/entitlements/features", "name=Feature&lookup_key=" + key).id();
  }

  std::string link(const std::string& of_product, const std::string& feature) {
    return post("/v1/products/" + of_product + "/features", "entitlement_feature=" + feature).id();
  }

  // The lookup keys of what the customer may use, newest first.
  std::string entitled(const std::string& customer) {
    std::string keys;
    const Reply list = get("/v1/entitlements/active_entitlements?customer=" + customer);
    for (const json::value& one : array_of(list.body, "data"))
      keys += text_of(one.get_object(), "lookup_key") + " ";
    return keys;
  }

  bool was_told() {
    const std::string heard = news();
    return heard.find(told) != std::string::npos;
  }
};

}  // namespace

TEST_CASE("a customer may use the features of what it is subscribed to") {
  Features world;
  world.link(world.product, world.export_it);
  const std::string customer = world.customer();
  CHECK(world.entitled(customer) == "");
  world.news();
  const std::string id = world.subscribe(customer, "items[0][price]=" + world.pro);
  CHECK(world.was_told());
  CHECK(world.entitled(customer) == "export ");
  world.post("/v1/subscriptions/" + id, "metadata[note]=x");
  CHECK_FALSE(world.was_told());
  world.del("/v1/subscriptions/" + id);
  CHECK(world.was_told());
  CHECK(world.entitled(customer) == "");
}

TEST_CASE("two subscriptions give a feature once, and the second keeps it") {
  Features world;
  world.link(world.product, world.export_it);
  const std::string customer = world.customer();
  const std::string first = world.subscribe(customer, "items[0][price]=" + world.pro);
  world.subscribe(customer, "items[0][price]=" + world.pro);
  CHECK(world.entitled(customer) == "export ");
  world.del("/v1/subscriptions/" + first);
  CHECK(world.entitled(customer) == "export ");
}

TEST_CASE("a trial entitles, a first payment that fails does not, and a late one still does") {
  Features world;
  world.link(world.product, world.export_it);
  const std::string items = "items[0][price]=" + world.pro;
  const std::string trying = world.customer("");
  world.subscribe(trying, items + "&trial_period_days=7");
  CHECK(world.entitled(trying) == "export ");
  const std::string owing = world.customer("");
  world.subscribe(owing, items + "&payment_behavior=default_incomplete");
  CHECK(world.entitled(owing) == "");
  const std::string late = world.customer();
  const std::string id = world.subscribe(late, items);
  world.fail_card(late);
  world.pass(days(28) + hours(1));
  CHECK(world.status(id) == "past_due");
  CHECK(world.entitled(late) == "export ");
  world.pass(days(14));
  CHECK(world.entitled(late) == "");
}

TEST_CASE("a product gains and loses a feature for those who have it already") {
  Features world;
  const std::string customer = world.customer();
  world.subscribe(customer, "items[0][price]=" + world.pro);
  const std::string link = world.link(world.product, world.export_it);
  world.link(world.product, world.feature("audit"));
  CHECK(world.entitled(customer) == "audit export ");
  CHECK(world
            .post("/v1/products/" + world.product + "/features",
                  "entitlement_feature=" + world.export_it)
            .outcome() ==
        "400 invalid_request_error resource_already_exists entitlement_feature: The product has "
        "this feature already.");
  CHECK(world.del("/v1/products/" + world.product + "/features/" + link).body.at("deleted") ==
        json::value(true));
  CHECK(world.entitled(customer) == "audit ");
}

TEST_CASE("a change of plan changes what may be used") {
  Features world;
  world.link(world.product, world.export_it);
  const std::string customer = world.customer();
  const std::string id = world.subscribe(customer, "items[0][price]=" + world.pro);
  const std::string item =
      text_of(array_of(object_of(world.subscription(id), "items"), "data")[0].get_object(), "id");
  world.post("/v1/subscriptions/" + id,
             "items[0][id]=" + item + "&items[0][price]=" + world.price(900));
  CHECK(world.entitled(customer) == "");
}

TEST_CASE("a feature has a key of its own, and is archived rather than deleted") {
  Features world;
  CHECK(world.post("/v1/entitlements/features", "name=Again&lookup_key=export").status == 400);
  world.post("/v1/entitlements/features/" + world.export_it, "active=false&name=Old export");
  const auto listed = [&](const std::string& query) {
    return array_of(world.get("/v1/entitlements/features" + query).body, "data").size();
  };
  CHECK(listed("") == 0);
  CHECK(listed("?archived=true&lookup_key=export") == 1);
  CHECK(listed("?archived=true&lookup_key=other") == 0);
}

}  // namespace freehold::simulator
