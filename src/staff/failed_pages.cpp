// /failed-events: what was tried until it was given up, and the button that tries it again.
#include "billing/billing.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "events/events.hpp"
#include "staff/screens.hpp"

namespace freehold::staff {
namespace {

json::object failed_row(std::string title, const std::optional<TenantId>& tenant, std::string error,
                        Instant failed_at) {
  json::object row = time_of(failed_at);
  row["title"] = std::move(title);
  row["tenant_url"] = nullptr;
  row["tenant"] = "the installation";
  if (tenant) {
    row["tenant"] = to_string(*tenant);
    row["tenant_url"] = "/tenants/" + to_string(*tenant);
  }
  row["error"] = std::move(error);
  return row;
}

json::object job_row(const events::DeadJob& job) {
  json::object row = failed_row(job.kind, job.tenant_id, job.error, job.failed_at);
  row["attempts"] = job.attempt;
  row["replay_url"] = "/failed-events/jobs/" + to_string(job.id) + "/replay";
  return row;
}

json::object sync_row(const billing::DeadSync& sync) {
  json::object row =
      failed_row("Stripe customer " + sync.customer_id, sync.tenant_id, sync.error, sync.failed_at);
  row["attempts"] = nullptr;
  row["replay_url"] = "/failed-events/customers/" + sync.customer_id + "/replay";
  return row;
}

Task<http::Response> show_failed(Staff& staff, http::Request& request, db::Database& database) {
  db::SystemRead db = database.system_read();
  const auto jobs = co_await events::dead_jobs(db);
  const auto syncs = co_await billing::dead_syncs(db);
  json::array rows;
  for (const billing::DeadSync& sync : syncs) rows.push_back(sync_row(sync));
  for (const events::DeadJob& job : jobs) rows.push_back(job_row(job));
  std::optional<html::Empty> none;
  if (rows.empty())
    none = html::Empty{.icon = "check_circle",
                       .title = "Nothing has failed for good",
                       .text =
                           "What keeps failing after all its attempts appears here, and can be "
                           "replayed when the cause is gone."};
  html::Frame frame = co_await frame_of(staff, request, "Failed events");
  if (request.query.has("replayed"))
    frame.toast = html::Toast{.text = "It is tried again within seconds"};
  json::object page{{"count", rows.size()}, {"failed", std::move(rows)}, {"none", to_json(none)}};
  co_return show(staff, "staff/failed", frame, std::move(page));
}

Task<http::Response> replay_job(Staff&, http::Request& request, db::Database& database) {
  const auto job = request.id_of<JobId>("job_id");
  db::SystemTx tx = database.system();
  co_await events::replay(tx, job);
  co_await tx.commit();
  co_return http::see_other("/failed-events?replayed=1");
}

Task<http::Response> replay_customer(Staff&, http::Request& request, db::Database& database) {
  const std::string customer(request.parameter("customer"));
  db::SystemTx tx = database.system();
  co_await billing::replay_sync(tx, customer);
  co_await tx.commit();
  co_return http::see_other("/failed-events?replayed=1");
}

}  // namespace

void failed_routes(http::Router& at, Staff& staff) {
  auto with = at.with(staff);
  with.get("/failed-events", show_failed, http::staff);
  with.post("/failed-events/jobs/{job_id}/replay", replay_job, http::staff);
  with.post("/failed-events/customers/{customer}/replay", replay_customer, http::staff);
}

}  // namespace freehold::staff
