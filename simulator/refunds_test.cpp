// Money that goes back: refunds, credit notes, and the customer's balance.
#include <doctest/doctest.h>

#include <fmt/format.h>

#include "simulator/testing/world.hpp"

namespace freehold::simulator {

namespace {

struct Shop {
  World world;
  std::string customer;
  std::string id;
  std::string invoice;
  std::string charge;

  explicit Shop(const std::string& card = "pm_card_visa", const std::string& more = "") {
    customer = world.customer(card);
    id = world.subscribe(customer, more);
    invoice = text_of(world.latest_invoice(id), "id");
    const json::object charges = world.get("/v1/charges").body;
    if (!array_of(charges, "data").empty())
      charge = text_of(array_of(charges, "data")[0].get_object(), "id");
    world.news();
  }
  Reply refund(const std::string& more = "") {
    return world.post("/v1/refunds", "charge=" + charge + more);
  }
  Reply credit(const std::string& form) {
    return world.post("/v1/credit_notes", "invoice=" + invoice + "&" + form);
  }
  std::int64_t balance() {
    return number_of(world.get("/v1/customers/" + customer).body, "balance");
  }
};

}  // namespace

TEST_CASE("a charge is refunded in parts, and not beyond what it was") {
  Shop shop;
  const Reply part = shop.refund("&amount=900&reason=requested_by_customer");
  CHECK(part.text("status") == "succeeded");
  CHECK(shop.world.news() == "refund.created\ncharge.refunded\n");
  CHECK(
      shop.refund("&amount=4001").outcome() ==
      "400 invalid_request_error amount: Refund amount ($40.01) is greater than unrefunded amount "
      "on charge ($40.00)");
  CHECK(number_of(shop.refund().body, "amount") == 4000);
  CHECK(flag_of(shop.world.get("/v1/charges/" + shop.charge).body, "refunded"));
  CHECK(shop.refund().outcome() == "400 invalid_request_error charge_already_refunded: Charge " +
                                       shop.charge + " has already been refunded.");
  CHECK(shop.world.status(shop.id) == "active");
  CHECK(text_of(shop.world.latest_invoice(shop.id), "status") == "paid");
}

TEST_CASE("a refund that the bank sends back later") {
  Shop shop("pm_card_refundFail");
  const std::string refund = shop.refund().id();
  shop.world.news();
  CHECK(shop.world.diary(days(1)) ==
        "0d 1h 0m\n"
        "  refund.failed\n"
        "  charge.refund.updated\n"
        "  charge.updated\n");
  CHECK(shop.world.get("/v1/refunds/" + refund).text("status") == "failed");
  CHECK(number_of(shop.world.get("/v1/charges/" + shop.charge).body, "amount_refunded") == 0);
}

TEST_CASE("a credit note on a paid invoice goes to the card, to the balance, or elsewhere") {
  Shop shop;
  CHECK(shop.credit("amount=1000").outcome() ==
        "400 invalid_request_error: The sum of credit amount, refund amount and out of band amount "
        "(0) must equal the post payment credit note amount (1000).");
  const Reply note =
      shop.credit("amount=1000&refund_amount=300&credit_amount=600&out_of_band_amount=100");
  REQUIRE(note.outcome() == "200");
  CHECK(note.text("type") == "post_payment");
  CHECK(shop.world.news() ==
        "refund.created\n"
        "charge.refunded\n"
        "customer.updated\n"
        "invoice.updated\n"
        "credit_note.created\n");
  CHECK(shop.balance() == -600);
  CHECK(number_of(shop.world.latest_invoice(shop.id), "post_payment_credit_notes_amount") == 1000);
  CHECK(shop.credit("amount=3901&credit_amount=3901").outcome() ==
        "400 invalid_request_error amount: The credit note of 3901 is greater than what can be "
        "credited on the invoice: 3900.");
  CHECK(shop.world.post("/v1/credit_notes/" + note.id() + "/void").outcome() ==
        "400 invalid_request_error: You can only void a credit note of an open invoice.");
}

TEST_CASE("a credit note on an open invoice lowers what is owed, and may settle it") {
  Shop shop("pm_card_chargeCustomerFail");
  const Reply note = shop.credit("amount=900");
  CHECK(note.text("type") == "pre_payment");
  CHECK(number_of(shop.world.latest_invoice(shop.id), "amount_remaining") == 4000);
  CHECK(shop.world.post("/v1/credit_notes/" + note.id() + "/void").text("status") == "void");
  CHECK(number_of(shop.world.latest_invoice(shop.id), "amount_remaining") == 4900);
  shop.credit("amount=4900");
  CHECK(text_of(shop.world.latest_invoice(shop.id), "status") == "paid");
  CHECK(shop.world.status(shop.id) == "active");
}

TEST_CASE("a line is credited with its part of the discounts") {
  World world;
  const std::string half = world.post("/v1/coupons", "percent_off=50&duration=forever").id();
  const std::string id = world.subscribe(
      world.customer(), "items[0][quantity]=4&items[0][price]=" + world.price(1000) +
                            "&discounts[0][coupon]=" + half);
  const json::object invoice = world.latest_invoice(id);
  const std::string line =
      text_of(array_of(object_of(invoice, "lines"), "data")[0].get_object(), "id");
  const std::string form = "invoice=" + text_of(invoice, "id") +
                           "&lines[0][type]=invoice_line_item&lines[0][quantity]=1"
                           "&lines[0][invoice_line_item]=" +
                           line + "&credit_amount=500";
  world.news();
  const Reply preview = world.get("/v1/credit_notes/preview?" + form);
  CHECK(number_of(preview.body, "subtotal") == 1000);
  CHECK(number_of(preview.body, "total") == 500);
  CHECK(world.news() == "");
  const Reply note = world.post("/v1/credit_notes", form);
  CHECK(number_of(note.body, "total") == 500);
  CHECK(note.text("number").ends_with("-CN-01"));
}

TEST_CASE("a balance is used for what is due next, and comes back with a void invoice") {
  Shop shop;
  const std::string path = "/v1/customers/" + shop.customer + "/balance_transactions";
  CHECK(shop.world.post(path, "amount=-1000&currency=usd").text("type") == "adjustment");
  CHECK(shop.world.post(path, "amount=-1&currency=eur").outcome() ==
        "400 invalid_request_error currency: The customer's balance is in usd; it cannot change in "
        "eur.");
  shop.world.fail_card(shop.customer);
  shop.world.pass(days(28) + hours(1));
  const json::object renewal = shop.world.latest_invoice(shop.id);
  CHECK(number_of(renewal, "amount_due") == 3900);
  CHECK(shop.balance() == 0);
  shop.world.post("/v1/invoices/" + text_of(renewal, "id") + "/void");
  CHECK(shop.balance() == -1000);
  std::string types;
  const json::object list = shop.world.get(path).body;
  for (const json::value& one : array_of(list, "data"))
    types += text_of(one.get_object(), "type") + " ";
  CHECK(types == "unapplied_from_invoice applied_to_invoice adjustment ");
}

}  // namespace freehold::simulator
