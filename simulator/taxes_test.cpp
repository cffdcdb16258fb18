// Tax rates on subscriptions, tax ids, and invoices that nobody can tax.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "simulator/testing/world.hpp"

namespace freehold::simulator {

namespace {

std::string rate(World& world, const std::string& percentage, bool inclusive) {
  return world
      .post("/v1/tax_rates",
            fmt::format("display_name=VAT&percentage={}&inclusive={}", percentage, inclusive))
      .id();
}

// "4900 + 956 = 5856, without tax 4900"
std::string sums(const json::object& invoice) {
  std::int64_t tax = 0;
  for (const json::value& one : array_of(invoice, "total_taxes"))
    tax += number_of(one.get_object(), "amount");
  return fmt::format("{} tax {} = {}, without tax {}, paid {}", number_of(invoice, "subtotal"), tax,
                     number_of(invoice, "total"), number_of(invoice, "total_excluding_tax"),
                     number_of(invoice, "amount_paid"));
}

}  // namespace

TEST_CASE("a tax comes on top of the price or is in it, rounded on each line") {
  World world;
  const auto costs = [&](const std::string& percentage, bool inclusive) {
    const std::string id = world.subscribe(
        world.customer(), "default_tax_rates[0]=" + rate(world, percentage, inclusive));
    return sums(world.latest_invoice(id));
  };
  CHECK(costs("19", false) == "4900 tax 931 = 5831, without tax 4900, paid 5831");
  CHECK(costs("19", true) == "4900 tax 782 = 4900, without tax 4118, paid 4900");
  CHECK(costs("8.875", false) == "4900 tax 435 = 5335, without tax 4900, paid 5335");
  CHECK(costs("0", false) == "4900 tax 0 = 4900, without tax 4900, paid 4900");
  CHECK(world.post("/v1/tax_rates", "display_name=x&inclusive=true&percentage=101").status == 400);
}

TEST_CASE("a discount comes before the tax, and what is given back is taxed too") {
  World world;
  const std::string half = world.post("/v1/coupons", "percent_off=50&duration=forever").id();
  const std::string id =
      world.subscribe(world.customer(), "discounts[0][coupon]=" + half +
                                            "&default_tax_rates[0]=" + rate(world, "20", false));
  CHECK(sums(world.latest_invoice(id)) == "4900 tax 490 = 2940, without tax 2450, paid 2940");
  world.pass(days(14));
  const std::string item =
      text_of(array_of(object_of(world.subscription(id), "items"), "data")[0].get_object(), "id");
  world.post("/v1/subscriptions/" + id, "proration_behavior=always_invoice&items[0][id]=" + item +
                                            "&items[0][price]=" + world.price(9800));
  CHECK(sums(world.latest_invoice(id)) == "1225 tax 245 = 1470, without tax 1225, paid 1470");
}

TEST_CASE("tax ids are checked, verified later, and kept by the invoice") {
  World world;
  const std::string customer = world.customer();
  const std::string path = "/v1/customers/" + customer + "/tax_ids";
  CHECK(world.post(path, "type=eu_vat&value=123").outcome() ==
        "400 invalid_request_error tax_id_invalid value: Invalid value for eu_vat.");
  const auto verified = [&](const std::string& form) {
    const Reply made = world.post(path, form);
    const json::object now = world.get(path + "/" + made.id()).body;
    return text_of(object_of(now, "verification"), "status");
  };
  CHECK(verified("type=eu_vat&value=DE000000000") == "verified");
  CHECK(verified("type=eu_vat&value=DE111111111") == "unverified");
  CHECK(verified("type=eu_vat&value=DE222222222") == "pending");
  CHECK(verified("type=us_ein&value=12-3456789") == "unavailable");
  const json::object invoice = world.latest_invoice(world.subscribe(customer));
  CHECK(array_of(invoice, "customer_tax_ids").size() == 4);
}

TEST_CASE("an invoice that nobody can tax stays a draft until the place is known") {
  World world;
  const std::string customer = world.customer();
  world.post("/v1/customers/" + customer, "address[country]=DE");
  const std::string id = world.subscribe(customer, "automatic_tax[enabled]=true");
  CHECK(text_of(object_of(world.latest_invoice(id), "automatic_tax"), "status") == "complete");
  world.post("/v1/customers/" + customer, "address=");
  CHECK(world.diary(days(30)) ==
        "28d 0h 0m\n"
        "  customer.subscription.updated\n"
        "  invoice.created\n"
        "28d 1h 0m\n"
        "  invoice.finalization_failed\n");
  CHECK(world.status(id) == "active");
  const std::string invoice = text_of(world.latest_invoice(id), "id");
  CHECK(world.post("/v1/invoices/" + invoice + "/pay").outcome() ==
        "400 invalid_request_error customer_tax_location_invalid: The customer's location isn't "
        "recognized. Set a valid customer address in order to automatically calculate tax.");
  world.post("/v1/customers/" + customer, "address[country]=DE");
  CHECK(world.post("/v1/invoices/" + invoice + "/pay").text("status") == "paid");
}

}  // namespace freehold::simulator
