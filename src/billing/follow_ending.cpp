#include "billing/follow_ending.hpp"

#include "audit/audit.hpp"
#include "core/async.hpp"
#include "core/json.hpp"

namespace freehold::billing {
namespace {

using entitlements::Override;

const db::TenantQuery<std::int32_t, std::string, std::int32_t, bool, Instant> reach{
    "billing.reach_win_back", R"(
  insert into billing.win_back_step (tenant_id, subscription_id, day, is_sent, reached_at)
  values ($1, $2, $3, $4, $5)
      on conflict on constraint each_win_back_step_is_reached_once do nothing
  returning day)"};

const db::TenantQuery<Instant, std::string, Instant, Instant> schedule{"billing.schedule_purge", R"(
  insert into billing.purge (tenant_id, subscription_id, purge_at, scheduled_at, next_at)
  values ($1, $2, $3, $4, $3)
      on conflict on constraint one_purge_per_end do nothing
  returning purge_at)"};

// Whoever was told late has as much time as the others.
const db::TenantQuery<Instant, std::string, Instant, Instant> announce{"billing.announce_purge", R"(
  update billing.purge
     set announced_at = $3, purge_at = greatest(purge_at, $4),
         next_at = greatest(purge_at, $4)
   where tenant_id = $1 and subscription_id = $2
     and state = 'scheduled' and announced_at is null
  returning purge_at)"};

const db::TenantQuery<PurgeState, std::string> select_state{"billing.purge_state", R"(
  select state
    from billing.purge
   where tenant_id = $1 and subscription_id = $2)"};

// All that were planned but that of this end. What staff have decided of another end goes with it.
const db::TenantQuery<std::string, std::string> withdraw{"billing.withdraw_purges", R"(
  delete from billing.purge
   where tenant_id = $1 and subscription_id <> $2
     and state in ('scheduled', 'held')
  returning subscription_id)"};

void sooner(std::optional<Instant>& next, std::optional<Instant> at) {
  if (at && (!next || *at < *next)) next = at;
}

const Override* granted_plan(const std::vector<Override>& overrides, Instant now) {
  for (const Override& grant : overrides) {
    const bool over = grant.expires_at && *grant.expires_at <= now;
    if (grant.kind == entitlements::OverrideKind::plan && grant.starts_at <= now && !over)
      return &grant;
  }
  return nullptr;
}

Task<> note(db::ControlTx& tx, std::string_view action, std::optional<Instant> at = {}) {
  audit::Act act{
      .action = std::string(action), .target_type = "tenant", .target_id = to_string(tx.tenant())};
  if (at) act.changes.push_back({"purge_at", {}, to_rfc3339(*at)});
  co_await audit::record(tx, std::move(act));
}

Task<> withdraw_all_but(db::ControlTx& tx, std::string subscription_id) {
  const auto withdrawn = co_await tx.rows(withdraw, std::move(subscription_id));
  if (withdrawn.empty()) co_return;
  co_await note(tx, purge_canceled.key);
  co_await events::emit(tx, purge_canceled, "{}");
}

// Which of the letters it is, however many days are configured.
std::string_view step_of(int day, const Policy& policy) {
  if (day == *std::ranges::min_element(policy.win_back)) return "first";
  return day == *std::ranges::max_element(policy.win_back) ? "last" : "reminder";
}

Task<> ask_back(db::ControlTx& tx, const Ending& ending, const WinBack& steps,
                const Policy& policy) {
  for (const int day : steps.reached) {
    const bool told = day == steps.reached.back() && !steps.is_late;
    const auto news = co_await tx.find(reach, ending.subscription_id, day, told, tx.now());
    if (!news || !told) continue;
    const json::object payload{{"step", step_of(day, policy)},
                               {"day", day},
                               {"subscription", ending.subscription_id},
                               {"ended_at", to_rfc3339(ending.ended_at)}};
    co_await events::emit(tx, win_back_step_reached, json::serialize(payload));
  }
}

Task<> announce_it(db::ControlTx& tx, const Ending& ending, Duration notice) {
  const auto at = co_await tx.find(announce, ending.subscription_id, tx.now(), tx.now() + notice);
  if (!at) co_return;
  const json::object payload{{"purge_at", to_rfc3339(*at)},
                             {"subscription", ending.subscription_id}};
  co_await events::emit(tx, purge_announced, json::serialize(payload));
}

// The first step of the deletion, and the warning before the second.
Task<std::optional<Instant>> plan_purge(db::ControlTx& tx, const Ending& ending,
                                        const Policy& policy) {
  const Instant purge_at = ending.ended_at + policy.retention;
  const auto scheduled = co_await tx.find(schedule, ending.subscription_id, purge_at, tx.now());
  if (scheduled) {
    const json::object payload{{"purge_at", to_rfc3339(purge_at)},
                               {"subscription", ending.subscription_id}};
    co_await note(tx, purge_scheduled.key, purge_at);
    co_await events::emit(tx, purge_scheduled, json::serialize(payload));
  }
  const Instant announce_at = purge_at - policy.purge_notice;
  if (tx.now() < announce_at) co_return announce_at;
  co_await announce_it(tx, ending, policy.purge_notice);
  co_return std::nullopt;
}

}  // namespace

Task<std::optional<Instant>> follow_ending(db::ControlTx& tx, const Facts& facts,
                                           const Policy& policy, const catalog::Catalog& catalog) {
  // Where nothing has ever ended, nothing was planned.
  const auto is_over = [](const Mirror& mirror) { return mirror.status == "canceled"; };
  if (std::ranges::none_of(facts.mirrors, is_over)) co_return std::nullopt;
  const auto ending = ending_of(facts, tx.now());
  if (!ending) {
    co_await withdraw_all_but(tx, "");
    co_return std::nullopt;
  }
  const auto overrides = co_await entitlements::overrides(tx);
  const Override* granted = granted_plan(overrides, tx.now());
  const bool plans = granted == nullptr && purges(policy, catalog);
  co_await withdraw_all_but(tx, plans ? ending->subscription_id : "");
  if (granted != nullptr) co_return granted->expires_at;
  const WinBack steps = win_back_at(*ending, policy, tx.now());
  std::optional<Instant> next = steps.next_at;
  const auto state = co_await tx.find(select_state, ending->subscription_id);
  const bool over = state && (*state == PurgeState::executing || *state == PurgeState::done);
  if (over) co_return std::nullopt;
  co_await ask_back(tx, *ending, steps, policy);
  if (plans) sooner(next, co_await plan_purge(tx, *ending, policy));
  co_return next;
}

}  // namespace freehold::billing
