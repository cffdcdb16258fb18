// Connecting and logging in without blocking the thread.
#pragma once

#include <chrono>
#include <string>

#include "core/task.hpp"
#include "db/conninfo.hpp"
#include "db/detail/connection.hpp"

namespace freehold::db::detail {

struct Login {
  PgConn connection;    // empty when it did not come about
  std::string refusal;  // why not, for the operator; no password in it
  bool refuses_settings = false;
};

// Session settings travel in the start-up packet; a pooler may refuse that.
Task<Login> log_in(Conninfo conninfo, Settings settings, std::chrono::milliseconds timeout);

}  // namespace freehold::db::detail
