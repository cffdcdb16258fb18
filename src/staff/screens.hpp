// What the pages of this module share. Private to the module.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "billing/billing.hpp"
#include "core/json_fwd.hpp"
#include "html/parts.hpp"
#include "staff/staff.hpp"

namespace freehold::staff {

// The frame of a page behind the log-in: navigation, account, environment.
Task<html::Frame> frame_of(Staff& staff, const http::Request& request, std::string title);
http::Response show(const Staff& staff, std::string_view view, const html::Frame& frame,
                    json::object page, int status = 200);

// {at, at_text, relative}, for {{>TIME}}.
json::object time_of(Instant at);
// Tenants by their names, for lists.
struct Named {
  TenantId tenant_id;
  std::string name;
};
BOOST_DESCRIBE_STRUCT(Named, (), (tenant_id, name))
Task<std::vector<Named>> names_of(Staff& staff, std::vector<TenantId> tenants);
std::string tenant_place(TenantId tenant);
// {label, url}: by its name, or by its id while the roll-up does not have it.
json::object tenant_link(TenantId tenant, const std::vector<Named>& named);

std::string money_text(std::int64_t minor, std::string_view currency);
// How many tenants the roll-up has with this status.
Task<std::int64_t> count_with_status(db::StaffRead& db, std::string status);

// What one word says of a tenant; staff filter by it.
struct Status {
  std::string_view word;
  std::optional<Instant> until = {};
};
Status status_of(const entitlements::Snapshot& snapshot,
                 const std::optional<billing::Mirror>& subscription);

// The word for a roll-up's status, or for a tenant's access in full:
// "Payment problem: full access until 3 Dec 2026", "Read-only", "Locked".
html::Badge badge_of(std::string_view status, const std::optional<Instant>& until);

void login_routes(http::Router& at, Staff& staff);
void list_routes(http::Router& at, Staff& staff);
void tenant_routes(http::Router& at, Staff& staff);
void collection_routes(http::Router& at, Staff& staff);
void event_log_routes(http::Router& at, Staff& staff);
void override_routes(http::Router& at, Staff& staff);
void purge_routes(http::Router& at, Staff& staff);
void failed_routes(http::Router& at, Staff& staff);
void health_routes(http::Router& at, Staff& staff);
void dead_event_routes(http::Router& at, Staff& staff);
void drift_routes(http::Router& at, Staff& staff);
void revenue_routes(http::Router& at, Staff& staff);
void task_routes(http::Router& at, Staff& staff);
void return_routes(http::Router& at, Staff& staff);
void brand_routes(http::Router& at, Staff& staff);

}  // namespace freehold::staff
