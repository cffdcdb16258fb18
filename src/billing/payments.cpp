#include "billing/payments.hpp"

#include "audit/audit.hpp"
#include "billing/commands.hpp"
#include "billing/invoices.hpp"
#include "core/async.hpp"

namespace freehold::billing {
namespace {

Task<FullInvoice> need_invoice(Billing& billing, const Actor& actor, std::string id) {
  db::ControlRead db = billing.database.control_read(actor);
  auto full = co_await find_invoice(db, std::move(id));
  if (!full) throw Problem::not_found("invoice");
  co_return std::move(*full);
}

Task<Outcome> charge(Billing& billing, const Actor& actor, std::string invoice_id) {
  const Instant now = billing.clocks.machine.now();
  const NewCommand command{
      new_uuid(now), std::string(kind::pay_invoice), "/v1/invoices/" + invoice_id + "/pay", {}};
  db::ControlTx tx = billing.database.control(actor);
  co_await store_command(tx, command, now);
  const audit::Act act{
      .action = "billing.invoice_paid_by_hand", .target_type = "invoice", .target_id = invoice_id};
  co_await audit::record(tx, act);
  co_await tx.commit();
  Outcome outcome = co_await carry_out(billing, actor, command.id);
  if (outcome.state == Outcome::State::pending) co_await give_up(billing, actor, command.id);
  co_return outcome;
}

// https://docs.stripe.com/error-codes: both ask for the customer.
bool asks(const Outcome& outcome) {
  return outcome.code.ends_with("_requires_action") || outcome.code == "authentication_required";
}

}  // namespace

Task<PayOutcome> pay_invoice(Billing& billing, const Actor& actor, std::string invoice_id) {
  const FullInvoice before = co_await need_invoice(billing, actor, std::move(invoice_id));
  if (before.invoice.status == "paid") co_return PayOutcome::paid;
  if (before.invoice.status != "open" && before.invoice.status != "uncollectible")
    throw Problem::conflict("invoice_not_open", "This invoice is not open, so it cannot be paid.");
  const std::string id = before.invoice.stripe_id;
  const Outcome outcome = co_await charge(billing, actor, id);
  if (outcome.state == Outcome::State::pending) co_return PayOutcome::away;
  co_await sync_now(billing, actor);
  const FullInvoice after = co_await need_invoice(billing, actor, id);
  if (outcome.state == Outcome::State::done || after.invoice.status == "paid")
    co_return PayOutcome::paid;
  const bool wants = asks(outcome) || after.invoice.failure == "authentication_required";
  co_return wants ? PayOutcome::asks : PayOutcome::declined;
}

}  // namespace freehold::billing
