#include "simulator/keys.hpp"

#include "simulator/state.hpp"
#include "simulator/test_clocks.hpp"
#include "simulator/turns.hpp"

namespace freehold::simulator {

namespace {

// Members that hold the id of another object, or a word to find this one by.
constexpr std::string_view members[] = {
    "customer",   "charge",   "code",         "coupon",         "default_payment_method",
    "event_name", "invoice",  "lookup_key",   "payment_intent", "payment_method",
    "product",    "schedule", "subscription", "feature",        "credit_grant"};

void add_members(const Record& record, std::vector<Key>& keys) {
  for (const std::string_view member : members)
    if (std::string word = text_of(record.shown, member); !word.empty())
      keys.push_back({std::move(word), 0});
}

void add_word(std::string word, std::vector<Key>& keys) {
  if (!word.empty()) keys.push_back({std::move(word), 0});
}

void add_delivery(const Record& record, std::vector<Key>& keys) {
  const json::object& fields = record.hidden;
  keys.push_back({text_of(fields, "endpoint"), 0});
  if (flag_of(fields, "held")) {
    keys.push_back({std::string(held_key), 0});
    return;
  }
  keys.push_back({key_of_endpoint(text_of(fields, "endpoint")), number_of(fields, "rank")});
  const std::int64_t simulated = number_of(fields, "not_before");
  if (simulated > 0)
    keys.push_back({std::string(simulator_key), simulated});
  else
    keys.push_back({std::string(machine_key), number_of(fields, "not_before_machine")});
}

// What a kind is found by that is no member of its own.
void add_special(const Record& record, std::vector<Key>& keys) {
  if (record.kind == kind::invoice)
    add_word(text_of(object_of(object_of(record.shown, "parent"), "subscription_details"),
                     "subscription"),
             keys);
  if (record.kind == kind::invoice_payment)
    add_word(text_of(object_of(record.shown, "payment"), "payment_intent"), keys);
  if (record.kind == kind::subscription)
    for (const json::value& item : array_of(object_of(record.shown, "items"), "data"))
      add_word(text_of(item.get_object(), "id"), keys);
  if (record.kind == kind::product_feature) add_word(text_of(record.hidden, "product"), keys);
  if (record.kind == kind::event || record.kind == kind::meter_event ||
      record.kind == kind::active_entitlement || record.kind == kind::credit_transaction)
    add_word(text_of(record.hidden, "customer"), keys);
  if (record.kind == kind::delivery) add_delivery(record, keys);
}

}  // namespace

std::string key_of_endpoint(std::string_view endpoint) {
  return "next:" + std::string(endpoint);
}

std::string key_of_clock(std::string_view test_clock) {
  return "clock:" + std::string(test_clock);
}

std::vector<Key> keys_of(const Record& record) {
  std::vector<Key> keys;
  add_members(record, keys);
  add_special(record, keys);
  const std::string clock = test_clock_of(record);
  if (clock.empty()) return keys;
  add_word(clock, keys);
  if (const auto due = own_due(record)) keys.push_back({key_of_clock(clock), *due});
  return keys;
}

}  // namespace freehold::simulator
