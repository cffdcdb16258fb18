// Changing what was bought. Stripe is told what the subscription shall be, never by how much it
// changes, so saying it twice does no harm.
#include "billing/checkout.hpp"
#include "billing/items.hpp"
#include "billing/schedule.hpp"
#include "billing/upgrade.hpp"
#include "billing/wishes.hpp"
#include "core/async.hpp"

namespace freehold::billing {
namespace {

// A schedule is made and then told what follows: an answer that is lost in between is found again,
// because the second call is stored with the first (follow_ups.hpp).
std::vector<Call> schedule_calls(const Mirror& current, const catalog::Price& price,
                                 const std::vector<OfferedItem>& offered) {
  Params following;
  for (const OfferedItem& item : offered) {
    following.emplace_back("price", item.price_id);
    if (item.quantity) following.emplace_back("quantity", std::to_string(*item.quantity));
  }
  following.emplace_back("interval", price.interval == catalog::Interval::year ? "year" : "month");
  return {{std::string(kind::create_schedule),
           "/v1/subscription_schedules",
           {{"from_subscription", current.stripe_id}}},
          {std::string(kind::plan_schedule), "", std::move(following)}};
}

Task<Ordered> schedule_change(Billing& billing, const Actor& actor, const Mirror& current,
                              const std::vector<OfferedItem>& offered) {
  const catalog::Price& price = *offered.front().price;
  if (current.pending_lookup_key == price.lookup_key) co_return Ordered::scheduled;
  const Wish wish{.action = "subscription.change_scheduled",
                  .subscription = current.stripe_id,
                  .calls = without_schedule(current, schedule_calls(current, price, offered)),
                  .changes = {{"price", current.lookup_key, price.lookup_key},
                              {"changes_at", std::nullopt, to_rfc3339(current.period_end)}}};
  const Ordered ordered = co_await carry_out_wish(billing, actor, wish);
  co_return ordered == Ordered::carried_out ? Ordered::scheduled : ordered;
}

}  // namespace

Task<Ordered> change_plan(Billing& billing, const Actor& actor, const catalog::Price& price,
                          std::optional<Instant> proration_date) {
  // An order whose answer got lost may have taken items away, which are named here.
  co_await sync_now(billing, actor);
  const Mirror current = co_await need_subscription(billing, actor);
  db::ControlRead db = billing.database.control_read(actor);
  const auto all = co_await invoices(db);
  require_nothing_unpaid(all);
  if (current.lookup_key == price.lookup_key) {
    if (current.pending_at) co_return co_await withdraw_change(billing, actor);
    co_return Ordered::carried_out;
  }
  require_changeable(current);
  const auto offered = co_await offered_items(billing, actor, price, &current);
  if (is_scheduled(current, offered, billing.catalog))
    co_return co_await schedule_change(billing, actor, current, offered);
  Params items = item_changes(current, offered, billing.catalog, "items");
  const bool paid_now = is_paid_now(current, offered, billing.catalog);
  const Params params = change_params(paid_now, std::move(items),
                                      proration_date.value_or(billing.clocks.business.now()));
  std::vector<Call> calls{on_subscription(kind::change_plan, current, params)};
  const Wish wish{.action = "subscription.plan_changed",
                  .subscription = current.stripe_id,
                  .calls = without_schedule(current, std::move(calls)),
                  .changes = {{"price", current.lookup_key, price.lookup_key}}};
  co_return co_await carry_out_wish(billing, actor, wish);
}

Task<Ordered> withdraw_change(Billing& billing, const Actor& actor) {
  const Mirror current = co_await need_subscription(billing, actor);
  Wish wish{.action = "subscription.change_withdrawn",
            .subscription = current.stripe_id,
            .calls = without_schedule(current, {}),
            .changes = {}};
  if (current.pending_lookup_key)
    wish.changes = {{"price", current.pending_lookup_key, current.lookup_key}};
  co_return co_await carry_out_wish(billing, actor, wish);
}

}  // namespace freehold::billing
