// GET /api/v1/entitlements/stream: what every workspace may use, told whenever it changes. Private
// to the module.
//
//   event: ready         data: {"cursor":"41"}             from here on nothing is missed
//   event: entitlements  data: the object, id: the cursor  of a workspace that changed
//   event: heartbeat     data: {"at":"…"}                  business time; at least every 500 ms
//   event: reset         data: {"cursor":"41"}             the cursor is not ours: forget
//   everything
//
// `Last-Event-ID` goes on where an earlier connection ended; a workspace that changed since is told
// again. A plan that changes by the clock alone (a trial that ends) changes no row: whoever has
// kept an object asks for it again when a heartbeat's time has reached its next_change_at.
#pragma once

#include "http/request.hpp"
#include "metering/pages.hpp"

namespace freehold::metering {

http::Operation following_entitlements(Schemas& schemas);
Task<http::Response> follow_entitlements(Pages& pages, http::Request& req, db::Database& database);

}  // namespace freehold::metering
