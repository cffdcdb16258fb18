// What a workspace may use, as programs and products read it. Private to the module.
#pragma once

#include "core/json_fwd.hpp"
#include "metering/metering.hpp"
#include "metering/pages.hpp"

namespace freehold::metering {

// {"object":"entitlements","tenant_id":…,"version":…,"plan":…,"plan_name":…,"access":…,
//  "features":{key: bool},"limits":{key: number or null},"meters":{key: {limit, used, period_start,
//  period_end}},"next_change_at":…,"upgrade_url":…}: every declared key is there, so that a
// misspelled one is noticed.
Task<json::object> entitlements_of(Pages& pages, const Actor& actor,
                                   std::shared_ptr<const entitlements::Snapshot> snapshot);

void entitlements_routes(http::Router& at, Pages& pages);
void usage_event_routes(http::Router& at, Pages& pages);
void reservation_routes(http::Router& at, Pages& pages);

bool declares_meter(const catalog::Catalog& catalog, std::string_view meter);

}  // namespace freehold::metering
