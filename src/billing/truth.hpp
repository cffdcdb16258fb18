// Reading Stripe's objects into our rows. Older shapes are read as well: where a field moved, both
// places are tried.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "billing/books.hpp"
#include "billing/invoices.hpp"
#include "billing/standing.hpp"
#include "core/json_fwd.hpp"

namespace freehold::billing {

struct Card {
  std::string brand;
  std::string last4;
  std::int32_t exp_month = 0;
  std::int32_t exp_year = 0;

  friend bool operator==(const Card&, const Card&) = default;
};
BOOST_DESCRIBE_STRUCT(Card, (), (brand, last4, exp_month, exp_year))

// Everything of one customer, fetched from Stripe at one time.
struct Truth {
  bool customer_deleted = false;
  std::vector<Mirror> mirrors;
  std::vector<std::string> raw_mirrors;  // the JSON of each, in the same order
  std::vector<Invoice> invoices;
  std::optional<Card> card;
  Books books = {};
  std::vector<InvoiceDetail> details = {};  // of the invoices
  // Finalized invoices with more lines than came with them, and the id of the last that came.
  std::map<std::string, std::string> unfinished = {};
};

// What the catalogue knows a price by: its lookup key, or what we wrote into its metadata, or its
// id.
std::string name_of_price(const json::value* price);
// Throws std::runtime_error that names the field when a required one is missing.
Mirror read_subscription(const json::value& object, Instant fetched_at);
Invoice read_invoice(const json::value& object);
// What stands on it, with the lines that came with it.
InvoiceDetail read_invoice_detail(const json::value& object);
InvoiceLine read_invoice_line(const json::value& object, std::int32_t position);
// Why an invoice was not collected, from its payments (newest first, their intents expanded): the
// words of Invoice::failure.
std::string read_failure(const json::value& invoice_payments);
// Of a default payment method (expanded): a subscription's own comes before its customer's; none
// when there is no card.
std::optional<Card> read_subscription_card(const json::value& subscription);
std::optional<Card> read_customer_card(const json::value& customer);

// What a webhook is about, whatever its version or whether it is thin.
struct Hint {
  std::string id;
  std::string type;
  std::optional<std::string> customer;
  // A refund or a dispute names what was paid instead.
  std::optional<std::string> charge = {};
  std::optional<std::string> payment_intent = {};
  std::optional<std::string> api_version;
  Instant created;
  bool livemode = false;
  // Of a thin event, which names an object and not always a customer: the object's path in the API,
  // "/v1/invoices/in_1", and the id of the whole event of the same change, where there is one.
  std::optional<std::string> about = {};
  std::optional<std::string> twin = {};
};
// Nothing when it is not an event.
std::optional<Hint> read_hint(const json::value& event);

}  // namespace freehold::billing
