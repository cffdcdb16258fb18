// Accounts and sessions of staff. Private to the module.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "staff/staff.hpp"

namespace freehold::staff {

struct StaffSessionTag {
  static constexpr std::string_view prefix = "staff_session";
};
using StaffSessionId = Id<StaffSessionTag>;

struct Live {
  StaffSessionId session;
  StaffId staff;
  std::string email;
  std::string csrf_token;
};

// The member of staff behind a cookie; nothing for one that is wrong, ended or expired.
Task<std::optional<Live>> find_session(Staff& staff, std::string_view secret);

// Checks the password and opens a session; its secret is the cookie's value. Nothing for an unknown
// address or a wrong password, which take the same time.
Task<std::optional<std::string>> log_in(Staff& staff, std::string email, std::string password,
                                        Origin origin);
Task<> log_out(Staff& staff, std::string_view secret);

Task<std::string> email_of(db::StaffRead& db, StaffId staff);
// Removes sessions that have ended.
Task<> remove_old_sessions(Staff& staff);

}  // namespace freehold::staff
