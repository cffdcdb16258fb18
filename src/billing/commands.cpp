#include "billing/commands.hpp"

#include "billing/cards.hpp"
#include "billing/checkout.hpp"
#include "billing/customers.hpp"
#include "billing/details.hpp"
#include "billing/follow_ups.hpp"
#include "billing/json_fields.hpp"
#include "billing/seats.hpp"
#include "billing/sync.hpp"
#include "core/async.hpp"
#include "core/log.hpp"

namespace freehold::billing {
namespace {

constexpr Duration first_pause = seconds(15);
constexpr Duration longest_pause = hours(1);

// Id and idempotency key are unique both, and two at a time may meet at either.
const db::TenantQuery<void, Uuid, std::string, std::string, db::RawJson, std::string, Instant,
                      Instant, Name, Name, std::string, db::RawJson>
    insert_command{"billing.store_command", R"(
  insert into billing.command (tenant_id, id, kind, path, params, idempotency_key, next_at,
                               created_at, request_id, trace_id, method, followed)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
      on conflict do nothing)"};

struct Stored {
  std::string kind;
  std::string method;
  std::string path;
  db::RawJson params;
  std::string idempotency_key;
  std::string state;
  std::int32_t attempts;
  std::optional<db::RawJson> result;
  std::optional<std::string> error;
  db::RawJson followed;
};
BOOST_DESCRIBE_STRUCT(Stored, (),
                      (kind, method, path, params, idempotency_key, state, attempts, result, error,
                       followed))

const db::TenantQuery<Stored, Uuid> select_command{"billing.get_command", R"(
  select kind, method, path, params, idempotency_key, state, attempts, result, error, followed
    from billing.command
   where tenant_id = $1 and id = $2)"};

const db::TenantQuery<void, Uuid, std::string, std::optional<db::RawJson>,
                      std::optional<std::string>>
    end_command{"billing.end_command", R"(
  update billing.command
     set state = $3, result = $4, error = $5, attempts = attempts + 1
   where tenant_id = $1 and id = $2 and state = 'pending')"};

const db::TenantQuery<void, Uuid, Instant, std::string> postpone_command{"billing.postpone_command",
                                                                         R"(
  update billing.command
     set next_at = $3, error = $4, attempts = attempts + 1
   where tenant_id = $1 and id = $2 and state = 'pending')"};

const db::TenantQuery<void, std::vector<std::string>> supersede_kinds{"billing.supersede_commands",
                                                                      R"(
  update billing.command
     set state = 'failed', error = 'superseded by a later one'
   where tenant_id = $1 and kind = any($2) and state = 'pending')"};

struct Due {
  TenantId tenant_id;
  Uuid id;
  std::string kind;
  Name request_id;
  Name trace_id;
};
BOOST_DESCRIBE_STRUCT(Due, (), (tenant_id, id, kind, request_id, trace_id))

const db::Query<Due, Instant, Instant> take_due{"billing.take_command", R"(
  update billing.command c
     set next_at = $2
   where (c.tenant_id, c.id) = (select d.tenant_id, d.id
                                  from billing.command d
                                 where d.state = 'pending' and d.next_at <= $1
                                 order by d.next_at
                                 limit 1
                                   for update skip locked)
  returning c.tenant_id, c.id, c.kind, c.request_id, c.trace_id)"};

const db::Query<void, Instant> delete_old{"billing.remove_old_commands", R"(
  delete from billing.command
   where state <> 'pending' and created_at < $1)"};

Call call_of(const Stored& stored) {
  return {stored.kind, stored.path, thawed_params(json::parse(stored.params.text)), stored.method};
}

Outcome outcome_of(const StripeRefusal& refusal) {
  // A wrong key or a missing right is for the operator to mend; the command stays as it is.
  const bool mendable = refusal.status == 401 || refusal.status == 403;
  const bool pending = refusal.may_pass_later() || mendable;
  return {.state = pending ? Outcome::State::pending : Outcome::State::failed,
          .answer = {},
          .error = refusal.what(),
          .code = refusal.code,
          .next = {}};
}

Outcome done(const json::value& answer) {
  return {Outcome::State::done, json::serialize(answer), {}, {}, {}};
}

// A refusal may mean that the same was done before, by a call whose key has been forgotten since.
Task<Outcome> after_refusal(Stripe& stripe, const Call& call, const StripeRefusal& refusal) {
  Outcome outcome = outcome_of(refusal);
  if (outcome.state == Outcome::State::pending) co_return outcome;
  const auto found = co_await find_done(stripe, call);
  co_return found ? done(*found) : outcome;
}

Task<Outcome> send(Stripe& stripe, const Stored& command) {
  const Call call = call_of(command);
  std::optional<StripeRefusal> refused;
  try {
    if (call.method == "DELETE") co_return done(co_await stripe.del(call.path, call.params));
    co_return done(co_await stripe.post(call.path, call.params, command.idempotency_key));
  } catch (const StripeRefusal& refusal) {
    // Its identifier says that it was taken in before, by an order whose key Stripe has forgotten.
    const bool is_gone = call.kind == kind::remove_tax_id && refusal.status == 404;
    if (refusal.code == "duplicate_meter_event" || is_gone) co_return done(json::object());
    refused = refusal;
  } catch (const StripeAway& away) {
    co_return Outcome{Outcome::State::pending, {}, away.what(), {}, {}};
  }
  try {
    co_return co_await after_refusal(stripe, call, *refused);
  } catch (const StripeRefusal& refusal) {
    co_return outcome_of(*refused);
  } catch (const StripeAway& away) {
    co_return Outcome{Outcome::State::pending, {}, away.what(), {}, {}};
  }
}

// What the answer changes here, in the transaction that ends the command.
Task<> apply(db::ControlTx& tx, const Stored& command, const Outcome& outcome,
             Instant machine_now) {
  const bool is_done = outcome.state == Outcome::State::done;
  const std::optional<std::string> refusal = is_done ? std::nullopt : std::optional(outcome.error);
  if (command.kind == kind::set_seats) co_await note_seat_answer(tx, refusal);
  if (!is_done) co_return;
  if (command.kind == kind::create_customer) {
    const json::value customer = json::parse(outcome.answer);
    const auto id = fields::text(fields::at(&customer, "id"));
    if (id) co_await map_customer(tx, *id);
    if (id) co_await order_details(tx, *id, machine_now);
  }
  if (command.kind == kind::add_tax_id) co_await keep_tax_id(tx, outcome.answer, machine_now);
  if (command.kind == kind::open_card_update) co_await keep_card_update(tx, outcome.answer);
  if (command.kind == kind::open_checkout) co_await keep_checkout(tx, outcome.answer, machine_now);
  if (command.kind.starts_with("subscription.") || command.kind.starts_with("invoice."))
    co_await mark_dirty(tx);
}

Task<> store_next(db::ControlTx& tx, std::vector<Call> calls, Outcome& outcome,
                  Instant machine_now) {
  if (calls.empty()) co_return;
  NewCommand next{new_uuid(machine_now), calls.front().kind, calls.front().path,
                  calls.front().params, calls.front().method};
  next.followed.assign(calls.begin() + 1, calls.end());
  co_await store_command(tx, next, machine_now);
  outcome.next = next.id;
}

// A refusal is final only when Stripe has said that there is no other way.
Task<std::vector<Call>> calls_after(Stripe& stripe, const Stored& command, Outcome& outcome) {
  const Call call = call_of(command);
  std::vector<Call> followed = thawed_calls(command.followed.text);
  std::vector<Call> none;
  if (outcome.state == Outcome::State::pending) co_return none;
  if (outcome.state == Outcome::State::done)
    co_return after_answer(call, outcome.answer, std::move(followed));
  try {
    co_return co_await another_way(stripe, call, std::move(followed));
  } catch (const StripeRefusal& refusal) {
    if (refusal.may_pass_later()) outcome.state = Outcome::State::pending;
  } catch (const StripeAway&) {
    outcome.state = Outcome::State::pending;
  }
  co_return none;
}

// A command that a later one has replaced while it was under way has been carried out all the same,
// maybe after that one: what holds now is told once more.
Task<> mend(db::ControlTx& tx, const Stored& command, const Outcome& outcome, Instant machine_now) {
  if (command.kind == kind::add_tax_id) co_await keep_tax_id(tx, outcome.answer, machine_now);
  if (command.kind != kind::set_details) co_return;
  const auto customer = co_await find_customer(tx);
  if (customer) co_await order_details(tx, customer->customer_id, machine_now);
}

// What is kept of an answer. The address of a portal opens somebody's billing to whoever has it, so
// it is for who waits for it, and for nobody else.
std::string kept(const Stored& command, const Outcome& outcome) {
  return command.kind == kind::open_portal ? "{}" : outcome.answer;
}

Task<> write_down(Billing& billing, const Actor& actor, Uuid id, const Stored& command,
                  Outcome& outcome) {
  std::vector<Call> calls = co_await calls_after(billing.stripe, command, outcome);
  db::ControlTx tx = billing.database.control(actor);
  if (outcome.state == Outcome::State::pending) {
    const Duration pause = std::min<Duration>(
        longest_pause, first_pause * (1LL << std::min<std::int32_t>(command.attempts, 10)));
    co_await tx.run(postpone_command, id, billing.clocks.machine.now() + pause, outcome.error);
  } else {
    const bool done = outcome.state == Outcome::State::done;
    std::optional<db::RawJson> result;
    if (done) result = db::RawJson{kept(command, outcome)};
    std::optional<std::string> error;
    if (!done) error = outcome.error;
    const auto ended = co_await tx.run(end_command, id, done ? "done" : "failed", result, error);
    // Nothing: somebody else has sent it too, got the same answer and written it down.
    if (ended > 0) co_await apply(tx, command, outcome, billing.clocks.machine.now());
    if (ended > 0) co_await store_next(tx, std::move(calls), outcome, billing.clocks.machine.now());
    if (ended == 0 && done) co_await mend(tx, command, outcome, billing.clocks.machine.now());
  }
  co_await tx.commit();
}

void log_outcome(const Actor& actor, const Stored& command, const Outcome& outcome) {
  if (outcome.state == Outcome::State::done) return;
  const bool failed = outcome.state == Outcome::State::failed;
  log::warn(failed ? "billing.command_failed" : "billing.command_postponed", log::cause_of(actor),
            {{"kind", command.kind}, {"reason", outcome.error}});
}

Outcome known_outcome(const Stored& command) {
  return {.state = command.state == "done" ? Outcome::State::done : Outcome::State::failed,
          .answer = command.result ? command.result->text : std::string(),
          .error = command.error.value_or(""),
          .code = {},
          .next = {}};
}

Task<Outcome> carry_out_one(Billing& billing, const Actor& actor, Uuid command) {
  db::ControlRead db = billing.database.control_read(actor);
  const Stored stored = co_await db.row(select_command, command);
  if (stored.state != "pending") co_return known_outcome(stored);
  Outcome outcome = co_await send(billing.stripe, stored);
  co_await write_down(billing, actor, command, stored, outcome);
  log_outcome(actor, stored, outcome);
  if (stored.kind == kind::create_customer && outcome.state == Outcome::State::done)
    co_await settle_waiting(billing.database, billing.clocks.machine.now());
  co_return outcome;
}

}  // namespace

Task<> store_command(db::ControlTx& tx, const NewCommand& command, Instant machine_now) {
  const db::RawJson params{json::serialize(frozen(command.params))};
  const db::RawJson followed{json::serialize(frozen(command.followed))};
  const std::string key = "freehold-" + to_string(command.id);
  const Origin& origin = tx.actor().origin();
  co_await tx.run(insert_command, command.id, command.kind, command.path, params, key,
                  machine_now + head_start, tx.now(), name_of(origin.request_id),
                  name_of(origin.trace_id), command.method, followed);
}

Task<> supersede(db::ControlTx& tx, const std::vector<std::string_view>& kinds) {
  std::vector<std::string> names(kinds.begin(), kinds.end());
  co_await tx.run(supersede_kinds, std::move(names));
}

Task<Outcome> carry_out(Billing& billing, const Actor& actor, Uuid command) {
  Outcome outcome = co_await carry_out_one(billing, actor, command);
  while (outcome.next) outcome = co_await carry_out_one(billing, actor, *outcome.next);
  co_return outcome;
}

Task<> give_up(Billing& billing, const Actor& actor, Uuid command) {
  db::ControlTx tx = billing.database.control(actor);
  const std::optional<db::RawJson> none;
  co_await tx.run(end_command, command, "failed", none, "nobody waits for it any more");
  co_await tx.commit();
}

Task<bool> command_step(Billing& billing) {
  if (!billing.stripe.configured()) co_return false;
  const Instant now = billing.clocks.machine.now();
  db::SystemTx tx = billing.database.system();
  const auto due = co_await tx.find(take_due, now, now + head_start);
  co_await tx.commit();
  if (!due) co_return false;
  Origin origin{.request_id = due->request_id.value_or(""), .trace_id = due->trace_id.value_or("")};
  const Actor actor = worker_in(due->tenant_id, std::move(origin));
  // Whoever wanted a page to pay on is gone: opened now, it would close the one of their next
  // attempt.
  if (due->kind == kind::open_checkout) {
    co_await give_up(billing, actor, due->id);
  } else {
    co_await carry_out(billing, actor, due->id);
  }
  co_return true;
}

Task<std::int64_t> remove_old_commands(db::SystemTx& tx, Instant created_before) {
  co_return co_await tx.run(delete_old, created_before);
}

}  // namespace freehold::billing
