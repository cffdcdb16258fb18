#include "billing/settlements.hpp"

#include <algorithm>
#include <cstdlib>

#include "core/async.hpp"
#include "core/json.hpp"

namespace freehold::billing {
namespace {

// Each takes all rows of one kind at once, as JSON by the names of their columns.

const db::TenantQuery<void, db::RawJson> update_amounts{"billing.store_invoice_amounts", R"(
  update billing.invoice i
     set from_balance = r.from_balance, credited_before = r.credited_before,
         credited_after = r.credited_after, amount_due = r.amount_due
    from jsonb_to_recordset($2) r (
           stripe_id text, from_balance bigint, credited_before bigint, credited_after bigint,
           amount_due bigint)
   where i.tenant_id = $1 and i.stripe_id = r.stripe_id)"};

const db::TenantQuery<void, db::RawJson> upsert_payments{"billing.store_payments", R"(
  insert into billing.payment (tenant_id, stripe_id, invoice_id, payment_intent_id, status, currency,
                               amount_paid, created_at, paid_at)
  select $1, r.stripe_id, r.invoice_id, r.payment_intent_id, r.status, r.currency, r.amount_paid,
         r.created_at, r.paid_at
    from jsonb_to_recordset($2) r (
           stripe_id text, invoice_id text, payment_intent_id text, status text, currency text,
           amount_paid bigint, created_at timestamptz, paid_at timestamptz)
      on conflict on constraint one_row_per_payment
      do update set invoice_id = excluded.invoice_id,
                    payment_intent_id = excluded.payment_intent_id, status = excluded.status,
                    currency = excluded.currency, amount_paid = excluded.amount_paid,
                    paid_at = excluded.paid_at)"};

const db::TenantQuery<void, db::RawJson> upsert_charges{"billing.store_charges", R"(
  insert into billing.charge (tenant_id, stripe_id, customer_id, payment_intent_id, status, currency,
                              amount, amount_refunded, disputed, created_at)
  select $1, r.stripe_id, r.customer_id, r.payment_intent_id, r.status, r.currency, r.amount,
         r.amount_refunded, r.disputed, r.created_at
    from jsonb_to_recordset($2) r (
           stripe_id text, customer_id text, payment_intent_id text, status text, currency text,
           amount bigint, amount_refunded bigint, disputed boolean, created_at timestamptz)
      on conflict on constraint one_row_per_charge
      do update set customer_id = excluded.customer_id,
                    payment_intent_id = excluded.payment_intent_id, status = excluded.status,
                    currency = excluded.currency, amount = excluded.amount,
                    amount_refunded = excluded.amount_refunded, disputed = excluded.disputed)"};

const db::TenantQuery<void, db::RawJson> upsert_refunds{"billing.store_refunds", R"(
  insert into billing.refund (tenant_id, stripe_id, charge_id, payment_intent_id, status, currency, amount,
                              reason, failure_reason, created_at)
  select $1, r.stripe_id, r.charge_id, r.payment_intent_id, r.status, r.currency, r.amount,
         r.reason, r.failure_reason, r.created_at
    from jsonb_to_recordset($2) r (
           stripe_id text, charge_id text, payment_intent_id text, status text, currency text,
           amount bigint, reason text, failure_reason text, created_at timestamptz)
      on conflict on constraint one_row_per_refund
      do update set charge_id = excluded.charge_id,
                    payment_intent_id = excluded.payment_intent_id, status = excluded.status,
                    currency = excluded.currency, amount = excluded.amount,
                    reason = excluded.reason, failure_reason = excluded.failure_reason)"};

const db::TenantQuery<void, db::RawJson> upsert_credit_notes{"billing.store_credit_notes", R"(
  insert into billing.credit_note (tenant_id, stripe_id, invoice_id, number, status, currency, total,
                                   pre_payment_amount, post_payment_amount, refunded,
                                   to_balance, out_of_band, reason, created_at)
  select $1, r.stripe_id, r.invoice_id, r.number, r.status, r.currency, r.total,
         r.pre_payment_amount, r.post_payment_amount, r.refunded, r.to_balance, r.out_of_band,
         r.reason, r.created_at
    from jsonb_to_recordset($2) r (
           stripe_id text, invoice_id text, number text, status text, currency text,
           total bigint, pre_payment_amount bigint, post_payment_amount bigint, refunded bigint,
           to_balance bigint, out_of_band bigint, reason text, created_at timestamptz)
      on conflict on constraint one_row_per_credit_note
      do update set invoice_id = excluded.invoice_id, number = excluded.number,
                    status = excluded.status, currency = excluded.currency,
                    total = excluded.total, pre_payment_amount = excluded.pre_payment_amount,
                    post_payment_amount = excluded.post_payment_amount,
                    refunded = excluded.refunded, to_balance = excluded.to_balance,
                    out_of_band = excluded.out_of_band, reason = excluded.reason)"};

// An invoice of which nothing is credited has no credit note that holds: those that were there are
// void, and nothing asked for them.
const db::TenantQuery<void> void_notes{"billing.void_credit_notes", R"(
  update billing.credit_note n
     set status = 'void'
    from billing.invoice i
   where n.tenant_id = $1 and i.tenant_id = $1 and i.stripe_id = n.invoice_id
     and n.status = 'issued' and i.credited_before = 0 and i.credited_after = 0)"};

const db::TenantQuery<void, db::RawJson> upsert_disputes{"billing.store_disputes", R"(
  insert into billing.dispute (tenant_id, stripe_id, charge_id, payment_intent_id, status, reason,
                               currency, amount, due_by, created_at)
  select $1, r.stripe_id, r.charge_id, r.payment_intent_id, r.status, r.reason, r.currency,
         r.amount, r.due_by, r.created_at
    from jsonb_to_recordset($2) r (
           stripe_id text, charge_id text, payment_intent_id text, status text, reason text,
           currency text, amount bigint, due_by timestamptz, created_at timestamptz)
      on conflict on constraint one_row_per_dispute
      do update set charge_id = excluded.charge_id,
                    payment_intent_id = excluded.payment_intent_id, status = excluded.status,
                    reason = excluded.reason, currency = excluded.currency,
                    amount = excluded.amount, due_by = excluded.due_by)"};

const db::TenantQuery<void, db::RawJson> upsert_balance{"billing.store_balance", R"(
  insert into billing.balance_transaction (tenant_id, stripe_id, type, currency, amount, ending_balance,
                                           invoice_id, credit_note_id, created_at)
  select $1, r.stripe_id, r.type, r.currency, r.amount, r.ending_balance, r.invoice_id,
         r.credit_note_id, r.created_at
    from jsonb_to_recordset($2) r (
           stripe_id text, type text, currency text, amount bigint, ending_balance bigint,
           invoice_id text, credit_note_id text, created_at timestamptz)
      on conflict on constraint one_row_per_balance_transaction
      do update set type = excluded.type, currency = excluded.currency,
                    amount = excluded.amount, ending_balance = excluded.ending_balance,
                    invoice_id = excluded.invoice_id, credit_note_id = excluded.credit_note_id)"};

const db::TenantQuery<InvoiceAmounts> select_amounts{"billing.invoice_amounts", R"(
  select stripe_id, from_balance, credited_before, credited_after,
         coalesce(amount_due, 0) as amount_due
    from billing.invoice
   where tenant_id = $1
   order by created_at desc, stripe_id desc
   limit 500)"};

const db::TenantQuery<Payment> select_payments{"billing.payments", R"(
  select stripe_id, invoice_id, payment_intent_id, status, currency, amount_paid, created_at,
         paid_at
    from billing.payment
   where tenant_id = $1
   order by created_at desc, stripe_id desc
   limit 500)"};

const db::TenantQuery<Charge> select_charges{"billing.charges", R"(
  select stripe_id, customer_id, payment_intent_id, status, currency, amount, amount_refunded,
         disputed, created_at
    from billing.charge
   where tenant_id = $1
   order by created_at desc, stripe_id desc
   limit 500)"};

const db::TenantQuery<Refund> select_refunds{"billing.refunds", R"(
  select stripe_id, charge_id, payment_intent_id, status, currency, amount, reason,
         failure_reason, created_at
    from billing.refund
   where tenant_id = $1
   order by created_at desc, stripe_id desc
   limit 500)"};

const db::TenantQuery<CreditNote> select_credit_notes{"billing.credit_notes", R"(
  select stripe_id, invoice_id, number, status, currency, total, pre_payment_amount,
         post_payment_amount, refunded, to_balance, out_of_band, reason, created_at
    from billing.credit_note
   where tenant_id = $1
   order by created_at desc, stripe_id desc
   limit 500)"};

const db::TenantQuery<Dispute> select_disputes{"billing.disputes", R"(
  select stripe_id, charge_id, payment_intent_id, status, reason, currency, amount, due_by,
         created_at
    from billing.dispute
   where tenant_id = $1
   order by created_at desc, stripe_id desc
   limit 500)"};

const db::TenantQuery<BalanceTransaction> select_balance{"billing.balance", R"(
  select stripe_id, type, currency, amount, ending_balance, invoice_id, credit_note_id,
         created_at
    from billing.balance_transaction
   where tenant_id = $1
   order by created_at desc, stripe_id desc
   limit 500)"};

template <class Query, class Row>
Task<> store(db::ControlTx& tx, const Query& query, const std::vector<Row>& rows) {
  if (rows.empty()) co_return;
  const db::RawJson list{json::serialize(to_json(rows))};
  co_await tx.run(query, list);
}

const InvoiceAmounts* amounts_of(const Books& books, const std::string& invoice) {
  const auto at = std::ranges::find(books.amounts, invoice, &InvoiceAmounts::stripe_id);
  return at == books.amounts.end() ? nullptr : &*at;
}

// What the charges of an invoice's payments say, and the refunds and disputes of these.
void add_charges(Settlement& of, const Books& books) {
  std::int64_t charged = 0;
  for (const Payment& payment : books.payments) {
    if (payment.invoice_id != of.invoice_id || !payment.payment_intent_id) continue;
    for (const Charge& charge : books.charges) {
      if (charge.payment_intent_id != payment.payment_intent_id) continue;
      std::int64_t refunded = 0;
      for (const Refund& refund : books.refunds)
        if (refund.charge_id == charge.stripe_id && counts(refund)) refunded += refund.amount;
      of.refunded += refunded;
      of.off_by += std::abs(charge.amount_refunded - refunded);
      if (charge.status == "succeeded") charged += charge.amount;
      for (const Dispute& dispute : books.disputes)
        if (dispute.charge_id == charge.stripe_id && takes_money(dispute))
          of.disputed += dispute.amount;
    }
  }
  of.refundable = std::max<std::int64_t>(0, charged - of.refunded - of.disputed);
}

void add_credit_notes(Settlement& of, const Books& books) {
  std::int64_t before = 0;
  std::int64_t after = 0;
  for (const CreditNote& note : books.credit_notes) {
    if (note.invoice_id != of.invoice_id || note.status != "issued") continue;
    before += note.pre_payment_amount;
    after += note.post_payment_amount;
  }
  of.off_by += std::abs(of.credited_before - before) + std::abs(of.credited_after - after);
}

Settlement settlement_of(const Invoice& invoice, const Books& books) {
  Settlement of{.invoice_id = invoice.stripe_id,
                .number = invoice.number,
                .subscription_id = invoice.subscription_id,
                .status = invoice.status,
                .currency = invoice.currency,
                .total = invoice.total,
                .amount_paid = invoice.amount_paid,
                .amount_remaining = invoice.amount_remaining,
                .created_at = invoice.created_at};
  const InvoiceAmounts* amounts = amounts_of(books, invoice.stripe_id);
  if (amounts == nullptr || !invoice.finalized_at) return of;
  of.from_balance = amounts->from_balance;
  of.credited_before = amounts->credited_before;
  of.credited_after = amounts->credited_after;
  of.off_by = std::abs(of.total - of.from_balance - of.credited_before - amounts->amount_due) +
              std::abs(amounts->amount_due - of.amount_paid - of.amount_remaining);
  add_charges(of, books);
  add_credit_notes(of, books);
  return of;
}

}  // namespace

std::vector<Settlement> settle(const std::vector<Invoice>& invoices, const Books& books) {
  std::vector<Settlement> settled;
  settled.reserve(invoices.size());
  for (const Invoice& invoice : invoices) settled.push_back(settlement_of(invoice, books));
  return settled;
}

Task<Books> books(db::ControlRead& db) {
  Books found;
  found.amounts = co_await db.rows(select_amounts);
  found.payments = co_await db.rows(select_payments);
  found.charges = co_await db.rows(select_charges);
  found.refunds = co_await db.rows(select_refunds);
  found.credit_notes = co_await db.rows(select_credit_notes);
  found.disputes = co_await db.rows(select_disputes);
  found.balance = co_await db.rows(select_balance);
  co_return found;
}

Task<> store_books(db::ControlTx& tx, const Books& books) {
  co_await store(tx, update_amounts, books.amounts);
  co_await store(tx, upsert_payments, books.payments);
  co_await store(tx, upsert_charges, books.charges);
  co_await store(tx, upsert_refunds, books.refunds);
  co_await store(tx, upsert_credit_notes, books.credit_notes);
  co_await tx.run(void_notes);
  co_await store(tx, upsert_disputes, books.disputes);
  co_await store(tx, upsert_balance, books.balance);
}

}  // namespace freehold::billing
