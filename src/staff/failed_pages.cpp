// /failed-events: what was tried until it was given up, and the button that tries it again. What is
// a tenant's is replayed inside it, so that its audit log says who did.
#include "audit/audit.hpp"
#include "billing/billing.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "events/events.hpp"
#include "staff/screens.hpp"

namespace freehold::staff {
namespace {

json::object failed_row(std::string_view title, std::string_view error, Instant failed_at) {
  json::object row = time_of(failed_at);
  row["title"] = title;
  row["error"] = error;
  row["tenant"] = nullptr;
  return row;
}

json::object job_row(const events::DeadJob& job, const std::vector<Named>& named) {
  json::object row = failed_row(job.kind, job.error, job.failed_at);
  if (job.tenant_id) row["tenant"] = tenant_link(*job.tenant_id, named);
  row["attempts"] = job.attempt;
  const std::string place = job.tenant_id ? tenant_place(*job.tenant_id) : "/failed-events";
  row["replay_url"] = place + "/jobs/" + to_string(job.id) + "/replay";
  return row;
}

json::object sync_row(const billing::DeadSync& sync, const std::vector<Named>& named) {
  json::object row = failed_row("Stripe customer " + sync.customer_id, sync.error, sync.failed_at);
  row["tenant"] = tenant_link(sync.tenant_id, named);
  row["attempts"] = nullptr;
  row["replay_url"] = tenant_place(sync.tenant_id) + "/customers/" + sync.customer_id + "/replay";
  return row;
}

Task<std::vector<Named>> names_of(Staff& staff, const std::vector<events::DeadJob>& jobs,
                                  const std::vector<billing::DeadSync>& syncs) {
  std::vector<TenantId> tenants;
  for (const events::DeadJob& job : jobs) {
    if (job.tenant_id) tenants.push_back(*job.tenant_id);
  }
  for (const billing::DeadSync& sync : syncs) tenants.push_back(sync.tenant_id);
  co_return co_await names_of(staff, std::move(tenants));
}

Task<http::Response> show_failed(Staff& staff, http::Request& request, db::Database& database) {
  db::SystemRead db = database.system_read();
  const auto jobs = co_await events::dead_jobs(db);
  const auto syncs = co_await billing::dead_syncs(db);
  const auto named = co_await names_of(staff, jobs, syncs);
  json::array rows;
  for (const billing::DeadSync& sync : syncs) rows.push_back(sync_row(sync, named));
  for (const events::DeadJob& job : jobs) rows.push_back(job_row(job, named));
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

http::Response to_list() {
  return http::see_other("/failed-events?replayed=1");
}

Task<http::Response> replay_job(Staff& staff, http::Request& request, db::ControlTx& tx) {
  const auto job = request.id_of<JobId>("job_id");
  co_await events::replay(tx, job, staff.clocks.machine.now());
  const audit::Act act{
      .action = "support.job_replayed", .target_type = "job", .target_id = to_string(job)};
  co_await audit::record(tx, act);
  co_return to_list();
}

Task<http::Response> replay_customer(Staff&, http::Request& request, db::ControlTx& tx) {
  const std::string customer(request.parameter("customer"));
  co_await billing::replay_sync(tx, customer);
  const audit::Act act{
      .action = "support.sync_replayed", .target_type = "customer", .target_id = customer};
  co_await audit::record(tx, act);
  co_return to_list();
}

// A job of the installation has no tenant whose audit log could say it: the outbox does.
Task<http::Response> replay_own_job(Staff& staff, http::Request& request, db::Database& database) {
  const auto job = request.id_of<JobId>("job_id");
  db::SystemTx tx = database.system();
  co_await events::replay(tx, job, staff.clocks.machine.now());
  const std::string payload =
      json::serialize(json::object{{"staff", to_string(*request.staff)}, {"job", to_string(job)}});
  co_await events::emit(tx, job_replayed, payload);
  co_await tx.commit();
  co_return to_list();
}

}  // namespace

void failed_routes(http::Router& at, Staff& staff) {
  auto with = at.with(staff);
  with.get("/failed-events", show_failed, http::staff);
  with.post("/failed-events/jobs/{job_id}/replay", replay_own_job, http::staff);
  with.post("/tenants/{tenant_id}/jobs/{job_id}/replay", replay_job, http::staff);
  with.post("/tenants/{tenant_id}/customers/{customer}/replay", replay_customer, http::staff);
}

}  // namespace freehold::staff
