// Billing: what a tenant has agreed to pay for, and whether it has paid.
//
// Stripe owns the money. This module keeps the copy that decisions are made with, and is the only
// one that talks to Stripe. A webhook is a hint: a worker fetches the truth and derives everything
// anew, so order, duplication, delay and loss of events do not matter. See README.md for the
// states.
#pragma once

#include <array>
#include <boost/describe.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/access.hpp"
#include "billing/event_counts.hpp"
#include "billing/invoices.hpp"
#include "billing/standing.hpp"
#include "billing/truth.hpp"
#include "catalog/catalog.hpp"
#include "core/actor.hpp"
#include "core/crypto.hpp"
#include "core/keys.hpp"
#include "core/module.hpp"
#include "core/money.hpp"
#include "core/task.hpp"
#include "core/time.hpp"
#include "db/db.hpp"
#include "entitlements/entitlements.hpp"
#include "events/events.hpp"
#include "html/frame.hpp"
#include "html/html.hpp"
#include "http/router.hpp"
#include "metering/pages.hpp"

namespace freehold::billing {

class Stripe;

namespace permissions {
inline constexpr Permission billing_read{8, "billing:read"};
inline constexpr Permission billing_manage{9, "billing:manage"};
}  // namespace permissions
Module module();

// Emitted from differences between what we knew and what Stripe says now, never from webhooks.
inline constexpr EventType subscription_started{"subscription.started"};
inline constexpr EventType subscription_changed{"subscription.changed"};
inline constexpr EventType subscription_ended{"subscription.ended"};
inline constexpr EventType payment_failed{"payment.failed"};
inline constexpr EventType payment_recovered{"payment.recovered"};
// Each invoice of more than nothing once, when it is known to be paid.
inline constexpr EventType invoice_paid{"invoice.paid"};
// It is time to remind of an unpaid invoice; each step of an episode once (dunning.hpp).
inline constexpr EventType dunning_step_reached{"dunning.step_reached"};
// Something about a tenant's money waits for a person (tasks.hpp).
inline constexpr EventType task_opened{"billing.task_opened"};

// What the module stands on; put together once by the program.
struct Billing {
  db::Database& database;
  Clocks clocks;
  Stripe& stripe;
  const catalog::Catalog& catalog;
  entitlements::Gates& gates;
  Policy policy;
  std::vector<Secret> webhook_secrets;
  std::string base_url;  // of the product, for return addresses
  const html::Views& views;
  std::function<Task<html::Frame>(http::Request&)> frame;
  std::function<html::Frame(const http::Request&)> public_frame;
  // The address that Stripe writes to; of the tenant's first owner.
  std::function<Task<std::string>(db::ControlRead&)> owner_email;
  // How many people the workspace pays for, where a plan has a price for each; without it, one.
  std::function<Task<std::int64_t>(db::ControlRead&)> count_seats = {};
  // The person of a session in one of their workspaces, for the public pricing page; without it,
  // nobody's plan is marked there.
  std::function<Task<std::optional<Actor>>(std::string slug, UserId user, Origin origin)> person =
      {};
  // What is counted under the limits of plans, to say what a smaller plan does not hold.
  std::vector<metering::Gauge> gauges = {};
  // Of the page within the workspace where it takes its data along: "/documents/export"; empty:
  // none.
  std::string export_path = {};
  // Names of people in the workspace who have the permission; without it, their roles are named.
  std::function<Task<std::string>(const Actor&, const Permission&)> who_can = {};
  // How far the time of a webhook's signature may be from now, in either direction.
  Duration signature_tolerance = seconds(300);
  // How often lost events are looked for.
  Duration sweep_every = hours(1);
  std::shared_ptr<EventCounts> counts = std::make_shared<EventCounts>();
  // Draws an invoice as a PDF, off the io threads.
  std::function<Task<std::string>(FullInvoice)> print = {};
};

void routes(http::Router& at, Billing& billing);
events::Work work(Billing& billing);

// What a new tenant starts with, in the transaction that makes it: a trial of the catalogue's trial
// plan, or its default plan, and the standing that follows. The Stripe customer is made by a job.
Task<> start(db::ControlTx& tx, const catalog::Catalog& catalog);

// --- What the tenant has, from our copy ----------------------------------------------------------

Task<std::vector<Mirror>> subscriptions(db::ControlRead& db);
// Of those that give something, the one that counts; none: no subscription.
Task<std::optional<Mirror>> current_subscription(db::ControlRead& db);
Task<std::vector<Invoice>> invoices(db::ControlRead& db);  // newest first, at most 100
Task<Trial> get_trial(db::ControlRead& db);
Task<std::optional<Card>> find_card(db::ControlRead& db);
// The step of the reminders about this invoice that was reached last; empty: none.
Task<std::string> latest_dunning_step(db::ControlRead& db, std::string invoice_id);
Task<Facts> facts(db::ControlRead& db);

// The invoice as a PDF. Problem 404 when it is not the tenant's, 503 `pdf_away`.
Task<std::string> invoice_pdf(Billing& billing, const Actor& actor, std::string id_or_number);

struct SyncState {
  std::string customer_id;
  bool behind = false;  // a hint is waiting to be followed
  std::optional<Instant> synced_at;
  std::optional<std::string> last_error;
  std::optional<Instant> dead_at;
};
BOOST_DESCRIBE_STRUCT(SyncState, (), (customer_id, behind, synced_at, last_error, dead_at))
Task<std::optional<SyncState>> find_sync(db::ControlRead& db);

// What the subscription brings in a month, as docs/billing-numbers.md defines it. Only one that is
// active or past due earns.
Money monthly_revenue(const Mirror& mirror);

// --- Acts. Stripe is told by a stored command; our copy follows by the ordinary path -------------

// queued: Stripe is away; a worker goes on. unpaid: it takes effect when its invoice is paid, which
// Stripe waits 23 hours for. scheduled: at the end of the paid period.
enum class Ordered { carried_out, queued, unpaid, scheduled };

// A checkout page for the price; an earlier one that is still open is closed. Problem 409
// `subscription_exists`, `invoice_unpaid`; 503 `stripe_away` when Stripe does not answer (nothing
// was bought).
Task<std::string> open_checkout(Billing& billing, const Actor& actor, std::string slug,
                                const catalog::Price& price);
// Another price for the live subscription. One that is paid now (upgrade.hpp) takes effect when it
// is paid, and costs what a preview of the same `proration_date` says; any other is scheduled for
// the end of the period, but begins at once during a trial. A change that was scheduled before is
// dropped; the price that it has already is the same as `withdraw_change`. Problem 409
// `no_subscription`, `invoice_unpaid`, `subscription_ends`, `subscription_paused`.
Task<Ordered> change_plan(Billing& billing, const Actor& actor, const catalog::Price& price,
                          std::optional<Instant> proration_date = {});
// Takes a scheduled change back.
Task<Ordered> withdraw_change(Billing& billing, const Actor& actor);

enum class CancelWhen { period_end, now };
BOOST_DESCRIBE_ENUM(CancelWhen, period_end, now)
// Stripe's words for why: https://docs.stripe.com/api/subscriptions/object
inline constexpr std::array cancellation_feedbacks{
    std::string_view("too_expensive"),    std::string_view("missing_features"),
    std::string_view("switched_service"), std::string_view("unused"),
    std::string_view("customer_service"), std::string_view("too_complex"),
    std::string_view("low_quality"),      std::string_view("other")};
inline constexpr std::size_t longest_cancellation_comment = 500;  // bytes
struct Cancellation {
  CancelWhen when = CancelWhen::period_end;
  std::string feedback = {};  // one of the words; empty: nothing was said
  std::string comment = {};
};
// Doing it twice is the same as doing it once. Problem 409 `no_subscription`, `subscription_paused`
// (which can only be canceled now), 422 `invalid_input`.
Task<Ordered> cancel(Billing& billing, const Actor& actor, Cancellation cancellation = {});
// As if it had never been said, whichever way it was.
Task<Ordered> undo_cancellation(Billing& billing, const Actor& actor);

// Nothing is charged and nothing can be used until it is resumed. Problem 409 `cannot_pause`,
// `invoice_unpaid`, `subscription_ends`.
Task<Ordered> pause(Billing& billing, const Actor& actor);
// A new period begins and is charged; `unpaid`: it stays paused until that is paid. Problem 409
// `cannot_resume`.
Task<Ordered> resume(Billing& billing, const Actor& actor);

// What becomes of invoices while nothing is collected, in Stripe's words.
inline constexpr std::array collection_behaviors{std::string_view("keep_as_draft"),
                                                 std::string_view("mark_uncollectible"),
                                                 std::string_view("void")};
struct CollectionPause {
  std::string behavior = "keep_as_draft";
  std::optional<Instant> resumes_at = {};  // nothing: when staff say so
};
// For staff: collecting for the subscription stops or goes on, while it runs as before. Audited;
// the worker tells Stripe. Problem 409 `no_subscription`, 422 `invalid_input`.
Task<> pause_collection(db::ControlTx& tx, CollectionPause pause, Instant machine_now);
Task<> resume_collection(db::ControlTx& tx, Instant machine_now);

// Follows the hints of the tenant's customer now instead of at the worker's next turn; true when
// nothing is waiting any more. For the page that people come back to from checkout.
Task<bool> sync_now(Billing& billing, const Actor& actor);
// Marks the customer as to be fetched, whatever we believe to know.
Task<> mark_dirty(db::ControlTx& tx);

// --- For operators -------------------------------------------------------------------------------

// Makes Stripe's products and prices those of the catalogue: found by lookup key, never made twice.
// The difference in words; with `dry_run` nothing is changed.
Task<std::string> sync_plans(db::Database& database, Stripe& stripe,
                             const catalog::Catalog& catalog, bool dry_run);

// Something that Stripe says of a subscription, and our copy does not.
struct Drift {
  std::optional<TenantId> tenant_id = {};  // nothing: a customer of Stripe's that nobody here is
  std::string customer_id;
  std::string subscription_id = {};
  std::string field = {};  // subscription, status, price, cancels_at, period_end
  std::string stripe_says = {};
  std::string we_say = {};
  Instant since = {};  // when it was noticed first
};
BOOST_DESCRIBE_STRUCT(Drift, (),
                      (tenant_id, customer_id, subscription_id, field, stripe_says, we_say, since))
// Compares every subscription at Stripe with our copies and keeps what differs until it no longer
// does, oldest first. With `repair` the customers are marked as to be fetched, which is how every
// copy follows. Throws StripeRefusal and StripeAway.
Task<std::vector<Drift>> find_drift(Billing& billing, bool repair);
// What the last comparison found.
Task<std::vector<Drift>> drifts(db::SystemRead& db);

// An event of Stripe's that could not be followed. It closes by itself when its customer is fetched
// later, but for one of the other mode.
struct DeadEvent {
  std::optional<TenantId> tenant_id = {};
  std::string id;
  bool livemode = false;
  std::string type;
  std::optional<std::string> customer_id = {};
  // unknown_customer: nobody here was its customer for an hour. other_mode: live or test, and our
  // key is not. not_fetched: its customer could not be fetched. object_missing: a thin event about
  // something that Stripe does not have. unreadable: signed by Stripe, and no event.
  std::string reason;
  Instant received_at = {};
  Instant died_at = {};
  std::string payload;
};
BOOST_DESCRIBE_STRUCT(DeadEvent, (),
                      (tenant_id, id, livemode, type, customer_id, reason, received_at, died_at,
                       payload))
// Which of them; what is left out does not matter.
struct DeadFilter {
  std::optional<std::string> id = {};
  std::optional<std::string> customer = {};
  std::optional<std::string> type = {};
  std::optional<std::string> reason = {};
  std::optional<Instant> since = {};  // received then or later
  std::optional<Instant> until = {};  // received before
};
// Newest first, at most 200.
Task<std::vector<DeadEvent>> dead_events(db::SystemRead& db, const DeadFilter& filter);
struct DeadCount {
  std::string reason;
  std::int64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(DeadCount, (), (reason, count))
Task<std::vector<DeadCount>> dead_counts(db::SystemRead& db);

struct Replayed {
  int followed = 0;  // its customer is fetched within seconds
  int waiting = 0;   // its customer is still unknown: it waits another hour
  int dead = 0;      // nothing has changed: unreadable, or of the other mode
};
// Who replays or discards in a tenant, for its audit log.
using ActorOf = std::function<Actor(TenantId)>;
// Takes in again what the filter says, as if it had just come.
Task<Replayed> replay_events(Billing& billing, const DeadFilter& filter, const ActorOf& actor_of);
inline constexpr std::size_t longest_because = 500;  // bytes
// Closes what the filter says without following it, and keeps why; how many they were. What is of a
// tenant is in its audit log. Throws Problem 422 `invalid_input` when it is not said why.
Task<int> discard_events(Billing& billing, const DeadFilter& filter, std::string because,
                         const ActorOf& actor_of);

struct DeadSync {
  TenantId tenant_id;
  std::string customer_id;
  std::string error;
  Instant failed_at;
};
BOOST_DESCRIBE_STRUCT(DeadSync, (), (tenant_id, customer_id, error, failed_at))
Task<std::vector<DeadSync>> dead_syncs(db::SystemRead& db);
// Fetches a customer of the transaction's tenant again that was given up. Throws Problem::not_found
// when it was not.
Task<> replay_sync(db::ControlTx& tx, std::string customer_id);

}  // namespace freehold::billing
