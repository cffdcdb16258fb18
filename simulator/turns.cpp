#include "simulator/turns.hpp"

#include "simulator/checkout.hpp"
#include "simulator/credit_grants.hpp"
#include "simulator/debits.hpp"
#include "simulator/disputes.hpp"
#include "simulator/idempotency.hpp"
#include "simulator/invoices.hpp"
#include "simulator/refunds.hpp"
#include "simulator/schedules.hpp"
#include "simulator/subscriptions.hpp"
#include "simulator/taxes.hpp"
#include "simulator/test_clocks.hpp"

namespace freehold::simulator {

std::optional<std::int64_t> own_due(const Record& record) {
  if (record.kind == kind::subscription) return subscription_due(record);
  if (record.kind == kind::schedule) return schedule_due(record);
  if (record.kind == kind::invoice) return invoice_due(record);
  if (record.kind == kind::refund) return refund_due(record);
  if (record.kind == kind::payment_intent) return debit_due(record);
  if (record.kind == kind::credit_grant) return credit_grant_due(record);
  if (record.kind == kind::charge) return charge_due(record);
  if (record.kind == kind::dispute) return dispute_due(record);
  if (record.kind == kind::tax_id) return tax_id_due(record);
  if (record.kind == kind::session) return session_due(record);
  if (record.kind == kind::test_clock) return test_clock_due(record);
  if (record.kind == kind::idempotency_key) return key_due(record);
  return std::nullopt;
}

std::optional<std::int64_t> due_of(const Record& record) {
  return test_clock_of(record).empty() ? own_due(record) : std::nullopt;
}

void turn(State& state, const std::string& kind, const std::string& id) {
  if (kind == kind::subscription) turn_subscription(state, id);
  if (kind == kind::schedule) turn_schedule(state, id);
  if (kind == kind::invoice) turn_invoice(state, id);
  if (kind == kind::refund) turn_refund(state, id);
  if (kind == kind::payment_intent) turn_debit(state, id);
  if (kind == kind::credit_grant) turn_credit_grant(state, id);
  if (kind == kind::charge) turn_charge(state, id);
  if (kind == kind::dispute) turn_dispute(state, id);
  if (kind == kind::tax_id) turn_tax_id(state, id);
  if (kind == kind::session) expire_now(state, id);
  if (kind == kind::test_clock) turn_test_clock(state, id);
  if (kind == kind::idempotency_key) state.store.erase(kind, id);
}

}  // namespace freehold::simulator
