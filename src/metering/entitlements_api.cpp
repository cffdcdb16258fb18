#include "metering/entitlements_api.hpp"

#include "core/async.hpp"
#include "core/json.hpp"
#include "metering/entitlements_stream.hpp"

namespace freehold::metering {
namespace {

json::value number_or_null(const catalog::Allowance& allowance) {
  return allowance ? json::value(*allowance) : json::value(nullptr);
}

json::object features_of(const entitlements::Snapshot& snapshot, const catalog::Catalog& catalog) {
  json::object features;
  for (const DeclaredKey& feature : catalog.declared().features)
    features[feature.key] = snapshot.is_enabled(Feature{feature.key});
  return features;
}

json::object limits_of(const entitlements::Snapshot& snapshot, const catalog::Catalog& catalog) {
  json::object limits;
  for (const DeclaredKey& limit : catalog.declared().limits)
    limits[limit.key] = number_or_null(snapshot.allowance(limit.key));
  return limits;
}

json::object meters_of(const std::vector<Usage>& used) {
  json::object meters;
  for (const Usage& meter : used)
    meters[meter.meter] = json::object{{"limit", number_or_null(meter.limit)},
                                       {"used", meter.used},
                                       {"period_start", to_rfc3339(meter.period_start)},
                                       {"period_end", to_rfc3339(meter.period_end)}};
  return meters;
}

Task<http::Response> show(Pages& pages, http::Request& req, db::Database&) {
  auto snapshot = co_await pages.gates.newest(req.actor());
  auto object = co_await entitlements_of(pages, req.actor(), std::move(snapshot));
  co_return http::json_response(200, json::value(std::move(object)));
}

}  // namespace

Task<json::object> entitlements_of(Pages& pages, const Actor& actor,
                                   std::shared_ptr<const entitlements::Snapshot> snapshot) {
  db::ControlRead db = pages.database.control_read(actor);
  const auto used = co_await usage(db, *snapshot, pages.catalog);
  const std::string tenant = to_string(snapshot->tenant);
  co_return json::object{{"object", "entitlements"},
                         {"tenant_id", tenant},
                         {"version", snapshot->version},
                         {"plan", snapshot->plan},
                         {"plan_name", snapshot->plan_name},
                         {"access", name_of(snapshot->access)},
                         {"features", features_of(*snapshot, pages.catalog)},
                         {"limits", limits_of(*snapshot, pages.catalog)},
                         {"meters", meters_of(used)},
                         {"next_change_at", to_json(snapshot->next_change_at)},
                         {"upgrade_url", fmt::format("{}/upgrade/{}", pages.base_url, tenant)}};
}

void entitlements_routes(http::Router& at, Pages& pages) {
  auto with = at.with(pages);
  with.get("/api/v1/entitlements", show, http::member, {.while_limited = true});
  with.get("/api/v1/tenants/{tenant_id}/entitlements", show, http::product);
  with.get("/api/v1/entitlements/stream", follow_entitlements, http::product);
}

}  // namespace freehold::metering
