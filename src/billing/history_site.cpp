// How a history is lived: the mail, the worker, the time, and what storms do to them. The acts are
// in history_acts.cpp.
#include "billing/history_site.hpp"

#include "billing/commands.hpp"
#include "billing/due.hpp"
#include "core/async.hpp"
#include "core/json.hpp"

namespace freehold::billing {
namespace {

constexpr Duration sweep_every = minutes(30);
constexpr int most_crashes = 3;  // in one act
constexpr Duration lease_is_over = seconds(61);
constexpr Duration backoff_is_over = hours(7);

// The process of whoever called is gone.
struct Crash {};

Task<> work_off(Billing& billing) {
  while (co_await due_step(billing)) {
  }
  while (co_await command_step(billing)) {
  }
  while (co_await sync_step(billing)) {
  }
}

Task<> look_for_lost(Billing& billing) {
  const events::Job job{.id = {}, .kind = "billing.sweep", .event = {}};
  co_await sweep(billing, job);
}

Task<> push_prices(Site& site) {
  co_await sync_plans(site.world.database(), site.stripe, site.catalog, false);
}

// Takes a lease and fetches, and nothing more.
Task<> fetch_and_stop(Billing& billing, std::optional<std::pair<Lease, Truth>>& found) {
  const auto lease = co_await lease_customer(billing);
  if (!lease) co_return;
  Truth truth =
      co_await fetch_truth(billing.stripe, lease->customer_id, billing.clocks.business.now());
  found.emplace(*lease, std::move(truth));
}

Task<> write_late(Billing& billing, const Lease& lease, const Truth& truth) {
  co_await commit_truth(billing, lease, truth);
}

// Without a transaction around them and of all tenants: there is one.
constexpr std::string_view forget_all = R"(
  with a as (delete from billing.sync), b as (delete from billing.stripe_event),
       c as (delete from billing.command), d as (delete from billing.due),
       e as (delete from events.outbox), f as (delete from billing.drift),
       g as (delete from billing.seat_change), h as (delete from billing.usage_due),
       i as (delete from billing.purge), j as (delete from tenancy.tenant)
  select 1)";

// One line each, in an order that depends on nothing but the lines; with ids blotted out.
constexpr std::string_view whole = R"(
  with lines (line) as (
    select concat_ws(' ', 'standing', plan, addons, access, source, access_until, next_change_at, then_plan,
                     then_access, usage_anchor)
      from entitlements.standing
    union all
    select concat_ws(' ', 'override', kind, key, value, expires_at)
      from entitlements.override where revoked_at is null
    union all
    select concat_ws(' ', 'subscription', status, lookup_key, amount, created_at, 'anchor',
                     billing_cycle_anchor, 'period', period_start, period_end, 'trial', trial_end,
                     'cancel', cancel_at_period_end, cancel_at, canceled_at, 'ended', ended_at,
                     'pending', pending_update_until)
      from billing.mirror
    union all
    select concat_ws(' ', 'item', lookup_key, quantity, amount) from billing.item
    union all
    select concat_ws(' ', 'invoice', created_at, status, total, amount_paid, amount_remaining,
                     attempted, attempt_count, 'finalized', finalized_at, 'paid', paid_at, 'next',
                     next_attempt_at, failure)
      from billing.invoice
    union all
    select concat_ws(' ', 'card', brand, last4) from billing.payment_method
    union all
    select concat_ws(' ', 'reminder of the invoice of', i.created_at, step, is_sent)
      from billing.dunning_step d
      join billing.invoice i on i.tenant_id = d.tenant_id and i.stripe_id = d.invoice_id
    union all
    select concat_ws(' ', 'win back', day, is_sent) from billing.win_back_step
    union all
    select concat_ws(' ', 'purge', state, purge_at) from billing.purge
    union all
    select concat_ws(' ', 'customer', deleted_at is not null) from billing.customer
    union all
    select concat_ws(' ', 'checkout', lookup_key) from billing.checkout
    union all
    select concat_ws(' ', 'due', due_at) from billing.due
    union all
    select concat_ws(' ', 'behind', dirty_seq > synced_seq, dead_at is not null) from billing.sync
    union all
    select concat_ws(' ', 'command', kind, state) from billing.command where state = 'pending'
    union all
    select concat_ws(' ', 'news', type, regexp_replace(payload::text, '(sub|in|cus)_\w+', '\1', 'g'))
      from events.outbox where type ~ '^(subscription|payment|plan|access|dunning)[.]')
  select line from lines order by line collate "C")";

}  // namespace

HistorySite::HistorySite(Sabotage sabotage) : sabotage_(sabotage), start_(site_.clock.now()) {
  site_.world.run([this](db::Database&) { return push_prices(site_); });
  while (!site_.stripe_side.take_deliveries().empty()) {
  }
  fresh_ = site_.stripe_side.snapshot();
  site_.before_call = [this](const egress::Call&) { meet_call(false); };
  site_.after_call = [this](const egress::Call&) { meet_call(true); };
}

std::string HistorySite::live(const History& history, std::optional<std::uint64_t> storm) {
  begin(storm);
  std::string said;
  sign_up();
  for (const Step& step : history) {
    crashes_left_ = storm_ && chance(weather_.crash) ? most_crashes : 0;
    said += to_string({step}) + ": " + perform(step) + "\n";
    settle();
    advance(site_.clock.now() + hours(2));
  }
  crashes_left_ = 0;
  weather_.stall = 0;
  weather_.late = 0;
  weather_.lost = 0;
  advance(site_.clock.now() + hours(2));
  end_stalls();
  work();
  return said + outcome();
}

void HistorySite::begin(std::optional<std::uint64_t> storm) {
  site_.stripe_side.restore(fresh_);
  site_.clock.set_offset(start_ - site_.base.now());
  site_.world.business().set(start_);
  site_.world.rows(std::string(forget_all));
  site_.tenant = TenantId::make(site_.world.machine().now());
  site_.owner = ActorMint::user(site_.tenant, UserId::make(site_.world.machine().now()), "owner",
                                Permissions{}.set(), {});
  late_.clear();
  stalled_.clear();
  sweep_at_.reset();
  storm_.reset();
  weather_ = {};
  if (!storm) return;
  storm_.emplace(*storm);
  const auto some = [this](int most) { return chance(60) ? int((*storm_)() % unsigned(most)) : 0; };
  weather_ = {.lost = chance(15) ? 100 : some(60),
              .doubled = some(60),
              .late = some(50),
              .shuffled = some(100),
              .crash = some(70),
              .stall = some(40),
              .outage = some(30),
              .answer = some(20)};
}

bool HistorySite::chance(int percent) {
  return storm_ && percent > 0 && int((*storm_)() % 100) < percent;
}

// A crash before the call is one between storing and sending, or between the lease and the fetch;
// one after it is between the answer and writing it down.
void HistorySite::meet_call(bool carried_out) {
  if (crashes_left_ > 0 && chance(12)) {
    --crashes_left_;
    ++wear_.crashes;
    throw Crash{};
  }
  if (!carried_out || !chance(weather_.answer)) return;
  ++wear_.answers_lost;
  throw egress::Failure(egress::FailureKind::closed, true, "the answer was lost");
}

void HistorySite::begin_outage() {
  if (!chance(weather_.outage)) return;
  ++wear_.outages;
  site_.stripe_is_down = true;
}

void HistorySite::end_outage() {
  if (!site_.stripe_is_down) return;
  work();
  site_.stripe_is_down = false;
  site_.world.machine().advance(backoff_is_over);
}

// After a crash: what the dead process held is free again.
void HistorySite::recover() {
  site_.world.machine().advance(lease_is_over);
  if (sabotage_ == Sabotage::new_keys)
    site_.world.rows(
        "update billing.command set idempotency_key = idempotency_key || '-' "
        "where state = 'pending' returning 1");
}

std::string HistorySite::by_product(const test::World::Work& work) {
  site_.world.business().set(site_.clock.now());
  begin_outage();
  const bool owes = !newest("/v1/invoices?status=open").empty();
  bool is_again = false;
  std::string said;
  while (said.empty()) {
    try {
      site_.world.run(work);
      said = "done";
    } catch (const Crash&) {
      is_again = true;
      recover();
    } catch (const Problem& problem) {
      if (problem.code != "stripe_away") said = problem.code;
      // What was ordered before the crash waits for its payment, which is as far as it comes.
      if (is_again && !owes && said == "invoice_unpaid") said = "done";
      is_again = true;
      site_.world.machine().advance(lease_is_over);
      end_outage();
    }
  }
  end_outage();
  return said;
}

void HistorySite::post(const std::string& body) {
  const int status = site_.post_signed(body);
  if (status != 200) throw std::runtime_error(fmt::format("a webhook was answered {}", status));
}

// Everything that Stripe has to say, with what becomes of it on the way.
void HistorySite::take_mail() {
  std::vector<std::string> bodies;
  for (auto some = site_.stripe_side.take_deliveries(); !some.empty();
       some = site_.stripe_side.take_deliveries()) {
    for (const auto& delivery : some) {
      site_.stripe_side.record(delivery.id, {.status = 200});
      const bool lost = chance(weather_.lost);
      const bool late = !lost && chance(weather_.late);
      wear_.lost += int(lost);
      wear_.late += int(late);
      if (lost || late) sweep_at_ = sweep_at_.value_or(site_.clock.now() + sweep_every);
      if (late)
        late_.push_back(
            {delivery.body, site_.clock.now() + minutes(1 + int((*storm_)() % unsigned(60 * 30)))});
      if (lost || late) continue;
      bodies.push_back(delivery.body);
      if (!chance(weather_.doubled)) continue;
      ++wear_.doubled;
      bodies.push_back(delivery.body);
    }
  }
  if (storm_ && chance(weather_.shuffled)) std::ranges::shuffle(bodies, *storm_);
  for (const std::string& body : bodies) {
    post(body);
    if (chance(20)) work();
  }
}

void HistorySite::deliver_late() {
  for (std::size_t i = 0; i < late_.size();) {
    if (late_[i].at > site_.clock.now()) {
      ++i;
      continue;
    }
    post(late_[i].body);
    late_.erase(late_.begin() + std::ptrdiff_t(i));
  }
}

// False: whoever did it has died, or Stripe did not answer.
bool HistorySite::gets_through(const test::World::Work& work) {
  try {
    site_.world.run(work);
  } catch (const Crash&) {
    return false;
  } catch (const StripeAway&) {
    return false;
  }
  return true;
}

void HistorySite::sweep_if_due() {
  if (!sweep_at_ || *sweep_at_ > site_.clock.now()) return;
  sweep_at_.reset();
  if (sabotage_ == Sabotage::no_sweep) return;
  const test::World::Work job = [this](db::Database&) { return look_for_lost(site_.billing); };
  while (!gets_through(job)) {  // a job that fails is run again
  }
}

// A worker that has fetched, and takes longer than its lease to go on.
void HistorySite::stall() {
  std::optional<std::pair<Lease, Truth>> found;
  // Where nothing is found the lease stays all the same.
  gets_through([&](db::Database&) { return fetch_and_stop(site_.billing, found); });
  if (found) {
    ++wear_.stalls;
    stalled_.push_back({std::move(found->first), std::move(found->second)});
  }
  site_.world.machine().advance(lease_is_over);
}

void HistorySite::end_stalls() {
  for (const Stalled& each : stalled_) {
    if (sabotage_ == Sabotage::no_fence)
      site_.world.rows(
          fmt::format("update billing.sync set lease_token = '{}', lease_until = now() "
                      "where customer_id = '{}' returning 1",
                      to_string(each.lease.token), each.lease.customer_id));
    site_.world.run(
        [&](db::Database&) { return write_late(site_.billing, each.lease, each.truth); });
  }
  stalled_.clear();
}

// One look instead of the many of workers that find nothing: most of the time nothing is to be
// done.
bool HistorySite::has_work() const {
  return site_.world.rows(
             fmt::format("select exists (select 1 from billing.sync where dirty_seq > synced_seq)"
                         "    or exists (select 1 from billing.command where state = 'pending')"
                         "    or exists (select 1 from billing.due where due_at <= '{}')",
                         to_rfc3339(site_.clock.now()))) == "t\n";
}

// Until nothing is left to do, whoever dies over it.
void HistorySite::work() {
  site_.world.business().set(site_.clock.now());
  if (!has_work()) return;
  if (chance(weather_.stall)) stall();
  for (bool done = false; !done;) {
    try {
      site_.world.run([this](db::Database&) { return work_off(site_.billing); });
      done = true;
    } catch (const Crash&) {
      recover();
    }
  }
  if (sabotage_ == Sabotage::no_step_kept)
    site_.world.rows("delete from billing.dunning_step returning 1");
}

void HistorySite::settle() {
  site_.world.business().set(site_.clock.now());
  take_mail();
  deliver_late();
  sweep_if_due();
  work();
  if (chance(30)) end_stalls();
  // A lease that was left behind ends, and what was put off is due, before anything else happens.
  if (storm_) {
    site_.world.machine().advance(backoff_is_over);
    work();
  }
}

std::optional<Instant> HistorySite::next_stop() {
  std::optional<Instant> next = sweep_at_;
  const auto consider = [&](Instant at) {
    if (!next || at < *next) next = at;
  };
  for (const Late& each : late_) consider(each.at);
  const std::string due = site_.world.rows(
      "select (extract(epoch from due_at) * 1000000)::bigint from billing.due order by due_at "
      "limit 1");
  if (!due.empty()) consider(Instant{std::stoll(due)});
  return next;
}

void HistorySite::advance(Instant to) {
  for (;;) {
    const auto stop = next_stop();
    const Instant until = stop && *stop < to ? *stop : to;
    const bool more = site_.stripe_side.step(until);
    settle();
    if (!more && until == to) return;
  }
}

std::string HistorySite::outcome() {
  std::string text = site_.world.rows(std::string(whole));
  for (const std::string_view list :
       {"/v1/customers?limit=100", "/v1/subscriptions?status=all&limit=100",
        "/v1/invoices?limit=100", "/v1/refunds?limit=100"}) {
    const json::value answer = json::parse(site_.ask("GET", std::string(list)));
    text += fmt::format("at Stripe {}: {}\n", list.substr(4, list.find('?') - 4),
                        answer.at("data").as_array().size());
  }
  return text;
}

}  // namespace freehold::billing
