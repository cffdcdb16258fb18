// What stands above every page of one tenant. Private to the module.
#pragma once

#include "core/json_fwd.hpp"
#include "staff/screens.hpp"

namespace freehold::staff {

std::string tenant_url(const http::Request& request, std::string_view tab);

// What the tenant has by what is stored, rather than by this node's memory, which may be a second
// old: staff see what they have just set.
Task<entitlements::Snapshot> snapshot_of(Staff& staff, db::ControlRead& db);

// Renders a tab of the tenant's page: its name, status, plan and the tabs, then `page`.
Task<http::Response> show_tab(Staff& staff, http::Request& request, db::ControlRead& db,
                              std::string_view view, json::object page, int status = 200);

// The tab "Subscription", with what was wrong with the form on it.
Task<http::Response> show_subscription_tab(Staff& staff, http::Request& request,
                                           db::ControlRead& db, FieldErrors errors);
// Until when what is stored is kept after the end of the last subscription; null: it has one.
Task<json::value> retention_model(db::ControlRead& db, const http::Request& request,
                                  FieldErrors errors);
// The form that stops charging, for the tab of the subscription.
json::object collection_model(const http::Request& request);

}  // namespace freehold::staff
