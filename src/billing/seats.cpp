#include "billing/seats.hpp"

#include "audit/audit.hpp"
#include "billing/commands.hpp"
#include "billing/customers.hpp"
#include "billing/items.hpp"
#include "billing/sync.hpp"
#include "core/async.hpp"

namespace freehold::billing {
namespace {

constexpr Duration retry_after = seconds(60);

const db::TenantQuery<void, Instant> note{"billing.note_seats", R"(
  insert into billing.seat_change as c (tenant_id, due_at)
  values ($1, $2)
      on conflict on constraint one_seat_change_per_tenant
      do update set seq = c.seq + 1,
                    due_at = case when c.seq = 0 then excluded.due_at else c.due_at end)"};

struct Change {
  TenantId tenant_id;
  std::int64_t seq;
};
BOOST_DESCRIBE_STRUCT(Change, (), (tenant_id, seq))

// The row stays until the order is stored, so that a crash in between forgets nothing.
const db::Query<Change, Instant, Instant> take_due{"billing.take_seat_change", R"(
  update billing.seat_change c
     set due_at = $2
   where c.tenant_id = (select n.tenant_id
                          from billing.seat_change n
                         where n.due_at <= $1
                         order by n.due_at
                         limit 1
                           for update skip locked)
  returning c.tenant_id, c.seq)"};

// There is nothing to tell; whether Stripe had refused it before. Not the one that came while this
// one was acted upon.
const db::TenantQuery<bool, std::int64_t> drop{"billing.drop_seat_change", R"(
  delete from billing.seat_change
   where tenant_id = $1 and seq = $2
  returning refused is not null)"};

// The order is stored. One that Stripe refused before waits for the answer.
const db::TenantQuery<void, std::int64_t> settle{"billing.settle_seat_change", R"(
  delete from billing.seat_change
   where tenant_id = $1 and seq = $2 and refused is null)"};

const db::TenantQuery<void, std::int64_t> await_answer{"billing.await_seat_answer", R"(
  update billing.seat_change
     set seq = 0
   where tenant_id = $1 and seq = $2)"};

// Until the sweep, unless something has changed since the order.
const db::TenantQuery<void, std::string> keep_refusal{"billing.keep_seat_refusal", R"(
  insert into billing.seat_change as c (tenant_id, seq, due_at, refused)
  values ($1, 0, 'infinity', $2)
      on conflict on constraint one_seat_change_per_tenant
      do update set refused = excluded.refused,
                    due_at = case when c.seq = 0 then excluded.due_at else c.due_at end)"};

const db::TenantQuery<void> forget_refusal{"billing.forget_seat_refusal", R"(
  update billing.seat_change
     set refused = null
   where tenant_id = $1 and refused is not null)"};

const db::TenantQuery<std::string> select_refusal{"billing.seat_refusal", R"(
  select coalesce(refused, '') as refused
    from billing.seat_change
   where tenant_id = $1 and refused is not null)"};

const db::Query<void, Instant> retry_refused{"billing.retry_refused_seats", R"(
  update billing.seat_change
     set due_at = $1
   where seq = 0 and due_at = 'infinity')"};

const db::TenantQuery<void, Instant> wait{"billing.postpone_seat_change", R"(
  update billing.seat_change
     set due_at = $2
   where tenant_id = $1)"};

const db::TenantQuery<std::int64_t, std::string> count_pending{"billing.seat_orders_pending", R"(
  select count(*)
    from billing.command
   where tenant_id = $1 and kind = $2 and state = 'pending')"};

struct Seats {
  Item item;
  const catalog::Price& price;
};

std::optional<Seats> seats_in(const Mirror& mirror, const catalog::Catalog& catalog) {
  for (const Item& item : mirror.items) {
    const catalog::Price* price = catalog.find_price(item.lookup_key);
    if (price != nullptr && price->charge == catalog::Charge::seat) return Seats{item, *price};
  }
  return {};
}

Task<> note_change(db::ControlTx& tx, const Mirror& of, const Item& seats, std::int64_t people) {
  const audit::Act act{
      .action = "subscription.seats_changed",
      .target_type = "subscription",
      .target_id = of.stripe_id,
      .changes = {{"seats", std::to_string(seats.quantity.value_or(0)), std::to_string(people)}}};
  co_await audit::record(tx, act);
}

// Nothing: Stripe has the number already.
Task<std::optional<Uuid>> order_seats(Billing& billing, db::ControlTx& tx, const Change& change) {
  const auto current = co_await current_subscription(tx);
  if (!current) co_return std::nullopt;
  const auto seats = seats_in(*current, billing.catalog);
  if (!seats) co_return std::nullopt;
  const std::int64_t people = co_await billing.count_seats(tx);
  if (seats->item.quantity == people) co_return std::nullopt;
  const Instant now = billing.clocks.machine.now();
  const NewCommand command{
      new_uuid(now),
      std::string(kind::set_seats),
      "/v1/subscription_items/" + seats->item.stripe_id,
      {{"quantity", std::to_string(people)}, {"proration_behavior", "create_prorations"}}};
  co_await store_command(tx, command, now);
  // The same order once more is no act of anybody.
  if (change.seq > 0) co_await note_change(tx, *current, seats->item, people);
  co_return command.id;
}

Task<> settle_change(db::ControlTx& tx, const Change& change, bool is_ordered) {
  if (is_ordered) {
    co_await tx.run(settle, change.seq);
    co_await tx.run(await_answer, change.seq);
  } else {
    const auto was_refused = co_await tx.find(drop, change.seq);
    // The task that tells of it is closed with the next look at the customer.
    if (was_refused.value_or(false)) co_await mark_dirty(tx);
  }
}

// Two who count at once take turns: the later one counts what is there when it is its turn.
Task<> tell_stripe(Billing& billing, const Change& change) {
  const Actor actor = worker_in(change.tenant_id);
  const Instant now = billing.clocks.machine.now();
  db::ControlTx tx = billing.database.control(actor);
  co_await lock_customer(tx);
  const auto pending = co_await tx.row(count_pending, std::string(kind::set_seats));
  if (pending > 0) {
    // Never two at a time: the later one would not be sure to be the last.
    co_await tx.run(wait, now + seat_pause);
    co_await tx.commit();
    co_return;
  }
  const auto command = co_await order_seats(billing, tx, change);
  co_await settle_change(tx, change, command.has_value());
  // What came meanwhile is told after the same pause.
  co_await tx.run(wait, now + seat_pause);
  co_await tx.commit();
  if (!command) co_return;
  co_await carry_out(billing, actor, *command);
  co_await sync_now(billing, actor);
}

}  // namespace

Task<std::optional<SeatCost>> seat_cost(Billing& billing, const Actor& actor, std::int64_t people) {
  db::ControlRead db = billing.database.control_read(actor);
  const auto current = co_await current_subscription(db);
  if (!current) co_return std::nullopt;
  const auto seats = seats_in(*current, billing.catalog);
  if (!seats) co_return std::nullopt;
  const std::int64_t now_has =
      billing.count_seats ? co_await billing.count_seats(db) : seats->item.quantity.value_or(1);
  const Money more =
      catalog::cost_of(seats->price, now_has + people) - catalog::cost_of(seats->price, now_has);
  const std::int64_t whole = (current->period_end - current->period_start) / seconds(1);
  const Instant now = billing.clocks.business.now();
  const std::int64_t left =
      std::clamp<std::int64_t>((current->period_end - now) / seconds(1), 0, whole);
  const bool is_trial = current->status == "trialing";
  const std::int64_t share =
      whole == 0 || is_trial ? 0 : more.minor / whole * left + more.minor % whole * left / whole;
  co_return SeatCost{.seats = now_has + people,
                     .more = more,
                     .interval = seats->price.interval,
                     .until_renewal = {share, more.currency},
                     .renews_at = current->period_end};
}

std::string describe(const SeatCost& cost) {
  if (cost.more.minor == 0)
    return fmt::format("{} members are included in what you pay.", cost.seats);
  const std::string each = cost.interval == catalog::Interval::year ? "a year" : "a month";
  std::string text = fmt::format("With {} members you pay {} {} more from {} on", cost.seats,
                                 format_money(cost.more), each, format_date(cost.renews_at));
  if (cost.until_renewal.minor > 0)
    text += fmt::format(", and about {} for the time until then, on the next invoice",
                        format_money(cost.until_renewal));
  return text + ". It counts from the moment they accept.";
}

Task<> note_seats(Billing& billing, const events::Job& job) {
  if (!billing.count_seats) co_return;
  db::ControlTx tx = billing.database.control(worker_in(*job.event.tenant));
  co_await tx.run(note, billing.clocks.machine.now() + seat_pause);
  co_await tx.commit();
}

Task<> note_seat_answer(db::ControlTx& tx, const std::optional<std::string>& refusal) {
  if (!refusal) {
    co_await tx.run(forget_refusal);
    co_return;
  }
  co_await tx.run(keep_refusal, *refusal);
  co_await mark_dirty(tx);
}

Task<std::optional<std::string>> seat_refusal(db::ControlRead& db) {
  co_return co_await db.find(select_refusal);
}

Task<> retry_refused_seats(db::SystemTx& tx, Instant machine_now) {
  co_await tx.run(retry_refused, machine_now);
}

Task<bool> seat_step(Billing& billing) {
  if (!billing.stripe.configured() || !billing.count_seats) co_return false;
  const Instant now = billing.clocks.machine.now();
  db::SystemTx tx = billing.database.system();
  const auto change = co_await tx.find(take_due, now, now + retry_after);
  co_await tx.commit();
  if (!change) co_return false;
  co_await tell_stripe(billing, *change);
  co_return true;
}

}  // namespace freehold::billing
