// What the module brings: permissions, routes and work.
#include "billing/billing.hpp"

#include "billing/card_trials.hpp"
#include "billing/commands.hpp"
#include "billing/customers.hpp"
#include "billing/due.hpp"
#include "billing/handlers.hpp"
#include "billing/ledger.hpp"
#include "billing/receive.hpp"
#include "billing/retention.hpp"
#include "billing/seats.hpp"
#include "billing/stripe.hpp"
#include "billing/sync.hpp"
#include "billing/usage_reports.hpp"
#include "core/async.hpp"
#include "tenancy/tenancy.hpp"

namespace freehold::billing {

Module module() {
  using namespace permissions;
  constexpr std::string_view payload = "subscription, status, plan, cancels_at";
  return {.name = "billing",
          .permissions = {{.permission = billing_read, .admin = true},
                          {.permission = billing_manage, .admin = true}},
          .events = {{subscription_started, payload, "A paid plan began."},
                     {subscription_changed, payload, "Its plan, state or end changed."},
                     {subscription_ended, payload, "A paid plan is over."},
                     {trial_refused, "subscription",
                      "The card of a trial had one in another workspace: it ends at once."},
                     {payment_failed, "invoice", "An invoice could not be collected."},
                     {payment_recovered, "invoice", "An overdue invoice was paid."},
                     {invoice_paid, "invoice, number, amount, currency",
                      "An invoice is paid. `amount` is in minor units; an invoice of nothing is "
                      "not told of."},
                     {dunning_step_reached, "step, subscription, invoice, reason, access_until",
                      "An unpaid invoice is due to be reminded of: `first`, `reminder`, "
                      "`last_warning`, `cut`."},
                     {win_back_step_reached, "step, day, subscription, ended_at",
                      "A customer whose last subscription ended is due to be asked back."},
                     {purge_scheduled, "purge_at, subscription",
                      "What the workspace has stored will be deleted, since it has no plan."},
                     {purge_announced, "purge_at, subscription", "That is days away."},
                     {purge_canceled, "", "It will not be deleted after all."},
                     {tenant_purged, "rows",
                      "What the workspace had stored is deleted. Delete your part, too."},
                     {task_opened, "kind, subject",
                      "Something about the money waits for a person of the staff."}}};
}

void routes(http::Router& at, Billing& billing) {
  webhook_routes(at, billing);
  overview_routes(at, billing);
  invoice_routes(at, billing);
  details_routes(at, billing);
  card_routes(at, billing);
  plan_routes(at, billing);
  addon_routes(at, billing);
  cancel_routes(at, billing);
  pause_routes(at, billing);
  return_routes(at, billing);
  pricing_routes(at, billing);
  subscription_api_routes(at, billing);
  api_routes(at, billing);
  invoice_api_routes(at, billing);
  details_api_routes(at, billing);
}

namespace {

// A plan that staff grant, or take back, decides whether what is stored will be deleted.
Task<> follow_grant(Billing& billing, const events::Job& job) {
  db::ControlTx tx = billing.database.control(job.actor());
  co_await mark_dirty(tx);
  co_await derive(tx, billing.policy, billing.catalog);
  billing.gates.announce(tx);
  co_await tx.commit();
}

Task<> repair_drift(Billing& billing) {
  if (billing.stripe.configured()) co_await find_drift(billing, true);
}

}  // namespace

events::Work work(Billing& billing) {
  events::Work work;
  work.subscriptions = {
      {.kind = "billing.create_customer",
       .on = tenancy::tenant_created,
       .run = [&billing](const events::Job& job) { return create_customer(billing, job); }},
      {.kind = "billing.follow_grant",
       .on = entitlements::override_set,
       .run = [&billing](const events::Job& job) { return follow_grant(billing, job); }},
      {.kind = "billing.follow_revocation",
       .on = entitlements::override_revoked,
       .run = [&billing](const events::Job& job) { return follow_grant(billing, job); }}};
  constexpr std::array<std::pair<std::string_view, EventType>, 4> moves_seats{
      {{"billing.seats_of_added_member", tenancy::member_added},
       {"billing.seats_of_removed_member", tenancy::member_removed},
       {"billing.seats_of_new_subscription", subscription_started},
       {"billing.seats_of_changed_subscription", subscription_changed}}};
  for (const auto& [kind, type] : moves_seats)
    work.subscriptions.push_back(
        {.kind = kind, .on = type, .run = [&billing](const events::Job& job) {
           return note_seats(billing, job);
         }});
  work.crons = {{.name = "billing.sweep",
                 .every = billing.sweep_every,
                 .run = [&billing](const events::Job& job) { return sweep(billing, job); }}};
  work.crons.push_back({.name = "billing.drift",
                        .every = hours(1),
                        .run = [&billing](const events::Job&) { return repair_drift(billing); }});
  work.loops = {
      {.name = "billing.sync", .step = [&billing] { return sync_step(billing); }},
      {.name = "billing.commands", .step = [&billing] { return command_step(billing); }},
      {.name = "billing.seats", .step = [&billing] { return seat_step(billing); }},
      {.name = "billing.usage", .step = [&billing] { return usage_step(billing); }},
      {.name = "billing.thin_events", .step = [&billing] { return look_up_step(billing); }},
      {.name = "billing.due", .step = [&billing] { return due_step(billing); }},
  };
  return work;
}

}  // namespace freehold::billing
