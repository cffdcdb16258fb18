// Stripe's customer of a tenant. Private to this module.
#pragma once

#include "billing/billing.hpp"

namespace freehold::billing {

struct Customer {
  std::string customer_id;
  std::optional<Instant> deleted_at;
};
BOOST_DESCRIBE_STRUCT(Customer, (), (customer_id, deleted_at))

Task<std::optional<Customer>> find_customer(db::ControlRead& db);
// Its id; whoever orders something that depends on what is there takes turns at this row.
Task<std::optional<std::string>> lock_customer(db::ControlTx& tx);
// Writes down which customer the tenant is, unless it has a living one; from then on its events are
// followed, beginning with a first fetch.
Task<> map_customer(db::ControlTx& tx, std::string customer_id);
// Makes this one the tenant's customer, also in the place of another one that has no live
// subscription; from then on its events are followed. False: the other one has, and nothing
// changes.
Task<bool> adopt_customer(db::ControlTx& tx, std::string customer_id);
// The tenant's customer, made now if it is missing. Problem 503 `stripe_away`.
Task<std::string> ensure_customer(Billing& billing, const Actor& actor);

// The job behind tenant.created. A Stripe that is away does not hold it up: the command is stored.
// A tenant that was moved here may have a customer at Stripe already: it is adopted (adoption.hpp),
// or one is made at the first checkout.
Task<> create_customer(Billing& billing, const events::Job& job);

// Events of customers that were not known when they came: those known since become hints, those
// that stayed unknown for an hour are dead.
Task<> settle_waiting(db::Database& database, Instant machine_now);

}  // namespace freehold::billing
