// What stands around a console page. It costs two look-ups of the directory role (the person's
// workspaces), one of identity (the name), and two of the tenant (steps, usage); one more where a
// limit is nearly reached.
#include "core/async.hpp"
#include "core/json.hpp"
#include "core/words.hpp"
#include "onboarding/pages.hpp"

namespace freehold::onboarding {
namespace {

using entitlements::Access;
using entitlements::Snapshot;

constexpr Duration trial_warning = days(3);

html::NavItem item(const http::Request& req, std::string_view label, std::string_view path,
                   std::string_view icon, std::string_view section) {
  const std::string url = "/t/" + req.tenant_slug + std::string(path);
  const bool current = path.empty() ? req.path == url : req.path.starts_with(url);
  return {.label = std::string(label),
          .url = url,
          .icon = std::string(icon),
          .section = std::string(section),
          .current = current};
}

std::vector<html::NavItem> navigation(const Onboarding& onboarding, const http::Request& req,
                                      const Progress& progress) {
  namespace can = access::permissions;
  const Actor& actor = req.actor();
  std::vector<html::NavItem> nav{item(req, "Home", "", "home", "")};
  const html::Checklist steps = first_steps(onboarding, req, progress);
  if (!progress.dismissed && steps.done_count < steps.count) {
    html::NavItem start = item(req, "Get started", "/start", "list_checks", "");
    start.badge = fmt::format("{}/{}", steps.done_count, steps.count);
    nav.push_back(std::move(start));
  }
  for (const Place& place : onboarding.places) {
    if (actor.can(place.permission))
      nav.push_back(item(req, place.label, place.path, place.icon, ""));
  }
  if (actor.can(can::members_read))
    nav.push_back(item(req, "Team", "/team", "users", worded("Workspace")));
  nav.push_back(item(req, "Usage", "/usage", "gauge", worded("Workspace")));
  nav.push_back(item(req, "Billing", "/billing", "card", worded("Workspace")));
  if (actor.can(can::audit_read))
    nav.push_back(item(req, "Audit log", "/audit", "scroll", worded("Workspace")));
  if (actor.can(can::keys_manage))
    nav.push_back(item(req, "API keys", "/developers/keys", "key", "Developers"));
  nav.push_back(item(req, "Settings", "/settings", "settings", "foot"));
  return nav;
}

html::Banner banner(std::string kind, std::string icon, std::string title, std::string text) {
  return {.kind = std::move(kind),
          .icon = std::move(icon),
          .title = std::move(title),
          .text = std::move(text)};
}

std::optional<html::Banner> standing_banner(const Snapshot& snapshot,
                                            const std::optional<Instant>& purge_at, Instant now) {
  const auto& until = snapshot.standing.access_until;
  if (snapshot.access == Access::grace) {
    return banner(
        "warn", "alert_triangle",
        until ? "Payment problem: full access until " + format_date(*until) : "Payment problem",
        "The last payment did not go through. Pay the open invoice or add another card; nothing is "
        "lost in the meantime.");
  }
  if (snapshot.access == Access::limited)
    return banner(
        "bad", "lock", "Read-only",
        "An invoice is unpaid, the subscription is paused, or a payment went back. Reading "
        "keeps working; everything else comes back at once when that is settled under "
        "Billing.");
  if (purge_at)
    return banner("bad", "clock", "Deleted on " + format_date(*purge_at),
                  worded("This workspace has no plan any more. What it has stored is kept until "
                         "that day; with a plan nothing is deleted."));
  if (snapshot.access == Access::none)
    return banner("bad", "lock", "Locked",
                  worded("This workspace has no plan. Choose one to go on."));
  if (snapshot.standing.source == "trial" && until && *until > now &&
      *until - now <= trial_warning && !snapshot.overridden) {
    return banner(
        "info", "clock", "Your trial ends on " + format_date(*until),
        worded(snapshot.standing.then_access == Access::none
                   ? "After it the workspace is locked. Choose a plan to go on."
                   : "After it the workspace goes on with the free plan. Choose a plan to keep "
                     "what you use now."));
  }
  return {};
}

std::string numbers_of(const metering::Usage& usage) {
  return fmt::format("{} of {} are used.", catalog::with_thousands(usage.used),
                     catalog::describe(usage.limit));
}

std::optional<html::Banner> full_banner(const Around& around, const catalog::Catalog& catalog) {
  const auto at = std::ranges::find_if(around.usage, is_full);
  if (at == around.usage.end()) return {};
  return banner("bad", "alert_triangle", catalog.label_of(at->meter) + ": the limit is reached",
                fmt::format("{} New calls are refused until {}.", numbers_of(*at),
                            format_date(at->period_end)));
}

std::optional<html::Banner> warning_banner(const Around& around, const http::Request& req,
                                           const catalog::Catalog& catalog) {
  const auto at = std::ranges::find_if(around.usage, [&](const metering::Usage& usage) {
    return is_nearly_full(usage) && !is_dismissed(around.dismissed, usage);
  });
  if (at == around.usage.end()) return {};
  html::Banner warning =
      banner("warn", "alert_triangle",
             fmt::format("{} are at {}% of this month’s limit", catalog.label_of(at->meter),
                         at->used * 100 / *at->limit),
             fmt::format("{} At the limit new calls are refused until {}.", numbers_of(*at),
                         format_date(at->period_end)));
  warning.dismissal = html::Dismissal{.url = place(req, "/usage/warning/dismissal"),
                                      .return_to = req.path,
                                      .label = "Dismiss until the limit is reached",
                                      .name = "meter",
                                      .value = at->meter};
  return warning;
}

// For who has no plan any more: another one, or everything to take along.
void add_ways_out(html::Banner& notice, const http::Request& req) {
  notice.action = html::Action{.label = "Choose a plan", .url = place(req, "/billing/plans")};
  if (req.actor().can(access::permissions::workspace_manage))
    notice.other = html::Action{.label = "Export", .url = place(req, "/settings/export")};
}

void add(std::vector<html::Banner>& notices, std::optional<html::Banner> notice) {
  if (notice) notices.push_back(std::move(*notice));
}

// Short enough for the side bar: "Pro plan", "Pro trial, 9 days left".
std::string plan_label(const Snapshot& snapshot, Instant now) {
  const entitlements::Standing& standing = snapshot.standing;
  const bool on_trial =
      standing.source == "trial" && standing.access_until && snapshot.plan == standing.plan;
  if (snapshot.access == Access::none) return snapshot.plan_name;
  if (!on_trial || *standing.access_until <= now) return snapshot.plan_name + " plan";
  const std::int64_t left = (*standing.access_until - now) / days(1);
  if (left < 1) return snapshot.plan_name + " trial, last day";
  return fmt::format("{} trial, {} {} left", snapshot.plan_name, left, left == 1 ? "day" : "days");
}

void add_workspaces(html::Frame& frame, const http::Request& req, const Around& around,
                    Instant now) {
  for (const tenancy::Belonging& belonging : around.belongings) {
    const bool current = belonging.slug == req.tenant_slug;
    frame.workspaces.push_back({.name = belonging.name,
                                .initials = html::initials_of(belonging.name),
                                .url = "/t/" + belonging.slug,
                                .current = current});
    if (current)
      frame.workspace = html::Workspace{.name = belonging.name,
                                        .initials = html::initials_of(belonging.name),
                                        .plan_label = plan_label(*around.snapshot, now)};
  }
}

}  // namespace

std::string plan_words(const Snapshot& snapshot) {
  const entitlements::Standing& standing = snapshot.standing;
  if (standing.source == "trial" && standing.access_until && snapshot.plan == standing.plan)
    return fmt::format("{} trial until {}", snapshot.plan_name,
                       format_date(*standing.access_until));
  if (snapshot.access == Access::none) return snapshot.plan_name;
  return snapshot.plan_name + " plan";
}

Task<Around> look_around(Onboarding& onboarding, http::Request& req) {
  Around around;
  around.belongings = co_await tenancy::belongings_of(onboarding.database, req.session().user);
  db::IdentityRead people = onboarding.database.identity_read();
  around.person = co_await identity::find_person(people, req.session().user);
  around.snapshot = co_await onboarding.gates.snapshot(req.actor());
  db::ControlRead db = onboarding.database.control_read(req.actor());
  around.progress = co_await progress(db);
  const bool unpaid = around.snapshot->standing.source == "default";
  if (unpaid && onboarding.purge_at) around.purge_at = co_await onboarding.purge_at(db);
  // Where nothing may be used, nothing is counted either.
  if (around.snapshot->access != Access::none)
    around.usage = co_await metering::usage(db, *around.snapshot, onboarding.catalog);
  if (std::ranges::any_of(around.usage, is_nearly_full))
    around.dismissed = co_await dismissed_warnings(db, req.session().user);
  co_return around;
}

std::vector<html::Banner> notices(const Onboarding& onboarding, const http::Request& req,
                                  const Around& around) {
  std::vector<html::Banner> found;
  auto standing =
      standing_banner(*around.snapshot, around.purge_at, onboarding.clocks.business.now());
  add(found, full_banner(around, onboarding.catalog));
  const bool reached = !found.empty();
  if (standing) {
    const auto at = standing->kind == "info" ? found.end() : found.begin();
    found.insert(at, std::move(*standing));
  }
  if (!reached) add(found, warning_banner(around, req, onboarding.catalog));
  const bool open = around.snapshot->access == Access::full;
  for (html::Banner& notice : found)
    notice.action =
        html::Action{.label = open ? "Compare plans" : "Open billing",
                     .url = "/t/" + req.tenant_slug + (open ? "/billing/plans" : "/billing")};
  if (around.purge_at) add_ways_out(found.front(), req);
  return found;
}

html::Frame frame_around(const Onboarding& onboarding, const http::Request& req,
                         const Around& around) {
  html::Frame frame = onboarding.identity.frame(req);
  frame.layout = "console";
  frame.nav = navigation(onboarding, req, around.progress);
  add_workspaces(frame, req, around, onboarding.clocks.business.now());
  if (around.person)
    frame.user = html::User{.name = around.person->name,
                            .initials = html::initials_of(around.person->name),
                            .email = around.person->email};
  auto said = notices(onboarding, req, around);
  if (!said.empty()) frame.banner = std::move(said.front());
  const std::string home = "/t/" + req.tenant_slug;
  frame.menu_url = home + "/menu";
  frame.select_url = "/select";
  frame.account_url = "/account";
  frame.logout_url = "/logout";
  frame.theme_url = "/theme";
  frame.return_to = req.path;
  return frame;
}

Task<html::Frame> console_frame(Onboarding& onboarding, http::Request& req) {
  const Around around = co_await look_around(onboarding, req);
  co_return frame_around(onboarding, req, around);
}

}  // namespace freehold::onboarding
