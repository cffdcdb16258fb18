// /t/{slug}: what needs attention, the first steps while there are some, usage, what happened
// lately, and the ways to what people come for.
#include "audit/audit.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "core/words.hpp"
#include "onboarding/pages.hpp"

namespace freehold::onboarding {
namespace {

namespace can = access::permissions;

constexpr int most_entries = 8;

// What the page shows beyond what stands around it.
struct Lately {
  std::vector<audit::Entry> entries;
  std::vector<identity::Person> people;
  std::int64_t expired_invitations = 0;
};

std::vector<UserId> actors_of(const std::vector<audit::Entry>& entries) {
  std::vector<UserId> ids;
  for (const audit::Entry& entry : entries) {
    const auto id = UserId::parse(entry.actor_id);
    if (id && std::ranges::find(ids, *id) == ids.end()) ids.push_back(*id);
  }
  return ids;
}

Task<Lately> look_back(Onboarding& onboarding, const Actor& actor) {
  Lately lately;
  db::ControlRead db = onboarding.database.control_read(actor);
  if (actor.can(can::audit_read)) {
    audit::Filter filter{.limit = most_entries};
    lately.entries = co_await audit::entries(db, std::move(filter));
    lately.people = co_await identity::people(db, actors_of(lately.entries));
  }
  if (actor.can(can::members_manage)) {
    const auto open = co_await access::open_invitations(db);
    lately.expired_invitations = std::ranges::count_if(
        open, [&](const access::Invitation& each) { return each.expires_at <= db.now(); });
  }
  co_return lately;
}

std::string actor_of(const Onboarding& onboarding, const Lately& lately,
                     const audit::Entry& entry) {
  if (entry.actor_type == "staff") return "Support";
  if (entry.actor_type == "job" || entry.actor_type == "product")
    return onboarding.brand.current()->look.name;
  if (entry.actor_type == "api_key") return "An API key";
  const auto id = UserId::parse(entry.actor_id);
  const auto at =
      id ? std::ranges::find(lately.people, *id, &identity::Person::id) : lately.people.end();
  return at == lately.people.end() ? "A former member" : at->name;
}

// By what it was done to; "note" for what no icon is known for.
std::string icon_of(std::string_view target_type) {
  constexpr std::pair<std::string_view, std::string_view> icons[] = {
      {"invitation", "mail"},    {"membership", "users"},
      {"api_key", "key"},        {"key", "key"},
      {"tenant", "building"},    {"subscription", "card"},
      {"document", "file_text"}, {"override", "tag"}};
  const auto* at =
      std::ranges::find(icons, target_type, &std::pair<std::string_view, std::string_view>::first);
  return std::string(at == std::end(icons) ? "note" : at->second);
}

html::Timeline activity_of(const Onboarding& onboarding, const Lately& lately) {
  html::Timeline timeline;
  for (const audit::Entry& entry : lately.entries) {
    timeline.events.push_back({.icon = icon_of(entry.target_type),
                               .title = audit::words_of(entry.action),
                               .detail = entry.target_name,
                               .actor = actor_of(onboarding, lately, entry),
                               .at = to_rfc3339(entry.occurred_at),
                               .at_text = format_date_time(entry.occurred_at),
                               .relative = true});
  }
  return timeline;
}

html::Callout callout_of(html::Banner notice) {
  return {.kind = std::move(notice.kind),
          .icon = std::move(notice.icon),
          .title = std::move(notice.title),
          .text = std::move(notice.text),
          .action = std::move(notice.action)};
}

// All notices but the one that stands above the page already, then what waits to be done.
std::vector<html::Callout> attention_of(const Onboarding& onboarding, const http::Request& req,
                                        const Around& around, const Lately& lately) {
  std::vector<html::Callout> callouts;
  auto said = notices(onboarding, req, around);
  for (std::size_t i = 1; i < said.size(); ++i) callouts.push_back(callout_of(std::move(said[i])));
  if (const auto expired = lately.expired_invitations; expired > 0) {
    callouts.push_back(
        {.kind = "warn",
         .icon = "mail",
         .title = expired == 1 ? "1 invitation has expired"
                               : fmt::format("{} invitations have expired", expired),
         .text = "Send the mail again, or withdraw what is no longer needed.",
         .action = html::Action{"Look at invitations", place(req, "/team/invitations")}});
  }
  return callouts;
}

std::vector<html::Meter> meters_of(const Onboarding& onboarding,
                                   const std::vector<metering::Usage>& usage) {
  std::vector<html::Meter> meters;
  for (const metering::Usage& each : usage) {
    const html::Usage numbers{.used = each.used,
                              .limit = each.limit,
                              .used_text = catalog::with_thousands(each.used),
                              .limit_text = catalog::describe(each.limit)};
    meters.push_back(html::meter_of(onboarding.catalog.label_of(each.meter),
                                    "Starts anew on " + format_date(each.period_end), numbers));
  }
  return meters;
}

// Where the product's work is, then what the first steps lead to: people come back to these.
std::vector<html::Action> shortcuts_of(const Onboarding& onboarding, const http::Request& req) {
  std::vector<html::Action> shortcuts;
  for (const Place& each : onboarding.places) {
    if (req.actor().can(each.permission))
      shortcuts.push_back({.label = each.label, .url = place(req, each.path)});
  }
  for (const Step& step : onboarding.steps) {
    if (!step.permission || req.actor().can(*step.permission))
      shortcuts.push_back({.label = step.action, .url = place(req, step.path)});
  }
  return shortcuts;
}

json::object page_of(const Onboarding& onboarding, const http::Request& req, const Around& around,
                     const Lately& lately) {
  const html::Checklist steps = first_steps(onboarding, req, around.progress);
  const bool first_use = !around.progress.dismissed && steps.done_count < steps.count;
  const bool sees_audit = req.actor().can(can::audit_read);
  const json::value nothing = nullptr;
  return {{"attention", to_json(attention_of(onboarding, req, around, lately))},
          {"checklist", first_use ? to_json(steps) : nothing},
          {"start_url", place(req, "/start")},
          {"meters", to_json(meters_of(onboarding, around.usage))},
          {"usage_url", place(req, "/usage")},
          {"plan_words", plan_words(*around.snapshot)},
          {"activity", sees_audit ? to_json(activity_of(onboarding, lately)) : nothing},
          {"audit_url", place(req, "/audit")},
          {"shortcuts", to_json(shortcuts_of(onboarding, req))}};
}

Task<http::Response> show_home(Onboarding& onboarding, http::Request& req) {
  const Around around = co_await look_around(onboarding, req);
  const Lately lately = co_await look_back(onboarding, req.actor());
  html::Frame frame = frame_around(onboarding, req, around);
  frame.title = "Home";
  frame.breadcrumbs = {{.label = "Home"}};
  if (req.query.has("joined"))
    frame.toast = html::Toast{.text = worded("Welcome. You belong to this workspace now")};
  json::object page = page_of(onboarding, req, around, lately);
  page["workspace_name"] = frame.workspace ? frame.workspace->name : req.tenant_slug;
  co_return show(onboarding, "onboarding/home", frame, std::move(page));
}

}  // namespace

void home_routes(http::Router& at, Onboarding& onboarding) {
  at.with(onboarding).get("/t/{slug}", show_home, http::member, http::Words{.while_limited = true});
}

}  // namespace freehold::onboarding
