#include "billing/wishes.hpp"

#include "billing/json_fields.hpp"
#include "core/async.hpp"
#include "core/words.hpp"

namespace freehold::billing {
namespace {

const std::vector<std::string_view> all_wishes{
    kind::change_plan,      kind::set_addons,      kind::set_cancellation,
    kind::cancel_now,       kind::create_schedule, kind::plan_schedule,
    kind::release_schedule, kind::pause,           kind::resume};

Task<std::optional<Uuid>> order(Billing& billing, const Actor& actor, const Wish& wish) {
  const Instant now = billing.clocks.machine.now();
  std::optional<Uuid> first;
  db::ControlTx tx = billing.database.control(actor);
  co_await supersede(tx, all_wishes);
  if (!wish.calls.empty()) {
    const Call& call = wish.calls.front();
    NewCommand command{new_uuid(now), call.kind, call.path, call.params, call.method};
    command.followed.assign(wish.calls.begin() + 1, wish.calls.end());
    co_await store_command(tx, command, now);
    first = command.id;
  }
  const audit::Act act{.action = wish.action,
                       .target_type = "subscription",
                       .target_id = wish.subscription,
                       .changes = wish.changes};
  co_await audit::record(tx, act);
  co_await tx.commit();
  co_return first;
}

// Paused still, or with a change that waits: it holds when its invoice is paid.
bool waits_for_payment(const Wish& wish, const std::string& answer) {
  const json::value object = json::parse(answer);
  const json::value* waits = fields::at(&object, "pending_update");
  if (waits != nullptr && waits->is_object()) return true;
  return wish.calls.back().kind == kind::resume &&
         fields::text(fields::at(&object, "status")) == "paused";
}

void refuse(const Outcome& outcome) {
  if (outcome.code == "card_declined")
    throw Problem::payment_required("card_declined",
                                    "The card was declined, and nothing has changed. Pay with "
                                    "another card, then try again.",
                                    {});
  throw Problem::conflict("stripe_refused", outcome.error);
}

}  // namespace

Task<Mirror> need_subscription(Billing& billing, const Actor& actor) {
  db::ControlRead db = billing.database.control_read(actor);
  auto current = co_await current_subscription(db);
  if (!current)
    throw Problem::conflict("no_subscription",
                            worded("This workspace has no subscription to change."));
  co_return std::move(*current);
}

void require_not_ending(const Mirror& mirror) {
  const auto ends = cancels_at(mirror);
  if (!ends) return;
  throw Problem::conflict(
      "subscription_ends",
      fmt::format("The subscription ends on {}. Take that back first.", format_date(*ends)));
}

void require_changeable(const Mirror& current) {
  require_not_ending(current);
  if (current.status == "paused")
    throw Problem::conflict("subscription_paused",
                            "The subscription is paused. Resume it first; then it can be changed.");
}

Params change_params(bool is_paid_now, Params items, Instant proration_date) {
  Params params = std::move(items);
  if (is_paid_now) {
    params.emplace_back("proration_behavior", "always_invoice");
    params.emplace_back("proration_date", std::to_string(to_unix_seconds(proration_date)));
    params.emplace_back("payment_behavior", "pending_if_incomplete");
  } else {
    params.emplace_back("proration_behavior", "none");
    params.emplace_back("payment_behavior", "error_if_incomplete");
  }
  return params;
}

Task<Ordered> carry_out_wish(Billing& billing, const Actor& actor, const Wish& wish) {
  const auto command = co_await order(billing, actor, wish);
  if (!command) {
    co_await sync_now(billing, actor);
    co_return Ordered::carried_out;
  }
  const Outcome outcome = co_await carry_out(billing, actor, *command);
  if (outcome.state == Outcome::State::pending) co_return Ordered::queued;
  if (outcome.state == Outcome::State::failed) refuse(outcome);
  co_await sync_now(billing, actor);
  co_return waits_for_payment(wish, outcome.answer) ? Ordered::unpaid : Ordered::carried_out;
}

Call on_subscription(std::string_view kind, const Mirror& mirror, Params params,
                     std::string_view verb) {
  return {std::string(kind), fmt::format("/v1/subscriptions/{}{}", mirror.stripe_id, verb),
          std::move(params)};
}

std::vector<Call> without_schedule(const Mirror& mirror, std::vector<Call> calls) {
  if (mirror.schedule_id) calls.insert(calls.begin(), releasing(*mirror.schedule_id));
  return calls;
}

}  // namespace freehold::billing
