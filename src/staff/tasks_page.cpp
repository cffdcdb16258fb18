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

struct Kind {
  std::string_view key;
  std::string_view label;
  std::string_view text;
};
constexpr std::array kinds{
    Kind{"dispute", "Disputed payment",
         "The cardholder has asked the bank for the money back. Answer with evidence in Stripe’s "
         "dashboard before the date that it names."},
    Kind{"late_payment", "Paid after the end",
         "An invoice was paid after its subscription had ended. It gives no access: refund it, or "
         "agree on a new subscription."},
    Kind{"two_subscriptions", "Two subscriptions",
         "Two subscriptions are paid for, and the better access counts. End the younger one and "
         "refund it."},
    Kind{"refund_failed", "Refund that did not arrive",
         "The card took no money back. Return it in another way."},
    Kind{"books_differ", "Amounts that do not add up",
         "What Stripe says of an invoice, its payments and credit notes does not add up."},
    Kind{"unknown_status", "Unknown status",
         "Stripe has a status for a subscription that this version does not know. Access stays as "
         "it "
         "was for 72 hours and is limited then: update, or grant the plan until it is known."},
    Kind{
        "seats_refused", "Seats that Stripe refused",
        "Stripe did not take the number of members, so they are not charged for. It is tried again "
        "every hour, and with the next change of members."}};

const Kind& kind_of(std::string_view key) {
  const auto at = std::ranges::find(kinds, key, &Kind::key);
  return at == kinds.end() ? kinds.back() : *at;
}

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
  const Kind& kind = kind_of(task.kind);
  json::object row = time_of(task.since);
  row["label"] = kind.label;
  row["text"] = kind.text;
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

std::string task_label(std::string_view kind) {
  return std::string(kind_of(kind).label);
}

void task_routes(http::Router& at, Staff& staff) {
  auto with = at.with(staff);
  with.get("/tasks", show_tasks, http::staff);
  with.post("/tenants/{tenant_id}/tasks/{task_id}/resolution", resolve, http::staff);
}

}  // namespace freehold::staff
