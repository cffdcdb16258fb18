#include "billing/ledger.hpp"

#include "billing/arrears.hpp"
#include "billing/card_trials.hpp"
#include "billing/dunning.hpp"
#include "billing/follow_ending.hpp"
#include "billing/invoice_store.hpp"
#include "billing/items.hpp"
#include "billing/monthly.hpp"
#include "billing/revenue.hpp"
#include "billing/seats.hpp"
#include "billing/settlements.hpp"
#include "billing/tasks.hpp"
#include "core/async.hpp"
#include "core/json.hpp"

namespace freehold::billing {
namespace {

const db::TenantQuery<Mirror> select_mirrors{"billing.subscriptions", R"(
  select stripe_id, status, lookup_key, item_id, amount, currency, billing_interval, created_at,
         billing_cycle_anchor, period_start, period_end, trial_end, cancel_at_period_end, cancel_at,
         canceled_at, ended_at, pending_update_until, fetched_at, mrr, status_since, schedule_id,
         pending_lookup_key, pending_amount, pending_interval, pending_at, pause_collection,
         collection_resumes_at, paused_reason, cancellation_feedback, cancellation_comment
    from billing.mirror
   where tenant_id = $1
   order by created_at desc, stripe_id desc
   limit 100)"};

const db::TenantQuery<void, std::string, std::string, std::string, std::string, std::int64_t,
                      std::string, std::string, Instant, Instant, Instant, Instant,
                      std::optional<Instant>, bool, std::optional<Instant>, std::optional<Instant>,
                      std::optional<Instant>, std::optional<Instant>, Instant, std::int64_t,
                      db::RawJson>
    upsert_mirror{"billing.store_subscription", R"(
  insert into billing.mirror (tenant_id, stripe_id, status, lookup_key, item_id, amount, currency,
                              billing_interval, created_at, billing_cycle_anchor, period_start,
                              period_end, trial_end, cancel_at_period_end, cancel_at, canceled_at,
                              ended_at, pending_update_until, fetched_at, mrr, raw)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
          $21)
      on conflict on constraint one_row_per_subscription
      do update set status = excluded.status, lookup_key = excluded.lookup_key,
                    item_id = excluded.item_id, amount = excluded.amount,
                    currency = excluded.currency, billing_interval = excluded.billing_interval,
                    billing_cycle_anchor = excluded.billing_cycle_anchor,
                    period_start = excluded.period_start, period_end = excluded.period_end,
                    trial_end = excluded.trial_end,
                    cancel_at_period_end = excluded.cancel_at_period_end,
                    cancel_at = excluded.cancel_at, canceled_at = excluded.canceled_at,
                    ended_at = excluded.ended_at,
                    pending_update_until = excluded.pending_update_until,
                    fetched_at = excluded.fetched_at, mrr = excluded.mrr,
                    raw = excluded.raw)"};

// The rest of the row: what is on hold, and what will change by itself.
const db::TenantQuery<
    void, std::string, Instant, std::optional<std::string>, std::optional<std::string>,
    std::optional<std::int64_t>, std::optional<std::string>, std::optional<Instant>,
    std::optional<std::string>, std::optional<Instant>, std::optional<std::string>,
    std::optional<std::string>, std::optional<std::string>>
    update_life_cycle{"billing.store_life_cycle", R"(
  update billing.mirror
     set status_since = $3, schedule_id = $4, pending_lookup_key = $5, pending_amount = $6,
         pending_interval = $7, pending_at = $8, pause_collection = $9, collection_resumes_at = $10,
         paused_reason = $11, cancellation_feedback = $12, cancellation_comment = $13
   where tenant_id = $1 and stripe_id = $2)"};

const db::TenantQuery<Invoice> select_invoices{"billing.invoices", R"(
  select stripe_id, subscription_id, number, status, currency, total, amount_paid, amount_remaining,
         attempted, attempt_count, created_at, finalized_at, paid_at, next_attempt_at,
         hosted_invoice_url, failure
    from billing.invoice
   where tenant_id = $1
   order by created_at desc, stripe_id desc
   limit 100)"};

const db::TenantQuery<void, std::string, std::optional<std::string>, std::optional<std::string>,
                      std::string, std::string, std::int64_t, std::int64_t, std::int64_t, bool,
                      std::int32_t, Instant, std::optional<Instant>, std::optional<Instant>,
                      std::optional<Instant>, std::optional<std::string>,
                      std::optional<std::string>>
    upsert_invoice{"billing.store_invoice", R"(
  insert into billing.invoice (tenant_id, stripe_id, subscription_id, number, status, currency, total,
                               amount_paid, amount_remaining, attempted, attempt_count, created_at,
                               finalized_at, paid_at, next_attempt_at, hosted_invoice_url, failure)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
      on conflict on constraint one_row_per_invoice
      do update set subscription_id = excluded.subscription_id, number = excluded.number,
                    status = excluded.status, total = excluded.total,
                    amount_paid = excluded.amount_paid,
                    amount_remaining = excluded.amount_remaining, attempted = excluded.attempted,
                    attempt_count = excluded.attempt_count, finalized_at = excluded.finalized_at,
                    paid_at = excluded.paid_at, next_attempt_at = excluded.next_attempt_at,
                    hosted_invoice_url = excluded.hosted_invoice_url,
                    failure = excluded.failure)"};

const db::TenantQuery<Card> select_card{"billing.card", R"(
  select brand, last4, exp_month, exp_year
    from billing.payment_method
   where tenant_id = $1)"};

const db::TenantQuery<void, std::string, std::string, std::int32_t, std::int32_t> upsert_card{
    "billing.store_card", R"(
  insert into billing.payment_method (tenant_id, brand, last4, exp_month, exp_year)
  values ($1, $2, $3, $4, $5)
      on conflict on constraint one_payment_method_per_tenant
      do update set brand = excluded.brand, last4 = excluded.last4, exp_month = excluded.exp_month,
                    exp_year = excluded.exp_year)"};

const db::TenantQuery<void> forget_card{"billing.forget_card", R"(
  delete from billing.payment_method
   where tenant_id = $1)"};

const db::TenantQuery<Trial> select_trial{"billing.trial", R"(
  select plan, started_at, ends_at
    from billing.trial
   where tenant_id = $1)"};

const db::TenantQuery<Returned> select_returned{"billing.returned", R"(
  select exists (select
                   from billing.dispute
                  where tenant_id = $1
                    and status not in ('won', 'lost', 'warning_closed', 'prevented')
                    and status not like 'warning%') as disputed,
         array(select l.subscription_id
                 from (select distinct on (subscription_id) subscription_id, stripe_id, amount_paid
                         from billing.invoice
                        where tenant_id = $1 and amount_paid > 0 and subscription_id is not null
                        order by subscription_id, created_at desc, stripe_id desc) l
                where l.amount_paid <= (select sum(c.amount_refunded)
                                          from billing.payment p
                                          join billing.charge c
                                            on c.tenant_id = $1
                                           and c.payment_intent_id = p.payment_intent_id
                                         where p.tenant_id = $1 and p.invoice_id = l.stripe_id)
                order by l.subscription_id) as refunded)"};

const db::TenantQuery<void, Instant> mark_customer_deleted{"billing.mark_customer_deleted", R"(
  update billing.customer
     set deleted_at = coalesce(deleted_at, $2)
   where tenant_id = $1)"};

const db::TenantQuery<void, std::string, Instant> end_mirror{"billing.end_subscription", R"(
  update billing.mirror
     set status = 'canceled', canceled_at = coalesce(canceled_at, $3),
         ended_at = coalesce(ended_at, $3)
   where tenant_id = $1 and stripe_id = $2)"};

// Nobody can pay them any more.
const db::TenantQuery<void> write_off{"billing.write_off_invoices", R"(
  update billing.invoice
     set status = 'void'
   where tenant_id = $1 and status in ('draft', 'open', 'uncollectible'))"};

const db::TenantQuery<void, Instant> set_due{"billing.set_due", R"(
  insert into billing.due (tenant_id, due_at)
  values ($1, $2)
      on conflict on constraint one_due_time_per_tenant do update set due_at = excluded.due_at)"};

const db::TenantQuery<void> clear_due{"billing.clear_due", R"(
  delete from billing.due
   where tenant_id = $1)"};

// A checkout that led to a subscription is over.
const db::TenantQuery<void> close_checkout{"billing.close_checkout", R"(
  delete from billing.checkout
   where tenant_id = $1)"};

Task<std::vector<Mirror>> read_mirrors(db::ControlRead& db) {
  std::vector<Mirror> mirrors = co_await db.rows(select_mirrors);
  co_await attach_items(db, mirrors);
  co_return mirrors;
}

Task<> store(db::ControlTx& tx, const Mirror& m, std::string raw) {
  const db::RawJson body{std::move(raw)};
  co_await tx.run(upsert_mirror, m.stripe_id, m.status, m.lookup_key, m.item_id, m.amount,
                  m.currency, m.billing_interval, m.created_at, m.billing_cycle_anchor,
                  m.period_start, m.period_end, m.trial_end, m.cancel_at_period_end, m.cancel_at,
                  m.canceled_at, m.ended_at, m.pending_update_until, m.fetched_at, m.mrr, body);
}

Task<> store_life_cycle(db::ControlTx& tx, const Mirror* before, const Mirror& m) {
  const bool same = before != nullptr && before->status == m.status;
  co_await tx.run(update_life_cycle, m.stripe_id, same ? before->status_since : m.status_since,
                  m.schedule_id, m.pending_lookup_key, m.pending_amount, m.pending_interval,
                  m.pending_at, m.pause_collection, m.collection_resumes_at, m.paused_reason,
                  m.cancellation_feedback, m.cancellation_comment);
}

Task<> store(db::ControlTx& tx, const Invoice& i) {
  co_await tx.run(upsert_invoice, i.stripe_id, i.subscription_id, i.number, i.status, i.currency,
                  i.total, i.amount_paid, i.amount_remaining, i.attempted, i.attempt_count,
                  i.created_at, i.finalized_at, i.paid_at, i.next_attempt_at, i.hosted_invoice_url,
                  i.failure);
}

Task<> store(db::ControlTx& tx, const std::optional<Card>& card) {
  if (card) {
    co_await tx.run(upsert_card, card->brand, card->last4, card->exp_month, card->exp_year);
  } else {
    co_await tx.run(forget_card);
  }
}

// Whether it gives the tenant something: paid for, on trial, or in arrears.
bool counts(const Mirror& mirror) {
  return is_live(mirror) && mirror.status != "incomplete";
}

Task<> emit_subscription(db::ControlTx& tx, const EventType& type, const Mirror& mirror,
                         const catalog::Catalog& catalog) {
  const auto ends = cancels_at(mirror);
  const std::string payload = json::serialize(
      json::object{{"subscription", mirror.stripe_id},
                   {"status", mirror.status},
                   {"plan", plan_of(mirror, catalog)},
                   {"cancels_at", ends ? json::value(to_rfc3339(*ends)) : json::value(nullptr)}});
  co_await events::emit(tx, type, payload);
}

Task<> tell_subscription(db::ControlTx& tx, const Mirror* before, const Mirror& after,
                         const catalog::Catalog& catalog) {
  const bool counted = before != nullptr && counts(*before);
  if (!counted && counts(after)) {
    co_await tx.run(close_checkout);
    co_await emit_subscription(tx, subscription_started, after, catalog);
  } else if (counted && !counts(after)) {
    co_await emit_subscription(tx, subscription_ended, after, catalog);
  } else if (counted &&
             (before->status != after.status || cancels_at(*before) != cancels_at(after) ||
              before->lookup_key != after.lookup_key || before->mrr != after.mrr ||
              before->pending_lookup_key != after.pending_lookup_key ||
              before->pause_collection != after.pause_collection)) {
    co_await emit_subscription(tx, subscription_changed, after, catalog);
  }
}

Task<> tell_invoice(db::ControlTx& tx, const Invoice* before, const Invoice& after) {
  const bool was_overdue = before != nullptr && is_overdue(*before);
  const std::string payload = json::serialize(json::object{{"invoice", after.stripe_id}});
  if (!was_overdue && is_overdue(after)) co_await events::emit(tx, payment_failed, payload);
  if (was_overdue && after.status == "paid") co_await events::emit(tx, payment_recovered, payload);
}

std::int64_t mrr_of(const std::string& raw, Instant now, const catalog::Catalog& catalog) {
  const CostOfTiers cost = [&](const std::string& key,
                               std::int64_t quantity) -> std::optional<std::int64_t> {
    const catalog::Price* price = catalog.find_price(key);
    if (price == nullptr || price->tiers.empty()) return {};
    return cost_of(*price, quantity).minor;
  };
  return read_mrr(json::parse(raw), now, cost);
}

// A customer takes its subscriptions with it, also those that Stripe no longer lists.
Task<> bury_customer(db::ControlTx& tx, const Facts& before, const Truth& truth,
                     const catalog::Catalog& catalog) {
  co_await tx.run(mark_customer_deleted, tx.now());
  co_await tx.run(write_off);
  for (const Mirror& known : before.mirrors) {
    if (!is_live(known) || find_same(truth.mirrors, known.stripe_id) != nullptr) continue;
    co_await tx.run(end_mirror, known.stripe_id, tx.now());
    Mirror ended = known;
    ended.status = "canceled";
    co_await tell_subscription(tx, &known, ended, catalog);
  }
}

}  // namespace

Task<std::vector<Mirror>> subscriptions(db::ControlRead& db) {
  co_return co_await read_mirrors(db);
}

Task<std::optional<Mirror>> current_subscription(db::ControlRead& db) {
  auto all = co_await read_mirrors(db);
  for (Mirror& mirror : all) {
    if (counts(mirror)) co_return std::move(mirror);
  }
  co_return std::nullopt;
}

Task<std::vector<Invoice>> invoices(db::ControlRead& db) {
  co_return co_await db.rows(select_invoices);
}

Task<Trial> get_trial(db::ControlRead& db) {
  co_return co_await db.row(select_trial);
}

Task<std::optional<Card>> find_card(db::ControlRead& db) {
  co_return co_await db.find(select_card);
}

Task<Returned> returned(db::ControlRead& db) {
  co_return co_await db.row(select_returned);
}

Task<Facts> facts(db::ControlRead& db) {
  Facts known;
  known.mirrors = co_await read_mirrors(db);
  known.invoices = co_await db.rows(select_invoices);
  known.trial = co_await db.row(select_trial);
  known.last = co_await entitlements::find_standing(db);
  known.returned = co_await returned(db);
  co_return known;
}

Task<> derive(db::ControlTx& tx, const Policy& policy, const catalog::Catalog& catalog) {
  const Facts known = co_await facts(tx);
  const auto standing = standing_of(known, policy, catalog, tx.now());
  co_await entitlements::set_standing(tx, standing);
  const Books money = co_await books(tx);
  const auto refused_seats = co_await seat_refusal(tx);
  const auto tasks = tasks_of(known.mirrors, known.invoices, money, refused_seats);
  co_await note_tasks(tx, tasks);
  co_await note_arrears(tx, known, policy);
  std::optional<Instant> due = co_await remind(tx, known, policy);
  const auto after_end = co_await follow_ending(tx, known, policy, catalog);
  for (const auto& at : {standing.next_change_at, after_end, recheck_at(known, policy, tx.now())}) {
    if (at && (!due || *at < *due)) due = at;
  }
  if (due) {
    co_await tx.run(set_due, *due);
  } else {
    co_await tx.run(clear_due);
  }
}

Task<> store_truth(db::ControlTx& tx, const Billing& billing, const Truth& truth) {
  const Facts before = co_await facts(tx);
  for (std::size_t i = 0; i < truth.mirrors.size(); ++i) {
    Mirror mirror = truth.mirrors[i];
    mirror.mrr = mrr_of(truth.raw_mirrors[i], mirror.fetched_at, billing.catalog);
    const Mirror* known = find_same(before.mirrors, mirror.stripe_id);
    co_await store(tx, mirror, truth.raw_mirrors[i]);
    co_await store_items(tx, mirror);
    co_await store_life_cycle(tx, known, mirror);
    co_await tell_subscription(tx, known, mirror, billing.catalog);
    co_await decide_card_trial(tx, truth.raw_mirrors[i], billing.clocks.machine.now());
  }
  for (const Invoice& invoice : truth.invoices) {
    const Invoice* known = find_same(before.invoices, invoice.stripe_id);
    // Written off with its customer, although Stripe still has it open.
    if (truth.customer_deleted && known != nullptr && known->status == "void") continue;
    co_await store(tx, invoice);
    co_await tell_invoice(tx, known, invoice);
  }
  if (truth.customer_deleted) co_await bury_customer(tx, before, truth, billing.catalog);
  co_await store_books(tx, truth.books);
  co_await note_movements(tx);
  co_await store_details(tx, truth.details);
  co_await tell_paid(tx);
  co_await store(tx, truth.card);
  co_await derive(tx, billing.policy, billing.catalog);
}

Money monthly_revenue(const Mirror& mirror) {
  const auto currency = Currency::parse(mirror.currency).value_or(Currency::usd());
  const bool earning = mirror.status == "active" || mirror.status == "past_due";
  if (!earning) return {0, currency};
  return {mirror.mrr, currency};
}

}  // namespace freehold::billing
