#include "billing/card_trials.hpp"

#include "audit/audit.hpp"
#include "billing/commands.hpp"
#include "billing/json_fields.hpp"
#include "core/async.hpp"

namespace freehold::billing {
namespace {

constexpr Duration retry_after = hours(1);

// Nothing when the workspace has a row already, or when another one has this card: the row that is
// in the way of it is another's, and nobody sees it. Of two at once the second waits for the first.
const db::TenantQuery<void, std::string, std::string, Instant> take_card{"billing.take_trial_card",
                                                                         R"(
  insert into billing.card_trial (tenant_id, fingerprint, subscription_id, decided_at, is_refused)
  values ($1, $2, $3, $4, false)
      on conflict do nothing)"};

const db::TenantQuery<std::string, std::string, std::string, Instant> refuse{
    "billing.refuse_card_trial", R"(
  insert into billing.card_trial (tenant_id, fingerprint, subscription_id, decided_at, is_refused)
  values ($1, $2, $3, $4, true)
      on conflict on constraint one_card_trial_per_tenant do nothing
  returning subscription_id)"};

const db::TenantQuery<RefusedTrial> select_refused{"billing.refused_trial", R"(
  select subscription_id, decided_at as refused_at
    from billing.card_trial
   where tenant_id = $1 and is_refused)"};

const db::TenantQuery<std::int64_t, std::string, Instant> count_orders{
    "billing.ends_of_trial_ordered", R"(
  select count(*)
    from billing.command
   where tenant_id = $1 and kind = $2 and (state <> 'failed' or created_at > $3))"};

struct CardTrial {
  std::string subscription_id;
  std::string fingerprint;
};

// The checkout marks a trial that it gives for a card. One of the workspace that goes on at Stripe,
// and one that was agreed on there, bear no mark.
std::optional<CardTrial> card_trial_in(const json::value& subscription) {
  using fields::at;
  using fields::text;
  const json::value* v = &subscription;
  const auto fingerprint = text(at(v, "default_payment_method", "card", "fingerprint"));
  const bool is_marked = text(at(v, "metadata", "trial")) == "card";
  if (!is_marked || text(at(v, "status")) != "trialing" || !fingerprint) return {};
  return CardTrial{text(at(v, "id")).value_or(""), *fingerprint};
}

Task<> tell_refusal(db::ControlTx& tx, std::string subscription_id) {
  const audit::Act act{.action = "subscription.trial_refused",
                       .target_type = "subscription",
                       .target_id = subscription_id};
  co_await audit::record(tx, act);
  const std::string payload =
      json::serialize(json::object{{"subscription", std::move(subscription_id)}});
  co_await events::emit(tx, trial_refused, payload);
}

// Once; again only when Stripe has refused it, an hour before or earlier, and the trial still runs.
Task<> order_end(db::ControlTx& tx, std::string subscription_id, Instant machine_now) {
  const auto orders =
      co_await tx.row(count_orders, std::string(kind::end_trial), tx.now() - retry_after);
  if (orders > 0) co_return;
  const NewCommand command{new_uuid(machine_now),
                           std::string(kind::end_trial),
                           "/v1/subscriptions/" + subscription_id,
                           {{"trial_end", "now"}}};
  co_await store_command(tx, command, machine_now - head_start);
}

}  // namespace

Task<std::optional<RefusedTrial>> find_refused_trial(db::ControlRead& db) {
  co_return co_await db.find(select_refused);
}

Task<> decide_card_trial(db::ControlTx& tx, std::string subscription, Instant machine_now) {
  const auto trial = card_trial_in(json::parse(subscription));
  if (!trial) co_return;
  const auto taken =
      co_await tx.run(take_card, trial->fingerprint, trial->subscription_id, tx.now());
  if (taken > 0) co_return;
  const auto refused =
      co_await tx.find(refuse, trial->fingerprint, trial->subscription_id, tx.now());
  if (refused) co_await tell_refusal(tx, *refused);
  const auto known = co_await tx.find(select_refused);
  if (known && known->subscription_id == trial->subscription_id)
    co_await order_end(tx, known->subscription_id, machine_now);
}

}  // namespace freehold::billing
