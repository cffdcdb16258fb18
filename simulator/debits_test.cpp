// SEPA direct debits: payments whose outcome is known later.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "simulator/checkout.hpp"
#include "simulator/testing/world.hpp"

namespace freehold::simulator {

namespace {

// A customer who is debited, and prices in euro.
struct Europe : World {
  std::string payer(const std::string& account) {
    const std::string id = customer("");
    const Reply method = post("/v1/payment_methods/" + account + "/attach", "customer=" + id);
    post("/v1/customers/" + id, "invoice_settings[default_payment_method]=" + method.id());
    return id;
  }

  std::string euros() {
    return post("/v1/prices",
                "currency=eur&unit_amount=4900&product_data[name]=Pro&recurring[interval]=month")
        .id();
  }

  std::string begin(const std::string& account) {
    return subscribe(payer(account), "items[0][price]=" + euros());
  }

  // "active, invoice open, payment processing"
  std::string all(const std::string& id) {
    const json::object invoice = latest_invoice(id);
    const Reply payments = get("/v1/invoice_payments?invoice=" + text_of(invoice, "id"));
    const json::object paid_by =
        object_of(array_of(payments.body, "data").at(0).get_object(), "payment");
    const Reply intent = get("/v1/payment_intents/" + text_of(paid_by, "payment_intent"));
    return fmt::format("{}, invoice {}, payment {}", status(id), text_of(invoice, "status"),
                       intent.text("status"));
  }
};

}  // namespace

TEST_CASE("a debit is processing for a while, the subscription active, and then it is paid") {
  Europe world;
  world.news();
  const std::string id = world.begin("pm_successDelayed_de");
  CHECK(world.all(id) == "active, invoice open, payment processing");
  CHECK(world.diary(minutes(3)) ==
        "0d 0h 3m\n"
        "  payment_intent.succeeded\n"
        "  charge.succeeded\n"
        "  invoice_payment.paid\n"
        "  invoice.paid\n"
        "  invoice.payment_succeeded\n");
  CHECK(world.all(id) == "active, invoice paid, payment succeeded");
}

TEST_CASE("while a debit is under way the invoice cannot be paid again, nor voided") {
  Europe world;
  const std::string id = world.begin("pm_successDelayed_de");
  const std::string invoice = text_of(world.latest_invoice(id), "id");
  CHECK(world.post("/v1/invoices/" + invoice + "/pay").outcome() ==
        "400 invalid_request_error payment_intent_unexpected_state: A payment of this invoice is "
        "processing already.");
  CHECK(world.post("/v1/invoices/" + invoice + "/void").status == 400);
  world.pass(minutes(3));
  CHECK(world.all(id) == "active, invoice paid, payment succeeded");
}

TEST_CASE("a first debit that fails voids its invoice and leaves the subscription active") {
  Europe world;
  const std::string id = world.begin("pm_failedDelayed_de");
  CHECK(world.diary(minutes(3)) ==
        "0d 0h 3m\n"
        "  charge.failed\n"
        "  payment_intent.payment_failed\n"
        "  invoice.payment_failed\n"
        "  payment_intent.canceled\n"
        "  invoice.voided\n");
  CHECK(world.all(id) == "active, invoice void, payment canceled");
}

TEST_CASE("a renewal's debit that fails is tried again, and past due until one succeeds") {
  Europe world;
  const std::string id = world.begin("pm_success_de");
  CHECK(world.all(id) == "active, invoice paid, payment succeeded");
  const std::string customer = text_of(world.subscription(id), "customer");
  world.fail_card(customer);
  CHECK(world.diary(days(28) + hours(1)) ==
        "28d 0h 0m\n"
        "  customer.subscription.updated\n"
        "  invoice.created\n"
        "28d 1h 0m\n"
        "  invoice.finalized\n"
        "  payment_intent.created\n"
        "  payment_intent.processing\n"
        "  charge.pending\n"
        "  charge.failed\n"
        "  payment_intent.payment_failed\n"
        "  customer.updated\n"
        "  invoice.payment_failed\n"
        "  customer.subscription.updated\n");
  CHECK(world.all(id) == "past_due, invoice open, payment requires_payment_method");
  world.control("POST", "/_sim/customers/" + customer + "/fix_card");
  world.pass(days(1));
  CHECK(world.all(id) == "active, invoice paid, payment succeeded");
}

TEST_CASE("a subscription whose every debit is refused ends like one whose card is") {
  Europe world;
  const std::string id = world.begin("pm_success_de");
  world.all(id);
  world.fail_card(text_of(world.subscription(id), "customer"));
  world.pass(days(28 + 15));
  CHECK(world.status(id) == "canceled");
}

TEST_CASE("an account is given by its IBAN, and its owner must be known") {
  World world;
  const std::string form = "type=sepa_debit&sepa_debit[iban]=DE89 3704 0044 0532 0130 00";
  CHECK(world.post("/v1/payment_methods", form).outcome() ==
        "400 invalid_request_error parameter_missing billing_details[name]: Missing required "
        "param: billing_details[name].");
  const Reply method = world.post(
      "/v1/payment_methods", form + "&billing_details[name]=Ada&billing_details[email]=a@b.de");
  CHECK(text_of(object_of(method.body, "sepa_debit"), "last4") == "3000");
  CHECK(world
            .post("/v1/payment_methods",
                  "type=sepa_debit&sepa_debit[iban]=DE12500105170648489890&billing_details[name]="
                  "Ada&billing_details[email]=a@b.de")
            .outcome() ==
        "400 invalid_request_error invalid_bank_account_iban sepa_debit[iban]: The IBAN you "
        "provided is invalid, or none of the test accounts that the simulator has.");
  CHECK(world.post("/v1/payment_methods", "type=giropay").status == 400);
}

TEST_CASE("only euro are debited") {
  Europe world;
  const std::string customer = world.payer("pm_success_de");
  CHECK(world
            .post("/v1/subscriptions", "payment_behavior=error_if_incomplete&customer=" + customer +
                                           "&items[0][price]=" + world.price())
            .outcome() ==
        "402 card_error payment_method_currency_mismatch: SEPA direct debits are in euro; this "
        "payment is not.");
}

TEST_CASE("a single payment and a saved account need no card either") {
  Europe world;
  const std::string customer = world.customer("");
  const Reply setup = world.post(
      "/v1/setup_intents",
      "confirm=true&payment_method=pm_success_de&mandate_data[customer_acceptance][type]=offline"
      "&customer=" +
          customer);
  CHECK(setup.text("status") == "succeeded");
  const Reply intent =
      world.post("/v1/payment_intents", "amount=900&currency=eur&confirm=true&payment_method=" +
                                            setup.text("payment_method") + "&customer=" + customer);
  CHECK(intent.text("status") == "processing");
  CHECK(world.get("/v1/payment_intents/" + intent.id()).text("status") == "succeeded");
}

TEST_CASE("a checkout that is paid by debit says later whether it was paid") {
  Europe world;
  const auto pay = [&](const std::string& iban) {
    const Reply session = world.post("/v1/checkout/sessions",
                                     "mode=subscription&success_url=http://app/done&line_items[0]"
                                     "[quantity]=1&line_items[0][price]=" +
                                         world.euros());
    world.simulator.change([&](State& state) {
      complete_session(state, session.id(),
                       {.email = "ada@example.com", .name = "Ada", .card = {}, .iban = iban});
    });
    const json::object done = world.get("/v1/checkout/sessions/" + session.id()).body;
    CHECK(text_of(done, "status") == "complete");
    CHECK(text_of(done, "payment_status") == "unpaid");
    world.news();
    world.pass(minutes(3));
    const std::string heard = world.news();
    return heard.substr(heard.rfind('\n', heard.size() - 2) + 1) +
           world.get("/v1/checkout/sessions/" + session.id()).text("payment_status");
  };
  CHECK(pay("DE08370400440532013003") == "checkout.session.async_payment_succeeded\npaid");
  CHECK(pay("DE78370400440532013004") == "checkout.session.async_payment_failed\nunpaid");
}

TEST_CASE("on a test clock a debit succeeds when the clock is advanced") {
  Europe world;
  const std::int64_t now = to_unix_seconds(world.clock.now());
  const Reply clock =
      world.post("/v1/test_helpers/test_clocks", fmt::format("frozen_time={}", now));
  const Reply customer =
      world.post("/v1/customers", "payment_method=pm_successDelayed_de&test_clock=" + clock.id());
  const Reply methods = world.get("/v1/payment_methods?customer=" + customer.id());
  const std::string method = text_of(array_of(methods.body, "data").at(0).get_object(), "id");
  const std::string id = world.subscribe(
      customer.id(), "items[0][price]=" + world.euros() + "&default_payment_method=" + method);
  world.pass(days(1));
  CHECK(world.all(id) == "active, invoice open, payment processing");
  world.post("/v1/test_helpers/test_clocks/" + clock.id() + "/advance",
             fmt::format("frozen_time={}", now + 180));
  CHECK(world.all(id) == "active, invoice paid, payment succeeded");
}

}  // namespace freehold::simulator
