// /team: who belongs to the workspace, in which role; leaving it.
#include "access/screens.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "core/words.hpp"

namespace freehold::access {
namespace {

using tenancy::MembershipId;
using tenancy::Role;

// Only those who manage owners may make one, or change one.
bool may_change(const Actor& actor, Role now, Role wanted) {
  const bool owners = now == Role::owner || wanted == Role::owner;
  return actor.can(permissions::members_manage) &&
         (!owners || actor.can(permissions::owners_manage));
}

void require_may_change(const Actor& actor, Role now, Role wanted) {
  if (!may_change(actor, now, wanted))
    throw Problem::forbidden("Only an owner can make somebody an owner or change an owner’s role.");
}

int owners_in(const Everybody& all) {
  return int(std::ranges::count(all.members, Role::owner, &Member::role));
}

json::array role_options(const Actor& actor, const Member& member) {
  json::array options;
  for (const Role role : {Role::owner, Role::admin, Role::member, Role::viewer}) {
    if (role != member.role && !may_change(actor, member.role, role)) continue;
    options.push_back(json::object{
        {"value", name_of(role)}, {"label", label_of(role)}, {"chosen", role == member.role}});
  }
  return options;
}

// Why this member's role cannot be changed by this person; empty: it can.
std::string why_fixed(const Actor& actor, const Member& member, int owners) {
  if (!actor.can(permissions::members_manage)) return "";
  if (!may_change(actor, member.role, member.role)) return "Only owners can change an owner";
  if (member.role == Role::owner && owners == 1)
    return "The only owner: make somebody else an owner first";
  return "";
}

json::object row_of(const http::Request& req, const Member& member, int owners) {
  const Actor& actor = req.actor();
  const bool self = actor.user() == member.user_id;
  const std::string why = why_fixed(actor, member, owners);
  const bool editable = actor.can(permissions::members_manage) && why.empty();
  const std::string url = place(req, "/team/" + to_string(member.id));
  json::object row = time_of(member.joined_at);
  row["at_text"] = format_date(member.joined_at);
  row["name"] = member.name;
  row["initials"] = html::initials_of(member.name);
  row["email"] = member.email;
  row["self"] = self;
  row["role_label"] = label_of(member.role);
  row["editable"] = editable;
  row["why"] = why;
  row["options"] = editable ? role_options(actor, member) : json::array{};
  row["role_url"] = url + "/role";
  row["leavable"] = self && (member.role != Role::owner || owners > 1);
  row["removable"] = editable && !self;
  row["remove_url"] = url + "/removal";
  return row;
}

std::optional<html::Toast> toast_of(const http::Request& req) {
  if (req.query.has("changed")) return html::Toast{.text = "The role is changed"};
  if (req.query.has("removed"))
    return html::Toast{.text = worded("They no longer belong to this workspace")};
  return {};
}

Task<http::Response> show_team(Console& console, http::Request& req, db::ControlRead& db) {
  const Everybody all = co_await everybody(db);
  const auto invitations = co_await open_invitations(db);
  html::Frame frame = co_await frame_of(console, req, "Team");
  frame.toast = toast_of(req);
  const int owners = owners_in(all);
  json::array rows;
  for (const Member& member : all.members) rows.push_back(row_of(req, member, owners));
  const bool may = req.actor().can(permissions::members_manage);
  json::object page{{"tabs", team_tabs(req, all.members.size(), invitations.size())},
                    {"members", std::move(rows)},
                    {"may", may},
                    {"may_not_why", why_not(console, all, "invite people or change roles",
                                            permissions::members_manage)},
                    {"invite_url", place(req, "/team/invitations")},
                    {"leave_url", place(req, "/team/leave")},
                    {"one_owner", owners == 1}};
  co_return show(console, "access/team", frame, std::move(page));
}

Task<Member> get_member(db::ControlRead& db, MembershipId id) {
  const Everybody all = co_await everybody(db);
  const auto at = std::ranges::find(all.members, id, &Member::id);
  if (at == all.members.end()) throw Problem::not_found("member");
  co_return *at;
}

Task<http::Response> change(http::Request& req, db::ControlTx& tx) {
  const auto id = req.id_of<MembershipId>("membership_id");
  const auto role = parse_enum<Role>(req.form().get("role"));
  if (!role) throw Problem::invalid({{"role", "Choose owner, admin, member or viewer."}});
  const Member member = co_await get_member(tx, id);
  require_may_change(req.actor(), member.role, *role);
  co_await tenancy::change_role(tx, id, *role);
  co_return http::see_other(place(req, "/team?changed=1"));
}

html::Confirm removal_of(const http::Request& req, const Member& member) {
  return {.title = fmt::format("Remove {} from this {}?", member.name, words().workspace),
          .text =
              "They lose access within a second. What they wrote stays, and so do the API keys "
              "that they made. You can invite them again.",
          .keep_label = "Keep " + member.name,
          .keep_url = place(req, "/team"),
          .form = html::Form{.id = "removal",
                             .action = req.path,
                             .submit = "Remove member",
                             .busy = "Removing…",
                             .tone = "danger"}};
}

Task<http::Response> confirm(Console& console, http::Request& req, const html::Confirm& question) {
  html::Frame frame = co_await frame_of(console, req, question.title);
  if (req.wants_fragment()) frame.layout.clear();
  frame.breadcrumbs = {{.label = "Team", .url = place(req, "/team")}, {.label = question.title}};
  json::object page{{"confirm", html::confirm_model(question)}};
  co_return show(console, "html/confirm_page", frame, std::move(page));
}

Task<http::Response> ask_to_remove(Console& console, http::Request& req, db::ControlRead& db) {
  const Member member = co_await get_member(db, req.id_of<MembershipId>("membership_id"));
  require_may_change(req.actor(), member.role, member.role);
  const html::Confirm question = removal_of(req, member);
  co_return co_await confirm(console, req, question);
}

Task<http::Response> remove(http::Request& req, db::ControlTx& tx) {
  const auto id = req.id_of<MembershipId>("membership_id");
  const Member member = co_await get_member(tx, id);
  require_may_change(req.actor(), member.role, member.role);
  co_await tenancy::remove_member(tx, id);
  co_return http::see_other(place(req, "/team?removed=1"));
}

html::Confirm leaving_of(const http::Request& req, const std::string& workspace, bool only_owner) {
  if (only_owner) {
    return {.title = fmt::format("You are the only owner of “{}”", workspace),
            .text = worded(
                "A workspace always has an owner. Make somebody else an owner first; then you "
                "can leave."),
            .keep_label = "Open the team",
            .keep_url = place(req, "/team")};
  }
  return {
      .title = fmt::format("Leave “{}”?", workspace),
      .text = "You lose access at once. Somebody who manages its members has to invite you again.",
      .keep_label = "Stay",
      .keep_url = place(req, "/team"),
      .form = html::Form{.id = "leave",
                         .action = req.path,
                         .submit = worded("Leave workspace"),
                         .busy = "Leaving…",
                         .tone = "danger"}};
}

Task<http::Response> ask_to_leave(Console& console, http::Request& req, db::ControlRead& db) {
  const tenancy::Tenant tenant = co_await tenancy::get_tenant(db);
  const auto self = co_await tenancy::find_member(db, req.session().user);
  const Everybody all = co_await everybody(db);
  const bool only_owner = self && self->role == Role::owner && owners_in(all) == 1;
  const html::Confirm question = leaving_of(req, tenant.name, only_owner);
  co_return co_await confirm(console, req, question);
}

Task<http::Response> leave(http::Request& req, db::ControlTx& tx) {
  const auto membership = co_await tenancy::find_member(tx, req.session().user);
  if (!membership) throw Problem::not_found("membership");
  co_await tenancy::remove_member(tx, membership->id);
  co_return http::see_other("/select");
}

}  // namespace

std::string label_of(Role role) {
  std::string label{name_of(role)};
  label.front() = char(label.front() - 'a' + 'A');
  return label;
}

json::value team_tabs(const http::Request& req, std::size_t members, std::size_t invitations) {
  const auto tab = [&](std::string label, std::string_view path, std::size_t count) {
    const std::string url = place(req, path);
    return html::Tab{.label = std::move(label),
                     .url = url,
                     .current = req.path == url,
                     .count = std::to_string(count)};
  };
  return to_json(html::Tabs{.label = "Team",
                            .items = {tab("Members", "/team", members),
                                      tab("Invitations", "/team/invitations", invitations)}});
}

std::string why_not(const Console& console, const Everybody& all, std::string_view act,
                    const Permission& permission) {
  return fmt::format("Your role does not allow you to {}. {} can help.", act,
                     who_can(console, all, permission));
}

void team_routes(http::Router& at, Console& console) {
  using namespace permissions;
  auto with = at.with(console);
  with.get("/t/{slug}/team", show_team, members_read);
  at.post("/t/{slug}/team/{membership_id}/role", change, members_manage);
  with.get("/t/{slug}/team/{membership_id}/removal", ask_to_remove, members_manage);
  at.post("/t/{slug}/team/{membership_id}/removal", remove, members_manage);
  with.get("/t/{slug}/team/leave", ask_to_leave, http::member, {.while_limited = true});
  at.post("/t/{slug}/team/leave", leave, http::member, {.while_limited = true});
}

}  // namespace freehold::access
