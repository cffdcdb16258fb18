// /tenants/{tenant_id}/events: what happened and who did it, in one list, newest first.
#include "audit/audit.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "events/events.hpp"
#include "identity/identity.hpp"
#include "staff/accounts.hpp"
#include "staff/tenant_frame.hpp"

namespace freehold::staff {
namespace {

constexpr int shown = 200;

struct Entry {
  Instant at;
  html::Event event;
};

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
  for (const auto& [name, value] : fields)
    text += (text.empty() ? "" : "; ") + std::string(name) + ": " + text_of(value);
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

Entry entry_of(const audit::Entry& entry, const Names& names) {
  html::Event event{.icon = icon_of(entry.action),
                    .tone = tone_of(entry.action),
                    .title = title_of(entry.action),
                    .detail = changes_of(entry),
                    .actor = actor_of(entry, names),
                    .at = to_rfc3339(entry.occurred_at),
                    .at_text = format_date_time(entry.occurred_at)};
  return {entry.occurred_at, std::move(event)};
}

Entry entry_of(const events::Event& happened) {
  html::Event event{.icon = icon_of(happened.type),
                    .tone = tone_of(happened.type),
                    .title = title_of(happened.type),
                    .detail = details_of(happened),
                    .actor = {},
                    .at = to_rfc3339(happened.occurred_at),
                    .at_text = format_date_time(happened.occurred_at)};
  return {happened.occurred_at, std::move(event)};
}

// An act that is in the audit log often emits an event of the same name in the same transaction,
// and so at the same instant: it is shown once, with who did it.
std::vector<Entry> merged(const std::vector<audit::Entry>& acts,
                          const std::vector<events::Event>& happened, const Names& names) {
  std::vector<Entry> all;
  std::set<std::pair<Instant, std::string>> told;
  for (const audit::Entry& act : acts) {
    all.push_back(entry_of(act, names));
    told.emplace(act.occurred_at, act.action);
  }
  for (const events::Event& event : happened) {
    if (!told.contains({event.occurred_at, event.type})) all.push_back(entry_of(event));
  }
  std::ranges::sort(all, [](const Entry& a, const Entry& b) {
    return std::tie(b.at, a.event.title) < std::tie(a.at, b.event.title);
  });
  if (all.size() > std::size_t(shown)) all.resize(std::size_t(shown));
  return all;
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

Task<http::Response> show_events(Staff& staff, http::Request& request, db::ControlRead& db) {
  const audit::Filter filter{.limit = shown};
  const auto acts = co_await audit::entries(db, filter);
  const auto happened = co_await events::recent_events(db, shown);
  const Names names = co_await names_of(staff, db, acts);
  html::Timeline timeline;
  for (Entry& entry : merged(acts, happened, names))
    timeline.events.push_back(std::move(entry.event));
  json::object page{{"timeline", to_json(timeline)}};
  co_return co_await show_tab(staff, request, db, "staff/events", std::move(page));
}

}  // namespace

void event_log_routes(http::Router& at, Staff& staff) {
  at.with(staff).get("/tenants/{tenant_id}/events", show_events, http::staff);
}

}  // namespace freehold::staff
