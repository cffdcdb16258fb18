// /audit: who did what. The filters are in the address, so that a view can be shared.
#include "access/screens.hpp"
#include "audit/audit.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "core/words.hpp"

namespace freehold::access {
namespace {

constexpr int page_size = 50;

struct Kind {
  std::string_view action;  // as the filter of audit::entries takes it
  std::string_view label;
};
constexpr Kind kinds[] = {{"", "Everything"},
                          {"member.", "Members"},
                          {"invitation.", "Invitations"},
                          {"key.", "API keys"},
                          {"tenant.", "Workspace"},
                          {"document.", "Documents"},
                          {"product.", "The product"},
                          {"subscription.", "Subscription"},
                          {"checkout.", "Checkouts"},
                          {"billing.", "Billing"},
                          {"purge.", "Deletion after the end"},
                          {"plan.", "Plan"},
                          {"access.", "Access"},
                          {"override.", "Plan overrides"},
                          {"support.", "Support"}};

std::optional<Instant> day_of(std::string_view text) {
  if (text.size() != 10) return {};
  return parse_rfc3339(std::string(text) + "T00:00:00Z");
}

audit::Filter filter_of(const http::Request& req) {
  const http::Fields& query = req.query;
  audit::Filter filter{.action = std::string(query.get("action")),
                       .actor_id = std::string(query.get("actor")),
                       .target_id = std::string(query.get("target")),
                       .from = day_of(query.get("from")),
                       .until = day_of(query.get("until")),
                       .starting_after = audit::EntryId::parse(query.get("starting_after")),
                       .limit = page_size + 1};
  if (filter.until) filter.until = *filter.until + days(1);  // the day itself is included
  return filter;
}

bool is_filtered(const http::Fields& query) {
  return std::ranges::any_of(std::array{"action", "actor", "target", "from", "until"},
                             [&](const char* name) { return !query.get(name).empty(); });
}

// The address of this view with further or other fields: "?action=member.&starting_after=…".
std::string address(const http::Request& req, std::string_view starting_after) {
  std::string url = req.path;
  char separator = '?';
  const auto add = [&](std::string_view name, std::string_view value) {
    if (value.empty()) return;
    url += fmt::format("{}{}=", separator, name);
    for (const unsigned char c : value)
      url += std::isalnum(c) || c == '.' || c == '_' || c == '-' ? std::string(1, char(c))
                                                                 : fmt::format("%{:02X}", c);
    separator = '&';
  };
  for (const char* name : {"action", "actor", "target", "from", "until"})
    add(name, req.query.get(name));
  add("starting_after", starting_after);
  return url;
}

// The names of those who act: people, keys, and what has no name of its own.
struct Names {
  Everybody people;
  std::vector<ApiKey> keys;

  std::string person(UserId id) const {
    const Member* member = people.find(id);
    return member == nullptr ? "Former member" : member->name;
  }
  std::string actor(const audit::Entry& entry) const {
    if (entry.actor_type == "staff") return "Support";
    if (entry.actor_type == "job") return "Freehold";
    if (entry.actor_type == "product") return "The product";
    if (const auto user = UserId::parse(entry.actor_id)) return person(*user);
    const auto key = KeyId::parse(entry.actor_id);
    const auto at = key ? std::ranges::find(keys, *key, &ApiKey::id) : keys.end();
    return at == keys.end() ? "A former API key" : fmt::format("API key “{}”", at->name);
  }
  // What people call the target; empty when nothing is known.
  std::string target(const audit::Entry& entry) const {
    if (entry.target_name) return *entry.target_name;
    const auto by_membership = [&](const Member& member) {
      return to_string(member.id) == entry.target_id;
    };
    const auto at = std::ranges::find_if(people.members, by_membership);
    if (at != people.members.end()) return at->name;
    return entry.target_type == "membership" ? "Former member" : "";
  }
};

json::object row_of(const audit::Entry& entry, const Names& names) {
  json::object row = time_of(entry.occurred_at);
  row["id"] = to_string(entry.id);
  row["actor"] = names.actor(entry);
  row["action"] = entry.action;
  row["words"] = audit::words_of(entry.action);
  row["target"] = names.target(entry);
  row["target_id"] = entry.target_id;
  row["ip"] = to_json(entry.ip);
  row["reason"] = to_json(entry.reason);
  json::array changes;
  for (const audit::Change& change : entry.changes) {
    changes.push_back(json::object{{"field", change.field},
                                   {"before", change.old_value.value_or("")},
                                   {"after", change.new_value.value_or("")},
                                   {"kept_out", !change.old_value && !change.new_value}});
  }
  row["changes"] = std::move(changes);
  return row;
}

json::array kind_options(std::string_view chosen) {
  json::array options;
  bool known = false;
  for (const Kind& kind : kinds) {
    known = known || kind.action == chosen;
    options.push_back(json::object{
        {"value", kind.action}, {"label", worded(kind.label)}, {"chosen", kind.action == chosen}});
  }
  if (!known)
    options.push_back(json::object{{"value", chosen}, {"label", chosen}, {"chosen", true}});
  return options;
}

json::array actor_options(const Names& names, std::string_view chosen) {
  json::array options{
      json::object{{"value", ""}, {"label", "Everybody"}, {"chosen", chosen.empty()}}};
  bool known = chosen.empty();
  const auto add = [&](std::string id, std::string label) {
    known = known || id == chosen;
    options.push_back(
        json::object{{"value", id}, {"label", std::move(label)}, {"chosen", id == chosen}});
  };
  for (const Member& member : names.people.members) add(to_string(member.user_id), member.name);
  for (const ApiKey& key : names.keys)
    add(to_string(key.id), fmt::format("API key “{}”", key.name));
  if (!known) add(std::string(chosen), "Former member");
  return options;
}

html::Empty nothing(const http::Request& req, bool filtered) {
  if (!filtered)
    return {.icon = "scroll",
            .title = "Nothing happened yet",
            .text = worded("Every change in this workspace is written down here.")};
  return {.icon = "filter",
          .title = "No events match these filters",
          .text = "Widen the period or choose everybody.",
          .action = html::Action{.label = "Clear filters", .url = req.path}};
}

Task<Names> names_in(db::ControlRead& db) {
  Names names;
  names.people = co_await everybody(db);
  names.keys = co_await keys(db);
  co_return names;
}

Task<http::Response> show_audit(Console& console, http::Request& req, db::ControlRead& db) {
  auto found = co_await audit::entries(db, filter_of(req));
  const Names names = co_await names_in(db);
  html::Frame frame = co_await frame_of(console, req, "Audit log");
  frame.width = "wide";
  const bool more = found.size() > std::size_t(page_size);
  if (more) found.resize(std::size_t(page_size));
  json::array rows;
  for (const audit::Entry& entry : found) rows.push_back(row_of(entry, names));
  const bool later = req.query.has("starting_after");
  const auto none =
      rows.empty() ? std::optional(nothing(req, is_filtered(req.query))) : std::nullopt;
  json::object page{{"events", std::move(rows)},
                    {"kinds", kind_options(req.query.get("action"))},
                    {"actors", actor_options(names, req.query.get("actor"))},
                    {"from", req.query.get("from")},
                    {"until", req.query.get("until")},
                    {"target", req.query.get("target")},
                    {"filtered", is_filtered(req.query)},
                    {"path", req.path},
                    {"none", to_json(none)},
                    {"newest_url", later ? json::value(address(req, "")) : json::value(nullptr)},
                    {"older_url", more ? json::value(address(req, to_string(found.back().id)))
                                       : json::value(nullptr)}};
  co_return show(console, "access/audit", frame, std::move(page));
}

}  // namespace

void audit_routes(http::Router& at, Console& console) {
  auto with = at.with(console);
  with.get("/t/{slug}/audit", show_audit, permissions::audit_read);
}

}  // namespace freehold::access
