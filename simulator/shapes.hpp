// An event in another shape than that of the pinned version: as an account renders it that never
// upgraded, and thin, with nothing but an address.
#pragma once

#include <string>
#include <string_view>

#include "simulator/state.hpp"

namespace freehold::simulator {

inline constexpr std::string_view older_version = "2023-08-16";

// The event as version 2023-08-16 has it: periods on the subscription, the subscription and payment
// intent on the invoice, prices on its lines. https://docs.stripe.com/changelog/basil
json::object in_older_version(const State& state, json::object event);

// Its thin twin. https://docs.stripe.com/event-destinations
json::object as_thin_event(const json::object& event);

// Where an object is fetched: "/v1/subscriptions/sub_1"; empty for kinds that have no address.
std::string address_of(const json::object& object);

}  // namespace freehold::simulator
