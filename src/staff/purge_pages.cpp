// After the end of a tenant's last subscription: until when what it stored is kept, and what staff
// do about the deletion. On the tab of its subscription.
#include "billing/retention.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "html/form.hpp"
#include "staff/tenant_frame.hpp"

namespace freehold::staff {
namespace {

using billing::PurgeState;

std::string words_of(PurgeState state) {
  switch (state) {
    case PurgeState::scheduled:
      return "Scheduled";
    case PurgeState::held:
      return "Held";
    case PurgeState::canceled:
      return "Canceled by staff: nothing is deleted";
    case PurgeState::executing:
      return "Under way";
    case PurgeState::done:
      return "Deleted";
  }
  return "";
}

json::object row(std::string_view label, std::string value) {
  return {{"label", label}, {"value", std::move(value)}};
}

json::array rows_of(const billing::Retention& retention) {
  json::array rows{row("Plan ended", format_date_time(retention.ended_at))};
  if (!retention.purge) {
    rows.push_back(row("Deletion", "None: it is kept"));
    return rows;
  }
  const billing::Purge& purge = *retention.purge;
  rows.push_back(row("Deletion", words_of(purge.state)));
  rows.push_back(row("Date", format_date_time(purge.purged_at.value_or(purge.purge_at))));
  rows.push_back(
      row("Last notice", purge.announced_at ? format_date_time(*purge.announced_at) : "Not yet"));
  if (purge.reason) rows.push_back(row("Reason", *purge.reason));
  if (purge.purged_at) rows.push_back(row("Rows deleted", std::to_string(purge.rows_purged)));
  return rows;
}

html::Form form_of(const http::Request& request, const billing::Purge& purge, FieldErrors errors) {
  std::vector<html::Option> choices;
  if (purge.state == PurgeState::held) {
    choices.push_back({.value = "release", .label = "Let it go on; the owner is warned again"});
  } else {
    choices.push_back({.value = "hold", .label = "Hold it until somebody lets it go on"});
  }
  choices.push_back({.value = "cancel", .label = "Cancel it for good: keep what is stored"});
  const std::string reason =
      request.has_form() ? std::string(request.form().get("reason")) : std::string();
  return {.id = "purge",
          .action = tenant_url(request, "/purge"),
          .submit = "Decide",
          .fields = {{.name = "decision",
                      .label = "What",
                      .kind = "select",
                      .value = choices.front().value,
                      .options = choices},
                     {.name = "reason",
                      .label = "Reason",
                      .kind = "textarea",
                      .value = reason,
                      .hint = "10 to 500 characters; the customer reads it in the audit log.",
                      .max_length = 500,
                      .rows = 3}},
          .errors = std::move(errors)};
}

Task<FieldErrors> try_to_decide(const http::Request& request, db::ControlTx& tx) {
  const std::string_view decision = request.form().get("decision");
  std::string reason(request.form().get("reason"));
  FieldErrors errors;
  try {
    if (decision == "hold") {
      co_await billing::hold_purge(tx, std::move(reason));
    } else if (decision == "release") {
      co_await billing::release_purge(tx, std::move(reason));
    } else if (decision == "cancel") {
      co_await billing::cancel_purge(tx, std::move(reason));
    } else {
      errors.push_back({"decision", "Choose what to do."});
    }
  } catch (const Problem& problem) {
    if (problem.status != 422) throw;
    errors = problem.errors;
  }
  co_return errors;
}

Task<http::Response> decide(Staff& staff, http::Request& request, db::ControlTx& tx) {
  FieldErrors errors = co_await try_to_decide(request, tx);
  if (!errors.empty())
    co_return co_await show_subscription_tab(staff, request, tx, std::move(errors));
  co_return http::see_other(tenant_url(request, "/subscription?purge=1"));
}

}  // namespace

Task<json::value> retention_model(db::ControlRead& db, const http::Request& request,
                                  FieldErrors errors) {
  const auto retention = co_await billing::find_retention(db);
  if (!retention) co_return json::value(nullptr);
  json::object model{{"rows", rows_of(*retention)}, {"form", nullptr}};
  const auto& purge = retention->purge;
  const bool open =
      purge && (purge->state == PurgeState::scheduled || purge->state == PurgeState::held);
  if (open) model["form"] = html::form_model(form_of(request, *purge, std::move(errors)));
  co_return model;
}

void purge_routes(http::Router& at, Staff& staff) {
  at.with(staff).post("/tenants/{tenant_id}/purge", decide, http::staff);
}

}  // namespace freehold::staff
