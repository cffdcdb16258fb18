#include "billing/tasks.hpp"

#include <algorithm>

#include "audit/audit.hpp"
#include "billing/billing.hpp"
#include "billing/settlements.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "core/log.hpp"

namespace freehold::billing {
namespace {

const db::TenantQuery<OpenTask> select_open{"billing.open_tasks_of_tenant", R"(
  select tenant_id, id, kind, subject, since, detail
    from billing.task
   where tenant_id = $1 and resolved_at is null
   order by since, id
   limit 200)"};

const db::Query<OpenTask> select_all{"billing.open_tasks", R"(
  select tenant_id, id, kind, subject, since, detail
    from billing.task
   where resolved_at is null
   order by since, id
   limit 500)"};

const db::TenantQuery<void, db::RawJson, Instant> resolve_gone{"billing.resolve_gone_tasks", R"(
  update billing.task t
     set resolved_at = $3, resolved_by = 'state'
   where t.tenant_id = $1 and t.resolved_at is null
     and not exists (select
                       from jsonb_to_recordset($2) w (kind text, subject text)
                      where w.kind = t.kind and w.subject = t.subject))"};

// What is open stays as it is; what a person has dealt with stays so.
const db::TenantQuery<TaskId, TaskId, std::string, std::string, Instant, std::string> open_task{
    "billing.open_task", R"(
  insert into billing.task (tenant_id, id, kind, subject, since, detail)
  select $1, $2, $3, $4, $5, $6
   where not exists (select
                       from billing.task
                      where tenant_id = $1 and kind = $3 and subject = $4
                        and (resolved_at is null or resolved_by <> 'state'))
      on conflict (tenant_id, kind, subject) where resolved_at is null do nothing
  returning id)"};

const db::TenantQuery<WantedTask, TaskId, Instant, std::string> resolve{"billing.resolve_task", R"(
  update billing.task
     set resolved_at = $3, resolved_by = $4
   where tenant_id = $1 and id = $2 and resolved_at is null
  returning kind, subject, detail)"};

bool gives_something(const Mirror& mirror) {
  return is_live(mirror) && mirror.status != "incomplete";
}

const Mirror* find_mirror(const std::vector<Mirror>& mirrors, const std::string& id) {
  const auto at = std::ranges::find(mirrors, id, &Mirror::stripe_id);
  return at == mirrors.end() ? nullptr : &*at;
}

// It was waiting to be paid when its subscription ended, and was paid after that. An invoice that
// the end itself made, for what was used, is none of these.
bool is_late(const Invoice& invoice, const std::vector<Mirror>& mirrors) {
  const Mirror* of = find_mirror(mirrors, invoice.subscription_id.value_or(""));
  if (of == nullptr || is_live(*of) || invoice.status != "paid") return false;
  const auto ended = of->ended_at ? of->ended_at : of->canceled_at;
  return ended && invoice.paid_at && *invoice.paid_at > *ended && invoice.finalized_at &&
         *invoice.finalized_at < *ended;
}

void add_invoices(std::vector<WantedTask>& wanted, const std::vector<Mirror>& mirrors,
                  const std::vector<Invoice>& invoices, const Books& books) {
  const auto settled = settle(invoices, books);
  for (std::size_t i = 0; i < invoices.size(); ++i) {
    const bool kept = settled[i].amount_paid > settled[i].refunded + settled[i].disputed;
    if (is_late(invoices[i], mirrors) && kept)
      wanted.push_back({"late_payment", invoices[i].stripe_id});
    if (settled[i].off_by != 0) wanted.push_back({"books_differ", invoices[i].stripe_id});
  }
}

void add_younger(std::vector<WantedTask>& wanted, const std::vector<Mirror>& mirrors) {
  std::vector<const Mirror*> live;
  for (const Mirror& mirror : mirrors)
    if (gives_something(mirror)) live.push_back(&mirror);
  std::ranges::sort(live, [](const Mirror* a, const Mirror* b) {
    return std::tie(a->created_at, a->stripe_id) < std::tie(b->created_at, b->stripe_id);
  });
  for (std::size_t i = 1; i < live.size(); ++i)
    wanted.push_back({"two_subscriptions", live[i]->stripe_id});
}

// Another unknown status of the same subscription is another task.
void add_unknown(std::vector<WantedTask>& wanted, const std::vector<Mirror>& mirrors) {
  for (const Mirror& mirror : mirrors)
    if (!knows_status(mirror))
      wanted.push_back({"unknown_status", mirror.stripe_id + " " + mirror.status});
}

Task<> open(db::ControlTx& tx, const WantedTask& task) {
  const TaskId id = TaskId::make(tx.now());
  const auto opened =
      co_await tx.find(open_task, id, task.kind, task.subject, tx.now(), task.detail);
  if (!opened) co_return;
  log::warn("billing.task_opened", log::cause_of(tx.actor()),
            {{"kind", task.kind}, {"subject", task.subject}});
  const json::object payload{{"kind", task.kind}, {"subject", task.subject}};
  co_await events::emit(tx, task_opened, json::serialize(payload));
}

}  // namespace

std::vector<WantedTask> tasks_of(const std::vector<Mirror>& mirrors,
                                 const std::vector<Invoice>& invoices, const Books& books,
                                 const std::optional<std::string>& seat_refusal) {
  std::vector<WantedTask> wanted;
  add_invoices(wanted, mirrors, invoices, books);
  add_younger(wanted, mirrors);
  add_unknown(wanted, mirrors);
  const auto paid_for = std::ranges::find_if(mirrors, gives_something);
  if (seat_refusal && paid_for != mirrors.end())
    wanted.push_back({"seats_refused", paid_for->stripe_id, *seat_refusal});
  for (const Dispute& dispute : books.disputes)
    if (dispute.status == "needs_response" || dispute.status == "warning_needs_response")
      wanted.push_back({"dispute", dispute.stripe_id});
  for (const Refund& refund : books.refunds)
    if (refund.status == "failed") wanted.push_back({"refund_failed", refund.stripe_id});
  std::ranges::sort(wanted);
  return wanted;
}

Task<> note_tasks(db::ControlTx& tx, const std::vector<WantedTask>& wanted) {
  const db::RawJson list{json::serialize(to_json(wanted))};
  co_await tx.run(resolve_gone, list, tx.now());
  for (const WantedTask& task : wanted) co_await open(tx, task);
}

Task<std::vector<OpenTask>> open_tasks(db::StaffRead& db) {
  co_return co_await db.rows(select_all);
}

Task<std::vector<OpenTask>> tasks_of_tenant(db::ControlRead& db) {
  co_return co_await db.rows(select_open);
}

Task<> resolve_task(db::ControlTx& tx, TaskId id) {
  const auto resolved = co_await tx.find(resolve, id, tx.now(), to_string(*tx.actor().staff()));
  if (!resolved) throw Problem::not_found("task");
  const audit::Act act{.action = "billing.task_resolved",
                       .target_type = resolved->kind,
                       .target_id = resolved->subject};
  co_await audit::record(tx, act);
}

}  // namespace freehold::billing
