// What programs read of billing, and what the document of the API says of it. Private to the
// module.
#pragma once

#include "billing/billing.hpp"
#include "billing/invoices.hpp"
#include "billing/retention.hpp"
#include "core/json.hpp"
#include "core/notes.hpp"
#include "http/router.hpp"

namespace freehold::billing {

// What it changes to at the end of the paid period.
struct PendingChange {
  std::string plan;
  std::string interval;
  Money price;
  Instant at;
};
BOOST_DESCRIBE_STRUCT(PendingChange, (), (plan, interval, price, at))

// Nothing is charged.
struct CollectionPauseResource {
  std::string behavior;
  std::optional<Instant> resumes_at;
};
BOOST_DESCRIBE_STRUCT(CollectionPauseResource, (), (behavior, resumes_at))

// So much of an add-on.
struct AddonQuantity {
  std::string addon;
  std::int64_t quantity = 0;
};
BOOST_DESCRIBE_STRUCT(AddonQuantity, (), (addon, quantity))

struct SubscriptionResource {
  static constexpr std::string_view object = "subscription";
  std::string id;
  std::string status;  // Stripe's word
  std::string plan;
  std::string interval;
  Money price;
  std::vector<AddonQuantity> addons;
  Instant current_period_start;
  Instant current_period_end;
  std::optional<Instant> trial_ends_at;
  std::optional<Instant> cancels_at;
  std::optional<std::string> paused_reason;
  std::optional<PendingChange> pending_change;
  std::optional<CollectionPauseResource> pause_collection;
  Instant created_at;
};
BOOST_DESCRIBE_STRUCT(SubscriptionResource, (),
                      (id, status, plan, interval, price, addons, current_period_start,
                       current_period_end, trial_ends_at, cancels_at, paused_reason, pending_change,
                       pause_collection, created_at))

// What is kept after the last subscription ended, and until when.
struct RetentionResource {
  std::string state = {};
  Instant ended_at;
  std::optional<Instant> purge_at = {};
  bool held = false;
};
BOOST_DESCRIBE_STRUCT(RetentionResource, (), (state, ended_at, purge_at, held))

// What the workspace may use, and why; `subscription` is null for one that pays nothing.
struct StandingResource {
  static constexpr std::string_view object = "standing";
  std::string plan = {};
  entitlements::Access access = entitlements::Access::full;
  std::optional<std::string> access_reason = {};
  std::string source = {};
  std::optional<Instant> access_until = {};
  std::optional<Instant> trial_ends_at = {};
  std::optional<SubscriptionResource> subscription = {};
  std::optional<RetentionResource> retention = {};
};
BOOST_DESCRIBE_STRUCT(StandingResource, (),
                      (plan, access, access_reason, source, access_until, trial_ends_at,
                       subscription, retention))

struct AddonChange {
  std::string addon;
  std::int64_t quantity = 0;
};
BOOST_DESCRIBE_STRUCT(AddonChange, (), (addon, quantity))
Notes notes_on(const AddonChange*);

// What it shall have: a plan at an interval, or add-ons.
struct SubscriptionChange {
  std::optional<std::string> plan = {};
  std::optional<catalog::Interval> interval = {};
  std::optional<std::vector<AddonChange>> addons = {};
};
BOOST_DESCRIBE_STRUCT(SubscriptionChange, (), (plan, interval, addons))
Notes notes_on(const SubscriptionChange*);

struct CancellationBody {
  std::optional<CancelWhen> when;
  std::optional<std::string> feedback;
  std::optional<std::string> comment;
};
BOOST_DESCRIBE_STRUCT(CancellationBody, (), (when, feedback, comment))
Notes notes_on(const CancellationBody*);

struct InvoiceResource {
  static constexpr std::string_view object = "invoice";
  std::string id;
  std::optional<std::string> number;
  std::string status;
  Money total;
  Money amount_remaining;
  Instant created_at;
  std::optional<Instant> paid_at;
  std::optional<std::string> url;
};
BOOST_DESCRIBE_STRUCT(InvoiceResource, (),
                      (id, number, status, total, amount_remaining, created_at, paid_at, url))

struct PriceResource {
  Money amount;
  catalog::Interval interval = catalog::Interval::month;
};
BOOST_DESCRIBE_STRUCT(PriceResource, (), (amount, interval))

struct AllowanceResource {
  std::string key;
  std::optional<std::int64_t> limit;  // null: unlimited
};
BOOST_DESCRIBE_STRUCT(AllowanceResource, (), (key, limit))

struct AddonResource {
  static constexpr std::string_view object = "addon";
  std::string id = {};
  std::string name = {};
  std::vector<PriceResource> prices = {};
  std::vector<std::string> plans = {};
  std::vector<std::string> features = {};
  std::vector<AllowanceResource> limits = {};
  std::vector<AllowanceResource> meters = {};
  std::int64_t max_quantity = 1;
};
BOOST_DESCRIBE_STRUCT(AddonResource, (),
                      (id, name, prices, plans, features, limits, meters, max_quantity))

struct PlanResource {
  static constexpr std::string_view object = "plan";
  std::string id = {};
  std::string name = {};
  std::vector<PriceResource> prices = {};
  std::vector<std::string> features = {};
  std::vector<AllowanceResource> limits = {};
  std::vector<AllowanceResource> meters = {};
};
BOOST_DESCRIBE_STRUCT(PlanResource, (), (id, name, prices, features, limits, meters))

Notes notes_on(const SubscriptionResource*);
Notes notes_on(const RetentionResource*);
Notes notes_on(const PendingChange*);
Notes notes_on(const CollectionPauseResource*);
Notes notes_on(const StandingResource*);
Notes notes_on(const InvoiceResource*);
Notes notes_on(const PriceResource*);
Notes notes_on(const AllowanceResource*);
Notes notes_on(const PlanResource*);
Notes notes_on(const AddonQuantity*);
Notes notes_on(const AddonResource*);
Notes notes_on(const PostalAddress*);
Notes notes_on(const TaxId*);

SubscriptionResource resource_of(const Mirror& mirror, const catalog::Catalog& catalog);
RetentionResource resource_of(const Retention& retention);
InvoiceResource resource_of(const Invoice& invoice);
PlanResource resource_of(const catalog::Plan& plan);
AddonResource resource_of(const catalog::Addon& addon);

}  // namespace freehold::billing
