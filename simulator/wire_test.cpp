// How calls look from outside: who may call, errors, idempotency, lists, expansion, faults.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "simulator/testing/world.hpp"

namespace freehold::simulator {

namespace {

std::string ids_of(const json::object& list) {
  std::string ids;
  for (const json::value& object : array_of(list, "data"))
    ids += text_of(object.get_object(), "name") + " ";
  return ids + (flag_of(list, "has_more") ? "more" : "end");
}

// Seven customers named a to g, the last one newest.
World& with_customers(World& world) {
  for (const char name : {'a', 'b', 'c', 'd', 'e', 'f', 'g'})
    world.post("/v1/customers", std::string("name=") + name);
  return world;
}

std::size_t count(World& world, const std::string& path) {
  return array_of(world.get(path + "?limit=100").body, "data").size();
}

}  // namespace

TEST_CASE("only keys of the simulator are let in") {
  World world;
  const auto with = [&](const std::string& authorization) {
    return world.get("/v1/customers", {{"Authorization", authorization}}).outcome();
  };
  CHECK(with("Bearer sk_test_sim_abc") == "200");
  CHECK(with("Basic " + std::string("c2tfdGVzdF9zaW1fYWJjOg==")) == "200");  // sk_test_sim_abc:
  CHECK(with("") ==
        "401 invalid_request_error: You did not provide an API key. You need to provide your API "
        "key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer "
        "YOUR_SECRET_KEY'). See https://stripe.com/docs/api#authentication for details, or we can "
        "help at https://support.stripe.com/.");
  CHECK(with("Bearer sk_live_51HaDf9") ==
        "401 invalid_request_error: Invalid API Key provided: sk_live_****aDf9. The simulator "
        "takes any key that begins with sk_test_sim_.");
}

TEST_CASE("every answer names its request and the version") {
  World world;
  const Reply first = world.get("/v1/customers");
  const Reply second = world.get("/v1/nothing");
  CHECK(first.header("Request-Id").starts_with("req_"));
  CHECK(first.header("Request-Id") != second.header("Request-Id"));
  CHECK(first.header("Stripe-Version") == "2026-10-28.endive");
  CHECK(world.get("/v1/customers", {{"Stripe-Version", "2020-08-27"}}).outcome() ==
        "400 invalid_request_error: Invalid Stripe API version: 2020-08-27. The simulator speaks "
        "2026-10-28.endive only.");
}

TEST_CASE("what does not exist is said so") {
  World world;
  CHECK(world.get("/v1/plans").outcome() ==
        "404 invalid_request_error: Unrecognized request URL (GET: /v1/plans). If Stripe has it, "
        "the simulator does not simulate it yet: docs/simulator.md lists what it does.");
  CHECK(world.get("/v1/customers/cus_none").outcome() ==
        "404 invalid_request_error resource_missing id: No such customer: 'cus_none'");
  CHECK(world.post("/v1/subscriptions", "customer=cus_none&items[0][price]=p").outcome() ==
        "400 invalid_request_error resource_missing customer: No such customer: 'cus_none'");
  CHECK(world.post("/v1/customers", "nick=x").outcome() ==
        "400 invalid_request_error parameter_unknown nick: Received unknown parameter: nick");
  CHECK(world.post("/v1/customers", "cash_balance[settings][x]=1").outcome() ==
        "400 invalid_request_error parameter_unknown cash_balance[settings][x]: Received unknown "
        "parameter: cash_balance[settings][x]. Stripe may have it; the simulator does not simulate "
        "cash_balance[settings][x] yet.");
  CHECK(world.post("/v1/prices", "currency=usd").outcome() ==
        "400 invalid_request_error parameter_missing unit_amount: Missing required param: "
        "unit_amount.");
  CHECK(world.post("/v1/prices", "currency=usd&unit_amount=a").outcome() ==
        "400 invalid_request_error parameter_invalid_integer unit_amount: Invalid integer: a");
  CHECK(world.post("/v1/products", "name=x&active=maybe").outcome() ==
        "400 invalid_request_error active: Invalid boolean: maybe");
  CHECK(world.post("/v1/checkout/sessions", "mode=gift").outcome() ==
        "400 invalid_request_error mode: Invalid mode: must be one of payment, setup, or "
        "subscription");
  CHECK(world.post("/v1/products", "name=").outcome() ==
        "400 invalid_request_error parameter_invalid_empty name: You passed an empty string for "
        "'name'. We assume empty values are an attempt to unset a parameter; however 'name' cannot "
        "be unset. You should remove 'name' from your request or supply a non-empty value.");
  CHECK(count(world, "/v1/customers") == 0);
  CHECK(count(world, "/v1/products") == 0);
}

TEST_CASE("an error has exactly the members that Stripe sends") {
  World world;
  CHECK(json::serialize(world.post("/v1/customers", "nick=x").body) ==
        R"({"error":{"code":"parameter_unknown",)"
        R"("doc_url":"https://stripe.com/docs/error-codes/parameter-unknown",)"
        R"("message":"Received unknown parameter: nick","param":"nick",)"
        R"("type":"invalid_request_error"}})");
}

TEST_CASE("a key answers again what it answered first") {
  World world;
  const Headers key = {{"Idempotency-Key", "k1"}};
  const Reply first = world.post("/v1/customers", "name=Ada&email=a%40b.c", key);
  const Reply again = world.post("/v1/customers", "email=a%40b.c&name=Ada", key);
  CHECK(again.body == first.body);
  CHECK(again.header("Idempotent-Replayed") == "true");
  CHECK(again.header("Original-Request") == first.header("Request-Id"));
  CHECK(again.header("Idempotency-Key") == "k1");
  CHECK(count(world, "/v1/customers") == 1);

  CHECK(world.post("/v1/customers", "name=Eve", key).outcome() ==
        "400 idempotency_error: Keys for idempotent requests can only be used with the same "
        "parameters they were first used with. Try using a key other than 'k1' if you meant to "
        "execute a different request.");
  CHECK(world.post("/v1/products", "name=Ada&email=a%40b.c", key).status == 400);

  world.pass(hours(24));
  CHECK(world.post("/v1/customers", "name=Eve", key).status == 200);
  CHECK(count(world, "/v1/customers") == 2);
}

TEST_CASE("a key forgets what failed validation and remembers a declined card") {
  World world;
  const Headers key = {{"Idempotency-Key", "k1"}};
  CHECK(world.post("/v1/customers", "nick=x", key).status == 400);
  CHECK(world.post("/v1/customers", "name=x", key).status == 200);

  const std::string customer = world.customer("pm_card_chargeCustomerFail");
  const std::string id = world.subscribe(customer);
  const std::string invoice = text_of(world.subscription(id), "latest_invoice");
  const Headers pay = {{"Idempotency-Key", "k2"}};
  CHECK(world.post("/v1/invoices/" + invoice + "/pay", "", pay).status == 402);
  CHECK(number_of(world.latest_invoice(id), "attempt_count") == 2);
  CHECK(world.post("/v1/invoices/" + invoice + "/pay", "", pay).status == 402);
  CHECK(number_of(world.latest_invoice(id), "attempt_count") == 2);
}

TEST_CASE("with rate limits, a second has 25 calls of one kind and 100 in all") {
  World world;
  const auto refused = [&](const std::string& path, int calls) {
    std::string reason;
    for (int call = 0; call < calls && reason.empty(); ++call) {
      const Reply reply = world.get(path);
      if (reply.status == 429) reason = reply.header("Stripe-Rate-Limited-Reason");
    }
    return reason;
  };
  CHECK(refused("/v1/customers", 200) == "");
  CHECK(flag_of(world.control("POST", "/_sim/settings", "rate_limits=true").body, "rate_limits"));
  CHECK(refused("/v1/customers", 25) == "");
  CHECK(refused("/v1/customers", 1) == "endpoint-rate");
  CHECK(refused("/v1/products", 25) == "");
  world.base.advance(seconds(1));
  for (const char* path : {"/v1/customers", "/v1/products", "/v1/prices", "/v1/invoices"})
    CHECK(refused(path, 25) == "");
  CHECK(refused("/v1/events", 1) == "global-rate");
}

TEST_CASE("with the limits of a sandbox a subscription's quantity changes 200 times an hour") {
  World world;
  const std::string id = world.subscribe(world.customer());
  const std::string item =
      text_of(array_of(object_of(world.subscription(id), "items"), "data")[0].get_object(), "id");
  world.control("POST", "/_sim/settings", "rate_limits=true");
  const auto set_quantity = [&](int quantity) {
    world.base.advance(seconds(1));
    const Reply reply = world.post("/v1/subscription_items/" + item,
                                   "proration_behavior=none&quantity=" + std::to_string(quantity));
    return reply.header("Stripe-Rate-Limited-Reason");
  };
  std::string reasons;
  for (int quantity = 2; quantity < 202; ++quantity) reasons += set_quantity(quantity);
  CHECK(reasons == "");
  CHECK(set_quantity(202) == "resource-specific");
  CHECK(set_quantity(201) == "");
  world.base.advance(hours(1));
  CHECK(set_quantity(202) == "");
}

TEST_CASE("faults in a chain, each for one call") {
  World world;
  world.control("POST", "/_sim/faults", "kind=error|pass|rate_limit&path=/v1/customers");
  std::string statuses;
  for (int call = 0; call < 4; ++call)
    statuses += std::to_string(world.get("/v1/customers").status) + " ";
  CHECK(statuses == "500 200 429 200 ");
  CHECK(world.control("POST", "/_sim/faults", "kind=error|oops").status == 400);
}

TEST_CASE("injected faults: what was done, what the key remembers") {
  World world;
  const auto meet = [&](const std::string& fault) {
    world.control("POST", "/_sim/faults", "kind=" + fault + "&path=/v1/customers&method=POST");
    const Headers key = {{"Idempotency-Key", fault}};
    const auto made = count(world, "/v1/customers");
    const Reply first = world.post("/v1/customers", "name=x", key);
    const auto did = count(world, "/v1/customers") - made;
    const Reply again = world.post("/v1/customers", "name=x", key);
    return fmt::format("{} {} made {}, retry {}{} made {}", first.status,
                       first.fate == Answer::Fate::sent ? "answered" : "silent", did, again.status,
                       again.header("Idempotent-Replayed") == "true" ? " replayed" : "",
                       count(world, "/v1/customers") - made);
  };
  CHECK(meet("error") == "500 answered made 0, retry 200 made 1");
  CHECK(meet("saved_error") == "500 answered made 0, retry 500 replayed made 0");
  CHECK(meet("rate_limit") == "429 answered made 0, retry 200 made 1");
  CHECK(meet("lock_timeout") == "429 answered made 0, retry 200 made 1");
  CHECK(meet("conflict") == "409 answered made 0, retry 200 made 1");
  CHECK(meet("timeout") == "200 silent made 0, retry 200 made 1");
  CHECK(meet("lost") == "200 silent made 1, retry 200 replayed made 1");

  world.control("POST", "/_sim/faults", "kind=error&count=2");
  world.control("DELETE", "/_sim/faults");
  CHECK(world.get("/v1/customers").status == 200);
}

TEST_CASE("lists are newest first and cut by ids") {
  World world;
  with_customers(world);
  const auto list = [&](const std::string& query) {
    return ids_of(world.get("/v1/customers?" + query).body);
  };
  const std::string e =
      text_of(array_of(world.get("/v1/customers?limit=3").body, "data")[2].get_object(), "id");
  CHECK(list("") == "g f e d c b a end");
  CHECK(list("limit=2") == "g f more");
  CHECK(list("limit=2&starting_after=" + e) == "d c more");
  CHECK(list("limit=4&starting_after=" + e) == "d c b a end");
  CHECK(list("limit=1&ending_before=" + e) == "f more");
  CHECK(list("limit=5&ending_before=" + e) == "g f end");
  CHECK(world.get("/v1/customers").text("url") == "/v1/customers");
  CHECK(world.get("/v1/customers?limit=101").outcome() ==
        "400 invalid_request_error parameter_invalid_integer limit: This value must be less than "
        "or equal to 100.");
  CHECK(world.get("/v1/customers?starting_after=cus_x").outcome() ==
        "400 invalid_request_error resource_missing starting_after: No such customer: 'cus_x'");
}

TEST_CASE("lists are filtered by time and by members") {
  World world;
  with_customers(world);
  world.pass(days(1));
  const std::int64_t later = to_unix_seconds(world.clock.now());
  world.post("/v1/customers", "name=late&email=late%40example.com");
  const auto list = [&](const std::string& query) {
    return ids_of(world.get("/v1/customers?" + query).body);
  };
  CHECK(list(fmt::format("created[gte]={}", later)) == "late end");
  CHECK(list(fmt::format("created[gt]={}", later)) == "end");
  CHECK(list(fmt::format("created={}", later)) == "late end");
  CHECK(list(fmt::format("created[lt]={}&limit=1", later)) == "g more");
  CHECK(list("email=late%40example.com") == "late end");
}

TEST_CASE("subscriptions are listed without the canceled ones unless they are asked for") {
  World world;
  const std::string customer = world.customer();
  world.subscribe(customer);
  const std::string gone = world.subscribe(customer);
  world.del("/v1/subscriptions/" + gone);
  const auto number = [&](const std::string& query) {
    return array_of(world.get("/v1/subscriptions?" + query).body, "data").size();
  };
  CHECK(number("customer=" + customer) == 1);
  CHECK(number("status=all") == 2);
  CHECK(number("status=canceled") == 1);
  CHECK(number("status=ended") == 1);
  CHECK(number("status=active") == 1);
  CHECK(number("status=past_due") == 0);
}

TEST_CASE("objects are put in the place of their ids") {
  World world;
  const std::string customer = world.customer();
  const std::string id = world.subscribe(customer);
  const auto at = [&](const std::string& expand) {
    return world.get("/v1/subscriptions/" + id + "?" + expand);
  };
  const Reply whole =
      at("expand[]=customer.invoice_settings.default_payment_method"
         "&expand[]=latest_invoice.payments&expand[]=items.data.price.product");
  REQUIRE(whole.outcome() == "200");
  const json::object& owner = object_of(whole.body, "customer");
  CHECK(text_of(owner, "id") == customer);
  CHECK(text_of(object_of(object_of(owner, "invoice_settings"), "default_payment_method"),
                "object") == "payment_method");
  const json::object& payments = object_of(object_of(whole.body, "latest_invoice"), "payments");
  CHECK(text_of(array_of(payments, "data")[0].get_object(), "status") == "paid");
  const json::object& item = array_of(object_of(whole.body, "items"), "data")[0].get_object();
  CHECK(text_of(object_of(object_of(item, "price"), "product"), "name") == "Pro");

  CHECK(world.get("/v1/subscriptions?expand[]=data.latest_invoice&expand[]=data.customer").status ==
        200);
  CHECK(world.get("/v1/customers/" + customer + "?expand[]=subscriptions").status == 200);
}

TEST_CASE("a path that leads nowhere is refused, whether or not there is anything to expand") {
  World world;
  const std::string id = world.subscribe(world.customer());
  CHECK(world.get("/v1/subscriptions/" + id + "?expand[]=latest_invoice.b").outcome() ==
        "400 invalid_request_error: This property cannot be expanded (latest_invoice.b).");
  CHECK(world.get("/v1/subscriptions/" + id + "?expand[]=status").outcome() ==
        "400 invalid_request_error: This property cannot be expanded (status).");
  CHECK(world.get("/v1/subscriptions?customer=cus_x&expand[]=data.status").status == 400);
  CHECK(world.get("/v1/invoices?expand[]=customer").outcome() ==
        "400 invalid_request_error: This property cannot be expanded (customer). You may want to "
        "try expanding 'data.customer' instead.");
  CHECK(world
            .get("/v1/subscriptions/" + id +
                 "?expand[]=latest_invoice.payments.data.payment.payment_intent")
            .outcome() ==
        "400 invalid_request_error expand: You cannot expand more than 4 levels of a property. "
        "Property: latest_invoice.payments.data.payment.payment_intent");
}

TEST_CASE("metadata is merged key by key") {
  World world;
  const std::string id = world.post("/v1/customers", "metadata[a]=1&metadata[b]=2").id();
  const auto metadata = [&](const std::string& form) {
    return json::serialize(object_of(world.post("/v1/customers/" + id, form).body, "metadata"));
  };
  CHECK(metadata("metadata[b]=&metadata[c]=3") == R"({"a":"1","c":"3"})");
  CHECK(metadata("metadata=") == "{}");
  CHECK(world.post("/v1/customers", "metadata[" + std::string(41, 'k') + "]=1").status == 400);
}

TEST_CASE("a lookup key is held by one price, and handed over when asked") {
  World world;
  const std::string form =
      "currency=usd&unit_amount=500&recurring[interval]=month&product_data[name]=Pro&lookup_key="
      "pro";
  const Reply first = world.post("/v1/prices", form);
  CHECK(world.post("/v1/prices", form).outcome() ==
        "400 invalid_request_error lookup_key: A price (`" + first.id() +
            "`) already uses that lookup key.");
  world.news();
  const Reply second = world.post("/v1/prices", form + "&transfer_lookup_key=true");
  CHECK(second.text("lookup_key") == "pro");
  CHECK(world.news() == "product.created\nprice.updated\nprice.created\n");
  CHECK(world.get("/v1/prices/" + first.id()).text("lookup_key") == "");
  const json::object listed = world.get("/v1/prices?lookup_keys[]=pro").body;
  CHECK(text_of(array_of(listed, "data")[0].get_object(), "id") == second.id());
}

TEST_CASE("the account that all calls belong to may charge, and nothing is asked of it") {
  World world;
  const Reply account = world.get("/v1/account");
  CHECK(flag_of(account.body, "charges_enabled"));
  CHECK(array_of(object_of(account.body, "requirements"), "currently_due").empty());
  CHECK(account.id() == World().get("/v1/account").id());
}

}  // namespace freehold::simulator
