// The JSON API of the workspace, its members and its audit log, and what its document says of it.
#include "access/screens.hpp"
#include "audit/audit.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "http/list.hpp"
#include "http/operation.hpp"

namespace freehold::access {
namespace {

constexpr std::string_view members_path = "/api/v1/members";
constexpr std::string_view audit_path = "/api/v1/audit_events";

// --- What is said of it

constexpr http::Tag about_workspace{"Workspace", "The workspace of an API key, and who is in it."};

http::Operation showing(Schemas& schemas) {
  const tenancy::Tenant tenant{example_id<TenantId>(), "northwind-labs", "Northwind Labs",
                               example_time()};
  return {.id = "get_workspace",
          .tag = &about_workspace,
          .summary = "Read the workspace",
          .about = "The one that the API key belongs to.",
          .answers = {http::answer_like(schemas, 200, "The workspace.", tenant)}};
}

http::Operation listing_members(Schemas& schemas) {
  const Member member{.id = example_id<tenancy::MembershipId>(),
                      .user_id = example_id<UserId>(),
                      .name = "Maya Lindqvist",
                      .email = "maya@northwind.example",
                      .role = tenancy::Role::owner,
                      .joined_at = example_time()};
  return {.id = "list_members",
          .tag = &about_workspace,
          .summary = "List members",
          .about = "The people of the workspace, in the order in which they joined.",
          .parameters = http::paging_parameters<tenancy::MembershipId>(),
          .answers = {http::page_like(schemas, "Members.", members_path, member)},
          .refusals = {{"invalid_input"}}};
}

http::Operation listing_audit_events(Schemas& schemas) {
  const audit::Entry entry{
      .id = example_id<audit::EntryId>(),
      .occurred_at = example_time(),
      .action = "member.role_changed",
      .actor_type = "user",
      .actor_id = to_string(example_id<UserId>()),
      .target_type = "membership",
      .target_id = to_string(example_id<tenancy::MembershipId>()),
      .target_name = "Ada Park",
      .changes = {{.field = "role", .old_value = "member", .new_value = "admin"}},
      .reason = {},
      .ip = "203.0.113.7"};
  return {.id = "list_audit_events",
          .tag = &about_audit,
          .summary = "Read the audit log",
          .about = "Newest first.",
          .parameters = http::paging_parameters<audit::EntryId>(
              {http::text_parameter("action",
                                    "Only this action, or with a point at its end all that begin "
                                    "with it: `member.`",
                                    "member."),
               http::text_parameter("actor_id", "Only what this person, key or product did.",
                                    to_string(example_id<UserId>())),
               http::text_parameter("target_id", "Only what was done to this.",
                                    to_string(example_id<tenancy::MembershipId>()))}),
          .answers = {http::page_like(schemas, "Acts.", audit_path, entry)},
          .refusals = {{"invalid_input"}}};
}

// --- Handlers

Task<http::Response> show_workspace(http::Request&, db::ControlRead& db) {
  const tenancy::Tenant tenant = co_await tenancy::get_tenant(db);
  co_return http::json(tenant);
}

Task<http::Response> list_members(http::Request& req, db::ControlRead& db) {
  const auto paging = http::paging<tenancy::MembershipId>(req);
  Everybody all = co_await everybody(db);
  co_return http::list_of_all(req, paging, std::move(all.members), &Member::id);
}

Task<http::Response> list_audit_events(http::Request& req, db::ControlRead& db) {
  const auto paging = http::paging<audit::EntryId>(req);
  audit::Filter filter{.action = std::string(req.query.get("action")),
                       .actor_id = std::string(req.query.get("actor_id")),
                       .target_id = std::string(req.query.get("target_id")),
                       .starting_after = paging.starting_after,
                       .limit = paging.fetch()};
  auto found = co_await audit::entries(db, std::move(filter));
  co_return http::list(req, paging, std::move(found));
}

}  // namespace

Notes notes_on(const Member*) {
  return {"Member",
          "A person who belongs to the workspace.",
          {{"id", "Of the membership: a person who comes back has another."},
           {"user_id", "Of the person, in every workspace."},
           {"name", "What they call themselves."},
           {"email", "Their address.", {.format = "email"}},
           {"role", "What they may do."},
           {"joined_at", "Since when."}}};
}

void api_routes(http::Router& at) {
  using namespace permissions;
  at.get("/api/v1/workspace", show_workspace, workspace_read, described(showing));
  at.get(members_path, list_members, members_read, described(listing_members));
  at.get(audit_path, list_audit_events, audit_read, described(listing_audit_events));
}

}  // namespace freehold::access
