// What may happen to a customer, as a list that is drawn from a seed: acts of the customer, of
// staff, of time and of Stripe. For the proof that webhooks may come in any way
// (histories_test.cpp).
#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace freehold::billing {

enum class Act {
  // the customer
  buy,
  buy_in_two_tabs,
  change,
  change_addons,
  cancel,
  keep,
  pay,
  // staff
  sync_now,
  grant,
  revoke,
  // time
  wait_hours,
  wait_days,
  wait_a_month,
  // Stripe, and people in its dashboard and portal
  card_fails,
  card_works,
  portal_cancels,
  cancel_at_once,
  second_subscription,
  refund,
  write_off,
  void_invoice,
  pause_collection,
  resume_collection,
  delete_customer,
};
BOOST_DESCRIBE_ENUM(Act, buy, buy_in_two_tabs, change, change_addons, cancel, keep, pay, sync_now,
                    grant, revoke, wait_hours, wait_days, wait_a_month, card_fails, card_works,
                    portal_cancels, cancel_at_once, second_subscription, refund, write_off,
                    void_invoice, pause_collection, resume_collection, delete_customer)

struct Step {
  Act act;
  int detail = 0;  // which plan, card or how long: 0 to 9
};
using History = std::vector<Step>;

// "buy 3, wait_a_month 0, cancel 1"
std::string to_string(const History& history);
// The same for the same seed.
History history_of(std::uint64_t seed);
// The shortest and plainest history found, on the way from the seed's, for which `fails` says true;
// it says so for the seed's own.
History simplest_of(std::uint64_t seed, const std::function<bool(const History&)>& fails);

}  // namespace freehold::billing
