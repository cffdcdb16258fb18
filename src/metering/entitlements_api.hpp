// What a workspace may use, as programs and products read it. Private to the module.
#pragma once

#include <map>

#include "core/json_fwd.hpp"
#include "core/notes.hpp"
#include "metering/metering.hpp"
#include "metering/pages.hpp"

namespace freehold::metering {

inline constexpr http::Tag about_entitlements{
    "Entitlements", "What a workspace may use, and how much of it. Reading costs nothing."};
inline constexpr http::Tag about_usage{
    "Usage", "How much is used: read, reported, and held for what has not happened yet."};

struct MeterState {
  catalog::Allowance limit = {};
  std::int64_t used = 0;
  Instant period_start = {};
  Instant period_end = {};
};
BOOST_DESCRIBE_STRUCT(MeterState, (), (limit, used, period_start, period_end))
Notes notes_on(const MeterState*);

// Every declared key is there, so that a misspelled one is noticed.
struct Entitlements {
  static constexpr std::string_view object = "entitlements";
  TenantId tenant_id = {};
  std::int64_t version = 0;
  std::string plan = {};
  std::string plan_name = {};
  entitlements::Access access = entitlements::Access::full;
  std::map<std::string, bool> features = {};
  std::map<std::string, catalog::Allowance> limits = {};
  std::map<std::string, MeterState> meters = {};
  std::optional<Instant> next_change_at = {};
  std::string upgrade_url = {};
};
BOOST_DESCRIBE_STRUCT(Entitlements, (),
                      (tenant_id, version, plan, plan_name, access, features, limits, meters,
                       next_change_at, upgrade_url))
Notes notes_on(const Entitlements*);

Task<Entitlements> entitlements_of(Pages& pages, const Actor& actor,
                                   std::shared_ptr<const entitlements::Snapshot> snapshot);

void entitlements_routes(http::Router& at, Pages& pages);
void usage_routes(http::Router& at, Pages& pages);
void usage_event_routes(http::Router& at, Pages& pages);
void reservation_routes(http::Router& at, Pages& pages);

bool declares_meter(const catalog::Catalog& catalog, std::string_view meter);

// Plan, meters and limits at once: what the page and the API show of usage.
struct LimitUse {
  std::string limit;
  std::int64_t used = 0;
  catalog::Allowance allowance;
};
BOOST_DESCRIBE_STRUCT(LimitUse, (), (limit, used, allowance))
Notes notes_on(const LimitUse*);

struct UsageReport {
  static constexpr std::string_view object = "usage";
  std::string plan;
  std::string plan_name;
  std::vector<Usage> meters = {};
  std::vector<LimitUse> limits = {};
};
BOOST_DESCRIBE_STRUCT(UsageReport, (), (plan, plan_name, meters, limits))
Notes notes_on(const UsageReport*);

Task<UsageReport> report(Pages& pages, const Actor& actor, db::ControlRead& db);

}  // namespace freehold::metering
