// Changing and canceling what was bought. Stripe is told what the subscription shall be, never by
// how much it changes, so saying it twice does no harm.
#include "audit/audit.hpp"
#include "billing/checkout.hpp"
#include "billing/commands.hpp"
#include "billing/items.hpp"
#include "billing/json_fields.hpp"
#include "billing/upgrade.hpp"
#include "core/async.hpp"
#include "core/words.hpp"

namespace freehold::billing {
namespace {

struct Wish {
  std::string_view kind;
  std::string action;  // for the audit
  std::string subscription;
  Params params;
  std::vector<audit::Change> changes;
};

Task<Mirror> need_subscription(Billing& billing, const Actor& actor) {
  db::ControlRead db = billing.database.control_read(actor);
  auto current = co_await current_subscription(db);
  if (!current)
    throw Problem::conflict("no_subscription",
                            worded("This workspace has no subscription to change."));
  co_return std::move(*current);
}

Task<Uuid> order(Billing& billing, const Actor& actor, const Wish& wish) {
  const Instant now = billing.clocks.machine.now();
  const NewCommand command{new_uuid(now), std::string(wish.kind),
                           "/v1/subscriptions/" + wish.subscription, wish.params};
  db::ControlTx tx = billing.database.control(actor);
  co_await supersede(tx, wish.kind);
  co_await store_command(tx, command, now);
  const audit::Act act{.action = wish.action,
                       .target_type = "subscription",
                       .target_id = wish.subscription,
                       .changes = wish.changes};
  co_await audit::record(tx, act);
  co_await tx.commit();
  co_return command.id;
}

Task<Ordered> carry_out_wish(Billing& billing, const Actor& actor, const Wish& wish) {
  const Uuid command = co_await order(billing, actor, wish);
  const Outcome outcome = co_await carry_out(billing, actor, command);
  if (outcome.state == Outcome::State::pending) co_return Ordered::queued;
  if (outcome.state == Outcome::State::failed) {
    if (outcome.code == "card_declined")
      throw Problem::payment_required("card_declined",
                                      "The card was declined, and nothing has changed. Pay with "
                                      "another card, then try again.",
                                      {});
    throw Problem::conflict("stripe_refused", outcome.error);
  }
  co_await sync_now(billing, actor);
  const json::value answer = json::parse(outcome.answer);
  const json::value* waits = fields::at(&answer, "pending_update");
  co_return waits != nullptr && waits->is_object() ? Ordered::unpaid : Ordered::carried_out;
}

// What is paid now changes when it is paid; anything else begins with the next charge.
Params change_params(const Mirror& current, const catalog::Price& price, Params items,
                     Instant proration_date) {
  Params params = std::move(items);
  if (is_paid_now(current, price)) {
    params.emplace_back("proration_behavior", "always_invoice");
    params.emplace_back("proration_date", std::to_string(to_unix_seconds(proration_date)));
    params.emplace_back("payment_behavior", "pending_if_incomplete");
  } else {
    params.emplace_back("proration_behavior", "none");
    params.emplace_back("payment_behavior", "error_if_incomplete");
  }
  return params;
}

std::string date_of_end(const Mirror& mirror) {
  return to_rfc3339(cancels_at(mirror).value_or(mirror.period_end));
}

}  // namespace

Task<Ordered> change_plan(Billing& billing, const Actor& actor, const catalog::Price& price,
                          std::optional<Instant> proration_date) {
  const Mirror current = co_await need_subscription(billing, actor);
  db::ControlRead db = billing.database.control_read(actor);
  const auto all = co_await invoices(db);
  require_nothing_unpaid(all);
  if (current.lookup_key == price.lookup_key) co_return Ordered::carried_out;
  const auto offered = co_await offered_items(billing, actor, price, &current);
  Params items = item_changes(current, offered, billing.catalog, "items");
  const Wish wish{.kind = kind::change_plan,
                  .action = "subscription.plan_changed",
                  .subscription = current.stripe_id,
                  .params = change_params(current, price, std::move(items),
                                          proration_date.value_or(billing.clocks.business.now())),
                  .changes = {{"price", current.lookup_key, price.lookup_key}}};
  co_return co_await carry_out_wish(billing, actor, wish);
}

Task<Ordered> cancel(Billing& billing, const Actor& actor) {
  const Mirror current = co_await need_subscription(billing, actor);
  if (cancels_at(current)) co_return Ordered::carried_out;
  const Wish wish{.kind = kind::set_cancellation,
                  .action = "subscription.canceled",
                  .subscription = current.stripe_id,
                  .params = {{"cancel_at_period_end", "true"}},
                  .changes = {{"ends_at", std::nullopt, date_of_end(current)}}};
  co_return co_await carry_out_wish(billing, actor, wish);
}

Task<Ordered> undo_cancellation(Billing& billing, const Actor& actor) {
  const Mirror current = co_await need_subscription(billing, actor);
  // A pending order to cancel must not be carried out later, so the wish is told even when our copy
  // knows of no cancellation. Stripe keeps the date in one of two fields, and takes one at a time.
  const bool by_date = current.cancel_at && !current.cancel_at_period_end;
  const Params keep =
      by_date ? Params{{"cancel_at", ""}} : Params{{"cancel_at_period_end", "false"}};
  const Wish wish{.kind = kind::set_cancellation,
                  .action = "subscription.cancellation_undone",
                  .subscription = current.stripe_id,
                  .params = keep,
                  .changes = {{"ends_at", date_of_end(current), std::nullopt}}};
  co_return co_await carry_out_wish(billing, actor, wish);
}

}  // namespace freehold::billing
