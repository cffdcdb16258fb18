// GET /api/v1/usage: how much of the plan is used.
#include "core/async.hpp"
#include "core/json.hpp"
#include "http/operation.hpp"
#include "metering/entitlements_api.hpp"

namespace freehold::metering {
namespace {

http::Operation reading(Schemas& schemas) {
  const Instant start = example_time();
  const UsageReport example{.plan = "pro",
                            .plan_name = "Pro",
                            .meters = {{.meter = "documents.api_calls",
                                        .used = 412,
                                        .limit = 10'000,
                                        .period_start = start,
                                        .period_end = add_months(start, 1),
                                        .as_of = start + days(3)}},
                            .limits = {{"documents.documents", 17, 1'000}}};
  return {.id = "get_usage",
          .tag = &about_usage,
          .summary = "Read usage",
          .about = "Of the workspace of the API key: every meter and every limit.",
          .answers = {http::answer_like(schemas, 200, "What is used.", example)}};
}

Task<http::Response> show(Pages& pages, http::Request& req, db::ControlRead& db) {
  const UsageReport made = co_await report(pages, req.actor(), db);
  co_return http::json(made);
}

}  // namespace

Notes notes_on(const Usage*) {
  return {"MeterUse",
          "How much of a meter is used in the running period.",
          {{"meter", "Its key."},
           {"used", "Units, held ones among them."},
           {"limit", "Null: as much as one likes."},
           {"period_start", "When the count began."},
           {"period_end", "When it starts anew."},
           {"as_of", "When this was read."}}};
}

Notes notes_on(const LimitUse*) {
  return {"LimitUse",
          "How many live things there are of how many.",
          {{"limit", "The key of the limit."},
           {"used", "How many there are."},
           {"allowance", "How many are allowed. Null: as many as one likes."}}};
}

Notes notes_on(const UsageReport*) {
  return {"Usage",
          "How much of its plan a workspace uses.",
          {{"plan", "The key of the plan."},
           {"plan_name", "What people call it."},
           {"meters", "What is counted by the period."},
           {"limits", "What is counted as it stands."}}};
}

Task<UsageReport> report(Pages& pages, const Actor& actor, db::ControlRead& db) {
  const auto snapshot = co_await pages.gates.snapshot(actor);
  UsageReport made{.plan = snapshot->plan, .plan_name = snapshot->plan_name};
  made.meters = co_await usage(db, *snapshot, pages.catalog);
  for (const Gauge& gauge : pages.gauges) {
    const std::int64_t used = co_await gauge.count(actor);
    made.limits.push_back(
        {std::string(gauge.limit.key), used, snapshot->allowance(gauge.limit.key)});
  }
  co_return made;
}

void usage_routes(http::Router& at, Pages& pages) {
  at.with(pages).get("/api/v1/usage", show, http::member, described(reading));
}

}  // namespace freehold::metering
