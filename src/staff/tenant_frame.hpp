// What stands above every page of one tenant. Private to the module.
#pragma once

#include "core/json_fwd.hpp"
#include "staff/screens.hpp"

namespace freehold::staff {

std::string tenant_url(const http::Request& request, std::string_view tab);

// Renders a tab of the tenant's page: its name, status, plan and the tabs, then `page`.
Task<http::Response> show_tab(Staff& staff, http::Request& request, db::ControlRead& db,
                              std::string_view view, json::object page, int status = 200);

}  // namespace freehold::staff
