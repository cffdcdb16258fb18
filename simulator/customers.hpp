// Customers. https://docs.stripe.com/api/customers
#pragma once

#include "simulator/params.hpp"
#include "simulator/state.hpp"

namespace freehold::simulator {

json::value create_customer(State& state, Params& params);
json::value retrieve_customer(State& state, Params& params);
json::value update_customer(State& state, Params& params);
json::value delete_customer(State& state, Params& params);
json::value list_customers(State& state, Params& params);

// From the dashboard: from now on every charge of the cards that the customer has is declined, or
// they pay again. A card that is added later is not touched.
json::value fail_card(State& state, Params& params);
json::value fix_card(State& state, Params& params);

// A customer that exists and is not deleted, for the parameter `path`.
const Record& live_customer(const State& state, const std::string& id, std::string_view path);

// Deletes it, with its subscriptions; what is left to be seen.
json::object remove_customer(State& state, const std::string& id);

// A customer as Checkout makes one.
std::string add_customer(State& state, const std::string& email, const std::string& name);

void set_default_payment_method(State& state, const std::string& customer,
                                const std::string& payment_method);

// What Stripe's `delinquent` says: whether the last word on an invoice was that it failed.
void set_delinquent(State& state, const std::string& customer, bool delinquent);

// The number of the customer's next invoice: "A1B2C3D4-0001".
std::string take_invoice_number(State& state, const std::string& customer);

}  // namespace freehold::simulator
