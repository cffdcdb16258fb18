#include "staff/tenant_frame.hpp"

#include "core/async.hpp"
#include "core/json.hpp"
#include "tenancy/tenancy.hpp"

namespace freehold::staff {
namespace {

struct Section {
  std::string_view path;
  std::string_view label;
  std::string_view form = {};  // a path whose POST shows this section again when it is refused
};
constexpr std::array sections{Section{"", "Overview"},
                              Section{"/subscription", "Subscription", "/purge"},
                              Section{"/entitlements", "Entitlements", "/overrides"},
                              Section{"/usage", "Usage"},
                              Section{"/people", "People"},
                              Section{"/events", "Event log"}};

html::Tabs tabs_of(const http::Request& request) {
  html::Tabs tabs{.label = "Tenant sections"};
  for (const Section& section : sections) {
    const std::string url = tenant_url(request, section.path);
    const bool current = request.path == url || (!section.form.empty() &&
                                                 request.path == tenant_url(request, section.form));
    tabs.items.push_back(
        {.label = std::string(section.label), .url = url, .current = current, .count = {}});
  }
  return tabs;
}

std::optional<html::Toast> toast_of(const http::Request& request) {
  if (request.query.has("set"))
    return html::Toast{.text = "The override is set; it holds on every node within a second"};
  if (request.query.has("revoked")) return html::Toast{.text = "The override is revoked"};
  if (request.query.has("purge"))
    return html::Toast{.text = "It is decided, and in the customer’s audit log"};
  if (request.query.has("resync"))
    return html::Toast{.text = "Stripe is asked again; the page follows within seconds"};
  if (request.query.has("charging"))
    return html::Toast{.text = "Stripe is told; the page follows within seconds"};
  if (request.query.has("returned")) return html::Toast{.text = "Stripe has done it"};
  if (request.query.has("queued"))
    return html::Toast{.text = "Stripe does not answer; it is done as soon as it does"};
  return {};
}

}  // namespace

std::string tenant_url(const http::Request& request, std::string_view tab) {
  return "/tenants/" + std::string(request.parameter("tenant_id")) + std::string(tab);
}

Task<entitlements::Snapshot> snapshot_of(Staff& staff, db::ControlRead& db) {
  const auto standing = co_await entitlements::get_standing(db);
  const auto overrides = co_await entitlements::overrides(db);
  co_return entitlements::evaluate(standing, overrides, staff.catalog, db.now());
}

// NOLINTNEXTLINE(readability-function-size): a tab is its view, its page and its status
Task<http::Response> show_tab(Staff& staff, http::Request& request, db::ControlRead& db,
                              std::string_view view, json::object page, int status) {
  const auto tenant = co_await tenancy::get_tenant(db);
  const auto snapshot = co_await snapshot_of(staff, db);
  const auto subscription = co_await billing::current_subscription(db);
  html::Frame frame = co_await frame_of(staff, request, tenant.name);
  frame.breadcrumbs = {{.label = "Tenants", .url = "/tenants"}, {.label = tenant.name}};
  frame.toast = toast_of(request);
  frame.has_errors = status == 422;
  page["name"] = tenant.name;
  page["initials"] = html::initials_of(tenant.name);
  page["slug"] = tenant.slug;
  page["tenant_id"] = to_string(tenant.id);
  page["plan_name"] = snapshot.plan_name;
  const Status now = status_of(snapshot, subscription);
  page["badge"] = to_json(badge_of(now.word, now.until));
  page["tabs"] = to_json(tabs_of(request));
  co_return show(staff, view, frame, std::move(page), status);
}

}  // namespace freehold::staff
