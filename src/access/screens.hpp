// What the pages of this module share. Private to the module.
#pragma once

#include <boost/describe.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "access/access.hpp"
#include "access/console.hpp"
#include "core/json_fwd.hpp"
#include "html/form.hpp"
#include "http/router.hpp"
#include "identity/identity.hpp"

namespace freehold::access {

void team_routes(http::Router& at, Console& console);
void invitation_routes(http::Router& at, Console& console);
void key_routes(http::Router& at, Console& console);
void audit_routes(http::Router& at, Console& console);
void settings_routes(http::Router& at, Console& console);
void api_routes(http::Router& at);
void product_routes(http::Router& at);

// The frame of a page of this title.
Task<html::Frame> frame_of(Console& console, http::Request& req, std::string title);
http::Response show(const Console& console, std::string_view view, const html::Frame& frame,
                    json::object page, int status = 200);
// An address of this workspace: place(req, "/team") is "/t/acme/team".
std::string place(const http::Request& req, std::string_view path);
// "Maya, Jonas or Ada"
std::string joined(const std::vector<std::string>& names);
// The keys of {{>TIME}}.
json::object time_of(Instant at);

inline constexpr http::Tag about_audit{"Audit", "Who did what, and when."};

// A membership with the person's name; the API's resource as well.
struct Member {
  static constexpr std::string_view object = "member";
  tenancy::MembershipId id;
  UserId user_id;
  std::string name;
  std::string email;
  tenancy::Role role = tenancy::Role::viewer;
  Instant joined_at;
};
BOOST_DESCRIBE_STRUCT(Member, (), (id, user_id, name, email, role, joined_at))
Notes notes_on(const Member*);

struct Everybody {
  std::vector<Member> members = {};
  const Member* find(UserId user) const;  // null: not, or no longer, a member
};
Task<Everybody> everybody(db::ControlRead& db);

// The names of up to three people whose role has the permission: who can help.
std::string who_can(const Console& console, const Everybody& all, const Permission& permission);

// "Your role does not allow you to invite people. Maya or Jonas can help."
std::string why_not(const Console& console, const Everybody& all, std::string_view act,
                    const Permission& permission);

std::string label_of(tenancy::Role role);  // "Owner"
json::value team_tabs(const http::Request& req, std::size_t members, std::size_t invitations);

}  // namespace freehold::access
