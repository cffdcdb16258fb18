// Events of other API versions: from the payload only ids are read, and they stand where they
// stood. The shapes are those of Stripe's own description of an older version, data that lies
// beside the repository (../shared, or FREEHOLD_SHARED); without it the tests say that they are
// skipped.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "billing/test_site.hpp"
#include "core/json.hpp"

using namespace freehold;
using namespace freehold::billing;

namespace {

constexpr int deepest = 7;  // objects within objects

std::optional<json::value> old_schemas() {
  const char* given = std::getenv("FREEHOLD_SHARED");
  const std::filesystem::path shared = given != nullptr ? given : FREEHOLD_SHARED_FOLDER;
  std::ifstream file(shared / "data/stripe/spec3.trimmed.2023-08-16.json");
  if (!file) {
    MESSAGE("skipped: Stripe's description of 2023-08-16 is not there");
    return {};
  }
  std::stringstream text;
  text << file.rdbuf();
  return json::parse(text.str()).at("components").at("schemas");
}

// An object as the old version would have shown it: each required member, with a value of its type.
class Example {
 public:
  explicit Example(const json::value& schemas) : schemas_(schemas.as_object()) {}

  json::value of(const std::string& name) const { return from(schemas_.at(name), 0); }

 private:
  json::value from(const json::value& given, int depth) const {
    const json::object& schema = given.as_object();
    if (const json::value* ref = schema.if_contains("$ref"))
      return from(schemas_.at(ref->as_string().subview(21)), depth + 1);
    if (const json::value* any = schema.if_contains("anyOf"))
      return from(any->as_array().front(), depth);
    if (const json::value* words = schema.if_contains("enum")) return words->as_array().front();
    const json::value* type = schema.if_contains("type");
    const std::string_view word = type != nullptr ? std::string_view(type->as_string()) : "object";
    if (word == "string") return "x";
    if (word == "boolean") return false;
    if (word == "integer" || word == "number") return 1'700'000'000;
    if (word == "array") return array_of(schema, depth);
    return object_of(schema, depth);
  }

  json::value array_of(const json::object& schema, int depth) const {
    const json::value* items = schema.if_contains("items");
    if (items == nullptr || depth >= deepest) return json::array();
    return json::array{from(*items, depth + 1)};
  }

  json::value object_of(const json::object& schema, int depth) const {
    json::object made;
    const json::value* properties = schema.if_contains("properties");
    const json::value* required = schema.if_contains("required");
    if (properties == nullptr || required == nullptr || depth >= deepest) return made;
    for (const json::value& name : required->as_array())
      made[name.as_string()] = from(properties->at(name.as_string()), depth + 1);
    return made;
  }

  const json::object& schemas_;
};

// What events are about, with a type of each.
struct Kind {
  std::string object;
  std::string type;
};
const std::vector<Kind> kinds{{"subscription", "customer.subscription.updated"},
                              {"invoice", "invoice.paid"},
                              {"charge", "charge.refunded"},
                              {"checkout.session", "checkout.session.completed"},
                              {"payment_intent", "payment_intent.succeeded"},
                              {"payment_method", "payment_method.attached"},
                              {"setup_intent", "setup_intent.succeeded"},
                              {"subscription_schedule", "subscription_schedule.updated"}};

std::string event_of(const Kind& kind, json::value object, const json::value& customer, int n) {
  object.as_object()["customer"] = customer;
  return json::serialize(json::object{{"id", fmt::format("evt_old_{}", n)},
                                      {"object", "event"},
                                      {"api_version", "2023-08-16"},
                                      {"created", 1'700'000'000},
                                      {"livemode", false},
                                      {"type", kind.type},
                                      {"data", {{"object", std::move(object)}}}});
}

}  // namespace

TEST_CASE("events of an older version are followed, whether the customer is an id or expanded") {
  const auto schemas = old_schemas();
  if (!schemas) return;
  const Example example(*schemas);
  Site site;
  site.sign_up();
  std::string customer = site.world.rows("select customer_id from billing.customer");
  customer.pop_back();
  json::value whole = example.of("customer");
  whole.as_object()["id"] = customer;
  int n = 0;
  for (const Kind& kind : kinds) {
    CHECK(site.post_signed(event_of(kind, example.of(kind.object), json::value(customer), ++n)) ==
          200);
    CHECK(site.post_signed(event_of(kind, example.of(kind.object), whole, ++n)) == 200);
  }
  CHECK(site.world.rows("select count(*), bool_and(state = 'hint'), min(api_version) from "
                        "billing.stripe_event where id like 'evt_old%'") ==
        fmt::format("{} t 2023-08-16\n", n));
  const int before = site.fetches;
  site.settle();
  CHECK(site.fetches == before + 1);
}

TEST_CASE("a subscription and an invoice of an older version are read from where they had it") {
  const auto schemas = old_schemas();
  if (!schemas) return;
  const Example example(*schemas);
  json::value subscription = example.of("subscription");
  subscription.as_object()["current_period_start"] = 1'700'000'000;
  subscription.as_object()["current_period_end"] = 1'702'592'000;
  const Mirror mirror = read_subscription(subscription, {});
  CHECK(mirror.period_start == from_unix_seconds(1'700'000'000));
  CHECK(mirror.period_end == from_unix_seconds(1'702'592'000));
  json::value invoice = example.of("invoice");
  invoice.as_object()["id"] = "in_1";
  invoice.as_object()["subscription"] = "sub_1";
  CHECK(read_invoice(invoice).subscription_id == "sub_1");
}
