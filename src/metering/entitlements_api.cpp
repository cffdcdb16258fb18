#include "metering/entitlements_api.hpp"

#include "core/async.hpp"
#include "core/json.hpp"
#include "http/operation.hpp"
#include "metering/entitlements_stream.hpp"

namespace freehold::metering {
namespace {

Entitlements some_entitlements() {
  const Instant start = example_time();
  const std::string tenant = to_string(example_id<TenantId>());
  return {.tenant_id = example_id<TenantId>(),
          .version = 12,
          .plan = "pro",
          .plan_name = "Pro",
          .features = {{"documents.export", true}},
          .limits = {{"documents.documents", 1'000}},
          .meters = {{"documents.api_calls", {10'000, 412, start, add_months(start, 1)}}},
          .upgrade_url = "https://app.example.com/upgrade/" + tenant};
}

http::Operation reading(Schemas& schemas) {
  return {.id = "get_entitlements",
          .tag = &about_entitlements,
          .summary = "Read what the workspace may use",
          .about = "Every feature, limit and meter that the program knows is there.",
          .answers = {http::answer_like(schemas, 200, "What it may use.", some_entitlements())}};
}

http::Operation reading_of(Schemas& schemas) {
  http::Operation operation = reading(schemas);
  operation.id = "get_tenant_entitlements";
  operation.summary = "Read what a workspace may use";
  return operation;
}

Task<http::Response> show(Pages& pages, http::Request& req, db::Database&) {
  auto snapshot = co_await pages.gates.newest(req.actor());
  const Entitlements object = co_await entitlements_of(pages, req.actor(), std::move(snapshot));
  co_return http::json(object);
}

}  // namespace

Notes notes_on(const MeterState*) {
  return {"MeterAllowance",
          "How much of a meter is used in the running period.",
          {{"limit", "Null: as much as one likes."},
           {"used", "Units, held ones among them."},
           {"period_start", "When the count began."},
           {"period_end", "When it starts anew."}}};
}

Notes notes_on(const Entitlements*) {
  return {"Entitlements",
          "What a workspace may use.",
          {{"tenant_id", "The workspace."},
           {"version", "Rises with every change of plan, access or override."},
           {"plan", "The key of the plan."},
           {"plan_name", "What people call it."},
           {"access",
            "`full`; `grace`: the same, but a payment has failed; `limited`: reading only; `none`: "
            "nothing but billing."},
           {"features", "By key, whether it may be used."},
           {"limits", "By key, how many live things are allowed. Null: as many as one likes."},
           {"meters", "By key, how much was used of how much."},
           {"next_change_at", "When this changes by itself: the end of a trial, say."},
           {"upgrade_url", "The page to choose another plan on."}}};
}

Task<Entitlements> entitlements_of(Pages& pages, const Actor& actor,
                                   std::shared_ptr<const entitlements::Snapshot> snapshot) {
  db::ControlRead db = pages.database.control_read(actor);
  Entitlements made{.tenant_id = snapshot->tenant,
                    .version = snapshot->version,
                    .plan = snapshot->plan,
                    .plan_name = snapshot->plan_name,
                    .access = snapshot->access,
                    .next_change_at = snapshot->next_change_at};
  for (const DeclaredKey& feature : pages.catalog.declared().features)
    made.features[feature.key] = snapshot->is_enabled(Feature{feature.key});
  for (const DeclaredKey& limit : pages.catalog.declared().limits)
    made.limits[limit.key] = snapshot->allowance(limit.key);
  const std::vector<Usage> used = co_await usage(db, *snapshot, pages.catalog);
  for (const Usage& meter : used)
    made.meters[meter.meter] = {meter.limit, meter.used, meter.period_start, meter.period_end};
  made.upgrade_url = fmt::format("{}/upgrade/{}", pages.base_url, to_string(snapshot->tenant));
  co_return made;
}

void entitlements_routes(http::Router& at, Pages& pages) {
  auto with = at.with(pages);
  with.get("/api/v1/entitlements", show, http::member, described(reading, {.while_limited = true}));
  with.get("/api/v1/tenants/{tenant_id}/entitlements", show, http::product, described(reading_of));
  with.get("/api/v1/entitlements/stream", follow_entitlements, http::product,
           described(following_entitlements));
}

}  // namespace freehold::metering
