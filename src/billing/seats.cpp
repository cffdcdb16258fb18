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
  insert into billing.seat_change (tenant_id, due_at)
  values ($1, $2)
      on conflict on constraint one_seat_change_per_tenant
      do update set seq = billing.seat_change.seq + 1)"};

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

// Not the one that came while this one was acted upon.
const db::TenantQuery<void, std::int64_t> settle{"billing.settle_seat_change", R"(
  delete from billing.seat_change
   where tenant_id = $1 and seq = $2)"};

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

// Nothing: Stripe has the number already.
Task<std::optional<Uuid>> order_seats(Billing& billing, db::ControlTx& tx) {
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
  const audit::Act act{.action = "subscription.seats_changed",
                       .target_type = "subscription",
                       .target_id = current->stripe_id,
                       .changes = {{"seats", std::to_string(seats->item.quantity.value_or(0)),
                                    std::to_string(people)}}};
  co_await audit::record(tx, act);
  co_return command.id;
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
  const auto command = co_await order_seats(billing, tx);
  co_await tx.run(settle, change.seq);
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
