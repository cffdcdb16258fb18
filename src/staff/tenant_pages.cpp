// /tenants/{tenant_id}: what it is, what it pays, what it uses and who belongs to it.
#include "audit/audit.hpp"
#include "billing/billing.hpp"
#include "billing/settlements.hpp"
#include "billing/tasks.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "metering/metering.hpp"
#include "staff/tenant_frame.hpp"
#include "tenancy/tenancy.hpp"

namespace freehold::staff {
namespace {

json::object row(std::string_view label, std::string value) {
  return {{"label", label}, {"value", std::move(value)}};
}

std::string date_or(const std::optional<Instant>& at, std::string_view otherwise) {
  return at ? format_date_time(*at) : std::string(otherwise);
}

std::string source_of(const entitlements::Snapshot& snapshot) {
  const std::string& source = snapshot.standing.source;
  const std::string words = source == "trial"          ? "The trial at sign-up"
                            : source == "subscription" ? "The subscription"
                                                       : "Nothing bought";
  return snapshot.overridden ? words + ", with overrides by staff" : words;
}

Task<http::Response> show_overview(Staff& staff, http::Request& request, db::ControlRead& db) {
  const auto tenant = co_await tenancy::get_tenant(db);
  const auto members = co_await tenancy::members(db);
  const auto subscription = co_await billing::current_subscription(db);
  const auto snapshot = co_await snapshot_of(staff, db);
  const Money revenue = subscription ? billing::monthly_revenue(*subscription) : Money{};
  const Status status = status_of(snapshot, subscription);
  json::array facts{row("Monthly revenue", format_money(revenue)),
                    row("Plan", snapshot.plan_name),
                    row("Plan comes from", source_of(snapshot)),
                    row("Access", badge_of(status.word, status.until).label),
                    row("Access changes", date_or(snapshot.next_change_at, "Not by itself")),
                    row("Members", std::to_string(members.size())),
                    row("Created", format_date_time(tenant.created_at))};
  json::object page{{"facts", std::move(facts)}};
  co_return co_await show_tab(staff, request, db, "staff/overview", std::move(page));
}

std::string change_words(const billing::Mirror& mirror) {
  if (!mirror.pending_at) return "Nothing is scheduled";
  return *mirror.pending_lookup_key + " on " + format_date_time(*mirror.pending_at);
}

std::string charging_words(const billing::Mirror& mirror) {
  if (!mirror.pause_collection) return "As usual";
  const std::string until = mirror.collection_resumes_at
                                ? " until " + format_date_time(*mirror.collection_resumes_at)
                                : " until staff say so";
  return "Stopped (" + *mirror.pause_collection + ")" + until;
}

json::array subscription_rows(const std::optional<billing::Mirror>& mirror) {
  if (!mirror) return {row("Subscription", "None")};
  return {row("Stripe id", mirror->stripe_id),
          row("Status at Stripe", mirror->status),
          row("Price",
              money_text(mirror->amount, mirror->currency) + " each " + mirror->billing_interval),
          row("Lookup key", mirror->lookup_key),
          row("Period", format_period(mirror->period_start, mirror->period_end)),
          row("Ends", date_or(billing::cancels_at(*mirror), "Renews")),
          row("Changes to", change_words(*mirror)),
          row("Charging", charging_words(*mirror)),
          row("Paused", mirror->paused_reason.value_or("No")),
          row("Why canceled", mirror->cancellation_feedback.value_or("Not said")),
          row("Fetched", format_date_time(mirror->fetched_at))};
}

json::array sync_rows(const std::optional<billing::SyncState>& sync) {
  if (!sync) return {row("Stripe customer", "None yet")};
  return {row("Stripe customer", sync->customer_id),
          row("Our copy", sync->behind ? "Behind: a hint is waiting" : "Follows Stripe"),
          row("Last fetched", date_or(sync->synced_at, "Never")),
          row("Last error", sync->last_error.value_or("None")),
          row("Given up", date_or(sync->dead_at, "No"))};
}

// Where money can be given back, or taken off; null where there is none.
json::value return_url(const http::Request& request, const billing::Settlement& of,
                       std::string_view way) {
  const bool open = of.status == "open" || of.status == "uncollectible";
  const bool creditable =
      open ? of.amount_remaining > 0 : of.status == "paid" && of.credited_after < of.total;
  if (way == "refund" ? of.refundable == 0 : !creditable) return nullptr;
  return json::value(tenant_url(request, fmt::format("/invoices/{}/{}", of.invoice_id, way)));
}

json::array invoice_rows(const http::Request& request,
                         const std::vector<billing::Invoice>& invoices,
                         const std::vector<billing::Settlement>& settled) {
  json::array rows;
  for (std::size_t i = 0; i < invoices.size(); ++i) {
    const billing::Invoice& invoice = invoices[i];
    const billing::Settlement& of = settled[i];
    const bool overdue = billing::is_overdue(invoice);
    rows.push_back(json::object{
        {"number", invoice.number.value_or(invoice.stripe_id)},
        {"date", format_date(invoice.created_at)},
        {"total", money_text(invoice.total, invoice.currency)},
        {"status", overdue ? "unpaid" : invoice.status},
        {"tone", overdue ? "bad" : "neutral"},
        {"paid", money_text(of.amount_paid, of.currency)},
        {"returned", money_text(of.refunded + of.credited_before +
                                    std::max(of.credited_after - of.refunded, std::int64_t(0)),
                                of.currency)},
        {"refund_url", return_url(request, of, "refund")},
        {"credit_url", return_url(request, of, "credit")},
        {"url", invoice.hosted_invoice_url ? json::value(*invoice.hosted_invoice_url)
                                           : json::value(nullptr)}});
  }
  return rows;
}

// What a person has to look at, and what is disputed.
json::array task_rows(const std::vector<billing::OpenTask>& tasks) {
  json::array rows;
  for (const billing::OpenTask& task : tasks) {
    json::object row = time_of(task.since);
    row["label"] = billing::words_of_task(task.kind).label;
    row["subject"] = task.subject;
    rows.push_back(std::move(row));
  }
  return rows;
}

json::array dispute_rows(const std::vector<billing::Dispute>& disputes) {
  json::array rows;
  for (const billing::Dispute& dispute : disputes)
    rows.push_back(json::object{{"id", dispute.stripe_id},
                                {"status", dispute.status},
                                {"tone", billing::is_open(dispute) ? "bad" : "neutral"},
                                {"reason", dispute.reason},
                                {"amount", money_text(dispute.amount, dispute.currency)},
                                {"due_by", date_or(dispute.due_by, "–")}});
  return rows;
}

}  // namespace

Task<http::Response> show_subscription_tab(Staff& staff, http::Request& request,
                                           db::ControlRead& db, FieldErrors errors) {
  const int status = errors.empty() ? 200 : 422;
  const auto subscription = co_await billing::current_subscription(db);
  const auto trial = co_await billing::get_trial(db);
  const auto sync = co_await billing::find_sync(db);
  const auto invoices = co_await billing::invoices(db);
  const auto money = co_await billing::books(db);
  const auto tasks = co_await billing::tasks_of_tenant(db);
  json::array trial_rows{row("Plan", trial.plan),
                         row("Started", format_date_time(trial.started_at)),
                         row("Ends", date_or(trial.ends_at, "Started without a trial"))};
  json::value retention = co_await retention_model(db, request, std::move(errors));
  json::object page{
      {"subscription", subscription_rows(subscription)},
      {"retention", std::move(retention)},
      {"trial", std::move(trial_rows)},
      {"sync", sync_rows(sync)},
      {"can_resync", sync.has_value()},
      {"is_charged", subscription && !subscription->pause_collection},
      {"is_not_charged", subscription && subscription->pause_collection},
      {"collection", collection_model(request)},
      {"resume_url", tenant_url(request, "/collection_resumption")},
      {"resync_url", tenant_url(request, "/resync")},
      {"has_invoices", !invoices.empty()},
      {"has_disputes", !money.disputes.empty()},
      {"disputes", dispute_rows(money.disputes)},
      {"has_tasks", !tasks.empty()},
      {"tasks", task_rows(tasks)},
      {"invoices", invoice_rows(request, invoices, billing::settle(invoices, money))}};
  co_return co_await show_tab(staff, request, db, "staff/subscription", std::move(page), status);
}

namespace {

Task<http::Response> show_subscription(Staff& staff, http::Request& request, db::ControlRead& db) {
  co_return co_await show_subscription_tab(staff, request, db, {});
}

Task<http::Response> resync(Staff&, http::Request& request, db::ControlTx& tx) {
  co_await billing::mark_dirty(tx);
  const audit::Act act{.action = "support.resync_ordered",
                       .target_type = "tenant",
                       .target_id = to_string(tx.tenant())};
  co_await audit::record(tx, act);
  co_return http::see_other(tenant_url(request, "/subscription?resync=1"));
}

Task<http::Response> show_usage(Staff& staff, http::Request& request, db::ControlRead& db) {
  const auto snapshot = co_await snapshot_of(staff, db);
  const auto used = co_await metering::usage(db, snapshot, staff.catalog);
  json::array meters;
  for (const metering::Usage& usage : used) {
    const html::Usage amounts{.used = usage.used,
                              .limit = usage.limit,
                              .used_text = catalog::with_thousands(usage.used),
                              .limit_text = catalog::describe(usage.limit)};
    meters.push_back(
        to_json(html::meter_of(staff.catalog.label_of(usage.meter),
                               "Resets on " + format_date(usage.period_end), amounts)));
  }
  json::object page{{"meters", std::move(meters)}};
  co_return co_await show_tab(staff, request, db, "staff/usage", std::move(page));
}

json::object person_row(const Staff& staff, const tenancy::Membership& member,
                        const std::vector<identity::Person>& people) {
  const auto person = std::ranges::find(people, member.user_id, &identity::Person::id);
  const bool known = person != people.end();
  const bool pays = staff.roles.of(member.role)[billing::permissions::billing_manage.bit];
  return {{"name", known ? person->name : "Unknown"},
          {"initials", html::initials_of(known ? person->name : "?")},
          {"email", known ? person->email : ""},
          {"user_id", to_string(member.user_id)},
          {"role", name_of(member.role)},
          {"pays", pays},
          {"joined", format_date(member.joined_at)}};
}

Task<http::Response> show_people(Staff& staff, http::Request& request, db::ControlRead& db) {
  const auto members = co_await tenancy::members(db);
  std::vector<UserId> ids;
  ids.reserve(members.size());
  for (const tenancy::Membership& member : members) ids.push_back(member.user_id);
  const auto people = co_await identity::people(db, std::move(ids));
  json::array rows;
  for (const tenancy::Membership& member : members)
    rows.push_back(person_row(staff, member, people));
  json::object page{{"people", std::move(rows)}};
  co_return co_await show_tab(staff, request, db, "staff/people", std::move(page));
}

}  // namespace

void tenant_routes(http::Router& at, Staff& staff) {
  auto with = at.with(staff);
  with.get("/tenants/{tenant_id}", show_overview, http::staff);
  with.get("/tenants/{tenant_id}/subscription", show_subscription, http::staff);
  with.post("/tenants/{tenant_id}/resync", resync, http::staff);
  with.get("/tenants/{tenant_id}/usage", show_usage, http::staff);
  with.get("/tenants/{tenant_id}/people", show_people, http::staff);
}

}  // namespace freehold::staff
