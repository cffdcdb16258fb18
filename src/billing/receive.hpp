// Taking in an event, whether Stripe delivered it or we found it in Stripe's list. Private.
#pragma once

#include "billing/billing.hpp"

namespace freehold::billing {

// Stores the event, once, and notes that its customer is behind; both or nothing. What became of it
// at first (billing.stripe_event.state):
//   hint     its customer is fetched
//   waiting  its customer is not known: for an hour it may become so. Of a thin event, also: it has
//            to be asked whom it is about
//   ignored  it concerns no customer, or says what its twin has said
//   dead     it is of the other mode (live or test) than our key
// `origin`: the request or job that brought it.
Task<> store_event(Billing& billing, const Hint& hint, std::string payload, Origin origin);

// Keeps a body with a good signature that is no event. Once, however often it is sent.
Task<> store_unreadable(Billing& billing, std::string body);

// One turn of the worker's loop that asks whom thin events are about: true when there was something
// to do.
Task<bool> look_up_step(Billing& billing);

// Whether events of the type are about customers, their subscriptions, invoices or cards.
bool is_followed(std::string_view type);

}  // namespace freehold::billing
