// The customer portal: what its configuration allows, and what is left of an act that fails.
#include <doctest/doctest.h>

#include "simulator/invoice_pdf.hpp"
#include "simulator/portal.hpp"
#include "simulator/testing/world.hpp"

namespace freehold::simulator {

namespace {

struct Shop {
  World world;
  std::string customer = world.customer();
  std::string big = world.price(9900);
  std::string id = world.subscribe(customer);

  Reply open(const std::string& more = "") {
    return world.post("/v1/billing_portal/sessions", "customer=" + customer + more);
  }
  // "done", or why not.
  std::string act(const std::function<void(State&)>& work) {
    try {
      world.simulator.change(work);
      return "done";
    } catch (const StripeError& error) {
      return error.message;
    }
  }
  PortalChoice choice(std::int64_t quantity) {
    const json::object now = world.subscription(id);
    const json::object& item = array_of(object_of(now, "items"), "data")[0].get_object();
    return {.item = text_of(item, "id"), .price = big, .quantity = quantity};
  }
};

}  // namespace

TEST_CASE("the portal that nobody configured lets people do everything") {
  Shop shop;
  const std::string session = shop.open().id();
  CHECK(shop.act([&](State& state) {
    change_in_portal(state, session, shop.id, shop.choice(1));
  }) == "done");
  CHECK(shop.act([&](State& state) {
    cancel_in_portal(state, session, shop.id, "too_expensive", "bye");
  }) == "done");
  const json::object ends = shop.world.subscription(shop.id);
  CHECK(is_set(ends, "cancel_at"));
  CHECK_FALSE(flag_of(ends, "cancel_at_period_end"));
  CHECK(text_of(object_of(ends, "cancellation_details"), "feedback") == "too_expensive");
  CHECK(shop.act([&](State& state) { renew_in_portal(state, session, shop.id); }) == "done");
  CHECK_FALSE(is_set(shop.world.subscription(shop.id), "cancel_at"));
}

TEST_CASE("what the configuration does not enable cannot be done, nor begun with") {
  Shop shop;
  const std::string configuration =
      shop.world
          .post("/v1/billing_portal/configurations", "features[invoice_history][enabled]=true")
          .id();
  const std::string session = shop.open("&configuration=" + configuration).id();
  CHECK(shop.act([&](State& state) { cancel_in_portal(state, session, shop.id, "", ""); }) ==
        "This is not possible here.");
  CHECK(shop.open("&configuration=" + configuration + "&flow_data[type]=payment_method_update")
            .outcome() ==
        "400 invalid_request_error flow_data[type]: The feature payment_method_update is not "
        "enabled in the portal's configuration.");
}

TEST_CASE("a card that is declined leaves nothing of a change in the portal") {
  Shop shop;
  const std::string session = shop.open().id();
  shop.world.fail_card(shop.customer);
  shop.world.news();
  CHECK(shop.act([&](State& state) {
    change_in_portal(state, session, shop.id, shop.choice(3));
  }) == "Your card was declined.");
  CHECK(shop.world.news() == "");
  CHECK(shop.act([&](State& state) {
    set_card_in_portal(
        state, session,
        {.number = "4000000000000002", .exp_month = 12, .exp_year = 2034, .cvc = "123"});
  }) == "Your card was declined.");
  CHECK(shop.world.news() == "");
}

TEST_CASE("a link to the portal works for an hour, for the customer's own subscriptions") {
  Shop shop;
  const std::string session = shop.open().id();
  const std::string other = shop.world.subscribe(shop.world.customer());
  CHECK(shop.act([&](State& state) { cancel_in_portal(state, session, other, "", ""); }) ==
        "No such subscription: '" + other + "'");
  shop.world.pass(hours(1));
  CHECK(shop.act([&](State& state) { cancel_in_portal(state, session, shop.id, "", ""); }) ==
        "No such portal session: '" + session + "'");
}

TEST_CASE("an invoice's file says where each of its objects begins") {
  const std::string file = pdf_of({"Invoice (1)", "3 × Pro, −$5.00, €5, 漢"});
  CHECK(file.find("(Invoice \\(1\\)) Tj") != std::string::npos);
  CHECK(file.find("(3 \\327 Pro, -$5.00, \\2005, ?) Tj") != std::string::npos);
  const std::size_t table = file.find("xref\n");
  CHECK(file.find("startxref\n" + std::to_string(table)) != std::string::npos);
  for (int number = 1; number <= 5; ++number) {
    const std::size_t row =
        table + std::string_view("xref\n0 6\n").size() + static_cast<std::size_t>(number) * 20;
    const std::size_t at = std::stoul(file.substr(row, 10));
    CHECK(file.substr(at, 7) == std::to_string(number) + " 0 obj");
  }
}

}  // namespace freehold::simulator
