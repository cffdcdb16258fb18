#include "simulator/checkout.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "simulator/testing/world.hpp"

namespace freehold::simulator {

namespace {

Reply open(World& world, const std::string& more, const std::string& mode = "subscription") {
  return world.post(
      "/v1/checkout/sessions",
      "mode=" + mode + "&success_url=http%3A%2F%2Fapp%2Freturn%3Fs%3D{CHECKOUT_SESSION_ID}" +
          (mode == "subscription"
               ? "&line_items[0][price]=" + world.price() + "&line_items[0][quantity]=1"
               : "") +
          more);
}

// Pays with this card; where the browser goes, or why it stays.
std::string pay(World& world, const std::string& session, const std::string& number) {
  try {
    return world.simulator.pay_checkout(session, number);
  } catch (const std::exception& declined) {
    return declined.what();
  }
}

}  // namespace

TEST_CASE("a session is paid, becomes a subscription and leads back") {
  World world;
  const std::string customer = world.customer("");
  const Reply session = open(world, "&customer=" + customer +
                                        "&client_reference_id=tenant_1&metadata[plan]=pro"
                                        "&subscription_data[metadata][tenant]=tenant_1");
  REQUIRE(session.outcome() == "200");
  CHECK(session.text("url") == "http://sim/pay/" + session.id());
  CHECK(session.text("payment_status") == "unpaid");
  CHECK(number_of(session.body, "amount_total") == 4900);
  world.news();
  CHECK(pay(world, session.id(), "4242 4242 4242 4242") == "http://app/return?s=" + session.id());
  CHECK(world.news() ==
        "payment_method.attached\n"
        "customer.subscription.created\n"
        "invoice.created\n"
        "invoice.finalized\n"
        "payment_intent.created\n"
        "payment_intent.succeeded\n"
        "charge.succeeded\n"
        "invoice_payment.paid\n"
        "invoice.paid\n"
        "invoice.payment_succeeded\n"
        "customer.subscription.updated\n"
        "checkout.session.completed\n");

  const json::object done =
      world.get("/v1/checkout/sessions/" + session.id() + "?expand[]=subscription").body;
  CHECK(text_of(done, "status") == "complete");
  CHECK(text_of(done, "payment_status") == "paid");
  CHECK(text_of(done, "client_reference_id") == "tenant_1");
  CHECK_FALSE(is_set(done, "url"));
  const json::object& subscription = object_of(done, "subscription");
  CHECK(text_of(subscription, "status") == "active");
  CHECK(text_of(object_of(subscription, "metadata"), "tenant") == "tenant_1");
  CHECK(is_set(subscription, "default_payment_method"));
  CHECK(pay(world, session.id(), "4242424242424242") == "This Checkout Session is no longer open.");
}

TEST_CASE("a declined card leaves the session open and nothing behind") {
  World world;
  const std::string customer = world.customer("");
  const Reply session = open(world, "&customer=" + customer);
  world.news();
  CHECK(pay(world, session.id(), "4000000000000002") == "Your card was declined.");
  CHECK(pay(world, session.id(), "4000000000000341") == "Your card was declined.");
  CHECK(pay(world, session.id(), "4000000000009995") == "Your card has insufficient funds.");
  CHECK(pay(world, session.id(), "4242424242424241") == "Your card number is incorrect.");
  CHECK(world.news() == "");
  CHECK(array_of(world.get("/v1/payment_methods?customer=" + customer).body, "data").empty());
  CHECK(world.get("/v1/checkout/sessions/" + session.id()).text("status") == "open");
  CHECK(pay(world, session.id(), "5555555555554444").starts_with("http://app/return"));
}

TEST_CASE("a session with a trial charges nothing today and the saved card later") {
  World world;
  const std::string customer = world.customer("");
  const std::int64_t end = to_unix_seconds(world.clock.now()) + 5 * 86400;
  CHECK(open(world, fmt::format("&subscription_data[trial_end]={}", end - 4 * 86400)).outcome() ==
        "400 invalid_request_error subscription_data[trial_end]: The `trial_end` date has to be at "
        "least 2 days in the future.");
  const Reply session =
      open(world, fmt::format("&customer={}&subscription_data[trial_end]={}", customer, end));
  CHECK(session.text("payment_status") == "no_payment_required");
  CHECK(number_of(session.body, "amount_total") == 0);
  CHECK(pay(world, session.id(), "4000000000000341").starts_with("http://app/return"));

  const std::string id = world.get("/v1/checkout/sessions/" + session.id()).text("subscription");
  CHECK(world.status(id) == "trialing");
  CHECK(number_of(world.subscription(id), "trial_end") == end);
  world.pass_to(end + 3600);
  CHECK(world.status(id) == "past_due");
}

TEST_CASE("a trial that ended while the page was open is charged at once") {
  World world;
  const std::int64_t end = to_unix_seconds(world.clock.now()) + 2 * 86400;
  const Reply session = open(
      world, fmt::format("&customer={}&subscription_data[trial_end]={}&payment_method_collection="
                         "if_required",
                         world.customer(""), end));
  world.simulator.change([&](State& state) {
    const Record& record = state.get(kind::session, session.id(), "id");
    CHECK_FALSE(needs_card(state, record));
    CHECK(first_charge_at(state, record) == end);
    state.store.edit(kind::session, session.id()).shown["expires_at"] = end + 3600;
  });
  world.pass_to(end);
  CHECK(pay(world, session.id(), "4242424242424242").starts_with("http://app/return"));
  const json::object done = world.get("/v1/checkout/sessions/" + session.id()).body;
  CHECK(text_of(done, "payment_status") == "paid");
  CHECK(world.status(text_of(done, "subscription")) == "active");
}

TEST_CASE("a session without a customer makes one") {
  World world;
  const Reply session = open(world, "&customer_email=new%40example.com");
  world.news();
  CHECK(pay(world, session.id(), "4242424242424242").starts_with("http://app/return"));
  CHECK(world.news().starts_with("customer.created\npayment_method.attached\n"));
  const std::string customer = world.get("/v1/checkout/sessions/" + session.id()).text("customer");
  CHECK(world.get("/v1/customers/" + customer).text("email") == "customer@example.com");
}

TEST_CASE("a session in setup mode saves a card") {
  World world;
  const std::string customer = world.customer("");
  const Reply session = open(world, "&customer=" + customer, "setup");
  REQUIRE(session.outcome() == "200");
  world.news();
  CHECK(pay(world, session.id(), "4242424242424242").starts_with("http://app/return"));
  CHECK(world.news() ==
        "payment_method.attached\n"
        "setup_intent.succeeded\n"
        "checkout.session.completed\n");
  const json::object done =
      world.get("/v1/checkout/sessions/" + session.id() + "?expand[]=setup_intent").body;
  const std::string saved = text_of(object_of(done, "setup_intent"), "payment_method");
  CHECK(world.get("/v1/payment_methods/" + saved).text("customer") == customer);
}

TEST_CASE("a session expires after a day or when it is told to") {
  World world;
  const std::string customer = world.customer("");
  const Reply first = open(world, "&customer=" + customer);
  const Reply second = open(world, "&customer=" + customer);
  world.news();
  const Reply expired = world.post("/v1/checkout/sessions/" + first.id() + "/expire");
  CHECK(expired.text("status") == "expired");
  CHECK(world.news() == "checkout.session.expired\n");
  CHECK(world.post("/v1/checkout/sessions/" + first.id() + "/expire").status == 400);
  world.pass(days(1));
  CHECK(world.news() == "checkout.session.expired\n");
  CHECK(world.get("/v1/checkout/sessions?status=expired").body.at("data").as_array().size() == 2);
  CHECK(pay(world, second.id(), "4242424242424242") == "This Checkout Session is no longer open.");
}

TEST_CASE("the line items of a session are its prices") {
  World world;
  const Reply session = open(world, "");
  const json::object lines =
      world.get("/v1/checkout/sessions/" + session.id() + "/line_items").body;
  const json::object& line = array_of(lines, "data")[0].get_object();
  CHECK(number_of(line, "amount_total") == 4900);
  CHECK(text_of(line, "description") == "Pro");
  const Reply several = open(world, "&line_items[0][quantity]=2");
  CHECK(number_of(several.body, "amount_total") == 9800);
  CHECK(open(world, "&line_items[0][quantity]=-1").outcome() ==
        "400 invalid_request_error parameter_invalid_integer line_items[0][quantity]: This value "
        "must be greater than or equal to 0.");
}

}  // namespace freehold::simulator
