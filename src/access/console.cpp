#include "access/screens.hpp"
#include "core/async.hpp"
#include "core/json.hpp"

namespace freehold::access {

Task<html::Frame> frame_of(Console& console, http::Request& req, std::string title) {
  html::Frame frame = co_await console.frame(req);
  frame.breadcrumbs = {{.label = title}};
  frame.title = std::move(title);
  co_return frame;
}

http::Response show(const Console& console, std::string_view view, const html::Frame& frame,
                    json::object page, int status) {
  return http::html(status, console.views.render(view, html::page_model(frame, std::move(page))));
}

std::string place(const http::Request& req, std::string_view path) {
  return fmt::format("/t/{}{}", req.tenant_slug, path);
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? " or " : ", ";
    text += names[i];
  }
  return text;
}

const Member* Everybody::find(UserId user) const {
  const auto at = std::ranges::find(members, user, &Member::user_id);
  return at == members.end() ? nullptr : &*at;
}

Task<Everybody> everybody(db::ControlRead& db) {
  const auto memberships = co_await tenancy::members(db);
  std::vector<UserId> ids;
  ids.reserve(memberships.size());
  for (const tenancy::Membership& membership : memberships) ids.push_back(membership.user_id);
  const auto people = co_await identity::people(db, std::move(ids));
  Everybody all;
  for (const tenancy::Membership& membership : memberships) {
    const auto person = std::ranges::find(people, membership.user_id, &identity::Person::id);
    const bool known = person != people.end();
    all.members.push_back({.id = membership.id,
                           .user_id = membership.user_id,
                           .name = known ? person->name : "Former member",
                           .email = known ? person->email : "",
                           .role = membership.role,
                           .joined_at = membership.joined_at});
  }
  co_return all;
}

std::string who_can(const Console& console, const Everybody& all, const Permission& permission) {
  std::vector<std::string> names;
  for (const Member& member : all.members) {
    if (console.roles.of(member.role)[permission.bit] && names.size() < 3)
      names.push_back(member.name);
  }
  return joined(names);
}

Task<std::string> who_can(Console& console, const Actor& actor, const Permission& permission) {
  db::ControlRead db = console.database.control_read(actor);
  const Everybody all = co_await everybody(db);
  co_return who_can(console, all, permission);
}

json::object time_of(Instant at) {
  return {{"at", to_rfc3339(at)}, {"at_text", format_date_time(at)}, {"relative", true}};
}

void routes(http::Router& at, Console& console) {
  team_routes(at, console);
  invitation_routes(at, console);
  key_routes(at, console);
  audit_routes(at, console);
  settings_routes(at, console);
  api_routes(at);
  product_routes(at);
}

}  // namespace freehold::access
