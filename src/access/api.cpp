// The JSON API of the workspace, its members and its audit log.
#include "access/screens.hpp"
#include "audit/audit.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "http/list.hpp"

namespace freehold::access {
namespace {

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

void api_routes(http::Router& at) {
  using namespace permissions;
  at.get("/api/v1/workspace", show_workspace, workspace_read);
  at.get("/api/v1/members", list_members, members_read);
  at.get("/api/v1/audit_events", list_audit_events, audit_read);
}

}  // namespace freehold::access
