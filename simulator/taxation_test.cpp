// What automatic tax and tax rates come to: on invoices, checkouts and credit notes.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "simulator/checkout.hpp"
#include "simulator/testing/world.hpp"

namespace freehold::simulator {

namespace {

// A world in which automatic tax is 20 percent.
struct Taxed : World {
  Taxed() { control("POST", "/_sim/settings", "automatic_tax=20"); }

  std::string customer_in(const std::string& country, const std::string& exempt = "none") {
    const std::string id = customer();
    post("/v1/customers/" + id, "address[country]=" + country + "&tax_exempt=" + exempt);
    return id;
  }

  Reply checkout(const std::string& more, const std::string& mode = "subscription") {
    return post("/v1/checkout/sessions",
                "success_url=http://app/done&automatic_tax[enabled]=true&mode=" + mode +
                    "&line_items[0][quantity]=1&" + more);
  }

  // Pays as somebody in this country; what the session then says.
  json::object pay(const std::string& session, const std::string& country) {
    simulator.change([&](State& state) {
      const TypedCard card{
          .number = "4242424242424242", .exp_month = 12, .exp_year = 2030, .cvc = "123"};
      complete_session(
          state, session,
          {.email = "ada@example.com", .name = "Ada", .card = card, .country = country});
    });
    return get("/v1/checkout/sessions/" + session).body;
  }
};

std::string reason_of(const json::object& invoice) {
  const json::object& tax = array_of(invoice, "total_taxes").at(0).get_object();
  return fmt::format("{} {} {}", number_of(tax, "amount"), text_of(tax, "tax_behavior"),
                     text_of(tax, "taxability_reason"));
}

// "4900 tax 980 = 5880, complete"
std::string sums(const json::object& session) {
  return fmt::format("{} tax {} = {}, {}", number_of(session, "amount_subtotal"),
                     number_of(object_of(session, "total_details"), "amount_tax"),
                     number_of(session, "amount_total"),
                     text_of(object_of(session, "automatic_tax"), "status"));
}

}  // namespace

TEST_CASE("automatic tax is a percentage that the settings name, on top of the price or in it") {
  Taxed world;
  const auto invoice = [&](const std::string& customer, const std::string& behavior) {
    const Reply price = world.post("/v1/prices",
                                   "currency=usd&unit_amount=6000&product_data[name]="
                                   "Pro&recurring[interval]=month&tax_behavior=" +
                                       behavior);
    return world.latest_invoice(
        world.subscribe(customer, "automatic_tax[enabled]=true&items[0][price]=" + price.id()));
  };
  const std::string german = world.customer_in("DE");
  CHECK(reason_of(invoice(german, "exclusive")) == "1200 exclusive standard_rated");
  CHECK(reason_of(invoice(german, "inclusive")) == "1000 inclusive standard_rated");
  CHECK(number_of(invoice(german, "unspecified"), "amount_paid") == 7200);
  CHECK(reason_of(invoice(world.customer_in("DE", "exempt"), "exclusive")) ==
        "0 exclusive customer_exempt");
  CHECK(reason_of(invoice(world.customer_in("DE", "reverse"), "exclusive")) ==
        "0 exclusive reverse_charge");
  const json::object rate =
      array_of(world.get("/v1/tax_rates?active=false").body, "data").at(0).get_object();
  CHECK(number_of(rate, "percentage") == 20);
}

TEST_CASE("a checkout of a customer whose country is known is taxed from the start") {
  Taxed world;
  const Reply session = world.checkout("customer=" + world.customer_in("DE") +
                                       "&line_items[0][price]=" + world.price());
  CHECK(sums(session.body) == "4900 tax 980 = 5880, complete");
  const json::object paid = world.pay(session.id(), "");
  CHECK(sums(paid) == "4900 tax 980 = 5880, complete");
  const json::object invoice = world.get("/v1/invoices/" + text_of(paid, "invoice")).body;
  CHECK(number_of(invoice, "amount_paid") == 5880);
  CHECK(flag_of(object_of(invoice, "automatic_tax"), "enabled"));
}

TEST_CASE("a checkout asks for the country, and the customer is there from then on") {
  Taxed world;
  const std::string customer = world.customer("");
  const std::string items = "customer=" + customer + "&line_items[0][price]=" + world.price(4900);
  CHECK(world.checkout(items).status == 400);
  const Reply session = world.checkout(items + "&customer_update[address]=auto");
  CHECK(sums(session.body) == "4900 tax 0 = 4900, requires_location_inputs");
  CHECK_THROWS_WITH(world.simulator.pay_checkout(session.id(), "4242424242424242"),
                    "Enter your country's two letters, such as DE.");
  CHECK(sums(world.pay(session.id(), "DE")) == "4900 tax 980 = 5880, complete");
  const json::object address = object_of(world.get("/v1/customers/" + customer).body, "address");
  CHECK(text_of(address, "country") == "DE");
}

TEST_CASE("a one-time checkout charges the tax too, and shows it on its line") {
  Taxed world;
  const Reply price =
      world.post("/v1/prices", "currency=usd&unit_amount=1000&product_data[name]=Book");
  const Reply session =
      world.checkout("customer_creation=always&line_items[0][price]=" + price.id(), "payment");
  const json::object paid = world.pay(session.id(), "NO");
  CHECK(sums(paid) == "1000 tax 200 = 1200, complete");
  const json::object intent =
      world.get("/v1/payment_intents/" + text_of(paid, "payment_intent")).body;
  CHECK(number_of(intent, "amount_received") == 1200);
  const Reply lines = world.get("/v1/checkout/sessions/" + session.id() + "/line_items");
  const json::object line = array_of(lines.body, "data").at(0).get_object();
  CHECK(number_of(line, "amount_tax") == 200);
  CHECK(number_of(line, "amount_total") == 1200);
}

TEST_CASE("the tax rates of a checkout are those of its subscription") {
  World world;
  const std::string rate =
      world.post("/v1/tax_rates", "display_name=VAT&percentage=10&inclusive=true").id();
  const Reply session = world.post(
      "/v1/checkout/sessions",
      "mode=subscription&success_url=http://app/done&subscription_data[default_tax_rates][0]=" +
          rate + "&line_items[0][quantity]=2&line_items[0][price]=" + world.price(5500));
  CHECK(sums(session.body) == "11000 tax 1000 = 11000, ");
  world.simulator.pay_checkout(session.id(), "4242424242424242");
  const json::object paid = world.get("/v1/checkout/sessions/" + session.id()).body;
  const json::object invoice = world.get("/v1/invoices/" + text_of(paid, "invoice")).body;
  CHECK(number_of(invoice, "total_excluding_tax") == 10000);
}

TEST_CASE("a credit note gives the tax back with the amount that it is on") {
  Taxed world;
  const json::object invoice =
      world.latest_invoice(world.subscribe(world.customer_in("DE"), "automatic_tax[enabled]=true"));
  const std::string line =
      text_of(array_of(object_of(invoice, "lines"), "data").at(0).get_object(), "id");
  const auto credit = [&](const std::string& amount, const std::string& total) {
    return world
        .post("/v1/credit_notes", "invoice=" + text_of(invoice, "id") +
                                      "&lines[0][type]=invoice_line_item&lines[0]"
                                      "[invoice_line_item]=" +
                                      line + "&lines[0][amount]=" + amount +
                                      "&refund_amount=" + total)
        .body;
  };
  CHECK(object_of(credit("900", "900"), "error").contains("message"));
  const json::object part = credit("900", "1080");
  CHECK(number_of(part, "total") == 1080);
  CHECK(number_of(part, "total_excluding_tax") == 900);
  CHECK(reason_of(part) == "180 exclusive standard_rated");
  CHECK(number_of(credit("4000", "4800"), "total") == 4800);
}

TEST_CASE("a line of a credit note that no invoice has can be taxed by a rate of its own") {
  World world;
  const std::string rate =
      world.post("/v1/tax_rates", "display_name=VAT&percentage=25&inclusive=false").id();
  const json::object invoice = world.latest_invoice(world.subscribe(world.customer()));
  const Reply note = world.post("/v1/credit_notes",
                                "invoice=" + text_of(invoice, "id") +
                                    "&lines[0][type]=custom_line_item&lines[0][description]=Sorry"
                                    "&lines[0][quantity]=1&lines[0][unit_amount]=1000"
                                    "&lines[0][tax_rates][0]=" +
                                    rate + "&credit_amount=1250");
  CHECK(number_of(note.body, "total") == 1250);
}

}  // namespace freehold::simulator
