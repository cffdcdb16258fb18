// What heals without anybody noticing: lost webhooks, copies that have grown old, and seats that
// were refused.
#include "billing/commands.hpp"
#include "billing/customers.hpp"
#include "billing/due.hpp"
#include "billing/json_fields.hpp"
#include "billing/receive.hpp"
#include "billing/seats.hpp"
#include "billing/stripe.hpp"
#include "core/async.hpp"
#include "core/log.hpp"

namespace freehold::billing {
namespace {

constexpr Duration fresh_for = hours(24);
constexpr Duration looked_back = hours(3);  // of Stripe's events, at least
constexpr Duration events_kept = days(90);
constexpr Duration commands_kept = days(30);
constexpr int most_pages = 50;

// One after the other, each with the time that its four requests may take of 25 a second.
const db::Query<void, Instant, Instant> mark_stale{"billing.mark_stale", R"(
  update billing.sync s
     set dirty_seq = s.dirty_seq + 1, next_at = $2 + c.n * interval '160 milliseconds',
         request_id = null, trace_id = null
    from (select customer_id, row_number() over (order by synced_at) - 1 as n
            from billing.sync
           where dirty_seq = synced_seq
             and dead_at is null
             and synced_at < $1
           order by synced_at
           limit 500) c
   where s.customer_id = c.customer_id)"};

const db::Query<std::string, std::vector<std::string>> select_known{"billing.known_events", R"(
  select id
    from billing.stripe_event
   where id = any ($1)
   order by id
   limit 100)"};

const db::Query<void, Instant> delete_old_events{"billing.remove_old_events", R"(
  delete from billing.stripe_event
   where (id, livemode) in (select id, livemode
                              from billing.stripe_event
                             where received_at < $1
                             order by received_at
                             limit 5000))"};

// Those of the page that were never delivered to us.
Task<int> take_in_missing(Billing& billing, const events::Job& job,
                          const std::vector<json::value>& page) {
  std::vector<std::string> ids;
  ids.reserve(page.size());
  for (const json::value& event : page)
    ids.push_back(fields::text(fields::at(&event, "id")).value_or(""));
  db::SystemRead db = billing.database.system_read();
  const auto known = co_await db.rows(select_known, std::move(ids));
  int taken = 0;
  for (const json::value& event : page) {
    const auto hint = read_hint(event);
    if (!hint || std::ranges::find(known, hint->id) != known.end()) continue;
    const std::string payload = json::serialize(event);
    co_await store_event(billing, *hint, payload, job.origin());
    ++taken;
  }
  co_return taken;
}

Task<> take_in_lost_events(Billing& billing, const events::Job& job) {
  // A sweep or two may be missed.
  const Duration back = std::max(looked_back, 3 * billing.sweep_every);
  const Instant since = billing.clocks.business.now() - back;
  Params params{{"created[gte]", std::to_string(to_unix_seconds(since))}, {"limit", "100"}};
  int taken = 0;
  Stripe stripe = billing.stripe.in_bulk();
  for (int n = 0; n < most_pages; ++n) {
    const json::value list = co_await stripe.get("/v1/events", params);
    const auto page = fields::data_of(list);
    taken += co_await take_in_missing(billing, job, page);
    if (page.empty() || !fields::flag(fields::at(&list, "has_more"))) break;
    const auto last = fields::text(fields::at(&page.back(), "id"));
    params.resize(2);
    params.emplace_back("starting_after", last.value_or(""));
  }
  if (taken > 0) log::warn("billing.lost_events_taken_in", job.cause(), {{"count", taken}});
}

}  // namespace

Task<> sweep(Billing& billing, const events::Job& job) {
  const Instant machine_now = billing.clocks.machine.now();
  const Instant business_now = billing.clocks.business.now();
  db::SystemTx tx = billing.database.system();
  co_await tx.run(mark_stale, machine_now - fresh_for, machine_now);
  co_await tx.run(delete_old_events, machine_now - events_kept);
  co_await remove_old_commands(tx, business_now - commands_kept);
  co_await retry_refused_seats(tx, machine_now);
  co_await tx.commit();
  co_await settle_waiting(billing.database, machine_now);
  if (billing.stripe.configured()) co_await take_in_lost_events(billing, job);
}

}  // namespace freehold::billing
