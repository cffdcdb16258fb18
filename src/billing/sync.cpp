#include "billing/sync.hpp"

#include "billing/invoice_store.hpp"

#include "billing/json_fields.hpp"
#include "billing/ledger.hpp"
#include "billing/schedule.hpp"
#include "billing/stripe.hpp"
#include "core/async.hpp"

#include "core/log.hpp"

namespace freehold::billing {
namespace {

constexpr Duration lease_length = seconds(55);  // longer than all the calls of one fetch may take
constexpr std::int32_t most_attempts = 24;

struct LeaseRow {
  TenantId tenant_id;
  std::string customer_id;
  std::int64_t dirty_seq;
  std::int32_t attempts;
  Name request_id;
  Name trace_id;
};
BOOST_DESCRIBE_STRUCT(LeaseRow, (),
                      (tenant_id, customer_id, dirty_seq, attempts, request_id, trace_id))

const db::Query<LeaseRow, Uuid, Instant, Instant> lease_next{"billing.lease_customer", R"(
  update billing.sync s
     set lease_token = $1, lease_until = $2
   where s.customer_id = (select c.customer_id
                            from billing.sync c
                           where c.dirty_seq > c.synced_seq
                             and c.dead_at is null
                             and c.next_at <= $3
                             and (c.lease_until is null or c.lease_until < $3)
                           order by c.next_at
                           limit 1
                             for update skip locked)
  returning s.tenant_id, s.customer_id, s.dirty_seq, s.attempts, s.request_id, s.trace_id)"};

const db::Query<LeaseRow, Uuid, Instant, Instant, std::string> lease_one{
    "billing.lease_this_customer", R"(
  update billing.sync s
     set lease_token = $1, lease_until = $2
   where s.customer_id = $4
     and s.dirty_seq > s.synced_seq
     and (s.lease_until is null or s.lease_until < $3)
  returning s.tenant_id, s.customer_id, s.dirty_seq, s.attempts, s.request_id, s.trace_id)"};

// What failed for this customer before is over with it.
const db::TenantQuery<void, std::string, Uuid, std::int64_t, Instant> end_lease{"billing.end_lease",
                                                                                R"(
  with closed as (
    update billing.stripe_event
       set state = 'closed', ended_at = $5
     where tenant_id = $1 and customer_id = $2 and state = 'dead'
       and reason is distinct from 'other_mode')
  update billing.sync
     set synced_seq = $4, synced_at = $5, attempts = 0, last_error = null, dead_at = null,
         lease_token = null, lease_until = null
   where tenant_id = $1 and customer_id = $2 and lease_token = $3)"};

const db::Query<void, std::string, Uuid, Instant, std::string> postpone{"billing.postpone_sync", R"(
  update billing.sync
     set next_at = $3, last_error = $4, attempts = attempts + 1, lease_token = null,
         lease_until = null
   where customer_id = $1 and lease_token = $2)"};

const db::Query<void, std::string, Uuid, Instant, std::string> bury{"billing.bury_sync", R"(
  update billing.sync
     set dead_at = $3, last_error = $4, lease_token = null, lease_until = null
   where customer_id = $1 and lease_token = $2)"};

// What was to be followed since the last time that it was.
const db::Query<void, TenantId, std::string, Instant> bury_events{"billing.bury_events", R"(
  update billing.stripe_event e
     set state = 'dead', reason = 'not_fetched', ended_at = $3
    from billing.sync s
   where e.tenant_id = $1 and e.customer_id = $2 and e.state = 'hint' and s.customer_id = $2
     and e.received_at >= coalesce(s.synced_at, '-infinity'))"};

const db::Query<TenantId, std::string, Name, Name> raise_dirty{"billing.note_hint", R"(
  update billing.sync
     set dirty_seq = dirty_seq + 1, next_at = '-infinity', dead_at = null, request_id = $2,
         trace_id = $3
   where customer_id = $1
  returning tenant_id)"};

const db::TenantQuery<void, Name, Name> raise_dirty_here{"billing.mark_dirty", R"(
  update billing.sync
     set dirty_seq = dirty_seq + 1, next_at = '-infinity', dead_at = null, request_id = $2,
         trace_id = $3
   where tenant_id = $1)"};

const db::TenantQuery<SyncState> select_state{"billing.find_sync", R"(
  select customer_id, dirty_seq > synced_seq as behind, synced_at, last_error, dead_at
    from billing.sync
   where tenant_id = $1)"};

const db::Query<DeadSync> select_dead{"billing.dead_syncs", R"(
  select tenant_id, customer_id, coalesce(last_error, '') as error, coalesce(dead_at) as failed_at
    from billing.sync
   where dead_at is not null
   order by dead_at desc, customer_id
   limit 200)"};

const db::TenantQuery<void, std::string> revive{"billing.replay_sync", R"(
  update billing.sync
     set dead_at = null, attempts = 0, next_at = '-infinity', dirty_seq = dirty_seq + 1
   where tenant_id = $1 and customer_id = $2 and dead_at is not null)"};

Lease lease_of(const LeaseRow& row, Uuid token) {
  Origin origin{.request_id = row.request_id.value_or(""), .trace_id = row.trace_id.value_or("")};
  return {row.tenant_id, row.customer_id, row.dirty_seq, token, row.attempts, std::move(origin)};
}

log::Cause cause_of(const Lease& lease) {
  return {lease.tenant, lease.origin.request_id, lease.origin.trace_id};
}

// 1 min, 5 min, 30 min, 2 h, then every 6 h.
Duration pause_after(std::int32_t attempts) {
  static constexpr std::array<std::int64_t, 4> steps{1, 5, 30, 120};
  return minutes(attempts < std::int32_t(steps.size()) ? steps[std::size_t(attempts)] : 360);
}

struct Failure {
  std::string reason;
  bool final = false;  // no later attempt would do better
};

Task<> note_failure(Billing& billing, const Lease& lease, const Failure& failure) {
  const Instant now = billing.clocks.machine.now();
  const bool dead = failure.final || lease.attempts + 1 >= most_attempts;
  log::warn(dead ? "billing.sync_dead" : "billing.sync_postponed", cause_of(lease),
            {{"customer", lease.customer_id}, {"reason", failure.reason}});
  db::SystemTx tx = billing.database.system();
  if (dead) {
    const auto buried = co_await tx.run(bury, lease.customer_id, lease.token, now, failure.reason);
    if (buried > 0) co_await tx.run(bury_events, lease.tenant, lease.customer_id, now);
  } else {
    co_await tx.run(postpone, lease.customer_id, lease.token, now + pause_after(lease.attempts),
                    failure.reason);
  }
  co_await tx.commit();
}

// The one that reminders are about; null: all is paid.
Invoice* first_overdue(std::vector<Invoice>& invoices) {
  Invoice* first = nullptr;
  for (Invoice& invoice : invoices) {
    const bool earlier = first == nullptr || invoice.finalized_at < first->finalized_at;
    if (is_overdue(invoice) && earlier) first = &invoice;
  }
  return first;
}

// Only a letter differs by it: a key that may not read payments does not keep a customer from being
// followed.
Task<std::optional<std::string>> find_failure(Stripe& stripe, std::string invoice_id) {
  const Params payments{{"invoice", std::move(invoice_id)},
                        {"limit", "1"},
                        {"expand[]", "data.payment.payment_intent"}};
  try {
    co_return read_failure(co_await stripe.get("/v1/invoice_payments", payments));
  } catch (const StripeRefusal& refusal) {
    log::warn("billing.failure_unknown", {{"reason", refusal.what()}});
  }
  co_return std::nullopt;
}

// A customer that was deleted may have nothing any more that could be listed.
Task<json::value> list_of(Stripe& stripe, std::string path, Params params, bool customer_deleted) {
  try {
    co_return co_await stripe.get(path, params);
  } catch (const StripeRefusal& refusal) {
    if (!customer_deleted || refusal.status != 404) throw;
  }
  co_return json::value(json::object{});
}

// 404: our customer does not exist there: another account, another mode, a simulator that was
// reset. That is for an operator to see, and never a reason to cancel anything.
Failure failure_of(const StripeRefusal& refusal) {
  return {refusal.what(), refusal.status == 404};
}

}  // namespace

Task<std::optional<Lease>> lease_customer(Billing& billing) {
  const Instant now = billing.clocks.machine.now();
  const Uuid token = new_uuid(now);
  db::SystemTx tx = billing.database.system();
  const auto row = co_await tx.find(lease_next, token, now + lease_length, now);
  co_await tx.commit();
  if (!row) co_return std::nullopt;
  co_return lease_of(*row, token);
}

Task<std::optional<Lease>> lease_this_customer(Billing& billing, std::string customer_id) {
  const Instant now = billing.clocks.machine.now();
  const Uuid token = new_uuid(now);
  db::SystemTx tx = billing.database.system();
  const auto row =
      co_await tx.find(lease_one, token, now + lease_length, now, std::move(customer_id));
  co_await tx.commit();
  if (!row) co_return std::nullopt;
  co_return lease_of(*row, token);
}

Task<Truth> fetch_truth(Stripe& stripe, std::string customer_id, Instant now) {
  Truth truth;
  const Params expand{{"expand[]", "invoice_settings.default_payment_method"}};
  const json::value customer = co_await stripe.get("/v1/customers/" + customer_id, expand);
  truth.customer_deleted = fields::flag(fields::at(&customer, "deleted"));
  truth.card = read_customer_card(customer);
  const Params which{{"customer", customer_id},
                     {"status", "all"},
                     {"limit", "100"},
                     {"expand[]", "data.default_payment_method"},
                     {"expand[]", "data.discounts.source.coupon"}};
  const bool gone = truth.customer_deleted;
  const json::value subscriptions = co_await list_of(stripe, "/v1/subscriptions", which, gone);
  for (const json::value& object : fields::data_of(subscriptions)) {
    truth.mirrors.push_back(read_subscription(object, now));
    truth.raw_mirrors.push_back(json::serialize(object));
    co_await read_what_follows(stripe, truth.mirrors.back());
    const auto own_card = read_subscription_card(object);
    if (own_card && is_live(truth.mirrors.back())) truth.card = own_card;
  }
  const Params latest{{"customer", customer_id}, {"limit", "100"}, {"expand[]", "data.payments"}};
  const json::value invoices = co_await list_of(stripe, "/v1/invoices", latest, gone);
  for (const json::value& object : fields::data_of(invoices))
    truth.invoices.push_back(read_invoice(object));
  truth.books = co_await fetch_books(stripe, customer, invoices);
  add_invoice_details(truth, invoices);
  if (Invoice* unpaid = first_overdue(truth.invoices))
    unpaid->failure = co_await find_failure(stripe, unpaid->stripe_id);
  co_return truth;
}

Name name_of(const std::string& text) {
  return text.empty() ? Name() : Name(text);
}

Actor worker_in(TenantId tenant, Origin origin) {
  return ActorMint::job(tenant, "billing.worker", std::move(origin));
}

Task<bool> commit_truth(Billing& billing, const Lease& lease, const Truth& truth) {
  db::ControlTx tx = billing.database.control(worker_in(lease.tenant, lease.origin));
  const auto held = co_await tx.run(end_lease, lease.customer_id, lease.token, lease.dirty_seq,
                                    billing.clocks.machine.now());
  if (held == 0) co_return false;
  co_await store_truth(tx, billing, truth);
  billing.gates.announce(tx);
  co_await tx.commit();
  co_return true;
}

Task<> follow(Billing& billing, const Lease& lease) {
  std::optional<Truth> truth;
  Failure failure;
  try {
    truth = co_await fetch_truth(billing.stripe, lease.customer_id, billing.clocks.business.now());
    co_await complete_lines(billing, lease.tenant, *truth);
  } catch (const StripeRefusal& refusal) {
    failure = failure_of(refusal);
  } catch (const StripeAway& away) {
    failure.reason = away.what();
  }
  if (!truth) {
    co_await note_failure(billing, lease, failure);
    co_return;
  }
  const bool written = co_await commit_truth(billing, lease, *truth);
  if (!written) log::info("billing.lease_lost", cause_of(lease), {{"customer", lease.customer_id}});
}

Task<bool> sync_step(Billing& billing) {
  if (!billing.stripe.configured()) co_return false;
  const auto lease = co_await lease_customer(billing);
  if (!lease) co_return false;
  co_await follow(billing, *lease);
  co_return true;
}

Task<std::optional<TenantId>> note_hint(db::SystemTx& tx, std::string customer_id, Origin origin) {
  co_return co_await tx.find(raise_dirty, std::move(customer_id), name_of(origin.request_id),
                             name_of(origin.trace_id));
}

Task<> mark_dirty(db::ControlTx& tx) {
  const Origin& origin = tx.actor().origin();
  co_await tx.run(raise_dirty_here, name_of(origin.request_id), name_of(origin.trace_id));
}

Task<std::optional<SyncState>> find_sync(db::ControlRead& db) {
  co_return co_await db.find(select_state);
}

Task<bool> sync_now(Billing& billing, const Actor& actor) {
  db::ControlTx tx = billing.database.control(actor);
  co_await mark_dirty(tx);
  const auto state = co_await tx.find(select_state);
  co_await tx.commit();
  if (!state) co_return true;
  const auto lease = co_await lease_this_customer(billing, state->customer_id);
  if (!lease) co_return false;
  co_await follow(billing, *lease);
  db::ControlRead db = billing.database.control_read(actor);
  const auto after = co_await db.find(select_state);
  co_return after && !after->behind;
}

Task<std::vector<DeadSync>> dead_syncs(db::SystemRead& db) {
  co_return co_await db.rows(select_dead);
}

Task<> replay_sync(db::ControlTx& tx, std::string customer_id) {
  const auto found = co_await tx.run(revive, std::move(customer_id));
  if (found == 0) throw Problem::not_found("failed event");
}

}  // namespace freehold::billing
