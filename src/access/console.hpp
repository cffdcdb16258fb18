// The pages and the API of who belongs to a workspace, its keys, its audit log and its settings.
//
//   /t/{slug}/team  /team/invitations  /team/leave  /developers/keys  /audit  /settings
//   /api/v1/members  /api/v1/audit_events  /api/v1/workspace
#pragma once

#include <functional>
#include <string>

#include "access/access.hpp"
#include "core/task.hpp"
#include "core/time.hpp"
#include "db/db.hpp"
#include "html/frame.hpp"
#include "html/html.hpp"
#include "http/router.hpp"
#include "identity/pages.hpp"

namespace freehold::access {

// What they stand on; put together once by the program.
struct Console {
  db::Database& database;
  const Roles& roles;
  const html::Views& views;
  // Navigation, banner and tokens around a page; the handler adds title and breadcrumbs.
  std::function<Task<html::Frame>(http::Request&)> frame;
  std::string base_url;  // "https://app.example.com", for the first call shown beside a new key
  identity::Throttle throttle;  // counts the letters that invitations send
  // What one more member costs, as a sentence; empty: nothing. Without it, nothing is said.
  std::function<Task<std::string>(const Actor&)> cost_of_member = {};
};

void routes(http::Router& at, Console& console);

// "Maya, Jonas or Ada": up to three members whose role has the permission, for pages that say who
// can help.
Task<std::string> who_can(Console& console, const Actor& actor, const Permission& permission);

}  // namespace freehold::access
