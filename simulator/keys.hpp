// What records are found by besides their ids, so that no call and no step of the clock looks at
// all of them.
#pragma once

#include "simulator/store.hpp"

namespace freehold::simulator {

// Ids of other objects that it names (its customer, invoice, charge, …) and words of its own (the
// lookup key of a price). What the clock and the deliveries are ordered by has a prefix.
std::vector<Key> keys_of(const Record& record);

// Of deliveries: those of an endpoint in the order in which they are made, those that are held, and
// those that wait for a time of the machine's clock or of the simulator's.
std::string key_of_endpoint(std::string_view endpoint);
inline constexpr std::string_view held_key = "held:";
inline constexpr std::string_view machine_key = "machine:";
inline constexpr std::string_view simulator_key = "simulator:";

// What is due on a test clock, by when.
std::string key_of_clock(std::string_view test_clock);

}  // namespace freehold::simulator
