// /webhooks/dead: events of Stripe's that could not be followed, by type, reason, customer and
// time, and the buttons that take them in again or discard them: one, or all that the filter shows.
#include <array>

#include "billing/billing.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "core/text.hpp"
#include "staff/screens.hpp"

namespace freehold::staff {
namespace {

struct Reason {
  std::string_view key;
  std::string_view label;
  std::string_view about;
};
constexpr std::array reasons{
    Reason{"unknown_customer", "Unknown customer",
           "Nobody here is this customer. A replay looks again, for an hour."},
    Reason{"not_fetched", "Customer not fetched",
           "Stripe did not give the customer out. Closes when it does."},
    Reason{"object_missing", "Object missing", "A thin event about something that Stripe has not."},
    Reason{
        "other_mode", "Other mode",
        "Live where our key is for tests, or the other way round: look at the webhook endpoint."},
    Reason{"unreadable", "Unreadable", "Signed by Stripe, and no event. It cannot be replayed."}};

Reason reason_of(std::string_view key) {
  const auto at = std::ranges::find(reasons, key, &Reason::key);
  return at == reasons.end() ? Reason{key, key, ""} : *at;
}

std::optional<std::string> given(const http::Fields& fields, std::string_view name) {
  std::string text(trimmed(fields.get(name)));
  if (text.empty()) return {};
  return text;
}

// A date means its beginning, in UTC.
std::optional<Instant> date_in(const http::Fields& fields, std::string_view name) {
  const auto text = given(fields, name);
  if (!text) return {};
  return parse_rfc3339(*text + "T00:00:00Z");
}

billing::DeadFilter filter_in(const http::Fields& fields) {
  return {.id = given(fields, "id"),
          .customer = given(fields, "customer"),
          .type = given(fields, "type"),
          .reason = given(fields, "reason"),
          .since = date_in(fields, "since"),
          .until = date_in(fields, "until")};
}

bool is_empty(const billing::DeadFilter& filter) {
  return !filter.id && !filter.customer && !filter.type && !filter.reason && !filter.since &&
         !filter.until;
}

json::object row_of(const billing::DeadEvent& event, const std::vector<Named>& named) {
  json::object row = time_of(event.died_at);
  row["id"] = event.id;
  row["type"] = event.type;
  row["customer"] = event.customer_id.value_or("");
  row["reason"] = reason_of(event.reason).label;
  row["about"] = reason_of(event.reason).about;
  row["payload"] = event.payload;
  row["tenant"] = nullptr;
  if (event.tenant_id) row["tenant"] = tenant_link(*event.tenant_id, named);
  row["can_replay"] = event.reason != "unreadable";
  return row;
}

json::array options_of(const std::vector<billing::DeadCount>& counts,
                       const std::optional<std::string>& chosen) {
  json::array options{json::object{{"value", ""}, {"label", "Any reason"}, {"chosen", !chosen}}};
  for (const billing::DeadCount& each : counts)
    options.push_back(
        json::object{{"value", each.reason},
                     {"label", fmt::format("{} ({})", reason_of(each.reason).label, each.count)},
                     {"chosen", chosen == each.reason}});
  return options;
}

// What was done here a moment ago; nothing: the page was only opened.
std::optional<std::string> said_of(const http::Fields& query) {
  const auto count = [&](std::string_view name) { return std::string(query.get(name)); };
  if (query.has("discarded")) return count("discarded") + " discarded";
  if (!query.has("followed")) return {};
  return fmt::format("{} fetched within seconds, {} wait for their customer, {} as they were",
                     count("followed"), count("waiting"), count("dead"));
}

std::optional<html::Empty> nothing_in(const json::array& rows, bool filtered) {
  if (!rows.empty()) return {};
  if (filtered)
    return html::Empty{.icon = "search",
                       .title = "No failed webhook is like that",
                       .text = "Clear the filter to see all of them."};
  return html::Empty{.icon = "check_circle",
                     .title = "Every webhook was followed",
                     .text =
                         "What Stripe sent and could not be followed appears here, and closes by "
                         "itself when its customer was fetched later."};
}

Task<std::vector<Named>> names_in(Staff& staff, const std::vector<billing::DeadEvent>& events) {
  std::vector<TenantId> tenants;
  for (const billing::DeadEvent& event : events)
    if (event.tenant_id) tenants.push_back(*event.tenant_id);
  co_return co_await names_of(staff, std::move(tenants));
}

Task<http::Response> show_dead(Staff& staff, http::Request& request, db::Database& database) {
  const billing::DeadFilter filter = filter_in(request.query);
  db::SystemRead db = database.system_read();
  const auto events = co_await billing::dead_events(db, filter);
  const auto counts = co_await billing::dead_counts(db);
  const auto named = co_await names_in(staff, events);
  json::array rows;
  for (const billing::DeadEvent& event : events) rows.push_back(row_of(event, named));
  html::Frame frame = co_await frame_of(staff, request, "Failed webhooks");
  if (const auto said = said_of(request.query)) frame.toast = html::Toast{.text = *said};
  const auto field = [&](std::string_view name) { return std::string(request.query.get(name)); };
  json::object page{{"count", rows.size()},
                    {"type", field("type")},
                    {"customer", field("customer")},
                    {"since", field("since")},
                    {"until", field("until")},
                    {"reason", field("reason")},
                    {"reasons", options_of(counts, filter.reason)},
                    {"filtered", !is_empty(filter)},
                    {"many", rows.size() > 1},
                    {"none", to_json(nothing_in(rows, !is_empty(filter)))},
                    {"events", std::move(rows)}};
  co_return show(staff, "staff/dead_events", frame, std::move(page));
}

// Who did something to which of them.
json::object act_of(StaffId who, const billing::DeadFilter& filter) {
  return {{"staff", to_string(who)},
          {"event", filter.id.value_or("")},
          {"customer", filter.customer.value_or("")},
          {"type", filter.type.value_or("")},
          {"reason", filter.reason.value_or("")},
          {"since", filter.since ? to_rfc3339(*filter.since) : std::string()},
          {"until", filter.until ? to_rfc3339(*filter.until) : std::string()}};
}

Task<> note_act(db::Database& database, const EventType& type, const json::object& act) {
  db::SystemTx tx = database.system();
  co_await events::emit(tx, type, json::serialize(act));
  co_await tx.commit();
}

billing::ActorOf actor_of(const http::Request& request) {
  return [who = *request.staff, origin = request.origin()](TenantId tenant) {
    return ActorMint::staff(tenant, who, origin);
  };
}

// Each tenant's audit log says who did; the outbox says with which filter.
Task<http::Response> replay_dead(Staff& staff, http::Request& request, db::Database& database) {
  if (!staff.replay) throw Problem::not_found("page");
  const billing::DeadFilter filter = filter_in(request.form());
  const billing::Replayed done = co_await staff.replay(filter, actor_of(request));
  json::object act = act_of(*request.staff, filter);
  act["followed"] = done.followed;
  act["waiting"] = done.waiting;
  act["dead"] = done.dead;
  co_await note_act(database, webhooks_replayed, act);
  co_return http::see_other(fmt::format("/webhooks/dead?followed={}&waiting={}&dead={}",
                                        done.followed, done.waiting, done.dead));
}

Task<http::Response> discard_dead(Staff& staff, http::Request& request, db::Database& database) {
  const billing::DeadFilter filter = filter_in(request.form());
  const std::string because(trimmed(request.form().get("because")));
  const billing::ActorOf who = actor_of(request);
  const int done = co_await billing::discard_events(staff.billing, filter, because, who);
  json::object act = act_of(*request.staff, filter);
  act["because"] = because;
  act["discarded"] = done;
  co_await note_act(database, webhooks_discarded, act);
  co_return http::see_other(fmt::format("/webhooks/dead?discarded={}", done));
}

}  // namespace

void dead_event_routes(http::Router& at, Staff& staff) {
  auto with = at.with(staff);
  with.get("/webhooks/dead", show_dead, http::staff);
  with.post("/webhooks/dead/replay", replay_dead, http::staff);
  with.post("/webhooks/dead/discard", discard_dead, http::staff);
}

}  // namespace freehold::staff
