// Adopting a Stripe account that was there before Freehold: whose customers its customers are, what
// their prices give, and what each workspace would have. Stripe is only read, never written to.
#pragma once

#include <boost/describe.hpp>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "billing/billing.hpp"

namespace freehold::billing {

struct AdoptionOrder {
  std::string source;           // whose external ids the customers carry
  std::string external_id_key;  // of a customer's metadata
  // What people have decided: a customer's workspace, by slug or external id. Wins over the rest.
  std::map<std::string, std::string> given = {};
  bool dry_run = true;
  std::function<void(std::string_view)> progress = {};  // what is being read
};

// One customer of the account.
struct Adopted {
  std::string customer;
  std::string email = {};
  std::string workspace = {};  // slug; empty: none was found
  std::string how = {};        // by which the workspace was found
  std::vector<std::string> subscriptions =
      {};                       // "sub_1: active, $39.00 a month, price_1, plan pro"
  std::string access_now = {};  // "full on free (default)"
  std::string access_then = {};
  std::vector<std::string> problems = {};  // why it is left out; none: it is adopted
  std::vector<std::string> notes = {};     // what somebody should know, and what stops nothing
};
BOOST_DESCRIBE_STRUCT(Adopted, (),
                      (customer, email, workspace, how, subscriptions, access_now, access_then,
                       problems, notes))

struct AdoptionReport {
  Instant at;
  std::vector<Adopted> customers;           // in the order of their ids
  std::vector<std::string> unknown_prices;  // which plan they give, nobody has said
};
BOOST_DESCRIBE_STRUCT(AdoptionReport, (), (at, customers, unknown_prices))

// Reads the account and says what would become of every customer; without dry_run, maps those
// without a problem and fetches each by the ordinary path. Doing it twice is the same as doing it
// once. Throws StripeAway and StripeRefusal; what was adopted by then stays.
Task<AdoptionReport> adopt_account(Billing& billing, const AdoptionOrder& order);

// For people.
std::string words_of(const AdoptionReport& report);
// What another report of the same account, earlier, said otherwise; empty: nothing.
std::string differences_since(const AdoptionReport& earlier, const AdoptionReport& now);

}  // namespace freehold::billing
