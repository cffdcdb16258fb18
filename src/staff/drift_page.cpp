// /drift: where our copies are not what Stripe says. They repair themselves every hour; what stays
// is for a person to look at.
#include "billing/billing.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "staff/screens.hpp"

namespace freehold::staff {
namespace {

struct Field {
  std::string_view key;
  std::string_view label;
};
constexpr std::array fields{Field{"subscription", "The subscription"}, Field{"status", "Status"},
                            Field{"price", "Price"}, Field{"cancels_at", "End"},
                            Field{"period_end", "End of the period"}};

std::string label_of(const std::string& field) {
  const auto at = std::ranges::find(fields, field, &Field::key);
  return at == fields.end() ? field : std::string(at->label);
}

json::object row_of(const billing::Drift& drift, const std::vector<Named>& named) {
  json::object row = time_of(drift.since);
  row["subscription"] = drift.subscription_id;
  row["customer"] = drift.customer_id;
  row["field"] = label_of(drift.field);
  row["stripe_says"] = drift.stripe_says;
  row["we_say"] = drift.we_say;
  row["tenant"] = nullptr;
  row["repair_url"] = nullptr;
  if (!drift.tenant_id) return row;
  row["tenant"] = tenant_link(*drift.tenant_id, named);
  row["repair_url"] = tenant_place(*drift.tenant_id) + "/resync";
  return row;
}

Task<http::Response> show_drift(Staff& staff, http::Request& request, db::Database& database) {
  db::SystemRead db = database.system_read();
  const auto found = co_await billing::drifts(db);
  std::vector<TenantId> tenants;
  for (const billing::Drift& drift : found)
    if (drift.tenant_id) tenants.push_back(*drift.tenant_id);
  const auto named = co_await names_of(staff, std::move(tenants));
  json::array rows;
  for (const billing::Drift& drift : found) rows.push_back(row_of(drift, named));
  std::optional<html::Empty> none;
  if (rows.empty())
    none = html::Empty{.icon = "check_circle",
                       .title = "Our copies are what Stripe says",
                       .text =
                           "All subscriptions are compared every hour. What differs is fetched "
                           "again at once, and stands here until it is the same."};
  const html::Frame frame = co_await frame_of(staff, request, "Billing drift");
  json::object page{{"count", rows.size()}, {"drifts", std::move(rows)}, {"none", to_json(none)}};
  co_return show(staff, "staff/drift", frame, std::move(page));
}

}  // namespace

void drift_routes(http::Router& at, Staff& staff) {
  at.with(staff).get("/drift", show_drift, http::staff);
}

}  // namespace freehold::staff
