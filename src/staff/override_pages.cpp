// /tenants/{tenant_id}/entitlements: what the plan gives, and what staff give on top.
#include "core/async.hpp"
#include "core/json.hpp"
#include "html/form.hpp"
#include "staff/tenant_frame.hpp"

namespace freehold::staff {
namespace {

using entitlements::NewOverride;
using entitlements::Override;
using entitlements::OverrideId;
using entitlements::OverrideKind;

// What ends at midnight ends with the day before.
constexpr Duration moment = std::chrono::microseconds(1);

std::string label_of(OverrideKind kind) {
  if (kind == OverrideKind::plan) return "Plan";
  return kind == OverrideKind::feature ? "Feature" : "Limit";
}

json::object given(std::string kind, std::string label, std::string plan_value, std::string now) {
  const bool changed = plan_value != now;
  return {{"kind", std::move(kind)},
          {"label", std::move(label)},
          {"plan_value", std::move(plan_value)},
          {"now", std::move(now)},
          {"changed", changed}};
}

std::string words_of(const std::optional<catalog::Allowance>& allowance) {
  return allowance ? catalog::describe(*allowance) : "0";
}

// Each key with what the bought plan says of it and what holds now.
json::array values_of(const Staff& staff, const entitlements::Snapshot& snapshot) {
  const catalog::Plan* bought = staff.catalog.find(snapshot.standing.plan);
  const catalog::Plan& plan = bought ? *bought : staff.catalog.default_plan();
  json::array rows{given("Plan", "Plan", plan.name, snapshot.plan_name)};
  for (const DeclaredKey& feature : staff.catalog.declared().features)
    rows.push_back(given("Feature", feature.label, plan.has(Feature{feature.key}) ? "on" : "off",
                         snapshot.is_enabled(Feature{feature.key}) ? "on" : "off"));
  for (const auto* entries : {&staff.catalog.declared().limits, &staff.catalog.declared().meters}) {
    for (const DeclaredKey& limit : *entries)
      rows.push_back(given("Limit", limit.label, words_of(plan.find_allowance(limit.key)),
                           catalog::describe(snapshot.allowance(limit.key))));
  }
  return rows;
}

std::string key_words(const Staff& staff, const Override& grant) {
  if (grant.kind != OverrideKind::plan) return staff.catalog.label_of(grant.key);
  const catalog::Plan* plan = staff.catalog.find(grant.key);
  return plan != nullptr ? plan->name : grant.key;
}

json::array rows_of(const Staff& staff, const http::Request& request,
                    const std::vector<Override>& all, Instant now) {
  json::array rows;
  for (const Override& grant : all) {
    const bool over = grant.expires_at && *grant.expires_at <= now;
    rows.push_back(json::object{
        {"kind", label_of(grant.kind)},
        {"key", key_words(staff, grant)},
        {"value", grant.value},
        {"reason", grant.reason},
        {"since", format_date(grant.starts_at)},
        {"last_day", grant.expires_at ? format_date(*grant.expires_at - moment) : "no end"},
        {"over", over},
        {"revoke_url", tenant_url(request, "/overrides/" + to_string(grant.id) + "/revocation")}});
  }
  return rows;
}

// "feature documents.export": kind and key in one choice, so that they always fit together.
std::vector<html::Option> subjects(const catalog::Catalog& catalog) {
  std::vector<html::Option> options;
  for (const catalog::Plan& plan : catalog.plans())
    options.push_back({.value = "plan " + plan.key, .label = "Plan: " + plan.name});
  for (const DeclaredKey& entry : catalog.declared().features)
    options.push_back({.value = "feature " + entry.key, .label = "Feature: " + entry.label});
  for (const DeclaredKey& entry : catalog.declared().limits)
    options.push_back({.value = "limit " + entry.key, .label = "Limit: " + entry.label});
  for (const DeclaredKey& entry : catalog.declared().meters)
    options.push_back({.value = "limit " + entry.key, .label = "Limit: " + entry.label});
  return options;
}

html::Form form_of(const Staff& staff, const http::Request& request, FieldErrors errors) {
  const auto was = [&](std::string_view name) {
    return request.has_form() ? std::string(request.form().get(name)) : std::string();
  };
  // The domain speaks of kind and key; the page asks for both at once.
  for (FieldError& error : errors) {
    if (error.field == "key" || error.field == "kind") error.field = "subject";
  }
  return {.id = "override",
          .action = tenant_url(request, "/overrides"),
          .submit = "Set override",
          .busy = "Setting…",
          .fields = {{.name = "subject",
                      .label = "What",
                      .kind = "select",
                      .value = was("subject"),
                      .options = subjects(staff.catalog)},
                     {.name = "value",
                      .label = "Value",
                      .value = was("value"),
                      .hint = "on or off for a feature; a number or unlimited for a limit; empty "
                              "for a plan.",
                      .optional = true},
                     {.name = "expires_at",
                      .label = "Last day",
                      .kind = "date",
                      .value = was("expires_at"),
                      .hint = "It ends at midnight UTC after this day.",
                      .optional = true},
                     {.name = "reason",
                      .label = "Reason",
                      .kind = "textarea",
                      .value = was("reason"),
                      .hint = "10 to 500 characters; the customer reads it in the audit log.",
                      .max_length = 500,
                      .rows = 3}},
          .errors = std::move(errors)};
}

Task<http::Response> show_page(Staff& staff, http::Request& request, db::ControlRead& db,
                               FieldErrors errors) {
  const auto all = co_await entitlements::overrides(db);
  const auto snapshot = co_await snapshot_of(staff, db);
  const int status = errors.empty() ? 200 : 422;
  const html::Form form = form_of(staff, request, std::move(errors));
  json::object page{{"values", values_of(staff, snapshot)},
                    {"has_overrides", !all.empty()},
                    {"overrides", rows_of(staff, request, all, db.now())},
                    {"form", html::form_model(form)}};
  co_return co_await show_tab(staff, request, db, "staff/entitlements", std::move(page), status);
}

Task<http::Response> show_entitlements(Staff& staff, http::Request& request, db::ControlRead& db) {
  co_return co_await show_page(staff, request, db, {});
}

// The end of the given day, UTC; nothing without one.
std::optional<Instant> end_of(std::string_view day, FieldErrors& errors) {
  if (day.empty()) return {};
  const auto start = parse_rfc3339(std::string(day) + "T00:00:00Z");
  if (!start) errors.push_back({"expires_at", "Enter a date such as 2026-12-31."});
  return start ? std::optional(*start + days(1)) : std::nullopt;
}

NewOverride draft_of(const http::Fields& form, FieldErrors& errors) {
  NewOverride draft;
  const std::string_view subject = form.get("subject");
  const std::size_t space = subject.find(' ');
  const auto kind = parse_enum<OverrideKind>(subject.substr(0, space));
  if (!kind || space == subject.npos) {
    errors.push_back({"subject", "Choose what to override."});
  } else {
    draft.kind = *kind;
    draft.key = subject.substr(space + 1);
  }
  draft.value = form.get("value");
  if (draft.kind == OverrideKind::plan) draft.value.clear();
  draft.reason = form.get("reason");
  draft.expires_at = end_of(form.get("expires_at"), errors);
  return draft;
}

// Nothing when it is set; otherwise what is wrong with it.
Task<FieldErrors> try_to_set(Staff& staff, http::Request& request, db::ControlTx& tx) {
  FieldErrors errors;
  NewOverride draft = draft_of(request.form(), errors);
  if (!errors.empty()) co_return errors;
  try {
    co_await entitlements::set_override(tx, staff.catalog, std::move(draft));
  } catch (const Problem& problem) {
    if (problem.status != 422) throw;
    errors = problem.errors;
  }
  co_return errors;
}

Task<http::Response> set(Staff& staff, http::Request& request, db::ControlTx& tx) {
  FieldErrors errors = co_await try_to_set(staff, request, tx);
  if (!errors.empty()) co_return co_await show_page(staff, request, tx, std::move(errors));
  staff.gates.announce(tx);
  co_return http::see_other(tenant_url(request, "/entitlements?set=1"));
}

Task<http::Response> revoke(Staff& staff, http::Request& request, db::ControlTx& tx) {
  co_await entitlements::revoke_override(tx, request.id_of<OverrideId>("override_id"));
  staff.gates.announce(tx);
  co_return http::see_other(tenant_url(request, "/entitlements?revoked=1"));
}

}  // namespace

void override_routes(http::Router& at, Staff& staff) {
  auto with = at.with(staff);
  with.get("/tenants/{tenant_id}/entitlements", show_entitlements, http::staff);
  with.post("/tenants/{tenant_id}/overrides", set, http::staff);
  with.post("/tenants/{tenant_id}/overrides/{override_id}/revocation", revoke, http::staff);
}

}  // namespace freehold::staff
