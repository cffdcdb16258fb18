#include "staff/screens.hpp"

#include "core/async.hpp"
#include "core/json.hpp"
#include "core/text.hpp"
#include "staff/accounts.hpp"

namespace freehold::staff {
namespace {

const db::Query<Named, std::vector<TenantId>> names{"staff.names_of_tenants", R"(
  select tenant_id, name
    from staff.tenant_rollup
   where tenant_id = any($1)
   order by tenant_id
   limit 1000)"};

const db::Query<std::int64_t, std::string> count_status{"staff.count_with_status", R"(
  select count(*)
    from staff.tenant_rollup
   where status = $1)"};

html::NavItem item(const http::Request& request, std::string label, const std::string& url,
                   std::string icon) {
  return {.label = std::move(label),
          .url = url,
          .icon = std::move(icon),
          .section = url == "/tenants" || url == "/revenue" ? "" : "Operations",
          .current = request.path.starts_with(url)};
}

Task<http::Response> show_menu(Staff& staff, http::Request& request) {
  const html::Frame frame = co_await frame_of(staff, request, "Navigation");
  co_return show(staff, "html/menu", frame, {});
}

Task<http::Response> to_tenants(http::Request&) {
  co_return http::see_other("/tenants");
}

}  // namespace

Task<html::Frame> frame_of(Staff& staff, const http::Request& request, std::string title) {
  html::Frame frame = staff.frame(request);
  db::StaffRead db = staff.database.staff_read();
  const std::string email = co_await email_of(db, *request.staff);
  frame.layout = "staff";
  frame.width = "wide";
  frame.title = std::move(title);
  frame.brand.url = "/tenants";
  frame.nav = {item(request, "Tenants", "/tenants", "building"),
               item(request, "Revenue", "/revenue", "chart"),
               item(request, "Tasks", "/tasks", "check_circle"),
               item(request, "Failed events", "/failed-events", "inbox"),
               item(request, "Failed webhooks", "/webhooks/dead", "card"),
               item(request, "Billing drift", "/drift", "refresh"),
               item(request, "System health", "/health", "zap"),
               item(request, "Brand", "/brand", "edit")};
  frame.environment = html::Environment{
      "Staff panel", "What you change here is in the customer’s audit log.", "accent"};
  frame.user = html::User{email, html::initials_of(email), email};
  frame.menu_url = "/menu";
  frame.logout_url = "/logout";
  frame.breadcrumbs = {{.label = frame.title}};
  co_return frame;
}

http::Response show(const Staff& staff, std::string_view view, const html::Frame& frame,
                    json::object page, int status) {
  const json::value model = html::page_model(frame, std::move(page));
  return http::html(status, staff.views.render(view, model));
}

json::object time_of(Instant at) {
  return {{"at", to_rfc3339(at)}, {"at_text", format_date_time(at)}, {"relative", true}};
}

Task<std::vector<Named>> names_of(Staff& staff, std::vector<TenantId> tenants) {
  db::StaffRead db = staff.database.staff_read();
  co_return co_await db.rows(names, std::move(tenants));
}

std::string tenant_place(TenantId tenant) {
  return "/tenants/" + to_string(tenant);
}

json::object tenant_link(TenantId tenant, const std::vector<Named>& named) {
  const auto known = std::ranges::find(named, tenant, &Named::tenant_id);
  return {{"label", known == named.end() ? to_string(tenant) : known->name},
          {"url", tenant_place(tenant)}};
}

Task<std::int64_t> count_with_status(db::StaffRead& db, std::string status) {
  co_return co_await db.row(count_status, std::move(status));
}

std::string money_text(std::int64_t minor, std::string_view currency) {
  return format_money({minor, Currency::parse(currency).value_or(Currency::usd())});
}

Status status_of(const entitlements::Snapshot& snapshot,
                 const std::optional<billing::Mirror>& subscription) {
  using entitlements::Access;
  const entitlements::Standing& standing = snapshot.standing;
  if (snapshot.access == Access::none) return {"locked", standing.access_until};
  if (snapshot.access == Access::limited) return {"limited", standing.access_until};
  if (snapshot.access == Access::grace) return {"past_due", standing.access_until};
  if (standing.source == "trial") return {"trial", standing.access_until};
  if (standing.source != "subscription") return {"free"};
  // Bought, but not charged yet: the customer reads "Trial" as well.
  if (subscription && subscription->status == "trialing") return {"trial", subscription->trial_end};
  return {"active", standing.access_until};
}

html::Badge badge_of(std::string_view status, const std::optional<Instant>& until) {
  if (status == "past_due")
    return {until ? "Payment problem: full access until " + format_date(*until)
                  : std::string("Payment problem"),
            "warn", true};
  if (status == "limited") return {"Read-only", "bad", true};
  if (status == "locked") return {"Locked", "bad", true};
  if (status == "trial")
    return {until ? "Trial until " + format_date(*until) : std::string("Trial"), "accent", true};
  if (status == "active") return {"Active", "neutral", false};
  return {"Free", "neutral", false};
}

void routes(http::Router& at, Staff& staff) {
  auto with = at.with(staff);
  at.get("/", to_tenants, http::staff);
  with.get("/menu", show_menu, http::staff);
  login_routes(at, staff);
  list_routes(at, staff);
  tenant_routes(at, staff);
  collection_routes(at, staff);
  event_log_routes(at, staff);
  override_routes(at, staff);
  purge_routes(at, staff);
  failed_routes(at, staff);
  health_routes(at, staff);
  dead_event_routes(at, staff);
  drift_routes(at, staff);
  revenue_routes(at, staff);
  task_routes(at, staff);
  return_routes(at, staff);
  brand_routes(at, staff);
}

}  // namespace freehold::staff
