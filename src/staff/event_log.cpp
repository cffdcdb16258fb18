// /tenants/{tenant_id}/events: what happened and who did it, in one list, newest first. Two sources
// are merged in one order: by time, at one instant acts before events, then by id. A page is so
// many rows of it, and the next one begins behind its last row.
#include <charconv>

#include "audit/audit.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "events/events.hpp"
#include "identity/identity.hpp"
#include "staff/accounts.hpp"
#include "staff/tenant_frame.hpp"

namespace freehold::staff {
namespace {

constexpr std::size_t page_size = 100;
constexpr Instant latest{253'402'300'800'000'000};  // the year 10000

// Behind which row a page begins.
struct Place {
  Instant at;
  std::optional<audit::EntryId> act;
  std::optional<EventId> event;  // one of both
};

// "1795338000000000.event_01h4…"; nothing for anything else.
std::optional<Place> place_in(std::string_view text) {
  Place place;
  const char* const end = text.data() + text.size();
  const auto [dot, error] = std::from_chars(text.data(), end, place.at.micros);
  const bool is_time = error == std::errc() && place.at > Instant{} && place.at < latest;
  if (!is_time || dot == end || *dot != '.') return {};
  const std::string_view id(dot + 1, end);
  place.act = audit::EntryId::parse(id);
  place.event = EventId::parse(id);
  if (!place.act && !place.event) return {};
  return place;
}

audit::Filter acts_behind(const std::optional<Place>& place) {
  audit::Filter filter{.limit = int(page_size) + 1};
  if (place && place->act) filter.starting_after = place->act;
  if (place && place->event) filter.until = place->at;
  return filter;
}

std::optional<events::After> events_behind(const std::optional<Place>& place) {
  if (!place) return {};
  return events::After{place->at, place->event};
}

struct Row {
  Instant at;
  bool is_act = false;
  Uuid id = {};
  html::Event event = {};
  bool is_told = false;  // by an act
};

bool comes_first(const Row& a, const Row& b) {
  if (a.at != b.at) return a.at > b.at;
  if (a.is_act != b.is_act) return a.is_act;
  return a.id > b.id;
}

std::string name_of(const Row& row) {
  const std::string id =
      row.is_act ? to_string(audit::EntryId{row.id}) : to_string(EventId{row.id});
  return fmt::format("{}.{}", row.at.micros, id);
}

std::string icon_of(std::string_view type) {
  struct Icon {
    std::string_view prefix, icon;
  };
  constexpr std::array icons{Icon{"member.", "users"},       Icon{"invitation.", "mail"},
                             Icon{"subscription.", "card"},  Icon{"payment.", "receipt"},
                             Icon{"plan.", "tag"},           Icon{"access.", "unlock"},
                             Icon{"override.", "flag"},      Icon{"key.", "key"},
                             Icon{"tenant.", "building"},    Icon{"usage.", "gauge"},
                             Icon{"document.", "file_text"}, Icon{"checkout.", "card"},
                             Icon{"support.", "life_buoy"}};
  for (const Icon& icon : icons) {
    if (type.starts_with(icon.prefix)) return std::string(icon.icon);
  }
  return "zap";
}

std::string tone_of(std::string_view type) {
  if (type == "payment.failed" || type == "subscription.ended") return "bad";
  if (type == "payment.recovered" || type == "subscription.started") return "ok";
  return "neutral";
}

// "plan: free → pro"
std::string changes_of(const audit::Entry& entry) {
  std::string text;
  for (const audit::Change& change : entry.changes) {
    text += (text.empty() ? "" : "; ") + change.field + ": ";
    if (change.old_value) text += *change.old_value + (change.new_value ? " → " : " removed");
    text += change.new_value.value_or("");
  }
  if (entry.reason) text += (text.empty() ? "" : "; ") + std::string("because: ") + *entry.reason;
  return text;
}

// "usage.threshold_reached" is "Usage threshold reached".
std::string title_of(std::string_view type) {
  std::string title(type);
  for (char& c : title) c = c == '.' || c == '_' ? ' ' : c;
  if (!title.empty() && title[0] >= 'a' && title[0] <= 'z') title[0] = char(title[0] - 'a' + 'A');
  return title;
}

std::string text_of(const json::value& value) {
  return value.is_string() ? std::string(value.get_string()) : json::serialize(value);
}

// "pro → free", or "subscription: sub_1; status: active".
std::string details_of(const events::Event& event) {
  const json::value payload = parse_json(event.payload);
  const json::object& fields = payload.as_object();
  if (fields.contains("from") && fields.contains("to")) {
    const std::string from = text_of(fields.at("from"));
    return (from.empty() ? "" : from + " → ") + text_of(fields.at("to"));
  }
  std::string text;
  for (const auto& [name, value] : fields) {
    if (!value.is_null())
      text += (text.empty() ? "" : "; ") + std::string(name) + ": " + text_of(value);
  }
  return text;
}

// Who acted, by the id that the audit log has.
using Names = std::map<std::string, std::string>;

std::string actor_of(const audit::Entry& entry, const Names& names) {
  if (entry.actor_type == "job") return "The program, " + entry.actor_id;
  if (entry.actor_type == "product") return "The product, " + entry.actor_id;
  const auto name = names.find(entry.actor_id);
  const std::string who = name == names.end() ? entry.actor_id : name->second;
  return entry.actor_type == "staff" ? "Staff: " + who : who;
}

Row row_of(const audit::Entry& entry, const Names& names) {
  html::Event event{.icon = icon_of(entry.action),
                    .tone = tone_of(entry.action),
                    .title = title_of(entry.action),
                    .detail = changes_of(entry),
                    .actor = actor_of(entry, names),
                    .at = to_rfc3339(entry.occurred_at),
                    .at_text = format_date_time(entry.occurred_at)};
  return {.at = entry.occurred_at, .is_act = true, .id = entry.id.uuid, .event = std::move(event)};
}

Row row_of(const events::Event& happened) {
  html::Event event{.icon = icon_of(happened.type),
                    .tone = tone_of(happened.type),
                    .title = title_of(happened.type),
                    .detail = details_of(happened),
                    .actor = {},
                    .at = to_rfc3339(happened.occurred_at),
                    .at_text = format_date_time(happened.occurred_at)};
  return {.at = happened.occurred_at, .id = happened.id.uuid, .event = std::move(event)};
}

// What acts have told: their names at their instants.
using Told = std::set<std::pair<Instant, std::string>>;

// An act often emits an event of its own name in the same transaction, and so at the same instant:
// it is shown once, with who did it.
std::vector<Row> merged(const std::vector<audit::Entry>& acts,
                        const std::vector<events::Event>& happened, Told told, const Names& names) {
  std::vector<Row> rows;
  for (const audit::Entry& act : acts) {
    rows.push_back(row_of(act, names));
    told.emplace(act.occurred_at, act.action);
  }
  for (const events::Event& event : happened) {
    rows.push_back(row_of(event));
    rows.back().is_told = told.contains({event.occurred_at, event.type});
  }
  std::ranges::sort(rows, comes_first);
  return rows;
}

// By the acts of the pages before, which may be of the instant that this one begins with.
Task<Told> told_before(db::ControlRead& db, std::optional<Place> place) {
  Told told;
  if (!place) co_return told;
  const auto actions = co_await audit::actions_at(db, place->at);
  for (const std::string& action : actions) told.emplace(place->at, action);
  co_return told;
}

Task<Names> names_of(Staff& staff, db::ControlRead& db, const std::vector<audit::Entry>& acts) {
  std::vector<UserId> users;
  std::set<StaffId> colleagues;
  for (const audit::Entry& act : acts) {
    if (const auto user = UserId::parse(act.actor_id)) users.push_back(*user);
    if (const auto colleague = StaffId::parse(act.actor_id)) colleagues.insert(*colleague);
  }
  Names names;
  const auto people = co_await identity::people(db, std::move(users));
  for (const identity::Person& person : people) names[to_string(person.id)] = person.name;
  db::StaffRead own = staff.database.staff_read();
  for (const StaffId colleague : colleagues)
    names[to_string(colleague)] = co_await email_of(own, colleague);
  co_return names;
}

json::object page_of(std::vector<Row> rows, const http::Request& request, bool is_first) {
  const std::string url = tenant_url(request, "/events");
  json::object page{{"newest_url", nullptr}, {"older_url", nullptr}};
  if (!is_first) page["newest_url"] = url;
  if (rows.size() > page_size) {
    rows.resize(page_size);
    page["older_url"] = url + "?before=" + name_of(rows.back());
  }
  html::Timeline timeline;
  for (Row& row : rows)
    if (!row.is_told) timeline.events.push_back(std::move(row.event));
  page["range"] = rows.empty() ? std::string("Nothing happened before")
                               : fmt::format("{} to {}", format_date_time(rows.back().at),
                                             format_date_time(rows.front().at));
  page["timeline"] = to_json(timeline);
  return page;
}

Task<http::Response> show_events(Staff& staff, http::Request& request, db::ControlRead& db) {
  const auto place = place_in(request.query.get("before"));
  const auto acts = co_await audit::entries(db, acts_behind(place));
  const auto happened = co_await events::recent_events(db, events_behind(place), page_size + 1);
  Told told = co_await told_before(db, place);
  const Names names = co_await names_of(staff, db, acts);
  auto rows = merged(acts, happened, std::move(told), names);
  json::object page = page_of(std::move(rows), request, !place.has_value());
  co_return co_await show_tab(staff, request, db, "staff/events", std::move(page));
}

}  // namespace

void event_log_routes(http::Router& at, Staff& staff) {
  at.with(staff).get("/tenants/{tenant_id}/events", show_events, http::staff);
}

}  // namespace freehold::staff
