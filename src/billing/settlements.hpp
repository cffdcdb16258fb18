// How each invoice was settled, summed from the books. docs/billing-numbers.md has the equations.
#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

#include "billing/books.hpp"
#include "billing/standing.hpp"
#include "db/db.hpp"

namespace freehold::billing {

// total = from_balance + credited_before + amount_paid + amount_remaining, and of what was paid
// `refunded` went back by refunds and `disputed` is held or lost by disputes; kept is the rest.
struct Settlement {
  std::string invoice_id;
  std::optional<std::string> number;
  std::optional<std::string> subscription_id;
  std::string status;
  std::string currency;
  std::int64_t total = 0;
  std::int64_t from_balance = 0;
  std::int64_t credited_before = 0;
  std::int64_t amount_paid = 0;
  std::int64_t amount_remaining = 0;
  std::int64_t credited_after = 0;
  std::int64_t refunded = 0;
  std::int64_t disputed = 0;
  std::int64_t refundable = 0;  // what was paid by charges that can be refunded, less refunds
  std::int64_t off_by = 0;      // by how much the books do not add up
  Instant created_at;
};
BOOST_DESCRIBE_STRUCT(Settlement, (),
                      (invoice_id, number, subscription_id, status, currency, total, from_balance,
                       credited_before, amount_paid, amount_remaining, credited_after, refunded,
                       disputed, refundable, off_by, created_at))

// A draft is not settled: it has no amounts yet, and adds up.
std::vector<Settlement> settle(const std::vector<Invoice>& invoices, const Books& books);

Task<Books> books(db::ControlRead& db);  // the latest 500 of each
// Replaces our rows by what was fetched; what was not fetched stays.
Task<> store_books(db::ControlTx& tx, const Books& books);

}  // namespace freehold::billing
