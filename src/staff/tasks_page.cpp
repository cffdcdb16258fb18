// /tasks: what about the money of tenants waits for a person, with the acts that put it right. A
// line goes by itself when it is no longer so.
#include "billing/tasks.hpp"

#include "core/async.hpp"
#include "core/json.hpp"
#include "staff/tenant_frame.hpp"

namespace freehold::staff {
namespace {

using billing::OpenTask;
using billing::TaskId;

json::object act(std::string_view label, std::string url) {
  return {{"label", label}, {"url", std::move(url)}};
}

// What a person can open to put it right.
json::array acts_of(const OpenTask& task) {
  const std::string place = tenant_place(task.tenant_id);
  if (task.kind == "late_payment")
    return {act("Refund", place + "/invoices/" + task.subject + "/refund")};
  if (task.kind == "two_subscriptions")
    return {act("End and refund it", place + "/subscriptions/" + task.subject + "/end")};
  return {act("Look at it", place + "/subscription")};
}

json::object row_of(const OpenTask& task, const std::vector<Named>& named) {
  const billing::TaskWords words = billing::words_of_task(task.kind);
  json::object row = time_of(task.since);
  row["label"] = words.label;
  row["text"] = words.text;
  row["detail"] = task.detail;
  row["subject"] = task.subject;
  row["tenant"] = tenant_link(task.tenant_id, named);
  row["acts"] = acts_of(task);
  row["done_url"] = tenant_place(task.tenant_id) + "/tasks/" + to_string(task.id) + "/resolution";
  return row;
}

Task<http::Response> show_tasks(Staff& staff, http::Request& request, db::StaffRead& db) {
  const auto open = co_await billing::open_tasks(db);
  std::vector<TenantId> tenants;
  tenants.reserve(open.size());
  for (const OpenTask& task : open) tenants.push_back(task.tenant_id);
  const auto named = co_await names_of(staff, std::move(tenants));
  json::array rows;
  for (const OpenTask& task : open) rows.push_back(row_of(task, named));
  std::optional<html::Empty> none;
  if (rows.empty())
    none = html::Empty{.icon = "check_circle",
                       .title = "Nothing waits for a person",
                       .text =
                           "Disputes, late payments, double subscriptions and what else is not put "
                           "right by itself stand here until they are dealt with."};
  html::Frame frame = co_await frame_of(staff, request, "Tasks");
  if (request.query.has("done")) frame.toast = html::Toast{.text = "The task is done"};
  json::object page{{"count", rows.size()}, {"tasks", std::move(rows)}, {"none", to_json(none)}};
  co_return show(staff, "staff/tasks", frame, std::move(page));
}

Task<http::Response> resolve(Staff&, http::Request& request, db::ControlTx& tx) {
  co_await billing::resolve_task(tx, request.id_of<TaskId>("task_id"));
  co_return http::see_other("/tasks?done=1");
}

}  // namespace

void task_routes(http::Router& at, Staff& staff) {
  auto with = at.with(staff);
  with.get("/tasks", show_tasks, http::staff);
  with.post("/tenants/{tenant_id}/tasks/{task_id}/resolution", resolve, http::staff);
}

}  // namespace freehold::staff
