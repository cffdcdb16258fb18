#include "billing/plan_moves.hpp"

#include <stdexcept>

#include "audit/audit.hpp"
#include "billing/commands.hpp"
#include "billing/items.hpp"
#include "billing/stripe.hpp"
#include "billing/sync.hpp"
#include "core/async.hpp"

namespace freehold::billing {
namespace {

constexpr std::int32_t at_a_time = 500;
constexpr int requests_of_a_move = 5;  // the order, and fetching what came of it

const db::Query<TenantId, std::string, std::int32_t, TenantId, std::int32_t> select_behind{
    "billing.tenants_on_earlier_versions", R"(
  select tenant_id
    from entitlements.tenants_below($1, $2, $3, $4) as t (tenant_id))"};

class Mover {
 public:
  Mover(Billing& billing, const catalog::Plan& plan, bool dry_run)
      : billing_(billing), plan_(plan), dry_run_(dry_run) {}

  // Nothing: it has the version that is sold, or another plan.
  Task<std::optional<PlanMove>> move(TenantId tenant) {
    const Actor actor = ActorMint::job(tenant, "billing.move_plan");
    const Held held = co_await look_up(actor);
    if (held.standing.plan != plan_.key || held.standing.plan_version >= plan_.version)
      co_return std::nullopt;
    PlanMove move{.tenant_id = tenant,
                  .from_version = held.standing.plan_version,
                  .to_version = plan_.version};
    if (held.current && held.standing.source == "subscription") {
      co_await move_subscription(actor, *held.current, move);
    } else if (!dry_run_) {
      co_await move_standing(actor, move);
    }
    co_return move;
  }

 private:
  struct Held {
    entitlements::Standing standing;
    std::optional<Mirror> current;
  };

  Task<Held> look_up(const Actor& actor) {
    db::ControlRead db = billing_.database.control_read(actor);
    Held held{co_await entitlements::get_standing(db), {}};
    held.current = co_await current_subscription(db);
    co_return held;
  }

  Task<> move_subscription(const Actor& actor, const Mirror& current, PlanMove& move) {
    const auto currency = Currency::parse(current.currency);
    const catalog::Price* lead =
        currency ? plan_.price(current.billing_interval == "year" ? catalog::Interval::year
                                                                  : catalog::Interval::month,
                               *currency)
                 : nullptr;
    if (lead == nullptr) {
      move.skipped = fmt::format("the plan is not sold by the {} in {} any more",
                                 current.billing_interval, current.currency);
      co_return;
    }
    const auto offered = co_await offered_items(billing_, actor, *lead, &current);
    move.before = Money{billing::cost_of(current, billing_.catalog), *currency};
    move.after = billing::cost_of(offered);
    move.charged_from = current.period_end;
    if (current.status == "past_due" || current.status == "unpaid") {
      move.skipped = "an invoice is unpaid";
    } else if (current.schedule_id) {
      move.skipped = "a change is scheduled";
    } else if (!dry_run_) {
      co_await order(actor, current, offered, move);
    }
  }

  Task<> order(const Actor& actor, const Mirror& current, const std::vector<OfferedItem>& offered,
               PlanMove& move) {
    Params params = item_changes(current, offered, billing_.catalog, "items");
    params.emplace_back("proration_behavior", "none");
    const Instant now = billing_.clocks.machine.now();
    const NewCommand command{new_uuid(now), std::string(kind::change_plan),
                             "/v1/subscriptions/" + current.stripe_id, std::move(params)};
    db::ControlTx tx = billing_.database.control(actor);
    co_await store_command(tx, command, now);
    co_await record(tx, move);
    co_await tx.commit();
    co_await billing_.stripe.wait_in_bulk(requests_of_a_move);
    const Outcome outcome = co_await carry_out(billing_, actor, command.id);
    if (outcome.state == Outcome::State::failed) move.skipped = outcome.error;
    co_await sync_now(billing_, actor);
  }

  Task<> move_standing(const Actor& actor, const PlanMove& move) {
    db::ControlTx tx = billing_.database.control(actor);
    auto standing = co_await entitlements::get_standing(tx);
    standing.plan_version = plan_.version;
    co_await entitlements::set_standing(tx, standing);
    co_await record(tx, move);
    billing_.gates.announce(tx);
    co_await tx.commit();
  }

  Task<> record(db::ControlTx& tx, const PlanMove& move) {
    const audit::Act act{.action = "subscription.plan_version_changed",
                         .target_type = "plan",
                         .target_id = plan_.key,
                         .changes = {{"version", std::to_string(move.from_version),
                                      std::to_string(move.to_version)}}};
    co_await audit::record(tx, act);
  }

  Billing& billing_;
  const catalog::Plan& plan_;
  bool dry_run_;
};

}  // namespace

Task<std::vector<PlanMove>> move_plan(Billing& billing, std::string key, bool dry_run) {
  const catalog::Plan* plan = billing.catalog.find(key);
  if (plan == nullptr) throw std::runtime_error("plans.toml has no plan \"" + key + "\"");
  Mover mover(billing, *plan, dry_run);
  std::vector<PlanMove> moves;
  TenantId after;
  for (;;) {
    std::vector<TenantId> behind;
    {
      db::SystemRead db = billing.database.system_read();
      behind = co_await db.rows(select_behind, key, plan->version, after, at_a_time);
    }
    for (const TenantId& tenant : behind) {
      auto move = co_await mover.move(tenant);
      if (move) moves.push_back(std::move(*move));
    }
    if (behind.size() < std::size_t(at_a_time)) break;
    after = behind.back();
  }
  co_return moves;
}

std::string describe(const PlanMove& move) {
  std::string text = fmt::format("{}: version {} to {}", to_string(move.tenant_id),
                                 move.from_version, move.to_version);
  if (move.before && move.after)
    text +=
        fmt::format(", {} to {} from {} on", format_money(*move.before), format_money(*move.after),
                    format_date(move.charged_from.value_or(Instant{})));
  if (!move.skipped.empty()) text += ", skipped: " + move.skipped;
  return text;
}

}  // namespace freehold::billing
