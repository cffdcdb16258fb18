// From what Stripe said to what a tenant may do: a pure function. No events, no history, no clock
// of its own: the same facts give the same answer, whatever order the webhooks came in.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "catalog/catalog.hpp"
#include "core/time.hpp"
#include "entitlements/entitlements.hpp"

namespace freehold::billing {

// One price of a subscription, and how often it is paid for.
struct Item {
  std::string stripe_id;
  std::string lookup_key;                // of one from before, its id
  std::optional<std::int64_t> quantity;  // nothing: counted by a meter
  std::int64_t amount = 0;               // minor units for one; 0 where tiers decide

  friend bool operator==(const Item&, const Item&) = default;
};
BOOST_DESCRIBE_STRUCT(Item, (), (stripe_id, lookup_key, quantity, amount))

// One subscription as Stripe described it last.
struct Mirror {
  std::string stripe_id;
  std::string status;  // verbatim; Stripe may add values
  // Of the item that says which plan and interval it is: the plan's flat price, or what leads it.
  std::string lookup_key;  // of a price from before, its id
  std::string item_id;
  std::int64_t amount = 0;  // minor units for one interval
  std::string currency;
  std::string billing_interval;  // month or year
  Instant created_at;
  Instant billing_cycle_anchor;
  Instant period_start;
  Instant period_end;
  std::optional<Instant> trial_end;
  bool cancel_at_period_end = false;
  std::optional<Instant> cancel_at;
  std::optional<Instant> canceled_at;
  std::optional<Instant> ended_at;
  // A change of plan that waits for its payment, until then; nothing: none does.
  std::optional<Instant> pending_update_until = {};
  Instant fetched_at;
  std::int64_t mrr = 0;  // what it brings in a month if it earns: minor units, discounts taken off
  std::vector<Item> items = {};  // kept beside; as Stripe lists them

  // Since when the status is this one, by our fetches.
  Instant status_since = {};
  // The schedule that is attached; and the price that it will bring, with the time. Without a time
  // it brings none any more.
  std::optional<std::string> schedule_id = {};
  std::optional<std::string> pending_lookup_key = {};
  std::optional<std::int64_t> pending_amount = {};
  std::optional<std::string> pending_interval = {};
  std::optional<Instant> pending_at = {};
  // Nothing is collected: keep_as_draft, mark_uncollectible or void; without a time until somebody
  // resumes it. The status stays as it is.
  std::optional<std::string> pause_collection = {};
  std::optional<Instant> collection_resumes_at = {};
  // Of the status `paused`, verbatim: pause_requested, trial_end_without_payment_method,
  // first_payment_failure, final_payment_failure, system.
  std::optional<std::string> paused_reason = {};
  // What whoever canceled it said.
  std::optional<std::string> cancellation_feedback = {};
  std::optional<std::string> cancellation_comment = {};
};
BOOST_DESCRIBE_STRUCT(Mirror, (),
                      (stripe_id, status, lookup_key, item_id, amount, currency, billing_interval,
                       created_at, billing_cycle_anchor, period_start, period_end, trial_end,
                       cancel_at_period_end, cancel_at, canceled_at, ended_at, pending_update_until,
                       fetched_at, mrr, status_since, schedule_id, pending_lookup_key,
                       pending_amount, pending_interval, pending_at, pause_collection,
                       collection_resumes_at, paused_reason, cancellation_feedback,
                       cancellation_comment))

struct Invoice {
  std::string stripe_id;
  std::optional<std::string> subscription_id;
  std::optional<std::string> number;
  std::string status;  // draft, open, paid, uncollectible, void
  std::string currency;
  std::int64_t total = 0;
  std::int64_t amount_paid = 0;
  std::int64_t amount_remaining = 0;
  bool attempted = false;
  std::int32_t attempt_count = 0;
  Instant created_at;
  std::optional<Instant> finalized_at;
  std::optional<Instant> paid_at;
  std::optional<Instant> next_attempt_at;
  std::optional<std::string> hosted_invoice_url;
  // Why the last attempt failed: authentication_required, hard_decline, soft_decline,
  // no_payment_method.
  std::optional<std::string> failure = {};
};
BOOST_DESCRIBE_STRUCT(Invoice, (),
                      (stripe_id, subscription_id, number, status, currency, total, amount_paid,
                       amount_remaining, attempted, attempt_count, created_at, finalized_at,
                       paid_at, next_attempt_at, hosted_invoice_url, failure))

struct Trial {
  std::string plan;
  Instant started_at;
  std::optional<Instant> ends_at;  // none: the tenant started without one
};
BOOST_DESCRIBE_STRUCT(Trial, (), (plan, started_at, ends_at))

// Whether what a tenant has stored is deleted when its last subscription has been over for so long.
//   without_free_plan  where the catalogue has no free plan to go on with
//   retention          in any case
//   never
enum class PurgeAfterCancel { without_free_plan, retention, never };
BOOST_DESCRIBE_ENUM(PurgeAfterCancel, without_free_plan, retention, never)

// What a tenant may still do when money went back, by a dispute or a full refund.
enum class AfterReturn { keep, limited };
BOOST_DESCRIBE_ENUM(AfterReturn, keep, limited)

struct Policy {
  Duration grace = days(7);                // full access after a payment failed
  Duration reminder_after = days(3);       // of the failure, when it is still unpaid
  Duration last_warning_before = days(1);  // the end of the grace
  Duration unknown_kept = hours(72);       // a status that we do not know keeps the last access
  // After the end of the last subscription (retention.hpp):
  PurgeAfterCancel purge_after_cancel = PurgeAfterCancel::without_free_plan;
  Duration retention = days(30);           // until what is stored is deleted
  Duration purge_notice = days(3);         // the last warning before that
  std::vector<int> win_back = {1, 7, 21};  // days after the end on which they are asked back
  Duration trial_overrun = hours(2);       // of a trial's end, before Stripe is asked anew
  // While Stripe collects nothing: full, or limited where customers take it for a pause.
  entitlements::Access collection_pause_access = entitlements::Access::full;

  bool pause_offered = true;  // customers may pause instead of canceling
  // Whoever cancels at once gets a last invoice for what was used and changed since the one before
  // …
  bool cancel_now_invoices = true;
  // … and what is left of the paid period as credit.
  bool cancel_now_prorates = false;
  AfterReturn dispute_access = AfterReturn::keep;  // while a charge is disputed
  AfterReturn refund_access = AfterReturn::keep;   // when the latest invoice was refunded in full
};

// What went back of the money that was paid.
struct Returned {
  bool disputed = false;                   // a dispute is open that took money
  std::vector<std::string> refunded = {};  // subscriptions whose latest paid invoice was refunded
};
BOOST_DESCRIBE_STRUCT(Returned, (), (disputed, refunded))

struct Facts {
  std::vector<Mirror> mirrors;
  std::vector<Invoice> invoices;
  Trial trial;
  std::optional<entitlements::Standing> last;
  Returned returned = {};
};

// See the table in README.md.
entitlements::Standing standing_of(const Facts& facts, const Policy& policy,
                                   const catalog::Catalog& catalog, Instant now);

// Why the access is not full: payment_failed, disputed, refunded, paused, collection_paused,
// unknown_status or no_plan; nothing: it is.
std::optional<std::string> reason_of(const entitlements::Standing& standing,
                                     const std::optional<Mirror>& current, const Returned& returned,
                                     const Policy& policy);

// When the copy is to be fetched again although nothing was heard: a trial that should be over. It
// is never cut by our clock, because Stripe needs its time to bill what follows.
std::optional<Instant> recheck_at(const Facts& facts, const Policy& policy, Instant now);

// The plan that is paid for: the one of the price's lookup key, whatever its version.
std::string plan_of(const Mirror& mirror, const catalog::Catalog& catalog);
// Whether the catalogue says so, or it is the default plan for want of a better one.
bool knows_price(const Mirror& mirror, const catalog::Catalog& catalog);
// A subscription that gives, or may soon give, something: not canceled, not expired unpaid.
bool is_live(const Mirror& mirror);
// Whether its status is one of those in README.md's table; of another one nobody here knows what it
// means.
bool knows_status(const Mirror& mirror);
// Whether Stripe collects nothing for it now.
bool is_collection_paused(const Mirror& mirror, Instant now);
// When it ends because somebody canceled it; both ways in which Stripe says so.
std::optional<Instant> cancels_at(const Mirror& mirror);
// When the payment problem began: the earliest unpaid, attempted invoice's finalization. From
// state, so that late, lost or repeated events give the same answer.
std::optional<Instant> grace_anchor(const Mirror& mirror, const std::vector<Invoice>& invoices);
// An invoice whose payment was tried and failed, and that is still to be paid.
bool is_overdue(const Invoice& invoice);

}  // namespace freehold::billing
