// Invoices that are made by hand.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "simulator/testing/world.hpp"

namespace freehold::simulator {

namespace {

// "open 1500, 0 paid"
std::string state_of(World& world, const std::string& invoice) {
  const json::object shown = world.get("/v1/invoices/" + invoice).body;
  return fmt::format("{} {}, {} paid", text_of(shown, "status"), number_of(shown, "total"),
                     number_of(shown, "amount_paid"));
}

Reply add_item(World& world, const std::string& customer, int amount,
               const std::string& more = "") {
  return world.post("/v1/invoiceitems",
                    fmt::format("customer={}&currency=usd&amount={}{}", customer, amount, more));
}

}  // namespace

TEST_CASE("an invoice is drafted, filled, finalized and paid by the customer's card") {
  World world;
  const std::string customer = world.customer();
  const std::string id =
      world.post("/v1/invoices", "description=Workshop&customer=" + customer).id();
  CHECK(state_of(world, id) == "draft 0, 0 paid");
  CHECK(add_item(world, customer, 1500, "&description=Day one&invoice=" + id).text("invoice") ==
        id);
  CHECK(state_of(world, id) == "draft 1500, 0 paid");
  world.pass(days(3));
  CHECK(state_of(world, id) == "draft 1500, 0 paid");
  CHECK(world.post("/v1/invoices/" + id + "/finalize").text("status") == "open");
  world.pass(hours(1));
  CHECK(state_of(world, id) == "paid 1500, 1500 paid");
  CHECK(add_item(world, customer, 1, "&invoice=" + id).status == 400);
}

TEST_CASE("what waits is taken only when it shall be, and waits again without the draft") {
  World world;
  const std::string customer = world.customer();
  add_item(world, customer, 700);
  const std::string form = "customer=" + customer;
  CHECK(number_of(world.post("/v1/invoices", form).body, "total") == 0);
  const Reply taken = world.post("/v1/invoices", form + "&pending_invoice_items_behavior=include");
  CHECK(number_of(taken.body, "total") == 700);
  CHECK(world.del("/v1/invoices/" + taken.id()).body.at("deleted") == json::value(true));
  CHECK(world.get("/v1/invoices/" + taken.id()).status == 404);
  CHECK(number_of(world.latest_invoice(world.subscribe(customer)), "total") == 5600);
  const std::string of_subscription =
      text_of(world.subscription(world.subscribe(customer)), "latest_invoice");
  CHECK(world.del("/v1/invoices/" + of_subscription).status == 400);
}

TEST_CASE("a draft may be gone before an endpoint hears of it") {
  World world;
  world.post("/v1/webhook_endpoints", "url=http://127.0.0.1:9/&enabled_events[]=*");
  const std::string id = world.post("/v1/invoices", "customer=" + world.customer()).id();
  world.del("/v1/invoices/" + id);
  CHECK(world.deliver().find("invoice.created\ninvoice.deleted\n") != std::string::npos);
  CHECK(world.deliver() == "");
}

TEST_CASE("one that is sent has a date, and is overdue after it") {
  World world;
  const std::string customer = world.customer("");
  const std::int64_t due = to_unix_seconds(world.clock.now()) + 5 * 86400;
  const Reply invoice = world.post(
      "/v1/invoices", fmt::format("customer={}&collection_method=send_invoice&due_date={}"
                                  "&auto_advance=true",
                                  customer, due));
  CHECK(number_of(invoice.body, "due_date") == due);
  add_item(world, customer, 900, "&invoice=" + invoice.id());
  CHECK(world.diary(days(6)) ==
        "0d 1h 0m\n"
        "  invoice.finalized\n"
        "  payment_intent.created\n"
        "  invoice.sent\n"
        "5d 0h 0m\n"
        "  customer.updated\n"
        "  invoice.overdue\n");
  CHECK(
      world.post("/v1/invoices/" + invoice.id() + "/pay", "paid_out_of_band=true").text("status") ==
      "paid");
}

TEST_CASE("a card that is declined is tried again, and nothing else comes of it") {
  World world;
  const std::string customer = world.customer("pm_card_chargeCustomerFail");
  const std::string id = world.post("/v1/invoices", "auto_advance=true&customer=" + customer).id();
  add_item(world, customer, 900, "&invoice=" + id);
  world.pass(days(20));
  CHECK(state_of(world, id) == "open 900, 0 paid");
  CHECK(number_of(world.get("/v1/invoices/" + id).body, "attempt_count") == 9);
  CHECK(world.post("/v1/invoices/" + id + "/void").text("status") == "void");
}

TEST_CASE("it is taxed as it says, and a stranger's item does not belong on it") {
  World world;
  const std::string customer = world.customer();
  const std::string rate =
      world.post("/v1/tax_rates", "display_name=VAT&percentage=20&inclusive=false").id();
  const std::string id =
      world.post("/v1/invoices", "customer=" + customer + "&default_tax_rates[0]=" + rate).id();
  add_item(world, customer, 1000, "&invoice=" + id);
  CHECK(state_of(world, id) == "draft 1200, 0 paid");
  CHECK(add_item(world, world.customer(), 1000, "&invoice=" + id).status == 400);
}

}  // namespace freehold::simulator
