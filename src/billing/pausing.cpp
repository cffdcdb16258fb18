// Pausing: the subscription, which its customer orders and which ends access; and only collecting
// for it, which staff order. https://docs.stripe.com/billing/subscriptions/pause-payment
#include "billing/checkout.hpp"
#include "billing/wishes.hpp"
#include "core/async.hpp"

namespace freehold::billing {
namespace {

// What was paid for the rest of the period is taken off the invoice of the resumption.
Params until_resumed() {
  return {{"type", "subscription"},
          {"bill_for[unused_time_from][type]", "now"},
          {"bill_for[outstanding_usage_through][type]", "now"},
          {"invoicing_behavior", "pending_invoice_item"}};
}

// Staff do not wait for the answer: the worker sends it at its next turn.
Task<> order_of_staff(db::ControlTx& tx, const Mirror& current, Params params,
                      Instant machine_now) {
  const Call call = on_subscription(kind::pause_collection, current, std::move(params));
  const NewCommand command{new_uuid(machine_now), call.kind, call.path, call.params};
  co_await supersede(tx, {kind::pause_collection});
  co_await store_command(tx, command, machine_now - head_start);
}

Task<Mirror> need_running(db::ControlTx& tx) {
  auto current = co_await current_subscription(tx);
  if (!current) throw Problem::conflict("no_subscription", "There is no subscription to change.");
  co_return std::move(*current);
}

}  // namespace

Task<Ordered> pause(Billing& billing, const Actor& actor) {
  const Mirror current = co_await need_subscription(billing, actor);
  if (current.status == "paused") co_return Ordered::carried_out;
  if (!billing.policy.pause_offered || current.status != "active")
    throw Problem::conflict("cannot_pause", "Only an active subscription can be paused.");
  require_not_ending(current);
  db::ControlRead db = billing.database.control_read(actor);
  const auto all = co_await invoices(db);
  require_nothing_unpaid(all);
  std::vector<Call> calls{on_subscription(kind::pause, current, until_resumed(), "/pause")};
  const Wish wish{.action = "subscription.paused",
                  .subscription = current.stripe_id,
                  .calls = without_schedule(current, std::move(calls)),
                  .changes = {{"status", current.status, "paused"}}};
  co_return co_await carry_out_wish(billing, actor, wish);
}

Task<Ordered> resume(Billing& billing, const Actor& actor) {
  const Mirror current = co_await need_subscription(billing, actor);
  if (current.status != "paused" && current.status != "active")
    throw Problem::conflict("cannot_resume", "The subscription is not paused.");
  const Wish wish{.action = "subscription.resumed",
                  .subscription = current.stripe_id,
                  .calls = {on_subscription(kind::resume, current, {}, "/resume")},
                  .changes = {{"status", current.status, "active"}}};
  co_return co_await carry_out_wish(billing, actor, wish);
}

Task<> pause_collection(db::ControlTx& tx, CollectionPause pause, Instant machine_now) {
  if (std::ranges::find(collection_behaviors, pause.behavior) == collection_behaviors.end())
    throw Problem::invalid({{"behavior", "Choose what becomes of the invoices."}});
  const Mirror current = co_await need_running(tx);
  Params params{{"pause_collection[behavior]", pause.behavior}};
  std::vector<audit::Change> changes{
      {"pause_collection", current.pause_collection, pause.behavior}};
  if (pause.resumes_at) {
    params.emplace_back("pause_collection[resumes_at]",
                        std::to_string(to_unix_seconds(*pause.resumes_at)));
    changes.push_back({"resumes_at", std::nullopt, to_rfc3339(*pause.resumes_at)});
  }
  co_await order_of_staff(tx, current, std::move(params), machine_now);
  const audit::Act act{.action = "support.collection_paused",
                       .target_type = "subscription",
                       .target_id = current.stripe_id,
                       .changes = std::move(changes)};
  co_await audit::record(tx, act);
}

Task<> resume_collection(db::ControlTx& tx, Instant machine_now) {
  const Mirror current = co_await need_running(tx);
  co_await order_of_staff(tx, current, {{"pause_collection", ""}}, machine_now);
  const audit::Act act{.action = "support.collection_resumed",
                       .target_type = "subscription",
                       .target_id = current.stripe_id,
                       .changes = {{"pause_collection", current.pause_collection, std::nullopt}}};
  co_await audit::record(tx, act);
}

}  // namespace freehold::billing
